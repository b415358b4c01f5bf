/* remove.c - the end of a cgroup: who is in it, killing them, removing it with everything below. Nothing here allocates from
 * an arena: a failed create cleans up with it. */
#include "freeze.h"
#include "../os/fd.h"
#include "../os/tree.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_DEPTH 4096 /* of the cgroups visited; who is deeper is met when all is removed */
#define MAX_PASSES 16  /* over processes that fork while they are killed */
#define FIRST_PAUSE_MS 1
#define LONGEST_PAUSE_MS 50

/* What is done to each cgroup of a tree, and what came of it. */
struct visit {
	void (*each)(int dir_fd, struct visit *v);
	int signal; /* 0: none */
	size_t n;   /* processes seen */
	pid_t one;  /* one of them; 0 when it is of a pid namespace that we do not see */
	bool busy;  /* one in state D rather than another */
	int rc;     /* the first -errno; the visit goes on */
};

static int64_t now_ms(void) {
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_longer(int *ms) {
	nanosleep(&(struct timespec){.tv_nsec = *ms * 1000000L}, NULL);
	*ms = *ms < LONGEST_PAUSE_MS / 2 ? *ms * 2 : LONGEST_PAUSE_MS;
}

static void visit_failed(struct visit *v, int rc) {
	if (v->rc == 0)
		v->rc = rc;
}

/* A process of an outer pid namespace reads as 0, and kill(0) would end our own process group. Ourselves we spare: that we
 * are in the way is said by the error of the removal then. */
static void see_process(pid_t pid, struct visit *v) {
	v->n++;
	if (v->one <= 0 || (v->busy && process_state(pid) == 'D'))
		v->one = pid;
	if (v->signal && pid > 0 && pid != getpid() && kill(pid, v->signal) < 0 && errno != ESRCH)
		visit_failed(v, -errno);
}

/* cgroup.procs has one pid a line; a line may be cut between two reads. ENOENT, ENODEV: the cgroup is gone meanwhile.
 * EOPNOTSUPP: it is a threaded one, and the domain above it lists its processes. */
static void see_processes(int dir_fd, struct visit *v) {
	auto_close int fd = openat(dir_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	char text[4096];
	ssize_t n = fd < 0 ? -1 : 0;
	pid_t pid = 0;

	while (fd >= 0 && (n = read(fd, text, sizeof(text))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] != '\n') {
				pid = pid * 10 + (text[i] - '0');
				continue;
			}
			see_process(pid, v);
			pid = 0;
		}
	}
	if (n < 0 && errno != ENOENT && errno != ENODEV && errno != EOPNOTSUPP)
		visit_failed(v, -errno);
}

/* v1: what was killed while frozen dies when it is thawed; a container may have frozen cgroups of its own. */
static void thaw(int dir_fd, struct visit *v) {
	int rc = file_write_at(dir_fd, "freezer.state", "THAWED");

	if (rc < 0 && rc != -ENOENT && rc != -ENODEV)
		visit_failed(v, rc);
}

static bool is_subdirectory(const struct dirent *entry) {
	return entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* kernfs counts the directories in a directory: two links more are its own name and ".". */
static bool has_subdirectories(int dir_fd) {
	struct stat st;

	return fstat(dir_fd, &st) == 0 && st.st_nlink > 2;
}

/* The name of the directory in dir_fd that stands behind *position, which moves on; 0 is the begin. */
static bool next_subdirectory(int dir_fd, long *position, char name[NAME_MAX + 1]) {
	int fd = has_subdirectories(dir_fd) ? openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!list) {
		fd_close(&fd);
		return false;
	}
	if (*position)
		seekdir(list, *position);
	while ((entry = readdir(list)) && !is_subdirectory(entry))
		continue;
	if (entry)
		snprintf(name, NAME_MAX + 1, "%s", entry->d_name);
	*position = telldir(list);
	closedir(list);
	return entry != NULL;
}

static bool move_to(int *dir_fd, const char *name) {
	int fd = openat(*dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return false;
	fd_close(dir_fd);
	*dir_fd = fd;
	return true;
}

/* The cgroup, then all below it. A container may nest them deeper than we may open files or recurse: one descriptor walks
 * down and, by "..", up. */
static void visit(const char *dir, struct visit *v) {
	auto_close int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long position[MAX_DEPTH];
	char name[NAME_MAX + 1];
	int depth = 0;

	position[0] = 0;
	if (fd >= 0)
		v->each(fd, v);
	else if (errno != ENOENT)
		visit_failed(v, -errno);
	while (fd >= 0) {
		if (depth + 1 < MAX_DEPTH && next_subdirectory(fd, &position[depth], name)) {
			if (!move_to(&fd, name))
				continue; /* gone meanwhile */
			position[++depth] = 0;
			v->each(fd, v);
		} else if (depth-- == 0 || !move_to(&fd, "..")) {
			return;
		}
	}
}

size_t cgroup_count(const char *dir, pid_t *one) {
	struct visit v = {.each = see_processes};

	visit(dir, &v);
	if (one)
		*one = v.one;
	return v.n;
}

pid_t cgroup_find_busy(const char *freezer) {
	struct visit v = {.each = see_processes, .busy = true};
	char dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(freezer, '/') - freezer), freezer);
	visit(dir, &v);
	return v.one;
}

/* Processes that fork are more in each pass; those killed may stay in the list for a while. A frozen cgroup stops forks. */
static int kill_listed(const char *dir) {
	struct visit v = {0};
	size_t before;
	int pass = 0;

	do {
		before = v.n;
		v = (struct visit){.each = see_processes, .signal = SIGKILL};
		visit(dir, &v);
	} while (v.n > before && ++pass < MAX_PASSES);
	return v.rc;
}

static int write_in(const char *dir, const char *file, const char *value) {
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", dir, file) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return file_write_at(AT_FDCWD, path, value);
}

/* v2 kills all that is in and below a cgroup by one write. v1 has no such file: all one by one, and frozen meanwhile where
 * this hierarchy is the one that freezes. */
static int kill_in(const char *dir) {
	struct visit seeing = {.each = see_processes}, thawing = {.each = thaw};
	int rc;

	if (write_in(dir, "cgroup.kill", "1") == 0)
		return 0;
	visit(dir, &seeing);
	if (seeing.n == 0)
		return seeing.rc;
	if (write_in(dir, "freezer.state", "FROZEN") < 0)
		return kill_listed(dir);
	rc = kill_listed(dir);
	visit(dir, &thawing);
	return rc < 0 ? rc : thawing.rc;
}

int cgroup_kill(const struct strings *dirs) {
	int first = 0;

	for (size_t i = 0; i < dirs->n; i++) {
		int rc = kill_in(dirs->v[i]);

		if (first == 0)
			first = rc;
	}
	return first;
}

int cgroup_signal(const struct strings *dirs, int signal) {
	if (signal == SIGKILL)
		return cgroup_kill(dirs);
	for (size_t i = 0; i < dirs->n; i++) {
		struct visit v = {.each = see_processes, .signal = signal};

		visit(dirs->v[i], &v);
		if (v.n > 0 || v.rc < 0)
			return v.rc;
	}
	return 0;
}

/* Removes what is below a cgroup, from the bottom, at any depth, and kills the processes on the way. Stops at the first
 * cgroup with a process that is still there. */
static void remove_below(const char *dir, int64_t deadline_ms) {
	struct visit killing = {.each = see_processes, .signal = SIGKILL};
	auto_close int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[NAME_MAX + 1];

	for (size_t depth = 0; fd >= 0 && now_ms() < deadline_ms;) {
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
		see_processes(fd, &killing);
		thaw(fd, &killing);
		if (!has_subdirectories(fd))
			return;
	}
}

/* Whoever is there is killed first and needs a moment to go. In all hierarchies, since another one may hold it frozen. */
static int remove_cgroup(const char *dir, const struct strings *dirs, int64_t deadline_ms) {
	int rc, pause_ms = FIRST_PAUSE_MS;

	while ((rc = rmdir(dir) == 0 || errno == ENOENT ? 0 : -errno) == -EBUSY && now_ms() < deadline_ms) {
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
		struct visit v = {.each = see_processes};

		visit(dir, &v);
		if (v.rc < 0 || v.n == 0)
			return v.rc;
		if (now_ms() >= deadline_ms)
			return -EBUSY;
		cgroup_kill(dirs);
		pause_longer(&pause_ms);
	}
}

static bool is_among(const struct strings *list, const char *s) {
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], s) == 0)
			return true;
	return false;
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
		int rc = is_among(made, dir) ? remove_cgroup(dir, dirs, deadline_ms)
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
		if (!is_among(dirs, made->v[i]) && rmdir(made->v[i]) < 0 && errno != ENOENT && errno != EBUSY)
			return error_set(e, errno, NULL, "cannot remove cgroup %s", made->v[i]);
	return 0;
}
