/* mountinfo.c - ID PARENT MAJOR:MINOR ROOT MOUNTPOINT OPTIONS [TAG...] - TYPE SOURCE SUPER_OPTIONS; a source may be empty. */
#include "mountinfo.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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
	strsep(&line, " ");
	strsep(&line, " ");
	m->device = strsep(&line, " ");
	m->root = strsep(&line, " ");
	m->point = strsep(&line, " ");
	if (!m->point || !m->options)
		return false;
	unescape(m->root);
	unescape(m->point);
	return true;
}

int mountinfo_read(struct mountinfo_reader *reader, char *line, size_t size) {
	char *newline;

	while (!(newline = memchr(reader->buffer, '\n', reader->n))) {
		if (reader->n == sizeof(reader->buffer))
			return -ENAMETOOLONG;
		ssize_t got = read(reader->fd, reader->buffer + reader->n, sizeof(reader->buffer) - reader->n);

		if (got <= 0)
			return got < 0 ? -errno : 0;
		reader->n += (size_t)got;
	}
	size_t length = (size_t)(newline - reader->buffer);
	if (length >= size)
		return -ENAMETOOLONG;
	memcpy(line, reader->buffer, length);
	line[length] = '\0';
	reader->n -= length + 1;
	memmove(reader->buffer, newline + 1, reader->n);
	return 1;
}

void mountinfo_find_type(int mountinfo_fd, int file_fd, char *type, size_t size) {
	struct mountinfo_reader reader = {.fd = mountinfo_fd};
	char line[2 * PATH_MAX], device[32] = "";
	struct stat st;

	if (fstat(file_fd, &st) == 0)
		snprintf(device, sizeof(device), "%u:%u", major(st.st_dev), minor(st.st_dev));
	while (mountinfo_read(&reader, line, sizeof(line)) > 0) {
		struct mountinfo m;

		if (mountinfo_parse(line, &m) && strcmp(m.device, device) == 0) {
			snprintf(type, size, "%s", m.type);
			return;
		}
	}
}
