/* idmap.c - linux.uidMappings and linux.gidMappings: who the users of a new user namespace are outside. */
#include "namespace.h"
#include "../os/procfs.h"
#include "../os/syscalls.h"
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 4.15: 340 extents, in one write of less than a page. More would be cut (CVE-2021-43784 was such a cut elsewhere). */
#define MAX_EXTENTS 340
#define MAX_TEXT 4095

struct map {
	const char *file; /* uid_map or gid_map */
	char *text;
	bool last; /* behind it the namespace has its root */
};

static int run_map(struct run *r, const void *arg) {
	const struct map *map = arg;
	char path[32];

	snprintf(path, sizeof(path), "%d/%s", (int)r->pid, map->file);
	return procfs_write(r->procfs_fd, path, map->text);
}

static void shell_map(struct text *out, const void *arg) {
	const struct map *map = arg;

	text_add(out, "printf %%s ");
	text_add_quoted(out, map->text);
	text_add(out, " >/proc/$init/%s", map->file);
	if (map->last)
		text_add(out, "\nenter");
}

/* Root of the new namespace, whoever that is outside. Raw calls: libc's would look for other threads. */
static int run_become_root(struct run *r, const void *arg) {
	(void)arg;
	if (syscall(SYS_setresgid, 0, 0, 0) < 0 || syscall(SYS_setresuid, 0, 0, 0) < 0) {
		if (errno == EINVAL)
			run_hint(r, "user 0 and group 0 of the container must be mapped");
		return -errno;
	}
	return 0;
}

static int run_unshare_ipc(struct run *r, const void *arg) {
	(void)r, (void)arg;
	return unshare(CLONE_NEWIPC) == 0 ? 0 : -errno;
}

static int plan_map(struct plan *p, const struct spec_id_mappings *m, const char *file, const char *field,
		    struct error *e) {
	struct map *map = arena_new(p->a, struct map);
	char buffer[MAX_TEXT + 1] = "";
	struct text text = TEXT(buffer);

	if (m->n > MAX_EXTENTS)
		return error_set(e, 0, field, "%zu mappings: the kernel takes %d at most", m->n, MAX_EXTENTS);
	for (size_t i = 0; i < m->n; i++) {
		if (m->v[i].size == 0 || (uint64_t)m->v[i].container_id + m->v[i].size > UINT32_MAX ||
		    (uint64_t)m->v[i].host_id + m->v[i].size > UINT32_MAX)
			return error_set(e, 0, arena_printf(p->a, "%s/%zu", field, i),
					 "ids run from 0 to 4294967294, and size is at least 1");
		text_add(&text, "%u %u %u\n", m->v[i].container_id, m->v[i].host_id, m->v[i].size);
	}
	if (text.n + 1 == text.size)
		return error_set(e, 0, field, "the mappings take more than %d bytes as text, which the kernel refuses",
				 MAX_TEXT);
	*map = (struct map){file, arena_strdup(p->a, buffer), strcmp(file, "gid_map") == 0};
	plan_add(p, HOST, run_map, map, field, NO_INDEX, shell_map, "write the %s of the container's user namespace",
		 file);
	return 0;
}

int plan_idmap(struct plan *p, const struct spec *spec, struct error *e) {
	const struct spec_linux *l = &spec->linux_;
	const struct spec_namespace *user = spec_namespace(spec, "user");

	if (!user && (l->uid_mappings.n || l->gid_mappings.n))
		return error_set(e, 0, l->uid_mappings.n ? "/linux/uidMappings" : "/linux/gidMappings",
				 "mappings need a namespace of type user in /linux/namespaces");
	if (!user)
		return 0;
	if (!user->path && (!l->uid_mappings.n || !l->gid_mappings.n))
		return error_set(e, 0, "/linux/namespaces",
				 "a new user namespace needs /linux/uidMappings and /linux/gidMappings");
	if (!user->path && (plan_map(p, &l->uid_mappings, "uid_map", "/linux/uidMappings", e) ||
			    plan_map(p, &l->gid_mappings, "gid_map", "/linux/gidMappings", e)))
		return -1;
	return 0;
}

void plan_become_root(struct plan *p, const struct spec *spec) {
	if (!spec_namespace(spec, "user"))
		return;
	plan_add(p, INSIDE, run_become_root, NULL, "/linux/uidMappings", NO_INDEX, NULL,
		 "become root of the user namespace");
	if (spec_has_new_namespace(spec, "ipc"))
		plan_add(p, INSIDE, run_unshare_ipc, NULL, "/linux/namespaces", NO_INDEX, NULL,
			 "make an ipc namespace");
}
