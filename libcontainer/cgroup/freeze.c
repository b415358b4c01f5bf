/* freeze.c - the freezers of both versions of cgroups. */
#include "freeze.h"
#include "../os/fd.h"
#include "../os/wait.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define V1_STATE "/freezer.state"
#define V2_STATE "/cgroup.events"
#define PAUSE_MS 2  /* of v1, which cannot be waited for */
#define THAW_MS 200 /* by then only a frozen cgroup above can be why */

char *cgroup_freezer(struct arena *a, const struct host *h, const struct strings *dirs) {
	char *unified = NULL;

	for (size_t i = 0; i < dirs->n; i++) {
		if (cgroup_list_has(h->cgroups.v[i].controllers, "freezer"))
			return arena_printf(a, "%s" V1_STATE, dirs->v[i]);
		if (h->cgroups.v[i].v2)
			unified = arena_printf(a, "%s" V2_STATE, dirs->v[i]);
	}
	return unified;
}

static bool is_v1(const char *freezer) {
	return strcmp(strrchr(freezer, '/'), V1_STATE) == 0;
}

/* "FROZEN" and "FREEZING" begin alike; the latter is on the way there. */
static bool says_frozen(const char *state) {
	return strncmp(state, "FR", 2) == 0 || strstr(state, "frozen 1");
}

int cgroup_frozen(const char *freezer) {
	char state[256];
	int n = file_read_at(AT_FDCWD, freezer, state, sizeof(state));

	return n < 0 ? n : says_frozen(state);
}

/* The file beside it that v2 is told by. */
static int write_v2(const char *freezer, const char *value) {
	char path[PATH_MAX];
	int dir = (int)(strrchr(freezer, '/') - freezer);

	if (snprintf(path, sizeof(path), "%.*s/cgroup.freeze", dir, freezer) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return file_write_at(AT_FDCWD, path, value);
}

/* A process that forks or wakes up while it is frozen leaves FREEZING for ever: each write tries anew. */
static int freeze_v1(const char *freezer, int64_t deadline) {
	for (;;) {
		char state[16];
		int rc = file_write_at(AT_FDCWD, freezer, "FROZEN");

		if (rc == 0)
			rc = file_read_at(AT_FDCWD, freezer, state, sizeof(state));
		if (rc < 0)
			return rc;
		if (strcmp(state, "FROZEN") == 0)
			return 0;
		if (remaining_ms(deadline) == 0)
			return -ETIMEDOUT;
		nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
	}
}

static int freeze_v2(const char *freezer, int pidfd, int64_t deadline) {
	auto_close int events = open(freezer, O_RDONLY | O_CLOEXEC);
	int rc = events < 0 ? -errno : write_v2(freezer, "1");

	while (rc == 0) {
		char state[256] = "";

		if (pread(events, state, sizeof(state) - 1, 0) < 0)
			return -errno;
		if (says_frozen(state))
			return 0;
		rc = wait_for_change(events, pidfd, remaining_ms(deadline));
		if (rc == 0 && wait_for(-1, pidfd, 0) == 0)
			rc = -ESRCH;
	}
	return rc;
}

/* What v2 has stopped sleeps, and what has not is in state D, from which the thaw wakes it for a moment. What v1 has stopped is in
 * state D itself until it is thawed. */
static struct busy thaw_and_find_busy(const char *freezer) {
	struct busy before = cgroup_find_busy(freezer);

	cgroup_thaw(freezer);
	return is_v1(freezer) ? cgroup_find_busy(freezer) : before;
}

int cgroup_freeze(const char *freezer, int pidfd, int timeout_ms, struct busy *busy) {
	int64_t deadline = clock_ms() + timeout_ms;
	int rc = is_v1(freezer) ? freeze_v1(freezer, deadline) : freeze_v2(freezer, pidfd, deadline);

	if (rc == 0 && wait_for(-1, pidfd, 0) == 0)
		rc = -ESRCH;
	if (rc < 0)
		*busy = thaw_and_find_busy(freezer);
	return rc;
}

/* v2 says so when the processes have seen it. */
int cgroup_thaw(const char *freezer) {
	int rc = is_v1(freezer) ? file_write_at(AT_FDCWD, freezer, "THAWED") : write_v2(freezer, "0");
	int64_t deadline = clock_ms() + THAW_MS;

	while (rc == 0 && (rc = cgroup_frozen(freezer)) > 0) {
		if (remaining_ms(deadline) == 0)
			return -EBUSY;
		nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
		rc = 0;
	}
	return rc;
}
