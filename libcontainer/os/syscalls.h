/* syscalls.h - system calls that not every libc wraps (glibc < 2.36, musl), under their kernel names.
 *
 * <linux/mount.h> is used for the constants and <sys/mount.h> never: glibc 2.36 cannot include both. */
#pragma once
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static inline int sys_fsopen(const char *type, unsigned flags) {
	return (int)syscall(SYS_fsopen, type, flags);
}

static inline int sys_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux) {
	return (int)syscall(SYS_fsconfig, fd, command, key, value, aux);
}

static inline int sys_fsmount(int fd, unsigned flags, unsigned attributes) {
	return (int)syscall(SYS_fsmount, fd, flags, attributes);
}

static inline int sys_fspick(int dir_fd, const char *path, unsigned flags) {
	return (int)syscall(SYS_fspick, dir_fd, path, flags);
}

static inline int sys_open_tree(int dir_fd, const char *path, unsigned flags) {
	return (int)syscall(SYS_open_tree, dir_fd, path, flags);
}

static inline int sys_move_mount(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
	return (int)syscall(SYS_move_mount, from_fd, from, to_fd, to, flags);
}

static inline int sys_mount_setattr(int fd, const char *path, unsigned flags, const struct mount_attr *attr) {
	return (int)syscall(SYS_mount_setattr, fd, path, flags, attr, sizeof(*attr));
}

static inline int sys_mount(const char *source, const char *target, const char *type, unsigned long flags,
			    const void *options) {
	return (int)syscall(SYS_mount, source, target, type, flags, options);
}

static inline int sys_umount2(const char *target, int flags) {
	return (int)syscall(SYS_umount2, target, flags);
}

static inline int sys_pivot_root(const char *new_root, const char *put_old) {
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

static inline int sys_openat2(int dir_fd, const char *path, const struct open_how *how) {
	return (int)syscall(SYS_openat2, dir_fd, path, how, sizeof(*how));
}

static inline pid_t sys_clone3(const struct clone_args *args) {
	return (pid_t)syscall(SYS_clone3, args, sizeof(*args));
}

static inline int sys_pidfd_open(pid_t pid, unsigned flags) {
	return (int)syscall(SYS_pidfd_open, pid, flags);
}

static inline int sys_pidfd_send_signal(int pidfd, int signal) {
	return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

static inline int sys_close_range(unsigned first, unsigned last, unsigned flags) {
	return (int)syscall(SYS_close_range, first, last, flags);
}
