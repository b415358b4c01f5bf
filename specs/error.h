/* error.h - why something was refused or failed, by value.
 *
 * Functions that can fail take `struct error *e` last and `return error_set(...)`, which is -1. Texts are phrases without
 * newline, lower-case, cause first, in Go's words (engines match them; see error_text). */
#pragma once

struct error {
	int errnum;            /* the errno behind it, 0 when there is none */
	char field[256];       /* JSON pointer of the config field to blame; "" for none */
	char text[1024];       /* what was wrong and what would be right */
	char step[32];         /* name of the step that failed; "" outside a plan */
	char shell[1024];      /* the failed step as a shell command; "" outside a plan */
	char file[64];         /* name of the file that `field` points into; "" when no place in it is known */
	unsigned line, column; /* place of `field` in the file, from 1; 0: not known */
};

/* Fills *e and returns -1. errnum is 0 or an errno, whose text is added behind a colon. field may be NULL. */
int error_set(struct error *e, int errnum, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The text of an errno in Go's words: "no such file or directory". Static or thread-local storage. */
const char *error_text(int errnum);

/* The one line for a person: "config.json:14:20: /process/cwd: text". Cut at size; returns line. */
char *error_line(const struct error *e, char *line, unsigned long size);
