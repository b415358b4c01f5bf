/* procfs.c - a procfs that no container can fake, and files below it. */
#include "procfs.h"
#include "fd.h"
#include "syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define ROOT_INODE 1 /* PROC_ROOT_INO of the kernel */

/* Nothing is mounted on it and nobody else can reach it: there is nothing to check. */
static int open_private(void) {
	auto_close int fs = sys_fsopen("proc", FSOPEN_CLOEXEC);

	if (fs < 0 || sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -1;
	return sys_fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

static int open_caller(void) {
	auto_close int fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	struct stat st;

	if (fd < 0 || fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0)
		return -1;
	if (fs.f_type != PROC_SUPER_MAGIC || st.st_ino != ROOT_INODE) {
		errno = EXDEV;
		return -1;
	}
	return fd_take(&fd);
}

int procfs_open(enum procfs_kind kind) {
	return kind == PROCFS_PRIVATE ? open_private() : open_caller();
}

/* NO_XDEV: what is mounted over a file of the caller's /proc is refused, not followed. */
int procfs_open_file(int procfs_fd, const char *path, int flags) {
	struct open_how how = {
		.flags = (uint64_t)flags | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};

	return sys_openat2(procfs_fd, path, &how);
}

/* The link is read, since only it knows our number in the pid namespace of this procfs, which need not be ours. */
int procfs_open_self(int procfs_fd, const char *name, int flags) {
	char path[128];
	ssize_t n = readlinkat(procfs_fd, "thread-self", path, sizeof(path) / 2);

	if (n < 0)
		return -1;
	snprintf(path + n, sizeof(path) - (size_t)n, "/%s", name);
	return procfs_open_file(procfs_fd, path, flags);
}

/* The last step is a magic link, which openat2 would not follow: of a directory that is none. */
int procfs_open_namespace(int procfs_fd, pid_t pid, const char *name) {
	auto_close int directory = -1;
	char path[32];

	snprintf(path, sizeof(path), "%d/ns", (int)pid);
	directory = procfs_open_file(procfs_fd, path, O_PATH | O_DIRECTORY);
	return directory < 0 ? -1 : openat(directory, name, O_RDONLY | O_CLOEXEC);
}

int procfs_write(int procfs_fd, const char *path, const char *s) {
	auto_close int fd = procfs_open_file(procfs_fd, path, O_WRONLY);

	return fd < 0 ? -errno : fd_write_text(fd, s);
}
