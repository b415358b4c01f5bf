/* delegate.c - config-linux.md#cgroup-ownership: the container's cgroup belongs to the user of its process where that user is to
 * make cgroups below it: on cgroup v2, in a new cgroup namespace, with /sys/fs/cgroup mounted for writing. */
#include "cgroup.h"
#include "../os/fd.h"
#include "../os/id_map.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FIELD "/linux/cgroupsPath"

struct owner {
	const char *dir;
	uid_t uid; /* on the host */
};

/* The files by which a cgroup is handed on, each ended by a newline. A kernel without the list, or without a file that it
 * names, has no more than these (cgroups(7)). */
static int read_list(char *list, size_t size) {
	static const char always[] = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads";
	int n = file_read_at(AT_FDCWD, "/sys/kernel/cgroup/delegate", list, size);

	if (n != -ENOENT)
		return n;
	memcpy(list, always, sizeof(always));
	return 0;
}

static int run_delegate(struct run *r, const void *arg) {
	const struct owner *o = arg;
	auto_close int dir_fd = open(o->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char list[4096], *rest = list;
	int rc = dir_fd < 0 ? -errno : read_list(list, sizeof(list));

	(void)r;
	if (rc < 0)
		return rc;
	if (fchown(dir_fd, o->uid, (gid_t)-1) < 0)
		return -errno;
	/* The list is the kernel's for all controllers; those that this cgroup has not have no files here. */
	for (char *name; (name = strsep(&rest, "\n"));)
		if (*name && fchownat(dir_fd, name, o->uid, (gid_t)-1, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
			return -errno;
	return 0;
}

static void shell_delegate(struct text *out, const void *arg) {
	const struct owner *o = arg;

	text_add(out, "chown %u ", o->uid);
	text_add_quoted(out, o->dir);
	text_add(out, " && (cd ");
	text_add_quoted(out, o->dir);
	text_add(out, " && chown %u $(cat /sys/kernel/cgroup/delegate) 2>/dev/null) || :", o->uid);
}

static bool is_writable_cgroup(const struct spec_mount *m) {
	if (!m->type || (strcmp(m->type, "cgroup") != 0 && strcmp(m->type, "cgroup2") != 0) ||
	    strcmp(m->destination, "/sys/fs/cgroup") != 0)
		return false;
	for (size_t i = 0; i < m->options.n; i++)
		if (strcmp(m->options.v[i], "ro") == 0 || strcmp(m->options.v[i], "rro") == 0)
			return false;
	return true;
}

static bool is_to_be_written(const struct spec *spec) {
	for (size_t i = 0; i < spec->mounts.n; i++)
		if (is_writable_cgroup(&spec->mounts.v[i]))
			return true;
	return false;
}

/* What the host calls a user of the container. False: it has no name for it, or it is not known (a namespace joined by path). */
static bool host_uid(const struct spec *spec, uint32_t uid, uid_t *host) {
	*host = uid;
	return id_map_find(&spec->linux_.uid_mappings, uid, host) || !spec_namespace(spec, "user");
}

void plan_cgroup_delegate(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs) {
	struct owner *o;
	uid_t uid;

	if (host_cgroup_mode(h) != CGROUP_V2 || !spec_has_new_namespace(spec, "cgroup") || !is_to_be_written(spec) ||
	    !spec->process || !host_uid(spec, spec->process->user.uid, &uid) || uid == h->euid)
		return;
	o = arena_new(p->a, struct owner);
	*o = (struct owner){dirs->v[0], uid};
	plan_add(p, HOST, run_delegate, o, FIELD, NO_INDEX, shell_delegate, "hand the cgroup %s to its user", o->dir);
}
