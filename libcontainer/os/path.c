/* path.c - paths below a container's root: openat2 resolves, and what is missing is made one component after the
 * other, on descriptors, so that a directory swapped for a symbolic link meanwhile leads nowhere (CVE-2021-30465,
 * CVE-2024-45310). */
#include "path.h"
#include "fd.h"
#include "syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_REPEATS 128
#define MAX_LINKS 40 /* as many symbolic links as the kernel follows */

static int open_resolved(int dir_fd, const char *path, int flags, uint64_t resolve) {
	struct open_how how = {.flags = (unsigned)flags | O_CLOEXEC, .resolve = resolve | RESOLVE_NO_MAGICLINKS};

	for (int i = 0; i < MAX_REPEATS; i++) {
		int fd = sys_openat2(dir_fd, path, &how);

		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			return fd;
	}
	return -1;
}

int root_open(int root_fd, const char *path, int flags) {
	return open_resolved(root_fd, path, flags, RESOLVE_IN_ROOT);
}

int root_open_plain(int root_fd, const char *path, int flags) {
	return open_resolved(root_fd, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
}

int root_open_entry(int dir_fd, const char *name, int flags) {
	return open_resolved(dir_fd, name, flags, RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS);
}

static int fail(int errnum) {
	errno = errnum;
	return -1;
}

/* The next component of *path, which moves behind it. 1, 0 at the end, or -1 and errno. */
static int next_component(const char **path, char *name) {
	size_t n;

	*path += strspn(*path, "/");
	n = strcspn(*path, "/");
	if (n > NAME_MAX)
		return fail(ENAMETOOLONG);
	memcpy(name, *path, n);
	name[n] = '\0';
	*path += n;
	return n > 0;
}

/* The longest part of path that is there, as a directory; *rest is what lies behind it. */
static int open_existing(int root_fd, const char *path, const char **rest) {
	char part[PATH_MAX];
	size_t n = strlen(path);

	memcpy(part, path, n + 1);
	for (;;) {
		while (n > 0 && part[n - 1] != '/')
			n--;
		while (n > 0 && part[n - 1] == '/')
			n--;
		part[n] = '\0';
		*rest = path + n;
		int fd = root_open(root_fd, n ? part : "/", O_PATH | O_DIRECTORY);
		if (fd >= 0 || errno != ENOENT || n == 0)
			return fd;
	}
}

/* What is there already is as good as made: opening it tells whether it is the right kind. */
static int make_node(int dir_fd, const char *name, mode_t mode) {
	int rc = S_ISDIR(mode) ? mkdirat(dir_fd, name, mode & 07777) : mknodat(dir_fd, name, mode, 0);

	return rc == 0 || errno == EEXIST ? 0 : -1;
}

/* Puts the text of the symbolic link `name`, which stands in path at `at` and ends before `rest`, in its place. */
static int replace_link(char *path, size_t at, const char *rest, int dir_fd, const char *name) {
	char link[PATH_MAX], replaced[PATH_MAX];
	ssize_t n = readlinkat(dir_fd, name, link, sizeof(link) - 1);

	if (n < 0)
		return -1;
	link[n] = '\0';
	int length = snprintf(replaced, sizeof(replaced), "%.*s%s%s", link[0] == '/' ? 0 : (int)at, path, link, rest);
	if (length < 0 || (size_t)length >= sizeof(replaced))
		return fail(ENAMETOOLONG);
	memcpy(path, replaced, (size_t)length + 1);
	return 0;
}

/* Makes what is missing of path, the last component as mode says. When a symbolic link without a target is in the
 * way, *link is set and path goes on where the link points: the caller tries again. */
static int make_missing(int root_fd, char *path, mode_t mode, bool *link) {
	char name[NAME_MAX + 1];
	const char *rest;
	scratch int dir_fd = open_existing(root_fd, path, &rest);
	int more = 0;

	while (dir_fd >= 0 && (more = next_component(&rest, name)) > 0) {
		bool last = !rest[strspn(rest, "/")];
		mode_t made = last ? mode : S_IFDIR | 0755;

		/* Below a directory that is just being made there is no way back up: as the kernel, which would
		 * not find it. */
		if (strcmp(name, "..") == 0)
			return fail(ENOENT);
		if (strcmp(name, ".") == 0)
			continue;
		if (make_node(dir_fd, name, made) < 0)
			return -1;
		int next = open_resolved(dir_fd, name, O_PATH | (S_ISDIR(made) ? O_DIRECTORY : 0),
					 RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
		*link = next < 0 && errno == ELOOP;
		if (*link)
			return replace_link(path, (size_t)(rest - path) - strlen(name), rest, dir_fd, name);
		fd_leave(&dir_fd);
		dir_fd = next;
	}
	return more < 0 ? -1 : fd_take(&dir_fd);
}

static int open_as(int root_fd, const char *path, mode_t mode) {
	return root_open(root_fd, path, O_PATH | (S_ISDIR(mode) ? O_DIRECTORY : 0));
}

int root_make_missing(int root_fd, const char *path, mode_t mode) {
	char text[PATH_MAX];
	size_t n = strlen(path);

	if (n >= sizeof(text))
		return fail(ENAMETOOLONG);
	memcpy(text, path, n + 1);
	for (int links = 0; links <= MAX_LINKS; links++) {
		bool link = false;
		int fd = make_missing(root_fd, text, mode, &link);

		if (fd < 0 || !link)
			return fd;
		fd = open_as(root_fd, text, mode);
		if (fd >= 0 || errno != ENOENT)
			return fd;
	}
	return fail(ELOOP);
}

static int root_make(int root_fd, const char *path, mode_t mode) {
	int fd = open_as(root_fd, path, mode);

	return fd >= 0 || errno != ENOENT ? fd : root_make_missing(root_fd, path, mode);
}

int root_make_dir(int root_fd, const char *path, mode_t mode) {
	return root_make(root_fd, path, S_IFDIR | mode);
}

int root_make_file(int root_fd, const char *path) {
	return root_make(root_fd, path, S_IFREG | 0644);
}

int root_make_parent(int root_fd, const char *path, char *name) {
	char parent[PATH_MAX];
	size_t end = strlen(path), start;

	while (end > 0 && path[end - 1] == '/')
		end--;
	start = end;
	while (start > 0 && path[start - 1] != '/')
		start--;
	if (start >= sizeof(parent) || end - start > NAME_MAX)
		return fail(ENAMETOOLONG);
	memcpy(name, path + start, end - start);
	name[end - start] = '\0';
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return fail(EINVAL);
	memcpy(parent, path, start);
	parent[start] = '\0';
	return root_make_dir(root_fd, start ? parent : "/", 0755);
}
