/* running.c - mounts of a container that is there, which sees each as soon as it is attached: what cannot be added to it, what
 * was attached so far, and the way back. */
#include "mount.h"
#include "rootfs.h"
#include "sources.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* File systems whose options name no file. A path among the options of another one would be looked up by the kernel with the
 * rights of husk, and the container may have put a symbolic link there. */
static const char *const types[] = {
	"bpf", "debugfs", "devpts", "hugetlbfs", "mqueue", "proc", "ramfs", "securityfs", "sysfs", "tmpfs", "tracefs",
};

static bool may_be_added(const char *type) {
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return false;
}

static int check_type(struct arena *a, const struct mount *m, struct error *e) {
	const char *type = m->spec->type;

	if (m->options.switches.set & MOUNT_BIND || !type || may_be_added(type))
		return 0;
	return error_set(e, 0, mount_field(a, m, "type"),
			 "no %s can be mounted in a container that is there: mount it on the host, and bind that",
			 type);
}

int running_check(const struct mounting *g, const struct mount *m, struct error *e) {
	struct arena *a = g->p->a;

	if (strcmp(m->destination, "/") == 0)
		return error_set(
			e, 0, mount_field(a, m, "destination"),
			"processes that are there keep their root: nothing can be mounted on it, or taken from it");
	if (m->options.switches.set & MOUNT_REMOUNT)
		return error_set(e, 0, mount_field(a, m, "options"), "a remount adds no mount");
	return check_type(a, m, e);
}

int running_note(struct run *r, int tree_fd) {
	int *last = r->attached_fds, fd = fcntl(tree_fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	while (*last >= 0)
		last++;
	*last = fd;
	return 0;
}

/* umount2(2) takes no descriptor: by its name in husk's own procfs (security rule D3). */
int running_detach(const struct run *r, int fd) {
	char name[32];

	snprintf(name, sizeof(name), "self/fd/%d", fd);
	return fchdir(r->procfs_fd) == 0 && sys_umount2(name, MNT_DETACH) == 0 ? 0 : -errno;
}

/* The last one first: it may lie in one before it. The one that failed may be noted and not attached, which is EINVAL. */
static int undo(struct run *r) {
	size_t n = 0;
	int rc = 0;

	while (r->attached_fds[n] >= 0)
		n++;
	while (n-- > 0) {
		int one = running_detach(r, r->attached_fds[n]);

		if (one < 0 && one != -EINVAL)
			rc = one;
	}
	return rc;
}

int plan_mounts_running(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	static const struct strings no_cgroup_dirs; /* no mount of type cgroup is added */

	p->into_running = true;
	p->n_attached = spec->mounts.n;
	p->undo = undo;
	plan_sources(p, spec, h);
	return plan_mounts(p, spec, h, &no_cgroup_dirs, e);
}
