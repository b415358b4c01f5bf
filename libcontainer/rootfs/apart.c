/* apart.c - mounts of a container that has no new mount namespace: they are made in one that lasts until all is mounted. From
 * there the process goes back to the one that config.json asks for, and has a clone of the finished tree as its root.
 *
 * The clone belongs to no namespace, so nothing is to be seen or undone in the one that others share, whoever is killed when: it
 * goes with the last process whose root it is. Linux takes such a tree apart as one: what is mounted in it stays there. But it
 * takes all of it for foreign: set-user-ID and file capabilities have no effect, nothing can be mounted there, and
 * /proc/self/mountinfo does not show it. */
#include "apart.h"
#include "rootfs.h"
#include "../os/fd.h"
#include "../os/procfs.h"
#include "../os/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

/* The last step is a magic link, which openat2 would not follow: of a directory that is none. */
static int open_mount_namespace(int procfs_fd) {
	scratch int directory = procfs_open_self(procfs_fd, "ns", O_PATH | O_DIRECTORY);

	return directory < 0 ? -1 : openat(directory, "mnt", O_RDONLY | O_CLOEXEC);
}

static int run_apart(struct run *r, const void *arg) {
	(void)arg;
	r->home_fd = open_mount_namespace(r->procfs_fd);
	return r->home_fd < 0 || unshare(CLONE_NEWNS) < 0 ? -errno : 0;
}

/* The commands behind it would mount all that on the host. */
static void shell_apart(struct text *out, const void *arg) {
	(void)arg;
	text_add(out, "echo 'no shell can make mounts that belong to no namespace' >&2; exit 1");
}

static int run_back(struct run *r, const void *arg) {
	scratch int tree =
		sys_open_tree(r->root_fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);

	(void)arg;
	if (tree < 0 || setns(r->home_fd, CLONE_NEWNS) < 0)
		return -errno;
	fd_close(&r->home_fd);
	fd_close(&r->root_fd);
	r->root_fd = fd_take(&tree);
	return fchdir(r->root_fd) < 0 || chroot(".") < 0 ? -errno : 0;
}

/* Who is root of a user namespace could not go back. */
bool rootfs_is_apart(const struct spec *spec) {
	bool mounts = spec->mounts.n || spec->linux_.masked_paths.n || spec->linux_.readonly_paths.n;

	return (mounts || spec->root.readonly) && !spec_has_new_namespace(spec, "mount") &&
	       !spec_namespace(spec, "user");
}

bool rootfs_can_mount(const struct spec *spec) {
	return spec_has_new_namespace(spec, "mount") || rootfs_is_apart(spec);
}

void plan_apart(struct plan *p) {
	plan_add(p, INSIDE, run_apart, NULL, "/linux/namespaces", NO_INDEX, shell_apart,
		 "mount where nobody else sees it");
}

void plan_back(struct plan *p) {
	plan_add(p, INSIDE, run_back, NULL, "/linux/namespaces", NO_INDEX, NULL,
		 "go back to the mount namespace, with what is mounted as the root");
}
