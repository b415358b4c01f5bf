/* mountinfo.c - ID PARENT MAJOR:MINOR ROOT MOUNTPOINT OPTIONS [TAG...] - TYPE SOURCE SUPER_OPTIONS; a source may be empty. */
#include "mountinfo.h"
#include <string.h>

static bool is_octal(char c) {
	return c >= '0' && c <= '7';
}

/* Blank, tab, newline and backslash are written as a backslash and three octal digits. */
static void unescape(char *s) {
	char *to = s;

	for (const char *from = s; *from; to++) {
		bool escaped = from[0] == '\\' && is_octal(from[1]) && is_octal(from[2]) && is_octal(from[3]);

		*to = escaped ? (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0')) : *from;
		from += escaped ? 4 : 1;
	}
	*to = '\0';
}

bool mountinfo_parse(char *line, struct mountinfo *m) {
	char *rest = strstr(line, " - ");

	if (!rest)
		return false;
	*rest = '\0';
	rest += strlen(" - ");
	m->type = strsep(&rest, " ");
	strsep(&rest, " ");
	m->options = rest;
	for (int i = 0; i < 3; i++)
		strsep(&line, " ");
	m->root = strsep(&line, " ");
	m->point = strsep(&line, " ");
	if (!m->point || !m->options)
		return false;
	unescape(m->root);
	unescape(m->point);
	return true;
}
