/* remove.c - the end of a cgroup: killing who is in it, removing it with everything below. */
#include "../os/fd.h"
#include "../os/tree.h"
#include "../os/wait.h"
#include "visit.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PAUSE_MS 1
#define LONGEST_PAUSE_MS 50

static void pause_longer(int *ms) {
	nanosleep(&(struct timespec){.tv_nsec = *ms * 1000000L}, NULL);
	*ms = *ms < LONGEST_PAUSE_MS / 2 ? *ms * 2 : LONGEST_PAUSE_MS;
}

/* Removes what is below a cgroup, from the bottom, at any depth, and kills the processes on the way. Stops at the first
 * cgroup with a process that is still there. */
static void remove_below(const char *dir, int64_t deadline_ms) {
	struct visit killing = {.each = visit_processes, .signal = SIGKILL};
	auto_close int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[NAME_MAX + 1];

	for (size_t depth = 0; fd >= 0 && clock_ms() < deadline_ms;) {
		long begin = 0;

		if (!next_subdirectory(fd, &begin, name)) {
			if (depth-- == 0 || !move_to(&fd, ".."))
				return;
			continue;
		}
		if (unlinkat(fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
			continue;
		if (errno != EBUSY || !move_to(&fd, name))
			return;
		depth++;
		visit_processes(fd, &killing);
		visit_thaw(fd, &killing);
		if (!has_subdirectories(fd))
			return;
	}
}

/* Whoever is there is killed first and needs a moment to go. In all hierarchies, since another one may hold it frozen. */
static int remove_cgroup(const char *dir, const struct strings *dirs, int64_t deadline_ms) {
	int rc, pause_ms = FIRST_PAUSE_MS;

	while ((rc = rmdir(dir) == 0 || errno == ENOENT ? 0 : -errno) == -EBUSY && clock_ms() < deadline_ms) {
		cgroup_kill(dirs);
		remove_below(dir, deadline_ms);
		pause_longer(&pause_ms);
	}
	return rc;
}

/* A cgroup that was there before the container stays, but empty. */
static int empty_cgroup(const char *dir, const struct strings *dirs, int64_t deadline_ms) {
	int pause_ms = FIRST_PAUSE_MS;

	for (;;) {
		struct visit v = {.each = visit_processes};

		visit(dir, &v);
		if (v.rc < 0 || v.n == 0)
			return v.rc;
		if (clock_ms() >= deadline_ms)
			return -EBUSY;
		cgroup_kill(dirs);
		pause_longer(&pause_ms);
	}
}

static int removal_error(const char *dir, int rc, struct error *e) {
	pid_t one = 0;
	size_t n = cgroup_count(dir, &one);

	if (n == 0)
		return error_set(e, -rc, NULL, "cannot remove cgroup %s", dir);
	if (one <= 0)
		return error_set(e, 0, NULL,
				 "cannot remove cgroup %s: %zu process(es) of another pid namespace are still in it",
				 dir, n);
	return error_set(e, 0, NULL, "cannot remove cgroup %s: process %d (state %c) is still in it", dir, (int)one,
			 process_state(one));
}

int cgroup_remove(const struct strings *made, const struct strings *dirs, int64_t deadline_ms, struct error *e) {
	const char *blocked = NULL;
	int why = 0;

	for (size_t i = dirs->n; i-- > 0;) {
		const char *dir = dirs->v[i];
		int rc = strings_have(made, dir) ? remove_cgroup(dir, dirs, deadline_ms)
						 : empty_cgroup(dir, dirs, deadline_ms);

		if (rc < 0 && !blocked) {
			blocked = dir;
			why = rc;
		}
	}
	if (blocked)
		return removal_error(blocked, why, e);
	/* A parent that does not go has other cgroups in it by now, whose containers live on. */
	for (size_t i = made->n; i-- > 0;)
		if (!strings_have(dirs, made->v[i]) && rmdir(made->v[i]) < 0 && errno != ENOENT && errno != EBUSY)
			return error_set(e, errno, NULL, "cannot remove cgroup %s", made->v[i]);
	return 0;
}
