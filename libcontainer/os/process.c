/* process.c - naming a process so that nobody who got its pid later is meant, and waiting for its end. */
#include "process.h"
#include "../../specs/number.h"
#include "fd.h"
#include "syscalls.h"
#include "wait.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define START_TIME 22 /* proc_pid_stat(5) */

/* Field n of a stat line, n > 2. The name in field 2 may hold blanks and parentheses: fields are counted behind its last. */
static const char *stat_field(const char *stat, int n) {
	const char *at = strrchr(stat, ')');

	for (int i = 2; at && i < n; i++) {
		at = strchr(at, ' ');
		if (at)
			at++;
	}
	return at;
}

uint64_t process_start_time(pid_t pid) {
	char path[32], stat[1024];
	const char *field;
	uint64_t ticks;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (file_read_at(AT_FDCWD, path, stat, sizeof(stat)) < 0)
		return 0;
	field = stat_field(stat, START_TIME);
	if (!field || !number_unsigned(field, strcspn(field, " "), UINT64_MAX, &ticks))
		return 0;
	return ticks;
}

/* The pidfd first: what is compared then is a process that this descriptor names already. */
int process_open(const struct process_name *name) {
	auto_close int fd = -1;

	errno = ESRCH;
	if (name->pid > 0 && name->pid <= INT_MAX)
		fd = sys_pidfd_open((pid_t)name->pid, 0);
	if (fd < 0)
		return -1;
	if (process_start_time((pid_t)name->pid) == name->start_time && process_wait(fd, 0) < 0)
		return fd_take(&fd);
	errno = ESRCH;
	return -1;
}

int process_wait(int pidfd, int timeout_ms) {
	return wait_for(-1, pidfd, timeout_ms);
}
