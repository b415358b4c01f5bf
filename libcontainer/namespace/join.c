/* join.c - the namespaces of a container that is there, for a process that comes into it: those of its init.
 *
 * Of the kinds that config.json asks for: what the init has made or entered besides is its own affair. Most are joined by one
 * setns() of its pidfd, before the clone. Two come behind that: the cgroup namespace, since a process in it could not be born
 * outside of its root where cgroup2 is mounted with nsdelegate, and the user namespace, since only the host's root may put
 * a process into a cgroup that was handed to the container's. */
#include "internal.h"
#include "../os/fd.h"
#include "../os/wait.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct init_place {
	const struct process_name *init;
	const struct spec_namespaces *namespaces; /* of the config */
	int outside;                              /* of them those that are not joined, as flags of clone */
	bool own_root;                            /* no mount namespace: the init has only changed its root */
};

static int open_of_init(const struct process_name *init, const char *name, int flags) {
	char path[48];

	snprintf(path, sizeof(path), "/proc/%lld/%s", (long long)init->pid, name);
	return open(path, flags | O_CLOEXEC);
}

/* 1, 0 or -errno: whether the init is in the same namespace as we. One that ends has none a moment before it is dead. */
static int is_shared(const struct process_name *init, const char *name) {
	char path[48];
	struct stat theirs, ours;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	if (stat(path, &ours) < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/%lld/ns/%s", (long long)init->pid, name);
	if (stat(path, &theirs) < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	return theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev;
}

/* Only what differs: setns() into one's own user namespace is EINVAL. */
static int compare(struct run *r, const struct init_place *at) {
	for (size_t i = 0; i < at->namespaces->n; i++) {
		const size_t kind = namespace_kind_find(at->namespaces->v[i].type);
		int shared =
			at->outside & namespace_kinds[kind].flag ? 1 : is_shared(at->init, namespace_kinds[kind].proc);

		if (shared < 0)
			return shared;
		if (shared)
			continue;
		if (kind != NAMESPACE_CGROUP)
			r->join |= namespace_kinds[kind].flag;
		else if ((r->cgroup_namespace_fd = open_of_init(at->init, "ns/cgroup", O_RDONLY)) < 0)
			return -errno;
	}
	return 0;
}

/* What /proc said about the pid is about the init only if that is still alive behind it. */
static int run_find_init(struct run *r, const void *arg) {
	const struct init_place *at = arg;
	int rc;

	r->init_fd = process_open(at->init);
	rc = r->init_fd < 0 ? r->init_fd : compare(r, at);
	if (rc == 0 && at->own_root)
		r->root_fd = open_of_init(at->init, "root", O_PATH | O_DIRECTORY);
	if (rc == 0 && at->own_root && r->root_fd < 0)
		rc = -errno;
	return r->init_fd >= 0 && wait_for(-1, r->init_fd, 0) == 0 ? -ESRCH : rc;
}

int plan_join(struct plan *p, const struct spec *spec, const struct host *h, const struct process_name *init,
	      int outside, struct error *e) {
	const struct spec_namespaces *all = &spec->linux_.namespaces;
	struct init_place *at = arena_new(p->a, struct init_place);
	struct spawn *s = arena_new(p->a, struct spawn);

	for (size_t i = 0; i < all->n; i++)
		if (namespace_kind_find(all->v[i].type) == N_NAMESPACE_KINDS)
			return error_set(e, 0, "/linux/namespaces", "unknown namespace type \"%s\"", all->v[i].type);
	*at = (struct init_place){init, all, outside, !spec_has_new_namespace(spec, "mount")};
	*s = (struct spawn){.helper = true, .hidden = h->euid == 0};
	plan_add(p, HOST, run_find_init, at, NULL, NO_INDEX, NULL, "find the namespaces of the container's init");
	plan_spawn(p, s, "spawn the process");
	return 0;
}

static int run_cgroup_namespace(struct run *r, const void *arg) {
	(void)arg;
	return r->cgroup_namespace_fd < 0 || setns(r->cgroup_namespace_fd, CLONE_NEWCGROUP) == 0 ? 0 : -errno;
}

/* A user namespace that was made without privilege denies setgroups for ever, so that the caller's groups go before. */
static int run_user_namespace(struct run *r, const void *groups_go) {
	if (!(r->join & CLONE_NEWUSER))
		return 0;
	if (*(const bool *)groups_go && syscall(SYS_setgroups, 0, NULL) < 0)
		return -errno;
	return setns(r->init_fd, CLONE_NEWUSER) == 0 ? 0 : -errno;
}

/* In a joined mount namespace "/" is its root already. */
static int run_root(struct run *r, const void *arg) {
	(void)arg;
	if (r->root_fd >= 0)
		return fchdir(r->root_fd) == 0 && chroot(".") == 0 ? 0 : -errno;
	r->root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return r->root_fd < 0 ? -errno : 0;
}

int plan_join_later(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	bool *groups_go = arena_new(p->a, bool);

	plan_add(p, INSIDE, run_root, NULL, NULL, NO_INDEX, NULL, "enter the container's root");
	if (spec_namespace(spec, "cgroup"))
		plan_add(p, INSIDE, run_cgroup_namespace, NULL, NULL, NO_INDEX, NULL, "join the cgroup namespace");
	if (!spec_namespace(spec, "user"))
		return 0;
	if (namespace_groups_go(p, spec, h, groups_go, e) < 0)
		return -1;
	plan_add(p, INSIDE, run_user_namespace, groups_go, NULL, NO_INDEX, NULL, "join the user namespace");
	return 0;
}
