/* enter.c - the cgroups of a container that is there, for a process that comes into it: as the record has them, or with
 * --cgroup below them, never outside. */
#include "cgroup.h"
#include "../os/fd.h"
#include "../os/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>

/* Where it goes in one hierarchy. */
struct entrance {
	const struct cgroup_hierarchy *hierarchy;
	const char *dir;   /* the container's cgroup */
	const char *below; /* from there, by --cgroup; NULL: not asked for, that itself */
	const char *tasks; /* v1: its file */
	pid_t init;
	size_t slot; /* v1: of r->cgroup_tasks */
};

static int open_below(const struct entrance *at) {
	const struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
				     .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
	auto_close int dir = open(at->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0 || !at->below)
		return fd_take(&dir);
	return sys_openat2(dir, at->below, &how);
}

/* By the host: the inside has another root by then, and the kernel looks at the rights of who opened the file. */
static int run_open_tasks(struct run *r, const void *arg) {
	const struct entrance *at = arg;
	auto_close int below = at->below ? open_below(at) : -1;

	if (at->below && below < 0)
		return -errno;
	r->cgroup_tasks[at->slot] = openat(below, at->below ? "tasks" : at->tasks, O_WRONLY | O_CLOEXEC);
	return r->cgroup_tasks[at->slot] < 0 ? -errno : 0;
}

/* Controllers are handed down only where no process is: one that is born there would be refused (EBUSY). systemd as an init
 * does so, and moves itself below. */
static bool hands_down(int cgroup) {
	char controllers[256];

	return file_read_at(cgroup, "cgroup.subtree_control", controllers, sizeof(controllers)) > 0;
}

/* Where the init is now in the cgroup2: the line "0::/path". */
static int open_present(const struct entrance *at) {
	char path[64], text[8192], *line;
	int rc;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)at->init);
	rc = file_read_at(AT_FDCWD, path, text, sizeof(text));
	if (rc < 0)
		return errno = -rc, -1;
	line = strncmp(text, "0::/", 4) == 0 ? text : strstr(text, "\n0::/");
	if (!line)
		return errno = ENOENT, -1;
	line = strchr(line, '/') + 1;
	*strchrnul(line, '\n') = '\0';
	auto_close int top = open(at->hierarchy->mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return openat(top, *line ? line : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int run_open_cgroup2(struct run *r, const void *arg) {
	const struct entrance *at = arg;
	auto_close int fd = open_below(at);

	if (fd < 0 && (at->below || errno != ENOENT))
		return -errno;
	if (fd < 0 || (!at->below && hands_down(fd))) {
		fd_close(&fd);
		fd = open_present(at);
	}
	r->cgroup_fd = fd_take(&fd);
	return r->cgroup_fd < 0 ? -errno : 0;
}

/* INSIDE: 0 is whoever writes. */
static int run_enter(struct run *r, const void *arg) {
	const size_t n = sizeof(r->cgroup_tasks) / sizeof(*r->cgroup_tasks);
	int rc = 0;

	(void)arg;
	for (size_t i = 0; i < n && rc == 0; i++)
		if (r->cgroup_tasks[i] >= 0)
			rc = fd_write_text(r->cgroup_tasks[i], "0");
	return rc;
}

/* One without a mount point where it is no longer mounted. */
static const struct cgroup_hierarchy *hierarchy_of(const struct host *h, const char *dir) {
	static char nothing[] = "";
	static const struct cgroup_hierarchy gone = {.mountpoint = nothing, .controllers = nothing};

	for (size_t i = 0; i < h->cgroups.n; i++) {
		size_t n = strlen(h->cgroups.v[i].mountpoint);

		if (strncmp(dir, h->cgroups.v[i].mountpoint, n) == 0 && (dir[n] == '/' || !dir[n]))
			return &h->cgroups.v[i];
	}
	return &gone;
}

/* --cgroup [CONTROLLER,..:]PATH. */
struct asked {
	const char *option;
	struct strings controllers; /* none: of every hierarchy */
	const char *path;           /* relative to the container's cgroup */
};

static bool has_dots(const char *path) {
	for (; *path; path += strcspn(path, "/"), path += strspn(path, "/"))
		if (strcspn(path, "/") == 2 && strncmp(path, "..", 2) == 0)
			return true;
	return false;
}

static int read_option(struct arena *a, char *option, struct asked *asked, struct error *e) {
	char *colon = strchr(option, ':'), *rest = NULL;

	*asked = (struct asked){.option = option, .path = colon ? colon + 1 : option};
	if (colon == option)
		return error_set(e, 0, NULL, "--cgroup %s: a controller is missing before the colon", option);
	for (char *name = colon ? strtok_r(arena_strndup(a, option, (size_t)(colon - option)), ",", &rest) : NULL; name;
	     name = strtok_r(NULL, ",", &rest))
		strings_add(a, &asked->controllers, name);
	if (has_dots(asked->path))
		return error_set(e, 0, NULL,
				 "--cgroup %s: has '..' in it; only a cgroup below the container's can be named",
				 option);
	asked->path += strspn(asked->path, "/");
	if (!*asked->path)
		asked->path = "."; /* the container's own */
	return 0;
}

static bool is_about(const struct asked *asked, const struct cgroup_hierarchy *hierarchy) {
	for (size_t i = 0; i < asked->controllers.n; i++)
		if (cgroup_list_has(hierarchy->controllers, asked->controllers.v[i]))
			return true;
	return asked->controllers.n == 0;
}

/* Each controller that is named must be in one of the hierarchies. */
static int check_controllers(const struct host *h, const struct strings *dirs, const struct asked *asked,
			     struct error *e) {
	for (size_t i = 0; i < asked->controllers.n; i++) {
		bool found = false;

		for (size_t j = 0; j < dirs->n; j++)
			found |= cgroup_list_has(hierarchy_of(h, dirs->v[j])->controllers, asked->controllers.v[i]);
		if (!found)
			return error_set(e, 0, NULL, "--cgroup %s: the container has no cgroup of cgroup v1 for \"%s\"",
					 asked->option, asked->controllers.v[i]);
	}
	return 0;
}

/* One option at most for each hierarchy. */
static int choose(const struct strings *dirs, const struct asked *asked, struct entrance *all, struct error *e) {
	for (size_t i = 0; i < dirs->n; i++) {
		if (!is_about(asked, all[i].hierarchy))
			continue;
		if (all[i].below)
			return error_set(e, 0, NULL, "--cgroup %s: another --cgroup is about %s too", asked->option,
					 all[i].dir);
		all[i].below = asked->path;
	}
	return 0;
}

static int check_hierarchies(const struct host *h, const struct strings *dirs, struct error *e) {
	const size_t slots = sizeof(((struct run *)0)->cgroup_tasks) / sizeof(int);

	if (dirs->n > slots)
		return error_set(e, 0, NULL, "the container is in %zu cgroup hierarchies: husk takes %zu at most",
				 dirs->n, slots);
	for (size_t i = 0; i < dirs->n; i++)
		if (!hierarchy_of(h, dirs->v[i])->mountpoint[0])
			return error_set(e, 0, NULL,
					 "the container's cgroup %s is in no cgroup file system that is mounted",
					 dirs->v[i]);
	return 0;
}

static void plan_open(struct plan *p, const struct entrance *at) {
	const char *slash = at->below ? "/" : "";
	const char *path = arena_printf(p->a, "%s%s%s", at->dir, slash, at->below ? at->below : "");

	if (at->hierarchy->v2)
		plan_add(p, HOST, run_open_cgroup2, at, NULL, NO_INDEX, NULL, "open the cgroup %s", path);
	else
		plan_add(p, HOST, run_open_tasks, at, NULL, NO_INDEX, NULL, "open the cgroup %s", path);
}

int plan_cgroup_enter(struct plan *p, const struct host *h, const struct strings *dirs, const struct strings *options,
		      pid_t init, struct error *e) {
	struct entrance *all = arena_alloc(p->a, (dirs->n + 1) * sizeof(*all));
	struct asked asked;

	if (check_hierarchies(h, dirs, e) < 0)
		return -1;
	for (size_t i = 0; i < dirs->n; i++)
		all[i] = (struct entrance){.hierarchy = hierarchy_of(h, dirs->v[i]),
					   .dir = dirs->v[i],
					   .tasks = arena_printf(p->a, "%s/tasks", dirs->v[i]),
					   .init = init,
					   .slot = i};
	for (size_t i = 0; i < options->n; i++)
		if (read_option(p->a, options->v[i], &asked, e) < 0 || check_controllers(h, dirs, &asked, e) < 0 ||
		    choose(dirs, &asked, all, e) < 0)
			return -1;
	for (size_t i = 0; i < dirs->n; i++)
		plan_open(p, &all[i]);
	return 0;
}

void plan_cgroup_entered(struct plan *p, const struct strings *dirs) {
	if (dirs->n)
		plan_add(p, INSIDE, run_enter, NULL, NULL, NO_INDEX, NULL, "enter the container's cgroups");
}
