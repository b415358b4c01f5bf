/* help.c - what --help prints. */
#include "help.h"
#include <string.h>
#include "../specs/text.h"

enum {
	WIDTH = 80,       /* of a line */
	LABEL_MAX = 30,   /* the longest label that has its words beside it; those of a longer one stand below it */
	EXAMPLE_MAX = 44, /* the same for examples */
	EXAMPLE_INDENT = 6,
	HELP_SIZE = 8192, /* of a whole text */
};

static struct text text_new(struct arena *a) {
	return (struct text){.at = arena_alloc(a, HELP_SIZE), .size = HELP_SIZE};
}

/* Adds words behind what stands before `column` in this line, broken at blanks, and a newline. */
static void add_words(struct text *out, size_t column, const char *words) {
	size_t at = column, n;

	for (; *words; words += n, words += strspn(words, " ")) {
		n = strcspn(words, " ");
		if (at > column && at + 1 + n > WIDTH) {
			text_add(out, "\n%*s", (int)column, "");
			at = column;
		} else if (at > column) {
			text_add(out, " ");
			at++;
		}
		text_add(out, "%.*s", (int)n, words);
		at += n;
	}
	text_add(out, "\n");
}

static void add_row(struct text *out, const char *label, size_t column, const char *words) {
	if (strlen(label) + 2 > column)
		text_add(out, "%s\n%*s", label, (int)column, "");
	else
		text_add(out, "%-*s", (int)column, label);
	add_words(out, column, words);
}

/* "  -b, --bundle DIR", or "  ID" for an argument. */
static const char *option_label(struct arena *a, const struct option *o) {
	if (!o->name)
		return arena_printf(a, "  %s", o->value);
	return arena_printf(a, "  %c%c%c --%s%s%s", o->letters ? '-' : ' ', o->letters ? o->letters[0] : ' ',
			    o->letters ? ',' : ' ', o->name, o->value ? " " : "", o->value ? o->value : "");
}

static const struct option help_option = {.name = "help", .letters = "h", .says = "print this"};

/* Adds the options of a command, or its arguments. */
static void add_options(struct text *out, struct arena *a, const struct grammar *g, bool arguments, const char *title) {
	size_t column = arguments ? 0 : strlen(option_label(a, &help_option)) + 2;
	const struct option *o;

	for (size_t i = 0; (o = option_at(g, i)); i++) {
		size_t n = strlen(option_label(a, o));

		if (!o->name == arguments && n <= LABEL_MAX && n + 2 > column)
			column = n + 2;
	}
	if (column == 0)
		return;
	text_add(out, "\n%s:\n", title);
	for (size_t i = 0; (o = option_at(g, i)); i++)
		if (!o->name == arguments)
			add_row(out, option_label(a, o), column, o->says);
	if (!arguments)
		add_row(out, option_label(a, &help_option), column, help_option.says);
}

/* What an example does stands beside it, unless one of them is too long: then each has it below. */
static void add_examples(struct text *out, struct arena *a, const struct example *examples) {
	size_t column = 0;

	for (const struct example *x = examples; x && x->command; x++)
		if (strlen(x->command) + 4 > column)
			column = strlen(x->command) + 4;
	if (column == 0)
		return;
	text_add(out, "\nExamples:\n");
	for (const struct example *x = examples; x->command; x++)
		add_row(out, arena_printf(a, "  %s", x->command), column > EXAMPLE_MAX ? EXAMPLE_INDENT : column,
			x->says);
}

char *help_verb(struct arena *a, const struct grammar *g, const struct verb *verb) {
	struct text out = text_new(a);
	const struct option *o;

	text_add(&out, "Usage: %s [OPTIONS]", g->command);
	for (size_t i = 0; (o = option_at(g, i)); i++)
		if (!o->name)
			text_add(&out, " %s", o->value);
	text_add(&out, "\n\n");
	add_words(&out, 0, verb->description);
	add_options(&out, a, g, true, "Arguments");
	add_options(&out, a, g, false, "Options");
	text_add(&out, "\nExit status:\n  ");
	add_words(&out, 2, verb->status ? verb->status : STATUS_OF_VERBS);
	add_examples(&out, a, verb->examples);
	text_add(&out, "\n`husk --help` lists the options that stand before the verb.\n");
	return out.at;
}

char *help_program(struct arena *a, const struct grammar *g, const struct verb *const *verbs) {
	struct text out = text_new(a);
	const char *group = "";
	size_t column = 0;

	text_add(&out, "husk runs OCI containers. Each is a plan: `husk explain` prints it.\n\n");
	text_add(&out, "Usage: %s [OPTIONS] VERB ...\n", g->command);
	for (size_t i = 0; verbs[i]; i++)
		if (strlen(verbs[i]->name) + 4 > column)
			column = strlen(verbs[i]->name) + 4;
	for (size_t i = 0; verbs[i]; i++) {
		if (strcmp(group, verbs[i]->group) != 0)
			text_add(&out, "\n%s:\n", verbs[i]->group);
		group = verbs[i]->group;
		add_row(&out, arena_printf(a, "  %s", verbs[i]->name), column, verbs[i]->summary);
	}
	add_options(&out, a, g, false, "Options, before the verb");
	text_add(&out, "\n`%s VERB --help` tells more about a verb.\n", g->command);
	return out.at;
}
