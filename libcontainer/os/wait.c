/* wait.c - poll on a descriptor and a process. */
#include "wait.h"
#include <errno.h>
#include <poll.h>

int wait_for(int fd, int pidfd, int timeout_ms) {
	struct pollfd wait[] = {{.fd = fd, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
	int n;

	do
		n = poll(wait, 2, timeout_ms);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n == 0 ? -ETIMEDOUT : 0;
}
