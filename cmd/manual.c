/* manual.c - the program that builds manual pages, not installed: what the tables know of a verb, around what NAME.8.scd tells of
 * it, as the source of a page for scdoc(1). */
#include <stdio.h>
#include <string.h>
#include "input.h"
#include "print.h"
#include "program.h"
#include "../specs/text.h"

/* The line of NAME.8.scd that stands for arguments, options, exit status and examples; to scdoc alone it is a comment. What is
 * before it goes on with the description, what is behind it are further sections. */
#define TABLES "\n; tables\n"

enum {
	PAGE_SIZE = 65536,
	SOURCE_MAX = 32768,
};

/* Adds words of --help: what stands in `backquotes` is bold, what has a meaning to scdoc has it no more. */
static void add_words(struct text *out, const char *words) {
	for (; *words; words++)
		if (*words == '`')
			text_add(out, "*");
		else
			text_add(out, "%s%c", strchr("_*\\#~", *words) ? "\\" : "", *words);
}

static void add_marked(struct text *out, const char *mark, const char *words) {
	text_add(out, "%s", mark);
	add_words(out, words);
	text_add(out, "%s", mark);
}

/* What is told below a label. */
static void add_says(struct text *out, const char *says) {
	text_add(out, "\n\t");
	add_words(out, says);
	text_add(out, "\n\n");
}

static void add_option(struct text *out, const struct option *o) {
	for (const char *letter = o->letters; letter && *letter; letter++)
		text_add(out, "*-%c*, ", *letter);
	text_add(out, "*--%s*", o->name);
	if (o->value) {
		text_add(out, " ");
		add_marked(out, "_", o->value);
	}
	add_says(out, o->says);
}

static void add_options(struct text *out, const struct grammar *g) {
	static const struct option help = {.name = "help", .letters = "h", .says = "print the short form of this page"};
	const struct option *o;

	text_add(out, "# OPTIONS\n\n");
	for (size_t i = 0; (o = option_at(g, i)); i++)
		if (o->name)
			add_option(out, o);
	add_option(out, &help);
}

/* Those of a verb; under a heading only where there are any. */
static void add_arguments(struct text *out, const struct grammar *g) {
	const char *heading = "# ARGUMENTS\n\n";
	const struct option *o;

	for (size_t i = 0; (o = option_at(g, i)); i++)
		if (!o->name) {
			text_add(out, "%s", heading);
			add_marked(out, "_", o->value);
			add_says(out, o->says);
			heading = "";
		}
}

static void add_examples(struct text *out, const struct example *examples) {
	text_add(out, "# EXAMPLES\n\n");
	for (; examples && examples->command; examples++) {
		add_marked(out, "*", examples->command);
		add_says(out, examples->says);
	}
}

static void add_tables_of_verb(struct text *out, const struct verb *verb, const struct grammar *g) {
	add_arguments(out, g);
	add_options(out, g);
	text_add(out, "The options that stand before the verb are told in *husk*(8).\n\n# EXIT STATUS\n\n");
	add_words(out, verb->status ? verb->status : STATUS_OF_VERBS);
	text_add(out, "\n\n");
	add_examples(out, verb->examples);
}

static void add_tables_of_program(struct text *out) {
	const char *group = "";

	text_add(out, "# VERBS\n\n");
	for (size_t i = 0; verbs[i]; i++) {
		if (strcmp(group, verbs[i]->group) != 0)
			text_add(out, "## %s\n\n", verbs[i]->group);
		group = verbs[i]->group;
		text_add(out, "*husk-%s*(8)", verbs[i]->name);
		add_says(out, verbs[i]->summary);
	}
	add_options(out, &program);
}

static void add_head(struct text *out, const char *page, const char *summary) {
	text_add(out, "%s(8) \"husk %s\" \"husk\"\n\n# NAME\n\n%s - ", page, HUSK_VERSION, page);
	add_words(out, summary);
	text_add(out, "\n\n# SYNOPSIS\n\n*husk* [_OPTIONS_] ");
}

static void add_head_of_verb(struct text *out, struct arena *a, const struct verb *verb, const struct grammar *g) {
	const struct option *o;

	add_head(out, arena_printf(a, "husk-%s", verb->name), verb->summary);
	text_add(out, "*%s* [_OPTIONS_]", verb->name);
	for (size_t i = 0; (o = option_at(g, i)); i++)
		if (!o->name) {
			text_add(out, " ");
			add_marked(out, "_", o->value);
		}
	text_add(out, "\n\n# DESCRIPTION\n\n");
	add_words(out, verb->description);
	text_add(out, "\n\n");
}

/* verb is NULL for the page of husk itself. */
static void add_page(struct text *out, struct arena *a, const struct verb *verb, const char *above, const char *below) {
	struct grammar g = {0};

	if (!verb) {
		add_head(out, "husk", "run OCI containers");
		text_add(out, "_VERB_ ...\n\n# DESCRIPTION\n\n%s\n", above);
		add_tables_of_program(out);
	} else {
		memcpy(g.options, verb->options, sizeof(g.options));
		add_head_of_verb(out, a, verb, &g);
		text_add(out, "%s\n", above);
		add_tables_of_verb(out, verb, &g);
	}
	text_add(out, "%s", below);
}

static int write_page(struct arena *a, const char *name, const char *file, struct error *e) {
	const struct verb *verb = verb_find(name);
	struct text out = {.at = arena_alloc(a, PAGE_SIZE), .size = PAGE_SIZE};
	struct input source;
	char *tables;

	if (!verb && strcmp(name, "husk") != 0)
		return error_set(e, 0, NULL, "%s is neither husk nor a verb", name);
	if (input_read(a, file, SOURCE_MAX, &source, e) < 0)
		return -1;
	tables = strstr(source.text, TABLES);
	if (!tables)
		return error_set(e, 0, NULL, "%s: a line `; tables` is missing", file);
	tables[1] = '\0';
	add_page(&out, a, verb, source.text, tables + strlen(TABLES));
	return print(out.at, e);
}

int main(int argc, char **argv) {
	struct arena a = {0};
	struct error e = {0};
	int status;

	if (argc != 3)
		return fprintf(stderr, "usage: husk-manual husk|VERB FILE.8.scd\n"), 2;
	status = write_page(&a, argv[1], argv[2], &e);
	if (status < 0)
		fprintf(stderr, "husk-manual: %s\n", e.text);
	arena_free(&a);
	return status < 0;
}
