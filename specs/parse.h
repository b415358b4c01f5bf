/* parse.h - a JSON object into a C struct, along the table of its type (fields.h).
 *
 * Strict: a wrong type, a number that the member cannot hold, a name given twice, NUL, invalid UTF-8, text behind the end, or
 * a required property that is absent is an error that names the property (JSON pointer), line and column. null, and an
 * empty string, is an optional property that is absent. Properties that are not in the table are no error; the spec wants it so. */
#pragma once
#include "arena.h"
#include "error.h"

struct type;

/* Limits of a document. */
#define PARSE_MAX_SIZE ((size_t)16 << 20)   /* bytes of text */
#define PARSE_MAX_DEPTH 64                  /* objects and arrays within each other */
#define PARSE_MAX_MEMBERS 65536             /* of one object or array */
#define PARSE_MAX_MEMORY ((size_t)32 << 20) /* of the arena; with text and yajl's buffer at most 64 MiB */
#define PARSE_MAX_UNKNOWN 64                /* pointers of unknown properties that are kept */

/* Reads text into *object, which stays as it was on failure. file is the name for errors, such as config.json. The JSON
 * pointers of unknown properties are added to *unknown, the first PARSE_MAX_UNKNOWN of them; it may be NULL. */
int parse_object(struct arena *a, const struct type *type, const char *file, const char *text, size_t n, void *object,
		 struct strings *unknown, struct error *e);

/* Where a JSON pointer leads to in a text that was parsed before: for a property that a later check refuses. Where its last
 * members do not exist, the place of the nearest parent that does. -1: the text is not JSON. */
int parse_locate(const char *text, size_t n, const char *pointer, unsigned *line, unsigned *column);
