/* input.c - reading what a flag names. */
#include "input.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define FIRST_SIZE 65536

/* A pipe tells its length only by its end. */
int input_read_fd(struct arena *a, int fd, size_t max, struct input *input) {
	size_t size = FIRST_SIZE;
	ssize_t got = 1;

	*input = (struct input){arena_alloc(a, size), 0};
	while (got != 0 && input->n <= max) {
		if (input->n + 1 == size) {
			input->text = memcpy(arena_alloc(a, size * 2), input->text, input->n);
			size *= 2;
		}
		got = read(fd, input->text + input->n, size - 1 - input->n);
		if (got < 0 && errno != EINTR)
			return -errno;
		input->n += got > 0 ? (size_t)got : 0;
	}
	return input->n <= max ? 0 : -EFBIG;
}

int input_read(struct arena *a, const char *file, size_t max, struct input *input, struct error *e) {
	bool is_stdin = strcmp(file, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return error_set(e, errno, NULL, "cannot open %s", file);
	rc = input_read_fd(a, fd, max, input);
	if (!is_stdin)
		close(fd);
	return rc < 0 ? error_set(e, -rc, NULL, "cannot read %s", is_stdin ? "stdin" : file) : 0;
}
