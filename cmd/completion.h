/* completion.h - what a shell may offer at each place of the command line, made from the tables. One file for each shell writes
 * it as a script. */
#pragma once
#include "../specs/text.h"
#include "program.h"

enum wanted_kind {
	WANTED_OTHER, /* what nobody can know */
	WANTED_WORD,
	WANTED_FILE,
	WANTED_DIRECTORY,
	WANTED_CONTAINER, /* the id of one that is there */
	WANTED_VERB,
};

struct wanted {
	enum wanted_kind kind;
	const char *words; /* of WANTED_WORD and WANTED_VERB, with blanks between them; else NULL */
};

/* The commands of a line by index, NULL behind the last: `husk` itself, whose one argument is a verb; `help`; and the verbs. */
const struct verb *completion_command(size_t index);

/* Their options and arguments by index, NULL behind the last. */
const struct option *completion_option(const struct verb *command, size_t index);

/* What stands in the place of an option's value, or of an argument. */
struct wanted completion_wanted(struct arena *a, const struct verb *command, const struct option *o);

/* "ID" for an argument whose value is "[ID...]". */
const char *completion_label(struct arena *a, const struct option *o);

/* Each adds a whole script. */
void completion_bash(struct text *out, struct arena *a);
void completion_zsh(struct text *out, struct arena *a);
void completion_fish(struct text *out, struct arena *a);
