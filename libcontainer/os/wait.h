/* wait.h - waiting for a descriptor, never without the process that is to make it readable; and deadlines. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Until one of n descriptors is readable (those that are -1 never are), at most timeout_ms (-1: for ever). 0, or -ETIMEDOUT. EINTR
 * is repeated. */
int wait_any(const int *fds, size_t n, int timeout_ms);

/* Until fd is readable or the process of pidfd has ended (either may be -1), as wait_any. */
int wait_for(int fd, int pidfd, int timeout_ms);

/* Until a file of cgroupfs, such as cgroup.events, has changed since it was read, or the process of pidfd has ended. Such a file
 * is always readable. */
int wait_for_change(int fd, int pidfd, int timeout_ms);

/* Until a socket has room to write, or the process of pidfd (or -1) has ended, as wait_any. */
int wait_for_room(int fd, int pidfd, int timeout_ms);

/* Now by CLOCK_MONOTONIC; a deadline is such a time. */
int64_t clock_ms(void);

/* What is left until a deadline, for wait_for: 0 when it is over, -1 when there is none (deadline < 0). */
int remaining_ms(int64_t deadline);
