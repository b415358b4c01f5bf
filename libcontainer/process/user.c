/* user.c - process.user: groups, gid and uid, in that order, since without the uid of root no other could be changed.
 *
 * Raw system calls: those of libc look for other threads, and there are none. */
#include "internal.h"
#include "../annotations.h"
#include "../os/id_map.h"
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NO_ID UINT32_MAX /* -1: "leave it as it is" to the kernel, not a user (CVE-2026-30892's relatives) */

/* A user namespace that was made without privilege denies setgroups for ever. The groups of the caller were then left when it
 * was joined: none are there, and none can be given. */
static int run_groups(struct run *r, const void *arg) {
	const struct uint32s *groups = arg;

	if (syscall(SYS_setgroups, groups->n, groups->v) == 0)
		return 0;
	if (errno == EPERM && groups->n == 0 && syscall(SYS_getgroups, 0, NULL) == 0)
		return 0;
	if (errno == EPERM)
		run_hint(r, "%s: a user namespace that denies setgroups takes no groups", error_text(EPERM));
	return -errno;
}

static int run_gid(struct run *r, const void *gid) {
	uint32_t id = *(const uint32_t *)gid;

	(void)r;
	return syscall(SYS_setresgid, id, id, id) == 0 ? 0 : -errno;
}

/* Capabilities outlive the change, and are in force again behind it, so that the steps until capset see files as this user
 * and with the capabilities of root: a working directory may be one that only root may enter, or, on NFS, only the user. */
static int keep_capabilities(void) {
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, sets) < 0)
		return -errno;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		sets[i].effective = sets[i].permitted;
	return syscall(SYS_capset, &header, sets) == 0 ? 0 : -errno;
}

static int run_uid(struct run *r, const void *uid) {
	uint32_t id = *(const uint32_t *)uid;

	(void)r;
	if (id != 0 && prctl(PR_SET_KEEPCAPS, 1) < 0) /* execve clears it */
		return -errno;
	if (syscall(SYS_setresuid, id, id, id) < 0)
		return -errno;
	return id != 0 ? keep_capabilities() : 0;
}

/* What a joined user namespace maps is not in the config, unless it repeats the mappings. */
static bool is_mapped(const struct spec *spec, const struct spec_id_mappings *maps, uint32_t id) {
	const struct spec_namespace *user = spec_namespace(spec, "user");
	uint32_t outside;

	return !user || (user->path && !maps->n) || id_map_find(maps, id, &outside);
}

static int check_id(const struct spec *spec, bool group, uint32_t id, const char *field, struct error *e) {
	if (id == NO_ID)
		return error_set(e, 0, field, "4294967295 is no id: ids run from 0 to 4294967294");
	if (!is_mapped(spec, group ? &spec->linux_.gid_mappings : &spec->linux_.uid_mappings, id))
		return error_set(e, 0, field, "%u is not in /linux/%s, and so does not exist in the user namespace", id,
				 group ? "gidMappings" : "uidMappings");
	return 0;
}

/* run.oci.keep_original_groups: files on a mount that only a group of the caller may read. Without a name in a user namespace
 * such a group still counts. */
static int plan_groups(struct plan *p, const struct spec *spec, bool *keep, struct error *e) {
	const struct uint32s *groups = &spec->process->user.additional_gids;

	if (annotation_is_on(p, spec, ANNOTATION_KEEP_ORIGINAL_GROUPS, keep, e) < 0)
		return -1;
	if (!*keep)
		plan_add(p, INSIDE, run_groups, groups, "/process/user/additionalGids", NO_INDEX, shell_later,
			 "set the additional groups");
	else if (groups->n)
		plan_warn(p, "/process/user/additionalGids: left out: by %s the process keeps the groups of the caller",
			  annotation_names[ANNOTATION_KEEP_ORIGINAL_GROUPS]);
	return 0;
}

int plan_user(struct plan *p, const struct spec *spec, struct program *g, struct error *e) {
	const struct spec_user *user = &spec->process->user;
	char uid[12] = "", gid[12] = "";

	if (check_id(spec, false, user->uid, "/process/user/uid", e) ||
	    check_id(spec, true, user->gid, "/process/user/gid", e))
		return -1;
	for (size_t i = 0; i < user->additional_gids.n; i++)
		if (check_id(spec, true, user->additional_gids.v[i],
			     arena_printf(p->a, "/process/user/additionalGids/%zu", i), e) < 0)
			return -1;
	text_add(&TEXT(uid), "%u", user->uid);
	text_add(&TEXT(gid), "%u", user->gid);
	if (plan_groups(p, spec, &g->keep_groups, e) < 0)
		return -1;
	plan_add(p, INSIDE, run_gid, &user->gid, "/process/user/gid", NO_INDEX, shell_later, "become group %s",
		 arena_strdup(p->a, gid));
	plan_add(p, INSIDE, run_uid, &user->uid, "/process/user/uid", NO_INDEX, shell_later, "become user %s",
		 arena_strdup(p->a, uid));
	return 0;
}
