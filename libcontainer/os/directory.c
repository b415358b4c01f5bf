/* directory.c - removes a tree without walking down: what is in a directory moves up into the one around it, under a name of husk's,
 * until none is left. */
#include "directory.h"
#include "fd.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_entry(const struct dirent *d) {
	return strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
}

static DIR *entries_open(int parent_fd, const char *name) {
	auto_close int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);

	if (entries)
		fd_take(&fd); /* closedir closes it */
	return entries;
}

/* A name may be taken by something that is in the tree: then the next. */
static int move_up(int from_fd, const char *name, int to_fd, unsigned *n) {
	char moved[32];

	for (;;) {
		snprintf(moved, sizeof(moved), "husk-%u", (*n)++);
		if (syscall(SYS_renameat2, from_fd, name, to_fd, moved, RENAME_NOREPLACE) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
}

static int dissolve(int around_fd, const char *name, unsigned *n) {
	DIR *entries = entries_open(around_fd, name);
	int rc = 0;

	if (!entries)
		return -errno;
	for (struct dirent *d; rc == 0 && (d = readdir(entries));)
		if (is_entry(d))
			rc = move_up(dirfd(entries), d->d_name, around_fd, n);
	closedir(entries);
	return rc < 0 ? rc : unlinkat(around_fd, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

/* From the begin again after each that went: what moved up may stand before. */
static int empty(DIR *entries) {
	unsigned n = 0;
	int rc = 0;

	for (struct dirent *d; rc == 0 && (d = readdir(entries));) {
		if (!is_entry(d))
			continue;
		if (unlinkat(dirfd(entries), d->d_name, 0) < 0 && errno != ENOENT)
			rc = errno == EISDIR ? dissolve(dirfd(entries), d->d_name, &n) : -errno;
		rewinddir(entries);
	}
	return rc;
}

int directory_remove(int parent_fd, const char *name) {
	DIR *entries = entries_open(parent_fd, name);
	int rc;

	if (!entries)
		return -errno;
	rc = empty(entries);
	closedir(entries);
	return rc < 0 ? rc : unlinkat(parent_fd, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}
