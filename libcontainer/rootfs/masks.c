/* masks.c - linux.maskedPaths: cover a file with an empty file, a directory with an empty directory, both read-only.
 * linux.readonlyPaths: lay a read-only clone of the path over itself. */
#include "rootfs.h"
#include "mount_label.h"
#include "../os/fd.h"
#include "../os/path.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static const char empty_directory[] = "directory", empty_file[] = "file";

struct covers {
	bool detached;           /* what is attached nowhere can be cloned from: Linux 6.15 */
	struct parameters label; /* a process that SELinux confines may look at them too */
};

/* What masks are cloned from is husk's own and never the container's /dev/null (CVE-2025-31133). */
static int run_covers(struct run *r, const void *arg) {
	const unsigned attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	struct mount_attr readonly = {.attr_set = MOUNT_ATTR_RDONLY};
	const struct covers *c = arg;
	scratch int stage = (c->detached ? detached_open : stage_open)(r, attributes, &c->label);
	int rc = 0;

	if (stage < 0)
		return stage;
	if (mkdirat(stage, empty_directory, 0555) < 0 || mknodat(stage, empty_file, S_IFREG | 0444, 0) < 0 ||
	    sys_mount_setattr(stage, "", AT_EMPTY_PATH, &readonly) < 0)
		rc = -errno;
	r->cover_fd = fd_take(&stage);
	return rc;
}

static int run_covers_done(struct run *r, const void *arg) {
	const struct covers *c = arg;

	if (!c->detached)
		return stage_close(r, &r->cover_fd);
	fd_leave(&r->cover_fd);
	return 0;
}

static int attach(int tree, int target) {
	return sys_move_mount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0 ? -errno : 0;
}

/* Only the lookup of the path may find nothing; a mask that cannot be put on is an error. */
static int run_mask(struct run *r, const void *path) {
	scratch int target = root_open(r->root_fd, path, O_PATH | O_DIRECTORY), cover = -1;
	bool is_file = target < 0 && errno == ENOTDIR;

	if (is_file)
		target = root_open(r->root_fd, path, O_PATH);
	if (target < 0)
		return errno == ENOENT ? 0 : -errno;
	cover = sys_open_tree(r->cover_fd, is_file ? empty_file : empty_directory, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	return cover < 0 ? -errno : attach(cover, target);
}

/* The same: what is not there needs no protection. What is mounted below it is read-only too. */
static int run_readonly_path(struct run *r, const void *path) {
	struct mount_attr readonly = {.attr_set = MOUNT_ATTR_RDONLY};
	scratch int target = root_open(r->root_fd, path, O_PATH), tree = -1;

	if (target < 0)
		return errno == ENOENT ? 0 : -errno;
	tree = sys_open_tree(target, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
	if (tree < 0 || sys_mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &readonly) < 0)
		return -errno;
	return attach(tree, target);
}

static void shell_covers(struct text *out, const void *arg) {
	const struct covers *c = arg;

	text_add(out, "STAGE=$(mktemp -d) && mount -t tmpfs -o nosuid,nodev,noexec");
	shell_parameters(out, ",", &c->label);
	text_add(out, " none \"$STAGE\"\n"
		      "mkdir \"$STAGE/directory\" && : >\"$STAGE/file\" && mount -o remount,bind,ro \"$STAGE\"");
}

static void shell_covers_done(struct text *out, const void *arg) {
	(void)arg;
	text_add(out, "umount \"$STAGE\" && rmdir \"$STAGE\"");
}

static void shell_mask(struct text *out, const void *path) {
	text_add(out, "mask \"$ROOT\"");
	text_add_quoted(out, path);
}

static void shell_readonly_path(struct text *out, const void *path) {
	text_add(out, "readonly_path \"$ROOT\"");
	text_add_quoted(out, path);
}

static int check_paths(struct arena *a, const struct spec *spec, const struct strings *paths, const char *field,
		       struct error *e) {
	if (paths->n && !rootfs_can_mount(spec))
		return error_set(e, 0, field, "a new namespace of type mount is needed in /linux/namespaces");
	for (size_t i = 0; i < paths->n; i++) {
		const char *at = arena_printf(a, "%s/%zu", field, i);

		if (paths->v[i][0] != '/')
			return error_set(e, 0, at, "the path \"%s\" is not absolute", paths->v[i]);
		if (strcmp(arena_clean_path(a, paths->v[i]), "/") ==
		    0) /* a mount laid over the root is seen by nobody */
			return error_set(e, 0, at, "\"%s\" is the root, which /root/readonly makes read-only",
					 paths->v[i]);
	}
	return 0;
}

int plan_masks(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	const struct strings *masked = &spec->linux_.masked_paths, *readonly = &spec->linux_.readonly_paths;
	struct covers *covers;
	char *label;

	if (check_paths(p->a, spec, masked, "/linux/maskedPaths", e) < 0 ||
	    check_paths(p->a, spec, readonly, "/linux/readonlyPaths", e) < 0)
		return -1;
	for (size_t i = 0; i < readonly->n; i++)
		plan_add(p, INSIDE, run_readonly_path, readonly->v[i], "/linux/readonlyPaths", (int)i,
			 shell_readonly_path, "make %s read-only", readonly->v[i]);
	if (!masked->n)
		return 0;
	covers = arena_new(p->a, struct covers);
	covers->detached = host_kernel_has(h, 6, 15);
	label = mount_label_option(p, spec);
	if (label)
		parameters_add_option(p->a, &covers->label, label);
	plan_add(p, INSIDE, run_covers, covers, "/linux/maskedPaths", NO_INDEX, shell_covers,
		 "make what covers masked paths");
	for (size_t i = 0; i < masked->n; i++)
		plan_add(p, INSIDE, run_mask, masked->v[i], "/linux/maskedPaths", (int)i, shell_mask, "mask %s",
			 masked->v[i]);
	plan_add(p, INSIDE, run_covers_done, covers, "/linux/maskedPaths", NO_INDEX, shell_covers_done,
		 "put away what covers masked paths");
	return 0;
}
