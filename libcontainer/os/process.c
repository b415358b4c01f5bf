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

int process_find(pid_t pid, struct process_name *name) {
	char path[32], stat[1024];
	const char *field;
	uint64_t ticks;
	int rc;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	rc = file_read_at(AT_FDCWD, path, stat, sizeof(stat));
	if (rc < 0)
		return rc == -ENOENT ? -ESRCH : rc;
	field = stat_field(stat, START_TIME);
	if (!field || !number_unsigned(field, strcspn(field, " "), UINT64_MAX, &ticks))
		return -EIO;
	*name = (struct process_name){pid, ticks};
	return 0;
}

/* The pidfd first: what is compared then is a process that this descriptor names already. */
int process_open(const struct process_name *name) {
	struct process_name now;
	auto_close int fd = -1;
	int rc;

	if (name->pid <= 0 || name->pid > INT_MAX)
		return -ESRCH;
	fd = sys_pidfd_open((pid_t)name->pid, 0);
	/* EINVAL, of older kernels such as 6.12: the number lives on as that of a group or session only. */
	if (fd < 0)
		return errno == EINVAL ? -ESRCH : -errno;
	rc = process_find((pid_t)name->pid, &now);
	if (rc < 0)
		return rc;
	return now.start_time == name->start_time && process_wait(fd, 0) < 0 ? fd_take(&fd) : -ESRCH;
}

int process_wait(int pidfd, int timeout_ms) {
	return wait_for(-1, pidfd, timeout_ms);
}
