/* subgroup.c - cgroups without limits of their own below the container's, for a payload that manages cgroups, as systemd does.
 *
 *   run.oci.systemd.subgroup  below the scope that systemd has made; a cgroup namespace begins there
 *   run.oci.delegate-cgroup   below that, or below any container's cgroup: in a cgroup namespace the process finds itself
 *                             there, with the container's cgroup above it as the root
 *
 * On cgroup v2 alone, where a cgroup can be handed to who is not trusted. */
#include "subgroup.h"
#include "../annotations.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct subgroup {
	const char *dir, *door;
};

/* With what is in the record the container's cgroup is removed, and with it what is below. */
static int run_subgroup(struct run *r, const void *arg) {
	const struct subgroup *s = arg;
	char pid[16];

	if (mkdir(s->dir, 0755) < 0 && errno != EEXIST)
		return -errno;
	snprintf(pid, sizeof(pid), "%d", (int)r->pid);
	return file_write_at(AT_FDCWD, s->door, pid);
}

static void shell_subgroup(struct text *out, const void *arg) {
	const struct subgroup *s = arg;

	text_add(out, "mkdir -p ");
	text_add_quoted(out, s->dir);
	text_add(out, " && echo \"$init\" >");
	text_add_quoted(out, s->door);
}

static const char *name_of(const struct plan *p, const struct spec *spec, enum annotation_kind which) {
	const char *name = annotation_get(annotations_acting(p, spec), which);

	return name && *name ? name : NULL;
}

static int check_name(struct plan *p, const char *name, enum annotation_kind which, struct error *e) {
	if (strchr(name, '/') || strchr(name, '\n') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strncmp(name, "cgroup.", 7) == 0 || strlen(name) > NAME_MAX)
		return error_set(e, 0, annotation_field(p->a, which),
				 "\"%s\" is no name of a cgroup: one word, without a slash, is needed", name);
	return 0;
}

int subgroups_check(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	const char *below_scope = name_of(p, spec, ANNOTATION_SUBGROUP),
		   *delegated = name_of(p, spec, ANNOTATION_DELEGATED);
	bool v2 = host_cgroup_mode(h) == CGROUP_V2 && !h->no_cgroups;

	if (below_scope && check_name(p, below_scope, ANNOTATION_SUBGROUP, e) < 0)
		return -1;
	if (delegated && check_name(p, delegated, ANNOTATION_DELEGATED, e) < 0)
		return -1;
	if (delegated && !v2)
		return error_set(e, 0, annotation_field(p->a, ANNOTATION_DELEGATED),
				 "only a cgroup of cgroup v2 can be handed to the container");
	if (below_scope && (!v2 || !h->systemd_bus))
		plan_warn(p, "%s: has no effect: systemd makes no scope of cgroup v2 for the container",
			  annotation_field(p->a, ANNOTATION_SUBGROUP));
	return 0;
}

static void plan_subgroup(struct plan *p, const struct spec *spec, const struct host *h, const char *dir,
			  enum annotation_kind which) {
	struct subgroup *s = arena_new(p->a, struct subgroup);
	const struct strings made = {(char *[]){(char *)dir}, 1};

	*s = (struct subgroup){dir, arena_printf(p->a, "%s/cgroup.procs", dir)};
	plan_add(p, HOST, run_subgroup, s, annotation_field(p->a, which), NO_INDEX, shell_subgroup,
		 "move the init into the cgroup %s", dir);
	plan_cgroup_delegate(p, spec, h, &made);
}

static const char *scope_subgroup(struct plan *p, const struct spec *spec, const struct host *h,
				  const struct strings *dirs) {
	const char *name = name_of(p, spec, ANNOTATION_SUBGROUP);

	if (!name || !h->systemd_bus || host_cgroup_mode(h) != CGROUP_V2)
		return NULL;
	return arena_printf(p->a, "%s/%s", dirs->v[0], name);
}

void plan_scope_subgroup(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs) {
	const char *dir = scope_subgroup(p, spec, h, dirs);

	if (dir)
		plan_subgroup(p, spec, h, dir, ANNOTATION_SUBGROUP);
}

void plan_delegated_subgroup(struct plan *p, const struct spec *spec, const struct host *h,
			     const struct strings *dirs) {
	const char *name = name_of(p, spec, ANNOTATION_DELEGATED), *above = scope_subgroup(p, spec, h, dirs);

	if (name)
		plan_subgroup(p, spec, h, arena_printf(p->a, "%s/%s", above ? above : dirs->v[0], name),
			      ANNOTATION_DELEGATED);
}
