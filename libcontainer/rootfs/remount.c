/* remount.c - mounts with the option remount: with bind only the attributes of a mount that is there already, else
 * also the options of its file system. What is not named stays as it is. */
#include "mount.h"
#include "superblock.h"
#include "../os/fd.h"
#include "../os/path.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/vfs.h>

struct remount {
	const struct mount *mount;
	struct parameters parameters;
	struct parameters access; /* ro or rw, where the superblock is not shared with the host */
};

static int reconfigure(struct run *r, const struct remount *m, int target) {
	scratch int context = sys_fspick(target, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
	struct statfs fs;
	int rc = 0;

	if (context < 0 || fstatfs(target, &fs) < 0)
		return -errno;
	if (!superblock_is_shared_magic((unsigned)fs.f_type))
		rc = superblock_set(r, context, &m->access);
	if (rc == 0)
		rc = superblock_set(r, context, &m->parameters);
	return rc < 0 ? rc : superblock_command(r, context, FSCONFIG_CMD_RECONFIGURE);
}

static int run_remount(struct run *r, const void *arg) {
	const struct remount *m = arg;
	scratch int target = root_open(r->root_fd, m->mount->destination, O_PATH);
	int rc = 0;

	if (target < 0)
		return -errno;
	if (m->parameters.n || m->access.n)
		rc = reconfigure(r, m, target);
	if (rc == 0)
		rc = mount_change(r, target, m->mount);
	if (rc == -EINVAL && !r->hint[0])
		run_hint(r, "%s is not a mount point: %s", m->mount->destination, error_text(EINVAL));
	return rc;
}

static void shell_remount(struct text *out, const void *arg) {
	const struct remount *m = arg;
	const bool reconfigures = m->parameters.n || m->access.n;

	if (reconfigures) {
		text_add(out, "mount -o remount");
		shell_parameters(out, ",", &m->access);
		shell_parameters(out, ",", &m->parameters);
		shell_target(out, m->mount);
	}
	shell_changes(out, m->mount, reconfigures ? " && " : "");
}

int plan_remount(const struct mounting *g, struct mount *m, struct error *e) {
	const struct mount_options *o = &m->options;
	struct remount *remount = arena_new(g->p->a, struct remount);
	struct mount_bits access = {0};

	remount->mount = m;
	mount_changes_add(g, m, true);
	if (o->superblock.set & MS_I_VERSION)
		return error_set(e, 0, mount_field(g->p->a, m, "options"), "iversion cannot be changed by a remount");
	if (o->switches.set & MOUNT_BIND) {
		mount_warn_ignored(g, m);
	} else {
		access.set = o->top.set & MOUNT_ATTR_RDONLY ? MS_RDONLY : 0;
		access.clear = o->top.clear & MOUNT_ATTR_RDONLY ? MS_RDONLY : 0;
		parameters_add_flags(g->p->a, &remount->access, &access);
		parameters_add_flags(g->p->a, &remount->parameters, &o->superblock);
		for (size_t i = 0; i < o->data.n; i++)
			parameters_add_option(g->p->a, &remount->parameters, o->data.v[i]);
	}
	plan_add(g->p, INSIDE, run_remount, remount, "/mounts", m->index, shell_remount, "remount %s", m->destination);
	return 0;
}
