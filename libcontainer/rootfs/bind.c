/* bind.c - mounts with the option bind or rbind: a clone of a part of the host's tree, changed and then attached. */
#include "idmapped.h"
#include "mount.h"
#include "sources.h"
#include "../os/fd.h"
#include "../os/path.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define PROC_ROOT_INODE 1

static unsigned tree_flags(const struct mount *m) {
	uint64_t switches = m->options.switches.set;

	return OPEN_TREE_CLONE | (switches & MOUNT_RECURSIVE ? AT_RECURSIVE : 0) |
	       (switches & (MOUNT_SOURCE_LINK | MOUNT_COPY_LINK) ? AT_SYMLINK_NOFOLLOW : 0);
}

/* What looks like /proc to the container has to be one (CVE-2019-16884). */
static int check_procfs(struct run *r, const struct mount *m, int tree) {
	struct statfs fs;
	struct stat st;

	if (fstatfs(tree, &fs) < 0 || fstat(tree, &st) < 0)
		return -errno;
	if (fs.f_type == PROC_SUPER_MAGIC && st.st_ino == PROC_ROOT_INODE)
		return 0;
	run_hint(r, "only a procfs can be mounted on %s, and %s is none", m->destination, m->source);
	return -EINVAL;
}

/* A link that is there already and says the same is fine. */
static int copy_link(struct run *r, const struct mount *m, const char *link) {
	char name[NAME_MAX + 1], there[PATH_MAX];
	scratch int parent = root_make_parent(r->root_fd, m->destination, name);

	if (parent < 0)
		return -errno;
	if (symlinkat(link, parent, name) == 0)
		return 0;
	if (errno != EEXIST)
		return -errno;
	ssize_t n = readlinkat(parent, name, there, sizeof(there));
	if (n == (ssize_t)strlen(link) && memcmp(there, link, (size_t)n) == 0)
		return 0;
	run_hint(r, "the destination %s exists and is not a symbolic link to %s", m->destination, link);
	return -EEXIST;
}

static int attach(struct run *r, const struct mount *m, int *tree) {
	int rc = m->only_procfs ? check_procfs(r, m, *tree) : 0;
	scratch int target = -1;

	if (rc == 0)
		rc = mount_change(r, *tree, m);
	if (rc < 0)
		return rc;
	target = mount_open_target(r, m, *tree);
	return target < 0 ? target : mount_attach(r, m, tree, target);
}

static int run_bind(struct run *r, const void *arg) {
	const struct mount *m = arg;
	scratch int tree = source_open(r, m->source_index, m->source, tree_flags(m));

	return tree < 0 ? -errno : attach(r, m, &tree);
}

/* copy-symlink: a source that is a symbolic link is made again instead of mounted. */
static int run_copy_symlink(struct run *r, const void *arg) {
	const struct mount *m = arg;
	scratch int tree = source_open(r, m->source_index, m->source, tree_flags(m));
	char link[PATH_MAX];
	struct stat st;

	if (tree < 0 || fstat(tree, &st) < 0)
		return -errno;
	if (!S_ISLNK(st.st_mode))
		return attach(r, m, &tree);
	ssize_t n = readlinkat(tree, "", link, sizeof(link) - 1);
	if (n < 0)
		return -errno;
	link[n] = '\0';
	return copy_link(r, m, link);
}

static void shell_bind(struct text *out, const void *arg) {
	const struct mount *m = arg;

	text_add(out, "place ");
	text_add_quoted(out, m->source);
	shell_target(out, m);
	text_add(out, " && mount --%sbind ", m->options.switches.set & MOUNT_RECURSIVE ? "r" : "");
	text_add_quoted(out, m->source);
	shell_target(out, m);
	shell_changes(out, m, " && ");
}

static void shell_copy_symlink(struct text *out, const void *arg) {
	const struct mount *m = arg;

	text_add(out, "if [ -L ");
	text_add_quoted(out, m->source);
	text_add(out, " ]; then copy_link ");
	text_add_quoted(out, m->source);
	shell_target(out, m);
	text_add(out, "; else ");
	shell_bind(out, arg);
	text_add(out, "; fi");
}

int plan_bind(const struct mounting *g, struct mount *m, struct error *e) {
	struct plan *p = g->p;
	uint64_t switches = m->options.switches.set;
	bool in_shell = !(switches & (MOUNT_SOURCE_LINK | MOUNT_TARGET_LINK)) && !m->idmap;

	(void)e;
	mount_warn_ignored(g, m);
	mount_unshare_clone(g, m);
	mount_changes_add(g, m, true);
	m->source_index = (m->idmap ? plan_host_source : plan_source)(p, m->source, tree_flags(m), m->list, m->index);
	if (m->idmap)
		plan_idmapped_source(g, m);
	if (switches & MOUNT_COPY_LINK)
		plan_add(p, INSIDE, run_copy_symlink, m, m->list, m->index, shell_copy_symlink,
			 "copy the symbolic link %s to %s", m->source, m->destination);
	else
		plan_add(p, INSIDE, run_bind, m, m->list, m->index, in_shell ? shell_bind : NULL, "bind %s to %s",
			 m->source, m->destination);
	return 0;
}
