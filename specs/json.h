/* json.h - JSON text as a row of events, each with its place; strict as RFC 8259 is, and a little more: no NUL, no half
 * surrogate pairs. For parse.c and locate.c; behind it stands yajl, which nothing else sees. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_OBJECT, /* its opening bracket; names and values follow */
	JSON_ARRAY,
	JSON_NAME, /* of a member of an object */
	JSON_END,  /* of the object or array that is open */
};

struct json_event {
	enum json_kind kind;
	size_t at;     /* offset of its first character in the text */
	const char *s; /* JSON_NUMBER: as written; JSON_STRING, JSON_NAME: decoded. No NUL behind it. */
	size_t n;
	bool value; /* of JSON_BOOL */
	bool stays; /* JSON_STRING, JSON_NAME: s is part of the text; else it is gone after the event */
};

struct json_fault {
	size_t at;
	char text[160];
};

/* Takes one event; false: that is enough. */
typedef bool (*json_event_fn)(void *reader, const struct json_event *event);

/* Returns 0, also when the function had enough; -1 with *fault filled when the text is not JSON. */
int json_read(const char *text, size_t n, json_event_fn fn, void *reader, struct json_fault *fault);

/* Line and column of an offset, from 1; a column is a character. */
void json_place(const char *text, size_t at, unsigned *line, unsigned *column);

/* Bytes of the UTF-8 character at s; 0: there is none in these n bytes. */
size_t json_utf8_length(const char *s, size_t n);
