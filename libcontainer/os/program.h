/* program.h - a helper program of husk, run to its end within a bounded time. */
#pragma once
#include "../../specs/text.h"

struct program_call {
	const char *path;
	char *const *argv;
	int timeout_ms;
	int interrupt_fd; /* readable: give up; -1: nothing is */
};

/* Runs it with /dev/null as stdin, stdout and stderr in one pipe, and no other descriptor of ours. 0 when its exit status is 0.
 * printed gets what it said, as one line: the result, or why it failed. -errno: -ETIME its time was over, -EINTR we were to
 * give up, -ECANCELED it failed; it is gone then. */
int program_run(const struct program_call *call, struct text *printed);
