/* processes.c - who is in a container's cgroup, and signals to them. */
#include "../os/fd.h"
#include "../os/tree.h"
#include "freeze.h"
#include "visit.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PASSES 16 /* over processes that fork while they are killed */

size_t cgroup_count(const char *dir, pid_t *one) {
	struct visit v = {.each = visit_processes};

	visit(dir, &v);
	if (one)
		*one = v.one;
	return v.n;
}

static void prefer_busy(pid_t pid, struct visit *v) {
	if (process_state(pid) == 'D')
		v->one = pid;
}

struct busy cgroup_find_busy(const char *freezer) {
	struct visit v = {.each = visit_processes, .process = prefer_busy};
	char dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(freezer, '/') - freezer), freezer);
	visit(dir, &v);
	return (struct busy){v.one, process_state(v.one)};
}

/* The pids of more than one visit, while they are collected. */
struct collected {
	struct arena *a;
	struct uint32s *pids;
};

static void collect(pid_t pid, struct visit *v) {
	struct collected *c = v->into;

	if (pid <= 0)
		return;
	c->pids->v = arena_grow(c->a, c->pids->v, c->pids->n, sizeof(*c->pids->v));
	c->pids->v[c->pids->n++] = (uint32_t)pid;
}

static int by_number(const void *a, const void *b) {
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Most are in each hierarchy. */
static void remove_twins(struct uint32s *pids) {
	size_t kept = 0;

	if (pids->n)
		qsort(pids->v, pids->n, sizeof(*pids->v), by_number);
	for (size_t i = 0; i < pids->n; i++)
		if (kept == 0 || pids->v[kept - 1] != pids->v[i])
			pids->v[kept++] = pids->v[i];
	pids->n = kept;
}

int cgroup_pids(struct arena *a, const struct strings *dirs, struct uint32s *pids) {
	struct uint32s all = {0};
	struct collected c = {a, &all};
	struct visit v = {.each = visit_processes, .process = collect, .into = &c};

	for (size_t i = 0; i < dirs->n; i++)
		visit(dirs->v[i], &v);
	if (v.rc < 0)
		return v.rc;
	remove_twins(&all);
	*pids = all;
	return 0;
}

/* Processes that fork are more in each pass; those killed may stay in the list for a while. A frozen cgroup stops forks. */
static int kill_listed(const char *dir) {
	struct visit v = {0};
	size_t before;
	int pass = 0;

	do {
		before = v.n;
		v = (struct visit){.each = visit_processes, .signal = SIGKILL};
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
	struct visit seeing = {.each = visit_processes}, thawing = {.each = visit_thaw};
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
		struct visit v = {.each = visit_processes, .signal = signal};

		visit(dirs->v[i], &v);
		if (v.n > 0 || v.rc < 0)
			return v.rc;
	}
	return 0;
}
