/* notify_message.h - a message of sd_notify(3): what it says, and how it is said to the service manager of the host. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "../specs/text.h"

#define NOTIFY_SIZE 4096                   /* of a message: systemd takes no longer ones */
#define NOTIFY_SAID_SIZE (NOTIFY_SIZE + 3) /* with a newline and a NUL, and one more to see what is longer */

struct notify_said {
	bool ready;        /* READY=1 */
	uint64_t main_pid; /* of MAINPID, as the container counts; 0: none that is a pid */
};
struct notify_said notify_read(const char *message);

/* How the host sees what the container tells. */
struct notify_host {
	pid_t main_pid;      /* 0: nobody is told of */
	int64_t clock_ahead; /* of the container's monotonic clock before the host's, in microseconds */
};

/* Writes the message for the host, every field as it is but for pids and times. False when that would be longer than a message may
 * be; *out has NOTIFY_SAID_SIZE bytes. */
bool notify_say(const char *message, const struct notify_host *host, struct text *out);
