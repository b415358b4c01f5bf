/* console.c - /dev/console: the process's terminal, bound there from descriptor to descriptor. */
#include "rootfs.h"
#include "../os/fd.h"
#include "../os/path.h"
#include "../os/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

/* A file, made or found, or a device that the image or linux.devices has there. Never a symbolic link, nor what lies in a procfs,
 * to which the image's /dev may lead: what is written to the console must not go to a file of the kernel (CVE-2025-52565). */
static int open_place(struct run *r) {
	char name[NAME_MAX + 1];
	scratch int dir = root_make_parent(r->root_fd, "/dev/console", name), place = -1;
	struct statfs fs;
	struct stat st;

	if (dir < 0 || (mknodat(dir, name, S_IFREG | 0600, 0) < 0 && errno != EEXIST))
		return -errno;
	place = root_open(dir, name, O_PATH | O_NOFOLLOW);
	if (place < 0 || fstat(place, &st) < 0 || fstatfs(place, &fs) < 0)
		return -errno;
	if ((S_ISREG(st.st_mode) || S_ISCHR(st.st_mode)) && fs.f_type != PROC_SUPER_MAGIC)
		return fd_take(&place);
	run_hint(r, "it must be a file or a character device, and not a symbolic link");
	return -EINVAL;
}

/* Of the devpts, and no peer of its mount. */
static int run_console(struct run *r, const void *arg) {
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, .propagation = MS_PRIVATE};
	scratch int place = open_place(r), tree = -1;

	(void)arg;
	if (place < 0)
		return place;
	tree = sys_open_tree(r->terminal_fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (tree < 0 || sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attributes) < 0)
		return -errno;
	return sys_move_mount(tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0 ? -errno : 0;
}

void plan_console(struct plan *p, const struct spec *spec) {
	if (!spec->process || !spec->process->terminal)
		return;
	if (rootfs_can_mount(spec))
		plan_add(p, INSIDE, run_console, NULL, "/process/terminal", NO_INDEX, NULL,
			 "bind the terminal to /dev/console");
	else
		plan_warn(p, "/process/terminal: /dev/console is not the terminal: that needs a new namespace of type "
			     "mount in /linux/namespaces");
}
