/* completion_fish.c - completion of fish: each option and argument is a call of its `complete`. */
#include "completion.h"
#include <string.h>

static const char functions[] =
	"# Whether the word at the cursor is of this command and in this place among its arguments; + is any.\n"
	"function __husk_at -a command place\n"
	"	set -l at husk\n"
	"	set -l now 1\n"
	"	set -l takes_value false\n"
	"	for word in (commandline -opc)[2..]\n"
	"		if $takes_value\n"
	"			set takes_value false\n"
	"		else if test $now -eq 1; and string match -q -- '-?*' $word\n"
	"			contains -- \"$at $word\" $__husk_valued; and set takes_value true\n"
	"		else if test $at = husk\n"
	"			set at $word\n"
	"		else\n"
	"			set now (math $now + 1)\n"
	"		end\n"
	"	end\n"
	"	test \"$at\" = $command; and contains -- $place $now +\n"
	"end\n"
	"\n"
	"# Those below the --root of the line.\n"
	"function __husk_containers\n"
	"	set -l words (commandline -opc)\n"
	"	set -l root (string match -r -- '^--root=.*' $words)\n"
	"	set -l at (contains -i -- --root $words); and set root --root=$words[(math $at + 1)]\n"
	"	$words[1] (string replace -r -- '=~' =$HOME $root) list -q 2>/dev/null\n"
	"end\n"
	"\n"
	"complete -c husk -f\n";

/* Behind the name of an option, or alone for an argument. */
static void add_wanted(struct text *out, const struct wanted *wanted) {
	static const char *const kinds[] = {
		[WANTED_OTHER] = "",
		[WANTED_FILE] = " -F",
		[WANTED_DIRECTORY] = " -a '(__fish_complete_directories)'",
		[WANTED_CONTAINER] = " -a '(__husk_containers)'",
	};

	if (wanted->words)
		text_add(out, " -a '%s'", wanted->words);
	else
		text_add(out, "%s", kinds[wanted->kind]);
}

static void add_says(struct text *out, const char *says) {
	text_add(out, " -d '");
	for (; *says; says++)
		text_add(out, "%s%c", strchr("'\\", *says) ? "\\" : "", *says);
	text_add(out, "'\n");
}

static void add_option(struct text *out, struct arena *a, const struct verb *command, const struct option *o) {
	struct wanted wanted = o->value ? completion_wanted(a, command, o) : (struct wanted){0};

	text_add(out, "complete -c husk -n '__husk_at %s 1' -l %s", command->name, o->name);
	for (const char *letter = o->letters; letter && *letter; letter++)
		text_add(out, " -s %c", *letter);
	if (o->value) {
		text_add(out, " %s", wanted.kind == WANTED_FILE ? "-r" : "-x");
		add_wanted(out, &wanted);
	}
	add_says(out, o->says);
}

static void add_verbs(struct text *out, const char *command) {
	const struct verb *verb;

	for (size_t i = 1; (verb = completion_command(i)); i++) {
		text_add(out, "complete -c husk -n '__husk_at %s 1' -a %s", command, verb->name);
		add_says(out, verb->summary);
	}
}

static void add_argument(struct text *out, struct arena *a, const struct verb *command, const struct option *o,
			 unsigned place) {
	struct wanted wanted = completion_wanted(a, command, o);

	if (wanted.kind == WANTED_VERB) {
		add_verbs(out, command->name);
		return;
	}
	if (wanted.kind == WANTED_OTHER)
		return;
	text_add(out, "complete -c husk -n '__husk_at %s %s'", command->name,
		 o->kind == OPTION_TEXTS ? "+" : arena_printf(a, "%u", place));
	add_wanted(out, &wanted);
	text_add(out, "\n");
}

static void add_command(struct text *out, struct arena *a, const struct verb *command) {
	const struct option *o;
	unsigned place = 1;

	for (size_t i = 0; (o = completion_option(command, i)); i++)
		if (o->name)
			add_option(out, a, command, o);
		else
			add_argument(out, a, command, o, place++);
	text_add(out, "complete -c husk -n '__husk_at %s 1' -l help -s h -d 'print help'\n", command->name);
}

/* The options that take a value, each behind its command. */
static void add_valued(struct text *out) {
	const struct verb *command;
	const struct option *o;

	text_add(out, "set -g __husk_valued");
	for (size_t i = 0; (command = completion_command(i)); i++)
		for (size_t j = 0; (o = completion_option(command, j)); j++) {
			if (o->name && o->value)
				text_add(out, " '%s --%s'", command->name, o->name);
			for (const char *letter = o->value ? o->letters : NULL; letter && *letter; letter++)
				text_add(out, " '%s -%c'", command->name, *letter);
		}
	text_add(out, "\n\n");
}

void completion_fish(struct text *out, struct arena *a) {
	const struct verb *command;

	text_add(out, "# fish completion for husk, written by `husk completion fish`\n\n");
	add_valued(out);
	text_add(out, "%s", functions);
	for (size_t i = 0; (command = completion_command(i)); i++)
		add_command(out, a, command);
}
