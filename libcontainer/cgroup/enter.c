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

#define PHRASE "open the container's cgroup %s/%s"

/* Where it goes in one hierarchy. */
struct entrance {
	const struct cgroup_hierarchy *hierarchy;
	const char *dir;   /* the container's cgroup */
	const char *below; /* from there; NULL: that itself */
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

/* Its root may not be ours, nor its / the host's: the host opens it. */
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

/* --cgroup [CONTROLLER,..:]PATH. True when it is about this hierarchy; *path is what stands behind the colon. */
static bool is_about(const char *option, const struct cgroup_hierarchy *hierarchy, const char **path) {
	const char *colon = strchr(option, ':');
	bool about = !colon;

	*path = colon ? colon + 1 : option;
	*path += strspn(*path, "/");
	if (!**path)
		*path = NULL; /* the container's own */
	for (const char *name = option; colon && !about && name <= colon;) {
		size_t n = strcspn(name, ",:");
		char controller[64] = "";

		text_add(&TEXT(controller), "%.*s", (int)n, name);
		about = cgroup_list_has(hierarchy->controllers, controller);
		name += n + 1;
	}
	return about;
}

static bool has_dots(const char *path) {
	for (; *path; path += strcspn(path, "/"), path += strspn(path, "/"))
		if (strcspn(path, "/") == 2 && strncmp(path, "..", 2) == 0)
			return true;
	return false;
}

/* Each option is about one hierarchy at least, and leads nowhere but down. */
static int check_option(const struct host *h, const struct strings *dirs, const char *option, struct error *e) {
	bool any = false;
	const char *path;

	for (size_t i = 0; i < dirs->n; i++)
		any |= is_about(option, hierarchy_of(h, dirs->v[i]), &path);
	if (!any)
		return error_set(e, 0, NULL, "--cgroup %s: the container has no cgroup of such a controller", option);
	if (path && has_dots(path))
		return error_set(e, 0, NULL,
				 "--cgroup %s: has '..' in it; only a cgroup below the container's can be named",
				 option);
	return 0;
}

static struct entrance *entrance_new(struct arena *a, const struct host *h, const char *dir,
				     const struct strings *options) {
	struct entrance *at = arena_new(a, struct entrance);
	const char *path;

	*at = (struct entrance){.hierarchy = hierarchy_of(h, dir), .dir = dir};
	for (size_t i = 0; i < options->n; i++)
		if (is_about(options->v[i], at->hierarchy, &path))
			at->below = path;
	at->tasks = arena_printf(a, "%s/tasks", dir);
	return at;
}

static int check_mounted(const struct host *h, const struct strings *dirs, struct error *e) {
	for (size_t i = 0; i < dirs->n; i++)
		if (!hierarchy_of(h, dirs->v[i])->mountpoint[0])
			return error_set(e, 0, NULL,
					 "the container's cgroup %s is in no cgroup file system that is mounted",
					 dirs->v[i]);
	return 0;
}

int plan_cgroup_enter(struct plan *p, const struct host *h, const struct strings *dirs, const struct strings *options,
		      pid_t init, struct error *e) {
	const size_t slots = sizeof(((struct run *)0)->cgroup_tasks) / sizeof(int);

	if (check_mounted(h, dirs, e) < 0)
		return -1;
	for (size_t i = 0; i < options->n; i++)
		if (check_option(h, dirs, options->v[i], e) < 0)
			return -1;
	for (size_t i = 0; i < dirs->n && i < slots; i++) {
		struct entrance *at = entrance_new(p->a, h, dirs->v[i], options);

		at->init = init;
		at->slot = i;
		if (at->hierarchy->v2)
			plan_add(p, HOST, run_open_cgroup2, at, NULL, NO_INDEX, NULL, PHRASE, at->dir, at->below);
		else
			plan_add(p, HOST, run_open_tasks, at, NULL, NO_INDEX, NULL, PHRASE, at->dir, at->below);
	}
	return 0;
}

void plan_cgroup_entered(struct plan *p, const struct strings *dirs) {
	if (dirs->n)
		plan_add(p, INSIDE, run_enter, NULL, NULL, NO_INDEX, NULL, "enter the container's cgroups");
}
