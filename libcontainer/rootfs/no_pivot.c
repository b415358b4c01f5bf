/* no_pivot.c - --no-pivot: the rootfs moved over "/" instead of pivot_root. */
#include "no_pivot.h"
#include "../os/fd.h"
#include "../os/mountinfo.h"
#include "../os/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define UMOUNT_NOFOLLOW 8

/* A whole procfs or sysfs. */
static bool is_kernels(const struct mountinfo *m) {
	return strcmp(m->root, "/") == 0 && (strcmp(m->type, "proc") == 0 || strcmp(m->type, "sysfs") == 0);
}

/* Where the rootfs is, in the words of mountinfo: root.path may have links and dots in it. */
static int find_root(const struct run *r, char point[PATH_MAX]) {
	char link[32];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", r->root_fd);
	n = readlink(link, point, PATH_MAX - 1);
	if (n < 0)
		return -errno;
	point[n] = '\0';
	return 0;
}

static bool is_below(const char *path, const char *directory) {
	size_t n = strlen(directory);

	return strncmp(path, directory, n) == 0 && (path[n] == '/' || !path[n]);
}

/* A mount that came with the user namespace is locked to what it covers (EINVAL) or cannot be unmounted at all
 * (EPERM): something is laid over it instead. */
static int hide(const char *mountpoint) {
	if (sys_umount2(mountpoint, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		return 0;
	if (errno != EINVAL && errno != EPERM)
		return -errno;
	return sys_mount("none", mountpoint, "tmpfs", MS_RDONLY, "size=0") < 0 ? -errno : 0;
}

/* The host's /proc is read here, not the container's: we are not in its root yet. */
static int run_hide_host(struct run *r, const void *arg) {
	scratch int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	struct mountinfo_reader reader = {.fd = fd};
	char line[2 * PATH_MAX], root[PATH_MAX];
	int more = fd < 0 ? -errno : find_root(r, root), rc = 0;

	(void)arg;
	while (more >= 0 && rc == 0 && (more = mountinfo_read(&reader, line, sizeof(line))) > 0) {
		struct mountinfo m;

		if (mountinfo_parse(line, &m) && is_kernels(&m) && !is_below(m.point, root))
			rc = hide(m.point);
	}
	if (more == -ENAMETOOLONG)
		run_hint(r, "a line of /proc/self/mountinfo is too long to be read: an overlay of hundreds of layers?");
	return more < 0 ? more : rc;
}

static int run_move_root(struct run *r, const void *arg) {
	(void)arg;
	if (fchdir(r->root_fd) < 0 || sys_move_mount(r->root_fd, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return -errno;
	return chroot(".") < 0 ? -errno : 0;
}

void plan_no_pivot(struct plan *p) {
	plan_add(p, INSIDE, run_hide_host, NULL, NULL, NO_INDEX, NULL, "hide the host's procfs and sysfs mounts");
	plan_add(p, INSIDE, run_move_root, NULL, "/root/path", NO_INDEX, NULL, "move %s over /", p->request->rootfs);
}
