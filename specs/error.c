/* error.c - the words of an error, and the one line that a person reads. */
#include "error.h"
#include "text.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* libc writes "No such file or directory", Go and so the engines "no such file or directory", but both "RPC struct is bad". */
const char *error_text(int errnum) {
	static _Thread_local char text[128];

	snprintf(text, sizeof(text), "%s", strerror(errnum));
	if (isupper((unsigned char)text[0]) && islower((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}

/* Filled apart and copied last: the arguments may be members of *e itself. */
int error_set(struct error *e, int errnum, const char *field, const char *format, ...) {
	struct error filled = {.errnum = errnum};
	struct text text = TEXT(filled.text);
	va_list args;

	va_start(args, format);
	text_vadd(&text, format, args);
	va_end(args);
	if (errnum)
		text_add(&text, ": %s", error_text(errnum));
	if (field)
		text_add(&TEXT(filled.field), "%s", field);
	*e = filled;
	return -1;
}

char *error_line(const struct error *e, char *line, unsigned long size) {
	struct text text = {.at = line, .size = size};

	text_add(&text, "%s", e->file);
	if (e->file[0] && e->line)
		text_add(&text, ":%u:%u", e->line, e->column);
	text_add(&text, "%s%s%s%s", e->file[0] ? ": " : "", e->field, e->field[0] ? ": " : "", e->text);
	/* Names in config.json and what hooks print may hold newlines and escape sequences: one line for a terminal holds none. */
	for (char *c = line; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = ' ';
	return line;
}
