/* join.c - the namespaces of a container that is there, for a process that comes into it: those of its init. */
#include "internal.h"
#include "../os/fd.h"
#include "../os/wait.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct joined {
	const struct process_name *init;
	int outside; /* namespaces that are not joined, as flags of clone */
	bool own_root; /* the root of the init is another than that of its mount namespace: where config.json asks for no new
			  one, it has only changed its root */
};

static int open_of_init(const struct process_name *init, const char *name, int flags) {
	char path[48];

	snprintf(path, sizeof(path), "/proc/%lld/%s", (long long)init->pid, name);
	return open(path, flags | O_CLOEXEC);
}

/* 1, 0 or -errno: whether the init is in the same namespace as we. */
static int is_shared(const struct process_name *init, const char *name) {
	char path[48];
	struct stat theirs, ours;

	snprintf(path, sizeof(path), "/proc/%lld/ns/%s", (long long)init->pid, name);
	if (stat(path, &theirs) < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	if (stat(path, &ours) < 0)
		return -errno;
	return theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev;
}

/* setns() into one's own user namespace is EINVAL. The cgroup namespace is kept for later: a process in it could not be born
 * outside of its root, where cgroup2 is mounted with nsdelegate. */
static int compare(struct run *r, const struct joined *j) {
	for (size_t kind = 0; kind < N_NAMESPACE_KINDS; kind++) {
		int shared =
			j->outside & namespace_kinds[kind].flag ? 1 : is_shared(j->init, namespace_kinds[kind].proc);

		if (shared < 0)
			return shared;
		if (shared)
			continue;
		if (kind != NAMESPACE_CGROUP)
			r->join |= namespace_kinds[kind].flag;
		else if ((r->cgroup_namespace_fd = open_of_init(j->init, "ns/cgroup", O_RDONLY)) < 0)
			return -errno;
	}
	return 0;
}

/* What /proc said about the pid is about the init only if that is still alive behind it. */
static int run_find_init(struct run *r, const void *arg) {
	const struct joined *j = arg;
	int rc;

	r->init_fd = process_open(j->init);
	if (r->init_fd < 0)
		return r->init_fd;
	rc = compare(r, j);
	if (rc == 0 && j->own_root)
		r->root_fd = open_of_init(j->init, "root", O_PATH | O_DIRECTORY);
	if (rc == 0 && j->own_root && r->root_fd < 0)
		rc = -errno;
	return wait_for(-1, r->init_fd, 0) == 0 ? -ESRCH : rc;
}

void plan_join(struct plan *p, const struct spec *spec, const struct host *h, const struct process_name *init,
	       int outside) {
	const struct spec_namespace *user = spec_namespace(spec, "user");
	struct joined *j = arena_new(p->a, struct joined);
	struct spawn *s = arena_new(p->a, struct spawn);

	*j = (struct joined){init, outside, !spec_has_new_namespace(spec, "mount")};
	/* Root of the user namespace may not be allowed to give up the caller's groups. */
	*s = (struct spawn){
		.helper = true, .hidden = h->euid == 0, .no_groups = user && h->cap_effective >> CAP_SETGID & 1};
	plan_add(p, HOST, run_find_init, j, NULL, NO_INDEX, NULL, "find the namespaces of the container's init");
	plan_spawn(p, s, "spawn the process");
}

static int run_cgroup_namespace(struct run *r, const void *arg) {
	(void)arg;
	return r->cgroup_namespace_fd < 0 || setns(r->cgroup_namespace_fd, CLONE_NEWCGROUP) == 0 ? 0 : -errno;
}

/* INSIDE: in a joined mount namespace "/" is its root already. */
static int run_root(struct run *r, const void *arg) {
	(void)arg;
	if (r->root_fd >= 0)
		return fchdir(r->root_fd) == 0 && chroot(".") == 0 ? 0 : -errno;
	r->root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return r->root_fd < 0 ? -errno : 0;
}

void plan_join_later(struct plan *p) {
	plan_add(p, INSIDE, run_cgroup_namespace, NULL, NULL, NO_INDEX, NULL, "join the cgroup namespace");
	plan_add(p, INSIDE, run_root, NULL, NULL, NO_INDEX, NULL, "enter the container's root");
}
