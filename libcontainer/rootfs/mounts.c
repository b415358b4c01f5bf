/* mounts.c - mounts: what each entry is, where it may go, and which kind of mount it is compiled to. */
#include "idmapped.h"
#include "mount_label.h"
#include "rootfs.h"
#include "sources.h"
#include <string.h>

/* What lxcfs and its like put over files of /proc, which the container's processes may see changed. Anything else
 * inside /proc could fake what the runtime itself and the container's tools write to (CVE-2019-16884,
 * CVE-2019-19921). */
static const char *const inside_proc[] = {
	"/proc/cpuinfo",
	"/proc/diskstats",
	"/proc/loadavg",
	"/proc/meminfo",
	"/proc/net/dev",
	"/proc/slabinfo",
	"/proc/stat",
	"/proc/swaps",
	"/proc/sys/crypto/fips_enabled",
	"/proc/sys/kernel/ns_last_pid",
	"/proc/uptime",
};

static bool is_type(const struct mount *m, const char *type) {
	return m->spec->type && strcmp(m->spec->type, type) == 0;
}

static bool may_be_inside_proc(const char *destination) {
	for (size_t i = 0; i < sizeof(inside_proc) / sizeof(*inside_proc); i++)
		if (strcmp(destination, inside_proc[i]) == 0)
			return true;
	return false;
}

static int check_destination(const struct mounting *g, struct mount *m, struct error *e) {
	const char *field = mount_field(g->p->a, m, "destination");
	uint64_t switches = m->options.switches.set;
	bool is_bind = switches & MOUNT_BIND;

	if (!m->spec->destination[0])
		return error_set(e, 0, field, "an absolute path is needed");
	if (m->spec->destination[0] != '/')
		plan_warn(g->p, "%s: the path \"%s\" is relative, which is deprecated: taken from /", field,
			  m->spec->destination);
	m->plain = !is_bind && (is_type(m, "proc") || is_type(m, "sysfs"));
	m->only_procfs = is_bind && strcmp(m->destination, "/proc") == 0;
	if (switches & MOUNT_REMOUNT)
		return 0;
	if (strncmp(m->destination, "/proc/", 6) == 0 && !may_be_inside_proc(m->destination))
		return error_set(e, 0, field, "nothing can be mounted on %s: it is inside /proc", m->destination);
	if (strcmp(m->destination, "/proc") == 0 && !is_bind && !is_type(m, "proc"))
		return error_set(e, 0, field, "only the type proc, or a bind of a procfs, can be mounted on /proc");
	return 0;
}

static bool propagates(const struct mount *m) {
	for (size_t i = 0; i < m->options.n_propagation; i++)
		if (!(m->options.propagation[i] & MS_PRIVATE))
			return true;
	return false;
}

static int check_options(const struct mounting *g, const struct mount *m, struct error *e) {
	const char *field = mount_field(g->p->a, m, "options");
	uint64_t switches = m->options.switches.set;
	uint64_t links = switches & (MOUNT_SOURCE_LINK | MOUNT_TARGET_LINK | MOUNT_COPY_LINK);

	if (switches & MOUNT_COPY_UP && (!is_type(m, "tmpfs") || switches & (MOUNT_BIND | MOUNT_REMOUNT)))
		return error_set(e, 0, field, "tmpcopyup is for a new mount of type tmpfs");
	if (rootfs_is_apart(g->spec) && propagates(m))
		return error_set(e, 0, field,
				 "a propagation other than private needs a new namespace of type mount in "
				 "/linux/namespaces");
	if (links && (!(switches & MOUNT_BIND) || switches & MOUNT_REMOUNT))
		return error_set(e, 0, field, "copy-symlink, src-nofollow and dest-nofollow are for bind mounts");
	if (links & MOUNT_COPY_LINK && links != MOUNT_COPY_LINK)
		return error_set(e, 0, field, "copy-symlink excludes src-nofollow and dest-nofollow");
	return 0;
}

static int check_source(const struct mounting *g, struct mount *m, struct error *e) {
	const char *source = m->spec->source;

	if (!source || !*source)
		return error_set(e, 0, mount_field(g->p->a, m, "source"), "a bind mount needs a source");
	m->source = source[0] == '/' ? source : arena_printf(g->p->a, "%s/%s", g->p->request->bundle, source);
	return 0;
}

static int check_type(const struct mounting *g, const struct mount *m, struct error *e) {
	const char *field = mount_field(g->p->a, m, "type");

	if (!m->spec->type || !*m->spec->type)
		return error_set(e, 0, field, "a type is needed, or one of the options bind and rbind");
	if (is_type(m, "bind") || is_type(m, "rbind") || is_type(m, "none"))
		return error_set(e, 0, field,
				 "there is no file system \"%s\": a bind mount has one of the options bind and rbind",
				 m->spec->type);
	return 0;
}

/* Only who owns the network namespace may mount a sysfs, which shows its devices. */
static bool needs_host_sysfs(const struct mounting *g, const struct mount *m) {
	return is_type(m, "sysfs") && spec_namespace(g->spec, "user") && !spec_has_new_namespace(g->spec, "network");
}

/* The host's, with all that is mounted in it: what is asked of the mount is asked of those too (CVE-2023-25809). */
static int plan_host_sysfs(const struct mounting *g, struct mount *m, struct error *e) {
	m->source = "/sys";
	m->options.switches.set |= MOUNT_BIND | MOUNT_RECURSIVE;
	mount_options_spread(&m->options);
	return plan_bind(g, m, e);
}

static int plan_mount(const struct mounting *g, const struct spec_mount *spec, const char *list, int index,
		      struct error *e) {
	struct mount *m = arena_new(g->p->a, struct mount);

	m->spec = spec;
	m->list = list;
	m->index = index;
	m->destination = arena_clean_path(g->p->a, m->spec->destination);
	m->source_index = NO_SOURCE;
	mount_options_parse(g->p->a, &m->spec->options, &m->options);
	if (g->p->into_running && running_check(g, m, e) < 0)
		return -1;
	if (check_options(g, m, e) < 0 || check_destination(g, m, e) < 0 || idmap_read(g, m, e) < 0)
		return -1;
	if (m->options.switches.set & MOUNT_REMOUNT)
		return plan_remount(g, m, e);
	if (m->options.switches.set & MOUNT_BIND)
		return check_source(g, m, e) < 0 ? -1 : plan_bind(g, m, e);
	if (check_type(g, m, e) < 0)
		return -1;
	if (is_type(m, "cgroup"))
		return plan_cgroup_mount(g, m, e);
	return needs_host_sysfs(g, m) ? plan_host_sysfs(g, m, e) : plan_file_system(g, m, m->spec->type, e);
}

/* The last of all: what a mount of the config puts there does not hide it. */
static int plan_notify_mount(const struct mounting *g, struct error *e) {
	static char *options[] = {"bind", "ro", "nosuid", "nodev", "noexec", NULL};
	struct spec_mount *mount = arena_new(g->p->a, struct spec_mount);

	if (!g->p->request->notify_dir)
		return 0;
	mount->destination = NOTIFY_DIR;
	mount->source = arena_strdup(g->p->a, g->p->request->notify_dir);
	mount->options = (struct strings){options, sizeof(options) / sizeof(*options) - 1};
	return plan_mount(g, mount, NULL, NO_INDEX, e);
}

bool mounts_are_idmapped(const struct spec *spec) {
	for (size_t i = 0; i < spec->mounts.n; i++)
		if (mount_is_idmapped(&spec->mounts.v[i]))
			return true;
	return false;
}

int plan_mounts(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *cgroup_dirs,
		struct error *e) {
	const struct mounting mounting = {p, spec, h, cgroup_dirs};

	if (spec->mounts.n && !rootfs_can_mount(spec))
		return error_set(e, 0, "/mounts", "mounts need a new namespace of type mount in /linux/namespaces");
	if (mount_label_check(p, spec, h, e) < 0)
		return -1;
	for (size_t i = 0; i < spec->mounts.n; i++)
		if (plan_mount(&mounting, &spec->mounts.v[i], "/mounts", (int)i, e) < 0)
			return -1;
	if (!p->into_running)
		cgroup_mount_warn(&mounting);
	return plan_notify_mount(&mounting, e);
}
