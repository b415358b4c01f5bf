/* unmount.c - taking mounts from a container that is there: all are looked for before the first is taken away. */
#include "mount.h"
#include "rootfs.h"
#include "../os/fd.h"
#include "../os/path.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* The topmost mount. A symbolic link is not followed: the container could lead it to a mount that hides something, as those of
 * /linux/maskedPaths do. */
static int open_mounted(struct run *r, const struct mount *m) {
	scratch int fd = root_open_plain(r->root_fd, m->destination, O_PATH | O_NOFOLLOW);
	int found;

	if (fd < 0 && errno == ELOOP)
		run_hint(r, "a symbolic link leads to %s: the place that it is mounted on is needed", m->destination);
	if (fd < 0)
		return -errno;
	found = mount_is_root(fd);
	if (found == 0)
		run_hint(r, "%s is not a mount point (a symbolic link to one is not followed)", m->destination);
	return found < 0 ? -errno : found == 0 ? -EINVAL : fd_take(&fd);
}

static int run_find_mount(struct run *r, const void *arg) {
	scratch int fd = open_mounted(r, arg);

	return fd < 0 ? fd : 0;
}

static int run_unmount(struct run *r, const void *arg) {
	const struct mount *m = arg;
	scratch int fd = open_mounted(r, m);
	int rc = fd < 0 ? fd : running_detach(r, fd);

	if (fd >= 0 && rc == -EINVAL) /* of a user namespace: what it hides would be seen */
		run_hint(r, "it came with the mount around it, which locks it");
	return rc;
}

/* What lies in another one is the longer path, and has to go before that takes it along. */
static int by_depth(const void *left, const void *right) {
	const struct mount *const *a = left, *const *b = right;
	size_t n = strlen((*a)->destination), k = strlen((*b)->destination);

	return n == k ? (*b)->index - (*a)->index : n < k ? 1 : -1;
}

static int read_destination(struct plan *p, const struct spec *spec, size_t i, struct mount *m, struct error *e) {
	m->spec = &spec->mounts.v[i];
	m->index = (int)i;
	m->destination = arena_clean_path(p->a, m->spec->destination);
	if (strcmp(m->destination, "/") != 0)
		return 0;
	return error_set(e, 0, mount_field(p->a, m, "destination"),
			 "the path of a mount point is needed, and not the container's root");
}

int plan_unmounts(struct plan *p, const struct spec *spec, struct error *e) {
	size_t n = spec->mounts.n;
	struct mount **all = arena_alloc(p->a, (n + 1) * sizeof(struct mount *));

	for (size_t i = 0; i < n; i++) {
		all[i] = arena_new(p->a, struct mount);
		if (read_destination(p, spec, i, all[i], e) < 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++)
		plan_add(p, INSIDE, run_find_mount, all[i], "/mounts", all[i]->index, NULL,
			 "find what is mounted on %s", all[i]->destination);
	qsort(all, n, sizeof(struct mount *), by_depth);
	for (size_t i = 0; i < n; i++)
		plan_add(p, INSIDE, run_unmount, all[i], "/mounts", all[i]->index, NULL, "unmount %s",
			 all[i]->destination);
	return 0;
}
