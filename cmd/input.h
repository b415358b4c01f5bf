/* input.h - a whole file that the caller names, or stdin. */
#pragma once
#include "../specs/arena.h"
#include "../specs/error.h"

struct input {
	char *text; /* NUL-terminated */
	size_t n;
};

/* Reads a descriptor to its end. More than max bytes are -EFBIG. 0 or -errno. */
int input_read_fd(struct arena *a, int fd, size_t max, struct input *input);

/* Reads it; "-" is stdin. More than max bytes are an error. 0, or -1 and *e. */
int input_read(struct arena *a, const char *file, size_t max, struct input *input, struct error *e);
