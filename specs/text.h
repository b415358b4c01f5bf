/* text.h - writing into a buffer of fixed size: no memory is allocated, what does not fit is cut. */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

struct text {
	char *at;    /* the buffer, of the caller; always ends in NUL */
	size_t size; /* of the buffer, at least 1 */
	size_t n;    /* characters written, less than size */
};

#define TEXT(buffer) ((struct text){.at = (buffer), .size = sizeof(buffer)})

void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vadd(struct text *t, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Adds a time as RFC 3339 in UTC, with nanoseconds. Not by gmtime, which reads files. */
void text_add_time(struct text *t, const struct timespec *time);

/* The place of word in words, which end in NULL; -1: it is none of them. */
int text_index(const char *const *words, const char *word);

/* Adds a member to a JSON pointer: its name behind a slash, in it '/' as ~1 and '~' as ~0 (RFC 6901). */
void text_add_member(struct text *t, const char *name, size_t n);

/* Adds s so that sh reads it as one word: bare where that is safe, else in single quotes. */
void text_add_quoted(struct text *t, const char *s);
