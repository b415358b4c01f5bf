/* no_pivot.c - --no-pivot: the rootfs moved over "/" instead of pivot_root. */
#include "no_pivot.h"
#include "../os/fd.h"
#include "../os/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#define UMOUNT_NOFOLLOW 8

/* mountinfo, line by line: what is left over from the last read stands at the start of the buffer. */
struct lines {
	int fd;
	size_t n;
	char buffer[4 * PATH_MAX];
};

/* The next line in *line. 1, 0 at the end, or -errno. */
static int next_line(struct lines *l, char *line, size_t size) {
	char *newline;

	while (!(newline = memchr(l->buffer, '\n', l->n))) {
		ssize_t got = read(l->fd, l->buffer + l->n, sizeof(l->buffer) - l->n);

		if (got <= 0)
			return got < 0 ? -errno : 0;
		l->n += (size_t)got;
	}
	size_t length = (size_t)(newline - l->buffer);
	if (length >= size)
		return -ENAMETOOLONG;
	memcpy(line, l->buffer, length);
	line[length] = '\0';
	l->n -= length + 1;
	memmove(l->buffer, newline + 1, l->n);
	return 1;
}

/* Blanks in paths are written as \040. */
static void unescape(char *path) {
	char *to = path;

	for (const char *at = path; *at; to++) {
		bool escape = at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] && at[3];

		*to = escape ? (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0')) : *at;
		at += escape ? 4 : 1;
	}
	*to = '\0';
}

/* The mount point of a line that is a whole procfs or sysfs; else NULL. "36 35 98:0 /root /mountpoint options -
 * type ..." */
static char *kernel_mount(char *line) {
	char *type = strstr(line, " - "), *field[5] = {line};

	for (size_t i = 1; i < 5; i++) {
		field[i] = field[i - 1] ? strchr(field[i - 1], ' ') : NULL;
		if (field[i])
			*field[i]++ = '\0';
	}
	if (!type || !field[4] || strcmp(field[3], "/") != 0)
		return NULL;
	if (strncmp(type + 3, "proc ", 5) != 0 && strncmp(type + 3, "sysfs ", 6) != 0)
		return NULL;
	field[4][strcspn(field[4], " ")] = '\0';
	unescape(field[4]);
	return field[4];
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
	auto_close int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	struct lines lines = {.fd = fd};
	char line[2 * PATH_MAX];
	int more = fd < 0 ? -errno : 0, rc = 0;

	(void)arg;
	while (more >= 0 && rc == 0 && (more = next_line(&lines, line, sizeof(line))) > 0) {
		char *mountpoint = kernel_mount(line);

		if (mountpoint && !is_below(mountpoint, r->plan->request->rootfs))
			rc = hide(mountpoint);
	}
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
