/* root.c - where the state of containers lives: --root and its default. */
#include "root.h"
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *path_absolute(struct arena *a, const char *from, const char *path) {
	return arena_clean_path(a, path[0] == '/' ? path : arena_printf(a, "%s/%s", from, path));
}

static bool is_root_directory(const char *path) {
	struct stat st, top;

	if (strcmp(path, "/") == 0)
		return true;
	return stat(path, &st) == 0 && stat("/", &top) == 0 && st.st_dev == top.st_dev && st.st_ino == top.st_ino;
}

/* Only for a user: root's containers must not depend on how root logged in (crun#1238). */
static char *root_default(struct arena *a) {
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR");

	if (geteuid() == 0 || !runtime_dir || runtime_dir[0] != '/')
		return arena_strdup(a, "/run/husk");
	return arena_printf(a, "%s/husk", runtime_dir);
}

char *root_directory(struct arena *a, const char *root, struct error *e) {
	char from[PATH_MAX] = "/", *path;

	if (!root)
		return root_default(a);
	if (root[0] != '/' && !getcwd(from, sizeof(from)))
		return error_set(e, errno, NULL, "cannot find the working directory for --root %s", root), NULL;
	path = path_absolute(a, from, root);
	if (is_root_directory(path))
		return error_set(e, 0, NULL, "--root must not be /: it is for the state of containers alone"), NULL;
	return path;
}
