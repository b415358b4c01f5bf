/* help.h - what --help prints, made from the tables, 80 columns wide. */
#pragma once
#include "../specs/arena.h"
#include "verb.h"

/* g is the grammar of the verb. */
char *help_verb(struct arena *a, const struct grammar *g, const struct verb *verb);

/* verbs ends in NULL; those of a group stand together. */
char *help_program(struct arena *a, const struct grammar *g, const struct verb *const *verbs);
