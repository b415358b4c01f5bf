/* rootfs.c - root and linux.rootfsPropagation: the rootfs as a mount of its own, and at last as the process's "/". */
#include "rootfs.h"
#include "apart.h"
#include "mount.h"
#include "no_pivot.h"
#include "sources.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* The namespace as a whole is never left with another type than these three: a mount that stayed the host's peer
 * would show its mounts there. What "/" itself is to be comes after the pivot; an unbindable rootfs could not even
 * be cloned before. */
static const struct propagation {
	const char *name;
	uint64_t outside; /* the namespace: MS_PRIVATE, MS_SLAVE, or MS_SHARED: as it is */
	uint64_t root;    /* the container's "/"; 0: as the rest */
	unsigned flags;
} propagations[] = {
	{"private", MS_PRIVATE, 0, 0},
	{"rprivate", MS_PRIVATE, 0, 0},
	{"slave", MS_SLAVE, 0, 0},
	{"rslave", MS_SLAVE, 0, 0},
	{"shared", MS_SHARED, MS_SHARED, 0},
	{"rshared", MS_SHARED, MS_SHARED, AT_RECURSIVE},
	{"unbindable", MS_PRIVATE, MS_UNBINDABLE, 0},
	{"runbindable", MS_PRIVATE, MS_UNBINDABLE, AT_RECURSIVE},
};

/* With --no-pivot the host's mounts stay behind the root: what is unmounted on the host must go there too. */
static const struct propagation default_private = {"rprivate", MS_PRIVATE, 0, 0};
static const struct propagation default_slave = {"rslave", MS_SLAVE, 0, 0};

static const struct propagation *propagation_named(const char *name) {
	for (size_t i = 0; name && i < sizeof(propagations) / sizeof(*propagations); i++)
		if (strcmp(propagations[i].name, name) == 0)
			return &propagations[i];
	return NULL;
}

static const struct propagation *propagation_of(const struct plan *p, const struct spec *spec) {
	const struct propagation *named = propagation_named(spec->linux_.rootfs_propagation);

	if (named)
		return named;
	return p->request->no_pivot ? &default_slave : &default_private;
}

uint64_t rootfs_propagation(const struct plan *p, const struct spec *spec) {
	return propagation_of(p, spec)->outside;
}

static int run_propagation(struct run *r, const void *arg) {
	const struct propagation *propagation = arg;
	struct mount_attr attributes = {.propagation = propagation->outside};

	(void)r;
	return sys_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attributes) < 0 ? -errno : 0;
}

static void shell_propagation_outside(struct text *out, const void *arg) {
	const struct propagation *propagation = arg;

	text_add(out, "mount --make-r%s /", propagation->outside == MS_SLAVE ? "slave" : "private");
}

struct rootfs {
	const char *path;
	int source_index;
	bool shared; /* the namespace's mounts are the host's peers */
};

#define ATTRIBUTE_MOUNT_ROOT 0x2000 /* STATX_ATTR_MOUNT_ROOT: musl has no statx(2) before 1.2.5 */

int mount_is_root(int fd) {
	struct {
		uint32_t mask, block_size;
		uint64_t attributes, rest[30];
	} st;

	if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, 0, &st) < 0)
		return -1;
	return (st.attributes & ATTRIBUTE_MOUNT_ROOT) != 0;
}

/* Upwards: "/" is the root of a mount, so this ends. */
static int open_mount_root(int dir) {
	scratch int fd = openat(dir, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int found = 0;

	while (fd >= 0 && (found = mount_is_root(fd)) == 0) {
		int parent = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);

		fd_leave(&fd);
		fd = parent;
	}
	return found < 0 ? -1 : fd_take(&fd);
}

/* Neither the attaching nor what is mounted in the rootfs later may show on the host. */
static int unshare_rootfs(int dir, int tree) {
	struct mount_attr attributes = {.propagation = MS_PRIVATE};
	scratch int holder = open_mount_root(dir);

	if (holder < 0 || sys_mount_setattr(holder, "", AT_EMPTY_PATH, &attributes) < 0)
		return -errno;
	return sys_mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes) < 0 ? -errno : 0;
}

static int open_rootfs(struct run *r, const struct rootfs *root) {
	int fd = source_open(r, root->source_index, root->path, 0);

	if (fd < 0 && errno == ENOTDIR)
		run_hint(r, "%s must be a directory, and not a symbolic link", root->path);
	return fd < 0 ? -errno : fd;
}

/* Attached where the rootfs lies: engine hooks expect it there, mounted and not yet pivoted. */
static int run_rootfs(struct run *r, const void *arg) {
	const struct rootfs *root = arg;
	scratch int dir = open_rootfs(r, root), tree = -1;
	int rc;

	if (dir < 0)
		return dir;
	tree = sys_open_tree(dir, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
	if (tree < 0)
		return -errno;
	rc = root->shared ? unshare_rootfs(dir, tree) : 0;
	if (rc < 0)
		return rc;
	if (sys_move_mount(tree, "", dir, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return -errno;
	r->root_fd = fd_take(&tree);
	return 0;
}

static void shell_rootfs(struct text *out, const void *arg) {
	const struct rootfs *root = arg;

	if (root->shared)
		text_add(out, "mount --make-private \"$(stat -c %%m \"$ROOT\")\" && ");
	text_add(out, "mount --rbind \"$ROOT\" \"$ROOT\"");
	if (root->shared)
		text_add(out, " && mount --make-rprivate \"$ROOT\"");
}

/* Without a mount namespace of its own nothing is mounted: the directory as it is. */
static int run_rootfs_directory(struct run *r, const void *arg) {
	r->root_fd = open_rootfs(r, arg);
	return r->root_fd < 0 ? r->root_fd : 0;
}

static int check_propagation(const struct plan *p, const struct spec *spec, struct error *e) {
	static const char field[] = "/linux/rootfsPropagation";
	const char *name = spec->linux_.rootfs_propagation;

	if (!name || !*name)
		return 0;
	if (!propagation_named(name))
		return error_set(
			e, 0, field,
			"unknown propagation \"%s\": [r]private, [r]shared, [r]slave or [r]unbindable is needed", name);
	if (!spec_has_new_namespace(spec, "mount"))
		return error_set(e, 0, field, "a new namespace of type mount is needed in /linux/namespaces");
	if (p->request->no_pivot && propagation_of(p, spec)->outside != MS_SLAVE)
		return error_set(
			e, 0, field,
			"--no-pivot leaves the host's mounts behind the root: slave or rslave is needed, not %s", name);
	return 0;
}

int plan_rootfs(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	const struct propagation *propagation = propagation_of(p, spec);
	struct rootfs *root = arena_new(p->a, struct rootfs);

	*root = (struct rootfs){.path = p->request->rootfs, .source_index = NO_SOURCE};
	root->shared = propagation->outside == MS_SHARED;
	if (check_propagation(p, spec, e) < 0)
		return -1;
	if (!rootfs_can_mount(spec)) {
		plan_add(p, INSIDE, run_rootfs_directory, root, "/root/path", NO_INDEX, NULL, "open the rootfs %s",
			 root->path);
		return 0;
	}
	if (rootfs_is_apart(spec))
		plan_apart(p);
	if (!root->shared)
		plan_add(p, INSIDE, run_propagation, propagation, "/linux/rootfsPropagation", NO_INDEX,
			 shell_propagation_outside, "make the host's mounts %s",
			 propagation->outside == MS_SLAVE ? "slaves" : "private");
	plan_sources(p, spec, h);
	root->source_index = plan_source(p, root->path, 0, "/root/path", NO_INDEX);
	plan_add(p, INSIDE, run_rootfs, root, "/root/path", NO_INDEX, shell_rootfs, "mount the rootfs %s", root->path);
	return 0;
}

static int run_root_readonly(struct run *r, const void *arg) {
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};

	(void)arg;
	return sys_mount_setattr(r->root_fd, "", AT_EMPTY_PATH, &attributes) < 0 ? -errno : 0;
}

static void shell_root_readonly(struct text *out, const void *arg) {
	(void)arg;
	text_add(out, "mount -o remount,bind,ro \"$ROOT\"");
}

/* pivot_root(".", ".") lays the old root over the new one, where umount2(".") finds it. That must not unmount
 * anything on the host, should the old mounts be its peers. */
static int run_pivot(struct run *r, const void *arg) {
	const struct propagation *propagation = arg;
	struct mount_attr slave = {.propagation = MS_SLAVE};
	scratch int old = -1;

	if (propagation->outside == MS_SHARED) {
		old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (old < 0)
			return -errno;
	}
	if (fchdir(r->root_fd) < 0 || sys_pivot_root(".", ".") < 0)
		return -errno;
	if (old >= 0 && sys_mount_setattr(old, "", AT_EMPTY_PATH | AT_RECURSIVE, &slave) < 0)
		return -errno;
	return sys_umount2(".", MNT_DETACH) < 0 ? -errno : 0;
}

/* sh needs the host's programs to the end: its last command changes the root. */
static void shell_pivot(struct text *out, const void *arg) {
	(void)arg;
	text_add(out, "cd \"$ROOT\"");
}

static int run_chroot(struct run *r, const void *arg) {
	(void)arg;
	return fchdir(r->root_fd) < 0 || chroot(".") < 0 ? -errno : 0;
}

static int run_root_propagation(struct run *r, const void *arg) {
	const struct propagation *propagation = arg;
	struct mount_attr attributes = {.propagation = propagation->root};

	return sys_mount_setattr(r->root_fd, "", AT_EMPTY_PATH | propagation->flags, &attributes) < 0 ? -errno : 0;
}

static void shell_root_propagation(struct text *out, const void *arg) {
	const struct propagation *propagation = arg;

	text_add(out, "mount --make-%s \"$ROOT\"", propagation->name);
}

int plan_pivot(struct plan *p, const struct spec *spec, struct error *e) {
	const struct propagation *propagation = propagation_of(p, spec);

	if (!rootfs_can_mount(spec)) {
		if (spec->root.readonly)
			return error_set(e, 0, "/root/readonly",
					 "a read-only root needs a new namespace of type mount in /linux/namespaces");
		plan_add(p, INSIDE, run_chroot, NULL, "/root/path", NO_INDEX, shell_pivot, "change the root to %s",
			 p->request->rootfs);
		return 0;
	}
	plan_mounts_readonly(p);
	if (spec->root.readonly)
		plan_add(p, INSIDE, run_root_readonly, NULL, "/root/readonly", NO_INDEX, shell_root_readonly,
			 "make the root read-only");
	if (rootfs_is_apart(spec))
		plan_back(p);
	else if (p->request->no_pivot)
		plan_no_pivot(p);
	else
		plan_add(p, INSIDE, run_pivot, propagation, "/root/path", NO_INDEX, shell_pivot, "pivot to %s",
			 p->request->rootfs);
	if (propagation->root)
		plan_add(p, INSIDE, run_root_propagation, propagation, "/linux/rootfsPropagation", NO_INDEX,
			 shell_root_propagation, "make the root %s", propagation->name);
	return 0;
}
