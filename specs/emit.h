/* emit.h - a C struct as a JSON object, along the table of its type (fields.h): the other way round than parse.h. */
#pragma once
#include <stdbool.h>
#include "arena.h"

struct type;

/* Required properties are always there; of the others those that are NULL, 0 or false are left out, lists whose v is NULL, and
 * objects by value with nothing in them. pretty: a line for each value, indented with tabs. What is not UTF-8 in a string
 * becomes U+FFFD, as Go writes it. */
char *emit_object(struct arena *a, const struct type *type, const void *object, bool pretty);
