/* idmap.c - linux.uidMappings and linux.gidMappings: who the users of a new user namespace are outside. */
#include "namespace.h"
#include "../os/fd.h"
#include "../os/id_map.h"
#include "../os/procfs.h"
#include "../os/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct map {
	const char *file; /* uid_map or gid_map */
	const struct spec_id_mappings *mappings;
	const char *text; /* the same for the file */
	bool last;        /* behind it the namespace has its root */
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

static bool is_in(const struct spec_id_mapping *line, const struct spec_id_mappings *mappings) {
	for (size_t i = 0; i < mappings->n; i++)
		if (memcmp(line, &mappings->v[i], sizeof(*line)) == 0)
			return true;
	return false;
}

/* Of the same length, and each line in the list: the same, in whatever order. */
static bool says_the_same(const char *text, const struct spec_id_mappings *mappings) {
	struct spec_id_mapping line;
	size_t n = 0;

	for (; id_map_next(&text, &line); n++)
		if (!is_in(&line, mappings))
			return false;
	return n == mappings->n;
}

/* Of a namespace that was joined: it has its mappings, and they cannot be changed. */
static int run_map_compare(struct run *r, const void *arg) {
	const struct map *map = arg;
	auto_close int fd = -1;
	char path[32], text[ID_MAP_MAX];
	int rc;

	snprintf(path, sizeof(path), "%d/%s", (int)r->pid, map->file);
	fd = procfs_open_file(r->procfs_fd, path, O_RDONLY);
	if (fd < 0)
		return -errno;
	rc = fd_read_text(fd, text, sizeof(text));
	if (rc < 0)
		return rc;
	if (says_the_same(text, map->mappings))
		return 0;
	run_hint(r, "the joined namespace has other mappings, which stay: leave these out");
	return -EINVAL;
}

static int plan_map(struct plan *p, const struct spec_id_mappings *m, const char *file, const char *field,
		    struct error *e) {
	struct map *map = arena_new(p->a, struct map);

	*map = (struct map){.file = file, .mappings = m, .last = strcmp(file, "gid_map") == 0};
	map->text = id_map_text(p->a, m, field, e);
	if (!map->text)
		return -1;
	plan_add(p, HOST, run_map, map, field, NO_INDEX, shell_map, "write the %s of the container's user namespace",
		 file);
	return 0;
}

static int plan_new_maps(struct plan *p, const struct spec_linux *l, struct error *e) {
	if (!l->uid_mappings.n || !l->gid_mappings.n)
		return error_set(e, 0, "/linux/namespaces",
				 "a new user namespace needs /linux/uidMappings and /linux/gidMappings");
	return plan_map(p, &l->uid_mappings, "uid_map", "/linux/uidMappings", e) ||
			       plan_map(p, &l->gid_mappings, "gid_map", "/linux/gidMappings", e)
		       ? -1
		       : 0;
}

static void plan_compare(struct plan *p, const struct spec_id_mappings *m, const char *file, const char *field) {
	struct map *map = arena_new(p->a, struct map);

	*map = (struct map){.file = file, .mappings = m};
	if (m->n)
		plan_add(p, HOST, run_map_compare, map, field, NO_INDEX, NULL,
			 "find these mappings in the %s of the joined user namespace", file);
}

int plan_idmap(struct plan *p, const struct spec *spec, struct error *e) {
	const struct spec_linux *l = &spec->linux_;
	const struct spec_namespace *user = spec_namespace(spec, "user");

	if (!user && (l->uid_mappings.n || l->gid_mappings.n))
		return error_set(e, 0, l->uid_mappings.n ? "/linux/uidMappings" : "/linux/gidMappings",
				 "mappings need a namespace of type user in /linux/namespaces");
	if (!user)
		return 0;
	if (!user->path)
		return plan_new_maps(p, l, e);
	plan_compare(p, &l->uid_mappings, "uid_map", "/linux/uidMappings");
	plan_compare(p, &l->gid_mappings, "gid_map", "/linux/gidMappings");
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
