/* path.h - the only place that resolves a path of a container (security rule D1).
 *
 * A path is resolved once, below a root descriptor, and from then on it is a descriptor. Symbolic links stay
 * inside the root; magic links (/proc/PID/fd/N) are refused. Repeats openat2's EAGAIN up to 128 times: an
 * unrelated rename of a directory causes it (kernel.md). */
#pragma once
#include <sys/types.h>

/* openat2 with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS; flags get O_CLOEXEC. Returns a descriptor, or -1 and
 * errno. */
int root_open(int root_fd, const char *path, int flags);

/* The same for a path that must hold no symbolic link at all: one is ELOOP. */
int root_open_plain(int root_fd, const char *path, int flags);

/* An entry of a directory of a file system that was looked at, and of no other: neither a symbolic link nor anything mounted there
 * (EXDEV). */
int root_open_entry(int dir_fd, const char *name, int flags);

/* root_open for a path whose last component may be missing: missing parents are made as directories (0755), the
 * last component as a directory of this mode or as an empty file (0644), less the umask. A symbolic link that
 * points to nothing is followed, inside the root, and what it points to is made. Returns an O_PATH descriptor, or
 * -1 and errno. */
int root_make_dir(int root_fd, const char *path, mode_t mode);
int root_make_file(int root_fd, const char *path);

/* root_make_dir (mode S_IFDIR | 0755) or root_make_file (S_IFREG | 0644) for who has just seen that it is missing. */
int root_make_missing(int root_fd, const char *path, mode_t mode);

/* The directory that holds the last component of path, made if missing, and that component, copied to name
 * (NAME_MAX + 1 bytes). Returns an O_PATH descriptor, or -1 and errno. For mknodat and symlinkat. */
int root_make_parent(int root_fd, const char *path, char *name);
