/* idmapped.c - the user namespaces that hold the mappings of mounts, and the mapping of a mount's ids by the host.
 *
 * Only a tree that is attached nowhere can get mappings, and only from who has privilege over the user namespace that holds
 * them: not from a container in another one. */
#include "idmapped.h"
#include "sources.h"
#include "../os/fd.h"
#include "../os/mountinfo.h"
#include "../os/procfs.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define ENDED_STACK_SIZE 4096

/* A user namespace in r->idmap_fds. */
struct holder {
	const char *uid_map, *gid_map; /* NULL: the container's own */
	size_t index;
};

static int open_user_namespace(struct run *r, size_t index, pid_t pid) {
	r->idmap_fds[index] = procfs_open_namespace(r->procfs_fd, pid, "user");
	return r->idmap_fds[index] < 0 ? -errno : 0;
}

static int write_map(const struct run *r, pid_t pid, const char *file, const char *text) {
	char path[32];

	snprintf(path, sizeof(path), "%d/%s", (int)pid, file);
	return procfs_write(r->procfs_fd, path, text);
}

static int end_at_once(void *arg) {
	(void)arg;
	return 0;
}

/* A process that has ended keeps its user namespace until it is waited for: there is nothing to talk about with it, and nothing
 * to kill should we be killed. */
static int run_idmap_namespace(struct run *r, const void *arg) {
	const struct holder *holder = arg;
	_Alignas(16) char stack[ENDED_STACK_SIZE];
	pid_t pid =
		clone(end_at_once, stack + sizeof(stack), CLONE_VM | CLONE_FILES | CLONE_VFORK | CLONE_NEWUSER, NULL);
	int rc;

	if (pid < 0 && (errno == ENOSPC || errno == EUSERS))
		run_hint(r, "%s: no more user namespaces may be made: user.max_user_namespaces", error_text(errno));
	if (pid < 0)
		return -errno;
	rc = write_map(r, pid, "uid_map", holder->uid_map);
	if (rc == 0)
		rc = write_map(r, pid, "gid_map", holder->gid_map);
	if (rc == 0)
		rc = open_user_namespace(r, holder->index, pid);
	if (waitpid(pid, NULL, __WALL) < 0 && rc == 0)
		rc = -errno;
	return rc;
}

static int run_own_namespace(struct run *r, const void *arg) {
	const struct holder *holder = arg;

	return open_user_namespace(r, holder->index, r->pid);
}

struct mapping {
	const struct mount *mount;
	size_t holder;     /* index into r->idmap_fds */
	const int *source; /* of a bind: its descriptor */
};

/* EINVAL is the file system's, of whatever mount below; the name of a bind's is known by the device. */
static int refused(struct run *r, const struct mount *m, int tree_fd, int errnum) {
	const bool is_bind = m->options.switches.set & MOUNT_BIND;
	const char *below = m->idmap->flags ? " or of a mount below it" : "";
	auto_close int mountinfo = procfs_open_self(r->procfs_fd, "mountinfo", O_RDONLY);
	char type[32] = "";

	snprintf(type, sizeof(type), "%s", is_bind ? "file system" : m->spec->type);
	if (is_bind)
		mountinfo_find_type(mountinfo, tree_fd, type, sizeof(type));
	if (errnum == EINVAL)
		run_hint(r, "this kernel cannot map the ids of a %s%s: %s", type, below, error_text(errnum));
	if (errnum == EPERM)
		run_hint(r,
			 "%s: the ids of this mount%s are mapped already, or its %s belongs to another user namespace",
			 error_text(errnum), below, type);
	return -errnum;
}

static int map_ids(struct run *r, const struct mapping *mapping, int tree_fd) {
	const struct mount *m = mapping->mount;
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP,
					.userns_fd = (uint64_t)r->idmap_fds[mapping->holder]};

	if (sys_mount_setattr(tree_fd, "", AT_EMPTY_PATH | m->idmap->flags, &attributes) == 0)
		return 0;
	return refused(r, m, tree_fd, errno);
}

static int run_idmap(struct run *r, const void *arg) {
	const struct mapping *mapping = arg;

	return map_ids(r, mapping, *mapping->source);
}

static int run_idmap_tree(struct run *r, const void *arg) {
	auto_close int tree = -1;
	int rc = fd_receive(r->pass_fds[HOST], &tree, 1);

	return rc < 0 ? rc : map_ids(r, arg, tree);
}

int idmap_send(const struct run *r, int tree_fd) {
	return fd_send(r->pass_fds[INSIDE], &tree_fd, 1);
}

static bool holds(const struct step *s, const struct idmap *map) {
	const struct holder *holder = s->arg;

	if (s->run == run_own_namespace)
		return !map->uid_map;
	return s->run == run_idmap_namespace && map->uid_map && strcmp(holder->uid_map, map->uid_map) == 0 &&
	       strcmp(holder->gid_map, map->gid_map) == 0;
}

/* mount(8) of util-linux can map ids from 2.39 on, and in another syntax. */
static size_t plan_holder(struct plan *p, const struct mount *m) {
	struct holder *holder;

	for (size_t i = 0; i < p->n; i++)
		if (holds(&p->v[i], m->idmap))
			return ((const struct holder *)p->v[i].arg)->index;
	holder = arena_new(p->a, struct holder);
	*holder = (struct holder){m->idmap->uid_map, m->idmap->gid_map, p->n_idmaps++};
	if (m->idmap->uid_map)
		plan_add(p, HOST, run_idmap_namespace, holder, "/mounts", m->index, NULL,
			 "make a user namespace that holds the mappings");
	else
		plan_add(p, HOST, run_own_namespace, holder, "/mounts", m->index, NULL,
			 "open the container's user namespace");
	sources_take_step(p);
	return holder->index;
}

static struct mapping *new_mapping(const struct mounting *g, const struct mount *m, size_t holder) {
	struct mapping *mapping = arena_new(g->p->a, struct mapping);

	*mapping = (struct mapping){.mount = m, .holder = holder};
	return mapping;
}

void plan_idmapped_source(const struct mounting *g, const struct mount *m) {
	struct mapping *mapping = new_mapping(g, m, plan_holder(g->p, m));

	mapping->source = source_fd(g->p, m->source_index);
	plan_add(g->p, HOST, run_idmap, mapping, "/mounts", m->index, NULL, "map the ids of %s", m->source);
	sources_take_step(g->p);
}

void plan_idmapped_tree(const struct mounting *g, const struct mount *m) {
	struct mapping *mapping = new_mapping(g, m, plan_holder(g->p, m));

	plan_add(g->p, HOST, run_idmap_tree, mapping, "/mounts", m->index, NULL, "map the ids of the %s on %s",
		 m->spec->type, m->destination);
}
