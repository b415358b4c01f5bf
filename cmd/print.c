/* print.c - output of a command. */
#include "print.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

int write_bytes(int fd, const char *bytes, size_t n) {
	while (n > 0) {
		ssize_t written = write(fd, bytes, n);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			bytes += written;
			n -= (size_t)written;
		}
	}
	return 0;
}

int write_text(int fd, const char *text) {
	size_t n = strlen(text);
	int r = write_bytes(fd, text, n);

	return r == 0 && n > 0 && text[n - 1] != '\n' ? write_bytes(fd, "\n", 1) : r;
}

int print(const char *text, struct error *e) {
	int r = write_text(STDOUT_FILENO, text);

	return r < 0 ? error_set(e, -r, NULL, "cannot write to stdout") : 0;
}
