/* mount.c - what all kinds of mounts have in common: the changes before a mount is attached, its target, the
 * attaching. */
#include "mount.h"
#include "../os/fd.h"
#include "../os/path.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

char *mount_field(struct arena *a, const struct mount *m, const char *member) {
	return arena_printf(a, "/mounts/%d%s%s", m->index, member ? "/" : "", member ? member : "");
}

static void add_change(struct arena *a, struct mount *m, unsigned flags, struct mount_attr attributes) {
	struct mount_changes *c = &m->changes;

	c->v = arena_grow(a, c->v, c->n, sizeof(*c->v));
	c->v[c->n++] = (struct mount_change){flags, attributes};
}

static void add_bits(struct arena *a, struct mount *m, unsigned flags, const struct mount_bits *bits) {
	if (bits->set || bits->clear)
		add_change(a, m, flags, (struct mount_attr){.attr_set = bits->set, .attr_clr = bits->clear});
}

void mount_changes_add(const struct mounting *g, struct mount *m, bool attributes) {
	const struct mount_options *o = &m->options;
	bool is_private = rootfs_propagation(g->p, g->spec) == MS_PRIVATE;

	/* The recursive ones last: with rro nothing is left writable, wherever it stands in the list. */
	if (attributes) {
		add_bits(g->p->a, m, 0, &o->top);
		add_bits(g->p->a, m, AT_RECURSIVE, &o->all);
	}
	for (size_t i = 0; i < o->n_propagation; i++) {
		uint64_t type = o->propagation[i] & ~(uint64_t)MS_REC;

		if (is_private && type == MS_PRIVATE)
			continue;
		is_private = false;
		add_change(g->p->a, m, o->propagation[i] & MS_REC ? AT_RECURSIVE : 0,
			   (struct mount_attr){.propagation = type});
	}
}

void mount_unshare_clone(const struct mounting *g, struct mount *m) {
	static const uint64_t rprivate = MS_REC | MS_PRIVATE;

	if (m->options.n_propagation || rootfs_propagation(g->p, g->spec) != MS_SHARED)
		return;
	m->options.propagation = &rprivate;
	m->options.n_propagation = 1;
}

static int change_error(struct run *r, int errnum) {
	if (errnum == EPERM)
		run_hint(
			r,
			"%s: in a user namespace the host's mounts keep their ro, nosuid, nodev, noexec and access time",
			error_text(EPERM));
	return -errnum;
}

int mount_change(struct run *r, int tree_fd, const struct mount *m) {
	for (size_t i = 0; i < m->changes.n; i++) {
		const struct mount_change *c = &m->changes.v[i];

		if (sys_mount_setattr(tree_fd, "", AT_EMPTY_PATH | c->flags, &c->attributes) < 0)
			return change_error(r, errno);
	}
	return 0;
}

void mount_warn_ignored(const struct mounting *g, const struct mount *m) {
	const struct mount_options *o = &m->options;
	const char *field = mount_field(g->p->a, m, "options");

	for (size_t i = 0; i < o->data.n; i++)
		plan_warn(g->p, "%s: %s has no effect on a bind mount", field, o->data.v[i]);
	if (o->superblock.set || o->superblock.clear)
		plan_warn(g->p, "%s: sync, dirsync, lazytime, mand and iversion have no effect on a bind mount", field);
}

static int target_error(struct run *r, const struct mount *m, int errnum) {
	run_hint(r, "the destination %s: %s", m->destination, error_text(errnum));
	return -errnum;
}

/* What was found through symbolic links, or made where nothing was a moment ago, may lie in /proc by now, which the plan
 * could not see. Takes the descriptor. */
static int refuse_procfs(struct run *r, const struct mount *m, int target) {
	scratch int fd = target;
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type != PROC_SUPER_MAGIC)
		return fd_take(&fd);
	run_hint(r, "the destination %s leads into a procfs by a symbolic link", m->destination);
	return -EPERM;
}

static int make_target(struct run *r, const struct mount *m, int tree_fd) {
	struct stat st = {.st_mode = S_IFDIR};
	scratch int fd = -1;

	if (tree_fd >= 0 && fstat(tree_fd, &st) < 0)
		return -errno;
	fd = root_make_missing(r->root_fd, m->destination, S_ISDIR(st.st_mode) ? S_IFDIR | 0755 : S_IFREG | 0644);
	if (fd >= 0 && m->plain) { /* what was made may have become a link meanwhile */
		fd_leave(&fd);
		fd = root_open_plain(r->root_fd, m->destination, O_PATH | O_DIRECTORY);
	}
	return fd < 0 ? -errno : fd_take(&fd);
}

/* Most paths hold no symbolic link, and then the plan has seen all of it. */
int mount_open_target(struct run *r, const struct mount *m, int tree_fd) {
	int flags =
		O_PATH | (m->options.switches.set & MOUNT_TARGET_LINK ? O_NOFOLLOW : 0) | (m->plain ? O_DIRECTORY : 0);
	int fd = root_open_plain(r->root_fd, m->destination, flags);

	if (fd >= 0)
		return fd;
	if (errno == ELOOP && m->plain)
		return run_hint(r, "the destination %s must be a plain directory, without symbolic links",
				m->destination),
		       -ELOOP;
	if (errno == ELOOP)
		fd = root_open(r->root_fd, m->destination, flags);
	if (fd < 0)
		fd = errno == ENOENT ? make_target(r, m, tree_fd) : -errno;
	if (fd >= 0)
		fd = refuse_procfs(r, m, fd);
	return fd >= 0 || r->hint[0] ? fd : target_error(r, m, -fd);
}

/* move_mount(2) says EINVAL to a directory on a file and to a file on a directory. */
static int attach_error(struct run *r, const struct mount *m, int tree_fd, int target_fd) {
	int errnum = errno;
	struct stat tree, target;

	if (errnum == EINVAL && fstat(tree_fd, &tree) == 0 && fstat(target_fd, &target) == 0 &&
	    S_ISDIR(tree.st_mode) != S_ISDIR(target.st_mode))
		errnum = ENOTDIR;
	return target_error(r, m, errnum);
}

int mount_attach(struct run *r, const struct mount *m, int *tree_fd, int target_fd) {
	int rc = r->plan->into_running ? running_note(r, *tree_fd) : 0;

	if (rc < 0)
		return rc;
	if (sys_move_mount(*tree_fd, "", target_fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return attach_error(r, m, *tree_fd, target_fd);
	if (strcmp(m->destination, "/") != 0)
		return 0;
	fd_leave(&r->root_fd);
	r->root_fd = fd_take(tree_fd);
	return 0;
}

void shell_options(struct text *out, const struct mount *m) {
	const struct strings *options = &m->spec->options, *unknown = &m->options.data;
	const char *before = " -o ";

	for (size_t i = 0; i < options->n; i++) {
		const char *option = mount_option_for_shell(options->v[i]);

		if (!option || (m->late_readonly && strcmp(option, "ro") == 0))
			continue;
		text_add(out, "%s%s", before, option);
		before = ",";
	}
	for (size_t i = 0; i < unknown->n; i++) {
		text_add(out, "%s", before);
		text_add_quoted(out, unknown->v[i]);
		before = ",";
	}
}

void shell_make_target(struct text *out, const struct mount *m) {
	if (strcmp(m->destination, "/") == 0)
		return;
	text_add(out, "mkdir -p");
	shell_target(out, m);
	text_add(out, " && ");
}

void shell_target(struct text *out, const struct mount *m) {
	text_add(out, " \"$ROOT\"");
	text_add_quoted(out, m->destination);
}

static const struct {
	uint64_t bit;
	const char *set, *clear;
} shell_attributes[] = {
	{MOUNT_ATTR_RDONLY, "ro", "rw"},
	{MOUNT_ATTR_NOSUID, "nosuid", "suid"},
	{MOUNT_ATTR_NODEV, "nodev", "dev"},
	{MOUNT_ATTR_NOEXEC, "noexec", "exec"},
	{MOUNT_ATTR_NODIRATIME, "nodiratime", "diratime"},
	{MOUNT_ATTR_NOSYMFOLLOW, "nosymfollow", "symfollow"},
	{MOUNT_ATTR_NOATIME, "noatime", NULL},
	{MOUNT_ATTR_STRICTATIME, "strictatime", NULL},
};

/* change_all does it for the mounts below too. */
static void shell_change(struct text *out, const struct mount_change *c) {
	const struct mount_attr *attributes = &c->attributes;

	text_add(out, c->flags & AT_RECURSIVE ? "change_all bind" : "mount -o remount,bind");
	for (size_t i = 0; i < sizeof(shell_attributes) / sizeof(*shell_attributes); i++) {
		if (attributes->attr_set & shell_attributes[i].bit)
			text_add(out, ",%s", shell_attributes[i].set);
		else if (attributes->attr_clr & shell_attributes[i].bit && shell_attributes[i].clear)
			text_add(out, ",%s", shell_attributes[i].clear);
	}
	if (attributes->attr_clr & MOUNT_ATTR__ATIME && !(attributes->attr_set & MOUNT_ATTR__ATIME))
		text_add(out, ",relatime");
}

static const char *propagation_name(uint64_t type) {
	switch (type) {
	case MS_SHARED: return "shared";
	case MS_SLAVE: return "slave";
	case MS_PRIVATE: return "private";
	default: return "unbindable";
	}
}

void shell_changes(struct text *out, const struct mount *m, const char *before) {
	for (size_t i = 0; i < m->changes.n; i++) {
		const struct mount_change *c = &m->changes.v[i];

		text_add(out, "%s", i ? " && " : before);
		if (c->attributes.propagation)
			text_add(out, "mount --make-%s%s", c->flags & AT_RECURSIVE ? "r" : "",
				 propagation_name(c->attributes.propagation));
		else
			shell_change(out, c);
		shell_target(out, m);
	}
}

int detached_open(struct run *r, unsigned attributes, const struct parameters *parameters) {
	scratch int context = sys_fsopen("tmpfs", FSOPEN_CLOEXEC);
	int rc = context < 0 ? -errno : superblock_set(r, context, parameters), tree;

	if (rc == 0)
		rc = superblock_command(r, context, FSCONFIG_CMD_CREATE);
	if (rc < 0)
		return rc;
	tree = sys_fsmount(context, FSMOUNT_CLOEXEC, attributes);
	return tree < 0 ? -errno : tree;
}

int stage_open(struct run *r, unsigned attributes, const struct parameters *parameters) {
	scratch int stage = detached_open(r, attributes, parameters);

	if (stage < 0)
		return stage;
	if (sys_move_mount(stage, "", r->root_fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return -errno;
	return fd_take(&stage);
}

int stage_close(const struct run *r, int *stage_fd) {
	bool closed = fchdir(*stage_fd) == 0 && sys_umount2(".", MNT_DETACH) == 0 && fchdir(r->root_fd) == 0;

	if (!closed)
		return -errno;
	fd_leave(stage_fd);
	return 0;
}
