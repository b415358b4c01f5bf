/* wait.c - poll on a descriptor and a process. */
#include "wait.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

#define MAX_WAIT 4

static int wait_poll(struct pollfd *wait, size_t n, int timeout_ms) {
	int ready;

	do
		ready = poll(wait, n, timeout_ms);
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return -errno;
	return ready == 0 ? -ETIMEDOUT : 0;
}

int wait_any(const int *fds, size_t n, int timeout_ms) {
	struct pollfd wait[MAX_WAIT];

	for (size_t i = 0; i < n; i++)
		wait[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	return wait_poll(wait, n, timeout_ms);
}

int wait_for(int fd, int pidfd, int timeout_ms) {
	return wait_any((const int[]){fd, pidfd}, 2, timeout_ms);
}

int wait_for_change(int fd, int pidfd, int timeout_ms) {
	struct pollfd wait[] = {{.fd = fd, .events = POLLPRI}, {.fd = pidfd, .events = POLLIN}};

	return wait_poll(wait, 2, timeout_ms);
}

int wait_for_room(int fd, int pidfd, int timeout_ms) {
	struct pollfd wait[] = {{.fd = fd, .events = POLLOUT}, {.fd = pidfd, .events = POLLIN}};

	return wait_poll(wait, 2, timeout_ms);
}

int64_t clock_ms(void) {
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

int remaining_ms(int64_t deadline) {
	int64_t left = deadline - clock_ms();

	if (deadline < 0)
		return -1;
	if (left < 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}
