/* text.c - text in a buffer of fixed size. */
#include "text.h"
#include <stdio.h>
#include <string.h>

/* Characters that mean themselves to sh wherever they stand in an argument. */
#define BARE "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"

void text_vadd(struct text *t, const char *format, va_list args) {
	size_t left = t->size - t->n;
	int n = vsnprintf(t->at + t->n, left, format, args);

	if (n > 0)
		t->n += (size_t)n < left ? (size_t)n : left - 1;
}

void text_add(struct text *t, const char *format, ...) {
	va_list args;

	va_start(args, format);
	text_vadd(t, format, args);
	va_end(args);
}

void text_add_quoted(struct text *t, const char *s) {
	if (*s && !s[strspn(s, BARE)]) {
		text_add(t, "%s", s);
		return;
	}
	text_add(t, "'");
	for (const char *quote; (quote = strchr(s, '\'')); s = quote + 1)
		text_add(t, "%.*s'\\''", (int)(quote - s), s);
	text_add(t, "%s'", s);
}
