/* cgroup.c - the steps that make the container's cgroup and put the container into it, and the order of all. */
#include "device_rules.h"
#include "limits.h"
#include "subgroup.h"
#include "unit.h"
#include "../os/fd.h"
#include "../os/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define PATH_FIELD "/linux/cgroupsPath"
#define CAP_SYS_ADMIN 21

/* The container's cgroup in one hierarchy. */
struct cgroup {
	const struct cgroup_hierarchy *hierarchy;
	struct strings levels; /* from the mount point, which is there, down to the container's directory */
	const char *dir;       /* the last of them */
	const char *door;      /* v1: its file tasks, v2: cgroup.procs, through which a process goes in */
	bool born;             /* v2: the init is born into it */
	size_t slot;           /* else: of r->cgroup_tasks */
	const char *tag;       /* name of the extended attribute that says whose it is */
};

/* A directory that is there is no error: an engine may have made it, and cgroup_missing has looked what is in it. By its whole
 * path, which has no "..": a cgroup file system knows no symbolic links. Were it no longer mounted, this would make a plain
 * directory; the next step finds no tasks in it then, and the failed create removes it. */
static int make_level(struct run *r, const struct cgroup *c, size_t i) {
	const char *path = c->levels.v[i], *owner = r->plan->request->state_dir;

	if (mkdir(path, 0755) < 0)
		return errno == EEXIST ? 0 : -errno;
	/* The tag helps to find what a lost record leaves behind. Where the file system has no such attributes (user.* on
	 * v1) or refuses them (in a user namespace), the container is none the weaker. */
	if (lsetxattr(path, c->tag, owner, strlen(owner), 0) < 0 && errno != EOPNOTSUPP && errno != EPERM)
		return -errno;
	return 0;
}

/* Mostly only the last level is missing. The delete of another container can remove a parent that both share right after
 * it was found or made here: then again from the top, and not for ever. */
static int run_make_cgroup(struct run *r, const void *arg) {
	const struct cgroup *c = arg;
	int rc = make_level(r, c, c->levels.n - 1);

	for (int attempt = 0; rc == -ENOENT && attempt < 8; attempt++) {
		rc = 0;
		for (size_t i = 1; i < c->levels.n && rc == 0; i++)
			rc = make_level(r, c, i);
	}
	return rc;
}

static void shell_make_cgroup(struct text *out, const void *arg) {
	const struct cgroup *c = arg;

	text_add(out, "mkdir -p ");
	text_add_quoted(out, c->dir);
}

/* v1: a cpuset begins empty, and no process can join it then (ENOSPC): what is empty gets what its parent has. arg: the same
 * file of each level, from the top. */
static int run_inherit_cpuset(struct run *r, const void *arg) {
	const struct strings *files = arg;
	char above[4096], own[4096];
	int rc = file_read_at(AT_FDCWD, files->v[0], above, sizeof(above));

	(void)r;
	for (size_t i = 1; i < files->n && rc >= 0; i++) {
		auto_close int fd = open(files->v[i], O_RDWR | O_CLOEXEC);

		rc = fd < 0 ? -errno : fd_read_value(fd, own, sizeof(own));
		if (rc == 0)
			rc = fd_write_text(fd, above);
		else if (rc > 0)
			memcpy(above, own, sizeof(above));
	}
	return rc < 0 ? rc : 0;
}

static void shell_inherit_cpuset(struct text *out, const void *arg) {
	const struct strings *files = arg;

	for (size_t i = 1; i < files->n; i++) {
		text_add(out, i > 1 ? "\n[ -n \"$(cat " : "[ -n \"$(cat ");
		text_add_quoted(out, files->v[i]);
		text_add(out, ")\" ] || cat ");
		text_add_quoted(out, files->v[i - 1]);
		text_add(out, " >");
		text_add_quoted(out, files->v[i]);
	}
}

/* The inside could not open it: its root may not be ours, and its / not the host's. On v1 not cgroup.procs, where a write
 * waits 10 ms for an RCU grace period: the inside has one thread. */
static int run_open_tasks(struct run *r, const void *arg) {
	const struct cgroup *c = arg;

	r->cgroup_tasks[c->slot] = open(c->door, O_WRONLY | O_CLOEXEC);
	return r->cgroup_tasks[c->slot] < 0 ? -errno : 0;
}

/* v2: the init is born into it. */
static int run_open_cgroup(struct run *r, const void *arg) {
	const struct cgroup *c = arg;

	r->cgroup_fd = open(c->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return r->cgroup_fd < 0 ? -errno : 0;
}

/* A shell goes there itself: what it starts is born where it is. */
static void shell_open(struct text *out, const void *arg) {
	const struct cgroup *c = arg;

	text_add(out, "echo $$ >");
	text_add_quoted(out, c->door);
}

/* INSIDE: 0 is whoever writes. */
static int run_join_cgroup(struct run *r, const void *arg) {
	const struct cgroup *c = arg;

	return fd_write_text(r->cgroup_tasks[c->slot], "0");
}

static void shell_join_cgroup(struct text *out, const void *arg) {
	(void)out, (void)arg; /* born there, see shell_open */
}

/* INSIDE, after the last move: its root is where we are now. */
static int run_unshare_cgroup(struct run *r, const void *arg) {
	(void)r, (void)arg;
	return unshare(CLONE_NEWCGROUP) == 0 ? 0 : -errno;
}

/* path and its parents up to and with the mount point. */
static void add_levels(struct arena *a, const char *mountpoint, char *path, struct strings *levels) {
	if (strcmp(path, mountpoint) != 0)
		add_levels(a, mountpoint, arena_strndup(a, path, (size_t)(strrchr(path, '/') - path)), levels);
	strings_add(a, levels, path);
}

/* Behind the spawn, where the inside could not be handed a file any more. */
static int run_move(struct run *r, const void *arg) {
	const struct cgroup *c = arg;
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)r->pid);
	return file_write_at(AT_FDCWD, c->door, pid);
}

static void shell_move(struct text *out, const void *arg) {
	const struct cgroup *c = arg;

	text_add(out, "echo \"$init\" >");
	text_add_quoted(out, c->door);
}

/* Down to which a controller can be handed: from the mount point, or from what systemd was given. */
static const char *top_of(struct arena *a, const struct cgroup_hierarchy *hierarchy, const struct host *h) {
	return arena_printf(a, "%s%s", hierarchy->mountpoint, h->systemd_root ? h->systemd_root : "");
}

/* Whoever has joined the namespace of another cgroup cannot give birth outside of it where the cgroup2 is mounted with
 * nsdelegate, as by systemd: ENOENT. To a file that was opened before, it may write. */
static bool is_born(const struct spec *spec, const struct cgroup_hierarchy *hierarchy) {
	const struct spec_namespace *n = spec_namespace(spec, "cgroup");

	return hierarchy->v2 && !(n && n->path);
}

/* One for each hierarchy. */
static struct cgroup *cgroups_new(struct arena *a, const struct spec *spec, const struct host *h,
				  const struct strings *dirs) {
	bool trusted = !h->in_user_namespace && (h->cap_effective >> CAP_SYS_ADMIN & 1);
	struct cgroup *all = arena_alloc(a, dirs->n * sizeof(*all));
	size_t slot = 0;

	for (size_t i = 0; i < dirs->n; i++) {
		struct cgroup *c = &all[i];

		c->hierarchy = &h->cgroups.v[i];
		c->dir = dirs->v[i];
		c->door = arena_printf(a, "%s/%s", c->dir, c->hierarchy->v2 ? "cgroup.procs" : "tasks");
		c->born = is_born(spec, c->hierarchy);
		c->slot = c->born ? 0 : slot++;
		c->tag = trusted ? "trusted.husk" : "user.husk";
		add_levels(a, top_of(a, c->hierarchy, h), dirs->v[i], &c->levels);
	}
	return all;
}

static void plan_inherit_cpuset(struct plan *p, const struct cgroup *c, const char *file) {
	struct strings *files = arena_new(p->a, struct strings);

	for (size_t i = 0; i < c->levels.n; i++)
		strings_add(p->a, files, arena_printf(p->a, "%s/%s", c->levels.v[i], file));
	plan_add(p, HOST, run_inherit_cpuset, files, PATH_FIELD, NO_INDEX, shell_inherit_cpuset, "fill %s of %s", file,
		 c->dir);
}

static void plan_make(struct plan *p, const struct cgroup *c) {
	plan_add(p, HOST, run_make_cgroup, c, PATH_FIELD, NO_INDEX, shell_make_cgroup, "make the cgroup %s", c->dir);
	if (!c->hierarchy->v2 && cgroup_list_has(c->hierarchy->controllers, "cpuset")) {
		plan_inherit_cpuset(p, c, "cpuset.cpus");
		plan_inherit_cpuset(p, c, "cpuset.mems");
	}
}

static void plan_open(struct plan *p, const struct cgroup *c) {
	if (c->born)
		plan_add(p, HOST, run_open_cgroup, c, PATH_FIELD, NO_INDEX, shell_open, "open the cgroup %s", c->dir);
	else
		plan_add(p, HOST, run_open_tasks, c, PATH_FIELD, NO_INDEX, shell_open, "open %s", c->door);
}

/* What needs no cgroup may be asked for. */
static int check_no_cgroup(struct plan *p, const struct spec *spec, const struct cgroup_settings *settings,
			   struct error *e) {
	for (size_t i = 0; i < settings->n; i++)
		if (!settings->v[i].by_itself)
			return error_set(
				e, 0, settings->v[i].field,
				"needs a cgroup, and the cgroup manager \"disabled\" makes none: leave it out");
	return plan_no_device_rules(p, spec, e);
}

/* What is the same whoever makes the directories: controllers, limits, device rules, the owner. */
static int plan_contents(struct plan *p, const struct spec *spec, const struct host *h, const struct cgroup *cgroups,
			 const struct cgroup_settings *settings, const struct strings *dirs, struct error *e) {
	bool offers = host_cgroup_mode(h) == CGROUP_V2 && !h->systemd_bus; /* slices are systemd's */

	for (size_t i = 0; i < dirs->n; i++)
		if (h->cgroups.v[i].v2)
			plan_controllers(p, &cgroups[i].levels, settings, i, offers);
	for (size_t i = 0; i < settings->n; i++)
		plan_limit(p, dirs->v[settings->v[i].hierarchy], &settings->v[i]);
	if (plan_device_rules(p, spec, h, dirs, e) < 0)
		return -1;
	plan_cgroup_delegate(p, spec, h, dirs);
	return 0;
}

int plan_cgroup(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs,
		struct error *e) {
	const size_t slots = sizeof(((struct run *)0)->cgroup_tasks) / sizeof(int);
	const struct cgroup *cgroups = cgroups_new(p->a, spec, h, dirs);
	struct cgroup_settings settings = {0};

	if (subgroups_check(p, spec, h, e) < 0)
		return -1;
	if (h->systemd_bus)
		return 0;
	if (h->cgroups.n >= slots)
		return error_set(e, 0, PATH_FIELD, "%zu cgroup hierarchies are mounted: husk takes %zu at most",
				 h->cgroups.n, slots - 1);
	if (cgroup_settings(p->a, &spec->linux_.resources, h, &settings, e) < 0)
		return -1;
	if (h->no_cgroups)
		return check_no_cgroup(p, spec, &settings, e);
	for (size_t i = 0; i < dirs->n; i++)
		plan_make(p, &cgroups[i]);
	if (plan_contents(p, spec, h, cgroups, &settings, dirs, e) < 0)
		return -1;
	for (size_t i = 0; i < dirs->n; i++)
		plan_open(p, &cgroups[i]);
	return 0;
}

int plan_cgroup_unit(struct plan *p, const struct spec *spec, const struct host *h, const struct cgroup_unit *unit,
		     const struct strings *dirs, struct error *e) {
	const struct cgroup *cgroups = cgroups_new(p->a, spec, h, dirs);
	bool whole = host_cgroup_mode(h) == CGROUP_V2; /* of v1, systemd knows a part of the hierarchies */
	struct cgroup_settings settings = {0};

	if (!h->systemd_bus)
		return 0;
	if (cgroup_settings(p->a, &spec->linux_.resources, h, &settings, e) < 0 ||
	    plan_unit(p, spec, h, unit, &settings, e) < 0)
		return -1;
	for (size_t i = 0; !whole && i < dirs->n; i++)
		plan_make(p, &cgroups[i]);
	if (plan_contents(p, spec, h, cgroups, &settings, dirs, e) < 0)
		return -1;
	for (size_t i = 0; !whole && i < dirs->n; i++)
		plan_add(p, HOST, run_move, &cgroups[i], PATH_FIELD, NO_INDEX, shell_move, "move the init into %s",
			 cgroups[i].dir);
	plan_scope_subgroup(p, spec, h, dirs);
	return 0;
}

/* The namespace's root is where the init is when it is made. */
static void plan_cgroup_namespace(struct plan *p, const struct spec *spec, const struct host *h) {
	const struct spec_namespaces *namespaces = &spec->linux_.namespaces;

	if (host_cgroup_mode(h) == CGROUP_V2 && !h->systemd_bus)
		return; /* the clone has made it */
	for (size_t i = 0; i < namespaces->n; i++)
		if (strcmp(namespaces->v[i].type, "cgroup") == 0 && !namespaces->v[i].path)
			plan_add(p, INSIDE, run_unshare_cgroup, NULL, "/linux/namespaces", (int)i, NULL,
				 "make a cgroup namespace");
}

void plan_cgroup_join(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs) {
	const struct cgroup *cgroups = cgroups_new(p->a, spec, h, dirs);

	for (size_t i = 0; !h->systemd_bus && i < dirs->n; i++)
		if (!cgroups[i].born)
			plan_add(p, INSIDE, run_join_cgroup, &cgroups[i], PATH_FIELD, NO_INDEX, shell_join_cgroup,
				 "join the cgroup %s", dirs->v[i]);
	plan_cgroup_namespace(p, spec, h);
	plan_delegated_subgroup(p, spec, h, dirs);
}
