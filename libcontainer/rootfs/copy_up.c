/* copy_up.c - tmpcopyup: the content of a directory copied to another, on descriptors from beginning to end. */
#include "mount.h"
#include "../os/fd.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#define MAX_DEPTH 48 /* directories below each other: the stack of a process that joins namespaces is 1 MB */
#define ENTRIES_SIZE 4096

/* What getdents64 returns (linux/dirent.h is not for user space). */
struct entry {
	uint64_t inode;
	int64_t next;
	unsigned short size;
	unsigned char type;
	char name[];
};

/* Owner before mode: a change of owner takes set-user-ID away. */
static int copy_attributes(int fd, const struct stat *st) {
	struct timespec times[2] = {st->st_atim, st->st_mtim};

	if (fchown(fd, st->st_uid, st->st_gid) < 0 || fchmod(fd, st->st_mode & 07777) < 0 || futimens(fd, times) < 0)
		return -errno;
	return 0;
}

/* What was put in the place of a regular file meanwhile must neither block us nor be taken for it. */
static int copy_file(int from_dir, int to_dir, const char *name, const struct stat *seen) {
	auto_close int from = openat(from_dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	auto_close int to = -1;
	struct stat st;
	ssize_t n;

	if (from < 0 || fstat(from, &st) < 0)
		return -errno;
	if (st.st_ino != seen->st_ino || !S_ISREG(st.st_mode))
		return -ESTALE;
	to = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		return -errno;
	do
		n = sendfile(to, from, NULL, 1 << 30);
	while (n > 0);
	return n < 0 ? -errno : copy_attributes(to, &st);
}

/* Symbolic links, devices, FIFOs and sockets: nothing to open. */
static int copy_node(int from_dir, int to_dir, const char *name, const struct stat *st) {
	struct timespec times[2] = {st->st_atim, st->st_mtim};
	char link[PATH_MAX];

	if (S_ISLNK(st->st_mode)) {
		ssize_t n = readlinkat(from_dir, name, link, sizeof(link) - 1);

		if (n < 0)
			return -errno;
		link[n] = '\0';
		if (symlinkat(link, to_dir, name) < 0)
			return -errno;
	} else if (mknodat(to_dir, name, st->st_mode & S_IFMT, st->st_rdev) < 0) {
		return -errno;
	}
	if (fchownat(to_dir, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISLNK(st->st_mode) && fchmodat(to_dir, name, st->st_mode & 07777, 0) < 0)
		return -errno;
	return utimensat(to_dir, name, times, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static int copy_content(struct run *r, int from, int to, int depth);

static int copy_directory(struct run *r, int from_dir, int to_dir, const char *name, int depth) {
	auto_close int from = openat(from_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	auto_close int to = -1;
	struct stat st;
	int rc;

	if (from < 0 || fstat(from, &st) < 0)
		return -errno;
	if (depth == MAX_DEPTH)
		return run_hint(r, "tmpcopyup copies up to %d directories below each other, not more", MAX_DEPTH),
		       -ENAMETOOLONG;
	if (mkdirat(to_dir, name, 0700) < 0)
		return -errno;
	to = openat(to_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to < 0)
		return -errno;
	rc = copy_content(r, from, to, depth + 1);
	return rc < 0 ? rc : copy_attributes(to, &st);
}

static int copy_entry(struct run *r, int from, int to, const char *name, int depth) {
	struct stat st;
	int rc;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		rc = copy_directory(r, from, to, name, depth);
	else if (S_ISREG(st.st_mode))
		rc = copy_file(from, to, name, &st);
	else
		rc = copy_node(from, to, name, &st);
	if (rc < 0 && !r->hint[0])
		run_hint(r, "cannot copy %s: %s", name, error_text(-rc));
	return rc;
}

static int copy_content(struct run *r, int from, int to, int depth) {
	_Alignas(struct entry) char entries[ENTRIES_SIZE];
	long n;

	while ((n = syscall(SYS_getdents64, from, entries, sizeof(entries))) > 0) {
		for (long at = 0; at < n; at += ((struct entry *)(entries + at))->size) {
			int rc = copy_entry(r, from, to, ((struct entry *)(entries + at))->name, depth);

			if (rc < 0)
				return rc;
		}
	}
	return n < 0 ? -errno : 0;
}

int directory_copy(struct run *r, int from_fd, int to_fd) {
	auto_close int from = openat(from_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_close int to = openat(to_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (from < 0 || to < 0)
		return -errno;
	return copy_content(r, from, to, 0);
}
