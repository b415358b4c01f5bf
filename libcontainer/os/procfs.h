/* procfs.h - the procfs through which the runtime writes about a process (security rule D3): never the container's /proc,
 * which an image can fake (CVE-2019-16884, CVE-2019-19921, CVE-2025-52881). */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

/* Where to take it from; chosen when the plan is compiled, never by errno. */
enum procfs_kind {
	PROCFS_PRIVATE, /* fsopen("proc"), attached nowhere: of the pid namespace of whoever opens it */
	PROCFS_CALLER,  /* the caller's /proc, for who may not fsopen: checked to be a procfs's root */
};

/* The root directory of a procfs as an O_PATH descriptor, or -1 and errno; EXDEV when /proc is not the root of one. */
int procfs_open(enum procfs_kind kind);

/* Opens a file below it: openat2(BENEATH | NO_XDEV | NO_SYMLINKS), with O_CLOEXEC added. -1 and errno on failure. */
int procfs_open_file(int procfs_fd, const char *path, int flags);

/* The same for a file of the calling thread: /proc/thread-self/NAME. */
int procfs_open_self(int procfs_fd, const char *name, int flags);

/* A namespace of a process, by its name in /proc/PID/ns. -1 and errno. */
int procfs_open_namespace(int procfs_fd, pid_t pid, const char *name);

/* Writes s into a file below it, in one write. 0 or -errno. */
int procfs_write(int procfs_fd, const char *path, const char *s);
