/* cgroup_mount.c - mounts of type cgroup: the container's own cgroups, in the layout of the host.
 *
 * cgroup v2: one cgroup2. v1 and hybrid: a tmpfs with a directory for each hierarchy, named as on the host, and
 * links for the controllers that share one (cpu -> cpu,cpuacct). In a cgroup namespace each is a new mount, whose
 * root the kernel sets to the container's cgroup; without one it is a bind of that directory, and on v2 of the
 * whole tree: a cgroup2 mounted anew from the host's cgroup namespace would reset the host's options (nsdelegate). */
#include "mount_label.h"
#include "sources.h"
#include "superblock.h"
#include "../annotations.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define SYSTEMD_HIERARCHY "name=systemd"

/* A hierarchy of v1, or the cgroup2 of a hybrid host. */
struct hierarchy {
	const char *name;             /* of its directory */
	struct strings links;         /* controllers whose name is another */
	const char *type;             /* in a cgroup namespace: of the new mount */
	struct parameters parameters; /* and its controllers */
	const char *source;           /* without one: the container's cgroup directory on the host */
	int source_index;
};

struct cgroup_mount {
	struct mount *mount;
	struct parameters parameters; /* of the tmpfs that they are in */
	struct hierarchy *v;
	size_t n;
};

static int make_names(int tree, const struct cgroup_mount *c) {
	for (size_t i = 0; i < c->n; i++) {
		const struct hierarchy *h = &c->v[i];

		if (mkdirat(tree, h->name, 0755) < 0)
			return -errno;
		for (size_t k = 0; k < h->links.n; k++)
			if (symlinkat(h->name, tree, h->links.v[k]) < 0)
				return -errno;
	}
	return 0;
}

/* The tmpfs, attached: only then something can be mounted in it (before Linux 6.15). */
static int attach_tmpfs(struct run *r, const struct cgroup_mount *c, int target) {
	scratch int tree = detached_open(r, 0, &c->parameters);
	int rc;

	if (tree < 0)
		return tree;
	rc = make_names(tree, c);
	if (rc == 0)
		rc = mount_attach(r, c->mount, &tree, target);
	return rc < 0 ? rc : fd_take(&tree);
}

static int open_hierarchy(struct run *r, const struct hierarchy *h) {
	if (h->source) {
		int bound = source_open(r, h->source_index, h->source, OPEN_TREE_CLONE);

		return bound < 0 ? -errno : bound;
	}
	scratch int context = sys_fsopen(h->type, FSOPEN_CLOEXEC);
	int rc = context < 0 ? -errno : superblock_set(r, context, &h->parameters), tree;

	if (rc == 0)
		rc = superblock_command(r, context, FSCONFIG_CMD_CREATE);
	if (rc < 0)
		return rc;
	tree = sys_fsmount(context, FSMOUNT_CLOEXEC, 0);
	return tree < 0 ? -errno : tree;
}

/* The tmpfs is new and in a namespace that only we are in: its directories are what we made. */
static int attach_hierarchy(struct run *r, const struct hierarchy *h, int tmpfs) {
	scratch int tree = open_hierarchy(r, h);

	if (tree < 0) {
		if (!r->hint[0])
			run_hint(r, "the hierarchy %s: %s", h->name, error_text(-tree));
		return tree;
	}
	return sys_move_mount(tree, "", tmpfs, h->name, MOVE_MOUNT_F_EMPTY_PATH) < 0 ? -errno : 0;
}

static int run_cgroup_mount(struct run *r, const void *arg) {
	const struct cgroup_mount *c = arg;
	scratch int target = mount_open_target(r, c->mount, -1), tmpfs = -1;
	int rc = 0;

	if (target < 0)
		return target;
	tmpfs = attach_tmpfs(r, c, target);
	if (tmpfs < 0)
		return tmpfs;
	for (size_t i = 0; i < c->n && rc == 0; i++)
		rc = attach_hierarchy(r, &c->v[i], tmpfs);
	return rc < 0 ? rc : mount_change(r, tmpfs, c->mount);
}

static void shell_hierarchy(struct text *out, const struct mount *m, const struct hierarchy *h) {
	text_add(out, " && mkdir");
	shell_target(out, m);
	text_add(out, "/%s && mount ", h->name);
	if (h->source) {
		text_add(out, "--bind ");
		text_add_quoted(out, h->source);
	} else {
		text_add(out, "-t %s", h->type);
		for (size_t i = 0; i < h->parameters.n; i++)
			text_add(out, "%s%s%s%s", i ? "," : " -o ", h->parameters.v[i].key,
				 h->parameters.v[i].value ? "=" : "",
				 h->parameters.v[i].value ? h->parameters.v[i].value : "");
		text_add(out, " none");
	}
	shell_target(out, m);
	text_add(out, "/%s", h->name);
	for (size_t i = 0; i < h->links.n; i++) {
		text_add(out, " && ln -s %s", h->name);
		shell_target(out, m);
		text_add(out, "/%s", h->links.v[i]);
	}
}

static void shell_cgroup_mount(struct text *out, const void *arg) {
	const struct cgroup_mount *c = arg;
	const struct mount *m = c->mount;

	shell_make_target(out, m);
	text_add(out, "mount -t tmpfs");
	shell_parameters(out, " -o ", &c->parameters);
	text_add(out, " none");
	shell_target(out, m);
	for (size_t i = 0; i < c->n; i++)
		shell_hierarchy(out, m, &c->v[i]);
	shell_changes(out, m, " && ");
}

static const char *last_component(const char *path) {
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Each of "cpu,cpuacct" is a flag of the file system, name=systemd a parameter, and what is called otherwise a
 * link. */
static void add_controllers(struct arena *a, struct hierarchy *h, const char *controllers) {
	if (strncmp(controllers, "name=", 5) == 0) {
		parameters_add_option(a, &h->parameters, controllers);
		return;
	}
	for (const char *at = controllers; *at; at += strspn(at, ",")) {
		size_t n = strcspn(at, ",");
		char *one = arena_strndup(a, at, n);

		parameters_add(a, &h->parameters, one, NULL);
		if (strcmp(one, h->name) != 0)
			strings_add(a, &h->links, one);
		at += n;
	}
}

/* What is shown of one hierarchy without a cgroup namespace, or NULL. A container that gets no cgroup of its own, as podman's
 * --cgroups=disabled, stays in its caller's. */
static const char *directory_shown(const struct mounting *g, size_t i) {
	const struct cgroup_hierarchy *there = &g->host->cgroups.v[i];

	if (i < g->cgroup_dirs->n)
		return g->cgroup_dirs->v[i];
	if (!g->host->no_cgroups)
		return NULL;
	return arena_printf(g->p->a, "%s%s", there->mountpoint, strcmp(there->own, "/") == 0 ? "" : there->own);
}

static int plan_hierarchies(const struct mounting *g, struct mount *m, struct error *e) {
	struct plan *p = g->p;
	struct cgroup_mount *c = arena_new(p->a, struct cgroup_mount);
	bool own_namespace = spec_namespace(g->spec, "cgroup");
	char *label = mount_label_option(p, g->spec);

	c->mount = m;
	parameters_add(p->a, &c->parameters, "mode", "755");
	if (label)
		parameters_add_option(p->a, &c->parameters, label);
	c->v = arena_alloc(p->a, g->host->cgroups.n * sizeof(*c->v));
	for (c->n = 0; c->n < g->host->cgroups.n; c->n++) {
		const struct cgroup_hierarchy *there = &g->host->cgroups.v[c->n];
		struct hierarchy *h = &c->v[c->n];

		*h = (struct hierarchy){.name = last_component(there->mountpoint),
					.type = there->v2 ? "cgroup2" : "cgroup"};
		add_controllers(p->a, h, there->v2 ? "" : there->controllers);
		if (own_namespace)
			continue;
		h->source = directory_shown(g, c->n);
		if (!h->source)
			return error_set(e, 0, mount_field(p->a, m, "type"), "the container has no cgroup to show");
		h->source_index = plan_source(p, h->source, OPEN_TREE_CLONE, "/mounts", m->index);
	}
	mount_options_spread(&m->options); /* ro is for the hierarchies above all (CVE-2023-25809) */
	if (!own_namespace)
		mount_unshare_clone(g, m);
	mount_changes_add(g, m, true);
	plan_add(p, INSIDE, run_cgroup_mount, c, "/mounts", m->index, shell_cgroup_mount, "mount the cgroups on %s",
		 m->destination);
	return 0;
}

/* Where the annotation wants cgroup v1, or NULL. */
static const char *forced_v1_path(const struct mounting *g) {
	const char *path = annotation_get(annotations_acting(g->p, g->spec), ANNOTATION_FORCE_CGROUP_V1);

	return path ? arena_clean_path(g->p->a, path) : NULL;
}

static bool is_forced_v1(const struct mounting *g, const struct mount *m) {
	const char *path = forced_v1_path(g);

	return path && strcmp(path, m->destination) == 0;
}

static bool is_cgroup_at(struct arena *a, const struct spec_mount *m, const char *path) {
	return m->type && strcmp(m->type, "cgroup") == 0 && !mount_is_bind(m) &&
	       strcmp(arena_clean_path(a, m->destination), path) == 0;
}

void cgroup_mount_warn(const struct mounting *g) {
	const char *path = forced_v1_path(g);

	for (size_t i = 0; path && i < g->spec->mounts.n; i++)
		if (is_cgroup_at(g->p->a, &g->spec->mounts.v[i], path))
			return;
	if (path)
		plan_warn(g->p, "%s: has no effect: no mount of type cgroup has the destination %s",
			  annotation_field(g->p->a, ANNOTATION_FORCE_CGROUP_V1), path);
}

/* A systemd of old in the container, which knows no cgroup v2: instead of all, the one hierarchy that it keeps its units in. */
static int plan_systemd_hierarchy(const struct mounting *g, struct mount *m, struct error *e) {
	const struct cgroup_hierarchies *all = &g->host->cgroups;
	size_t i = 0;

	while (i < all->n && strcmp(all->v[i].controllers, SYSTEMD_HIERARCHY) != 0)
		i++;
	if (i == all->n || !directory_shown(g, i))
		return error_set(
			e, 0, annotation_field(g->p->a, ANNOTATION_FORCE_CGROUP_V1),
			"no cgroup file system is mounted on this host with the options none," SYSTEMD_HIERARCHY);
	if (spec_namespace(g->spec, "cgroup")) {
		strings_add(g->p->a, &m->options.data, SYSTEMD_HIERARCHY);
		return plan_file_system(g, m, "cgroup", e);
	}
	m->source = directory_shown(g, i);
	return plan_bind(g, m, e);
}

int plan_cgroup_mount(const struct mounting *g, struct mount *m, struct error *e) {
	enum cgroup_mode mode = host_cgroup_mode(g->host);

	if (mode == CGROUP_NONE)
		return error_set(e, 0, mount_field(g->p->a, m, "type"),
				 "no cgroup file system is mounted on this host");
	if (strcmp(m->destination, "/") == 0)
		return error_set(e, 0, mount_field(g->p->a, m, "destination"),
				 "cgroups cannot be the root file system");
	if (is_forced_v1(g, m))
		return plan_systemd_hierarchy(g, m, e);
	if (mode == CGROUP_V2 && spec_namespace(g->spec, "cgroup"))
		return plan_file_system(g, m, "cgroup2", e);
	if (m->options.data.n)
		return error_set(e, 0, mount_field(g->p->a, m, "options"), "the type cgroup takes no option %s here",
				 m->options.data.v[0]);
	if (mode != CGROUP_V2)
		return plan_hierarchies(g, m, e);
	m->source = g->host->cgroups.v[0].mountpoint;
	return plan_bind(g, m, e);
}
