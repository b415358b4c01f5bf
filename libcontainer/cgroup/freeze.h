/* freeze.h - stopping and resuming all processes of a cgroup. A freezer is named by the file that tells its state: freezer.state
 * of v1, cgroup.events of v2. */
#pragma once
#include "cgroup.h"

/* The freezer of a container whose cgroups are these: that of v1 where it is mounted, as on a hybrid host; NULL: there is none.
 * Pure. */
char *cgroup_freezer(struct arena *a, const struct host *h, const struct strings *dirs);

/* 1 when what is in the cgroup is frozen, by whomever, or about to be; 0 when not; -errno. */
int cgroup_frozen(const char *freezer);

/* A process that does not stop. */
struct busy {
	pid_t pid;  /* 0: there is none */
	char state; /* of /proc/PID/stat: 'D' mostly */
};

/* Freezes, and waits until all is frozen, at most timeout_ms and not beyond the end of the process of pidfd. 0 or -errno:
 * -ETIMEDOUT, and *busy says why; -ESRCH when that process has ended; then it is thawed again. */
int cgroup_freeze(const char *freezer, int pidfd, int timeout_ms, struct busy *busy);

/* Thaws. 0 or -errno: -EBUSY when a cgroup above is frozen, by which this one stays so. */
int cgroup_thaw(const char *freezer);

/* A process in or below the freezer's cgroup, one in state D before any other. */
struct busy cgroup_find_busy(const char *freezer);
