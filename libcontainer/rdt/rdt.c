/* rdt.c - linux.intelRdt: finding, making, filling and removing the groups of resctrl.
 *
 * Only the kernel makes files here, with each directory: none is ever created, so that a directory that is no group is an
 * error. Why the kernel refuses something stands in info/last_cmd_status. */
#include "group.h"
#include "schemata.h"
#include "../os/fd.h"
#include "../os/mountinfo.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIELD "/linux/intelRdt"

/* Directories of the root that are no groups. */
static const char *const reserved[] = {"info", "mon_groups", "mon_data", ".", "..", NULL};

/* --- the steps ---------------------------------------------------------------------------------------------------- */

/* A file or directory of a group, and what goes into it. */
struct entry {
	const char *path;
	const char *schema, *line; /* the same; line has a newline */
	const char *status;        /* info/last_cmd_status */
};

static int refused(struct run *r, const struct entry *entry, int rc) {
	char why[256];

	if (rc < 0 && file_read_at(AT_FDCWD, entry->status, why, sizeof(why)) > 0 && strcmp(why, "ok") != 0)
		run_hint(r, "%s: %s", error_text(-rc), why);
	return rc;
}

/* One that was not there when the plan was made is somebody else's: not ours to fill. */
static int run_rdt_group(struct run *r, const void *arg) {
	const struct entry *group = arg;

	return refused(r, group, mkdir(group->path, 0755) == 0 ? 0 : -errno);
}

static void shell_group(struct text *out, const void *arg) {
	text_add(out, "mkdir ");
	text_add_quoted(out, ((const struct entry *)arg)->path);
}

static int run_rdt_schema(struct run *r, const void *arg) {
	const struct entry *schema = arg;

	return refused(r, schema, file_write_at(AT_FDCWD, schema->path, schema->line));
}

static void shell_schema(struct text *out, const void *arg) {
	const struct entry *schema = arg;

	text_add(out, "echo ");
	text_add_quoted(out, schema->schema);
	text_add(out, " >");
	text_add_quoted(out, schema->path);
}

static int run_rdt_join(struct run *r, const void *arg) {
	const struct entry *tasks = arg;
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)r->pid);
	return refused(r, tasks, file_write_at(AT_FDCWD, tasks->path, pid));
}

static void shell_join(struct text *out, const void *arg) {
	text_add(out, "echo \"$init\" >");
	text_add_quoted(out, ((const struct entry *)arg)->path);
}

/* --- what is asked for -------------------------------------------------------------------------------------------- */

static bool has_schema(const struct spec_intel_rdt *s) {
	return s->l3_cache_schema || s->mem_bw_schema || s->schemata.n;
}

static bool has_clos_id(const struct spec_intel_rdt *s) {
	return s->clos_id && s->clos_id[0];
}

static int check_name(const struct spec_intel_rdt *s, const char *id, struct error *e) {
	const char *name = has_clos_id(s) ? s->clos_id : id;

	if (strcmp(name, "/") == 0)
		return 0;
	if (strpbrk(name, "/\n") || text_index(reserved, name) >= 0)
		return error_set(
			e, 0, has_clos_id(s) ? FIELD "/closID" : FIELD,
			"\"%s\" is no name of a group: / or one name below it, not . or .. or info, mon_groups "
			"or mon_data",
			name);
	return 0;
}

int rdt_check_schema(struct arena *a, const char *line, const char *resource, const char *field, struct error *e) {
	struct schemata ignored = {0};

	if (!line)
		return 0;
	if (strchr(line, '\n'))
		return error_set(e, 0, field, "a newline in it: one line is one schema");
	if (!*line || !schemata_take(a, &ignored, line) || strncmp(line, resource, strlen(resource)) != 0)
		return error_set(e, 0, field, "\"%s\" is no schema such as %s0=7f;1=1f", line,
				 *resource ? resource : "L3:");
	return 0;
}

static int check_schemata(struct arena *a, const struct spec_intel_rdt *s, struct error *e) {
	if (rdt_check_schema(a, s->l3_cache_schema, "L3", FIELD "/l3CacheSchema", e) < 0 ||
	    rdt_check_schema(a, s->mem_bw_schema, "MB:", FIELD "/memBwSchema", e) < 0)
		return -1;
	for (size_t i = 0; i < s->schemata.n; i++)
		if (rdt_check_schema(a, s->schemata.v[i], "", arena_printf(a, FIELD "/schemata/%zu", i), e) < 0)
			return -1;
	return 0;
}

/* --- where it is -------------------------------------------------------------------------------------------------- */

int rdt_place(struct arena *a, const struct spec_intel_rdt *s, const struct host *h, const char *id, struct rdt *rdt,
	      struct error *e) {
	const char *name = has_clos_id(s) ? s->clos_id : id;

	if (check_name(s, id, e) < 0 || check_schemata(a, s, e) < 0)
		return -1;
	if (!h->resctrl) {
		error_set(e, 0, FIELD,
			  "resctrl is not mounted: `mount -t resctrl resctrl /sys/fs/resctrl` does it where kernel and "
			  "processor have it");
		return -1;
	}
	rdt->mountpoint = h->resctrl;
	rdt->group = strcmp(name, "/") == 0 ? h->resctrl : arena_printf(a, "%s/%s", h->resctrl, name);
	rdt->monitor = s->enable_monitoring ? arena_printf(a, "%s/mon_groups/%s", rdt->group, id) : NULL;
	rdt->made = !has_clos_id(s) && !h->resctrl_schemata;
	return 0;
}

/* The first; NULL: none is there. 0 or -errno. */
static int find_mount(struct arena *a, char **point) {
	auto_close int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	struct mountinfo_reader reader = {.fd = fd};
	char line[2 * PATH_MAX];
	struct mountinfo m;
	int rc;

	if (fd < 0)
		return -errno;
	while ((rc = mountinfo_read(&reader, line, sizeof(line))) > 0)
		if (mountinfo_parse(line, &m) && strcmp(m.type, "resctrl") == 0) {
			*point = arena_strdup(a, m.point);
			return 0;
		}
	return rc;
}

char *rdt_read_schemata(struct arena *a, const struct rdt *rdt, struct error *e) {
	char text[MAX_SCHEMATA];
	int rc = file_read_at(AT_FDCWD, arena_printf(a, "%s/schemata", rdt->group), text, sizeof(text));

	return rc < 0 ? (error_set(e, -rc, NULL, "cannot read %s/schemata", rdt->group), NULL) : arena_strdup(a, text);
}

int rdt_probe(struct arena *a, const struct spec_intel_rdt *s, const char *id, struct host *h, struct error *e) {
	int rc = find_mount(a, &h->resctrl);
	struct rdt rdt = {0};

	if (rc < 0)
		return error_set(e, -rc, FIELD, "cannot find resctrl in /proc/self/mountinfo");
	if (rdt_place(a, s, h, id, &rdt, e) < 0)
		return -1;
	if (access(rdt.group, F_OK) == 0 && !(h->resctrl_schemata = rdt_read_schemata(a, &rdt, e)))
		return -1;
	h->resctrl_monitored = rdt.monitor && access(rdt.monitor, F_OK) == 0;
	return 0;
}

/* --- the plan ----------------------------------------------------------------------------------------------------- */

static struct entry *entry_new(struct arena *a, const struct rdt *rdt, const char *path, const char *schema) {
	struct entry *entry = arena_new(a, struct entry);

	*entry = (struct entry){path, schema, schema ? arena_printf(a, "%s\n", schema) : NULL,
				arena_printf(a, "%s/info/last_cmd_status", rdt->mountpoint)};
	return entry;
}

void plan_rdt_schema(struct plan *p, const struct rdt *rdt, const char *schema, const char *field, int index) {
	if (schema)
		plan_add(p, HOST, run_rdt_schema,
			 entry_new(p->a, rdt, arena_printf(p->a, "%s/schemata", rdt->group), schema), field, index,
			 shell_schema, "write %s to %s/schemata", schema, rdt->group);
}

/* The order is that of the specification. */
static void plan_schemata(struct plan *p, const struct spec_intel_rdt *s, const struct rdt *rdt) {
	plan_rdt_schema(p, rdt, s->l3_cache_schema, FIELD "/l3CacheSchema", NO_INDEX);
	plan_rdt_schema(p, rdt, s->mem_bw_schema, FIELD "/memBwSchema", NO_INDEX);
	for (size_t i = 0; i < s->schemata.n; i++)
		plan_rdt_schema(p, rdt, s->schemata.v[i], FIELD "/schemata", (int)i);
}

/* What a group has that is there already is not ours to change: it must be what is asked for. */
static int check_present(struct arena *a, const struct spec_intel_rdt *s, const struct host *h, const struct rdt *rdt,
			 struct error *e) {
	struct schemata asked = {0}, present = {0};
	const struct schema_value *other;

	if (s->l3_cache_schema)
		schemata_take(a, &asked, s->l3_cache_schema);
	if (s->mem_bw_schema)
		schemata_take(a, &asked, s->mem_bw_schema);
	for (size_t i = 0; i < s->schemata.n; i++)
		schemata_take(a, &asked, s->schemata.v[i]);
	schemata_take(a, &present, h->resctrl_schemata);
	other = schemata_differ(&asked, &present);
	if (!other)
		return 0;
	return error_set(e, 0, FIELD,
			 "the group %s is there, and has not %s:%s=%s: leave that out, or take another closID",
			 rdt->group, other->resource, other->domain, other->value);
}

static void plan_join_group(struct plan *p, const struct rdt *rdt, const char *dir, const char *field) {
	plan_add(p, HOST, run_rdt_join, entry_new(p->a, rdt, arena_printf(p->a, "%s/tasks", dir), NULL), field,
		 NO_INDEX, shell_join, "put the process into %s", dir);
}

int plan_rdt(struct plan *p, const struct spec *spec, const struct host *h, const struct rdt *rdt, struct error *e) {
	const struct spec_intel_rdt *s = spec->linux_.intel_rdt;

	if (!s)
		return 0;
	if (has_clos_id(s) && !has_schema(s) && !h->resctrl_schemata)
		return error_set(e, 0, FIELD "/closID",
				 "there is no group %s, and none is made without a schema that says what it gets",
				 rdt->group);
	if (h->resctrl_monitored)
		return error_set(e, 0, FIELD "/enableMonitoring", "%s is there already: another container has that id",
				 rdt->monitor);
	if (h->resctrl_schemata && check_present(p->a, s, h, rdt, e) < 0)
		return -1;
	if (!h->resctrl_schemata) {
		plan_add(p, HOST, run_rdt_group, entry_new(p->a, rdt, rdt->group, NULL), FIELD, NO_INDEX, shell_group,
			 "make the group %s", rdt->group);
		plan_schemata(p, s, rdt);
	}
	plan_join_group(p, rdt, rdt->group, FIELD);
	if (!rdt->monitor)
		return 0;
	plan_add(p, HOST, run_rdt_group, entry_new(p->a, rdt, rdt->monitor, NULL), FIELD "/enableMonitoring", NO_INDEX,
		 shell_group, "make the monitoring group %s", rdt->monitor);
	plan_join_group(p, rdt, rdt->monitor, FIELD "/enableMonitoring");
	return 0;
}

void plan_rdt_enter(struct plan *p, const struct rdt *rdt) {
	if (rdt->mountpoint)
		plan_join_group(p, rdt, rdt->group, FIELD);
	if (rdt->monitor)
		plan_join_group(p, rdt, rdt->monitor, FIELD "/enableMonitoring");
}

/* --- its end ------------------------------------------------------------------------------------------------------ */

static int remove_group(const char *dir) {
	return !dir || rmdir(dir) == 0 || errno == ENOENT ? 0 : -errno;
}

int rdt_remove(const struct rdt *rdt) {
	int monitor = remove_group(rdt->monitor), group = remove_group(rdt->made ? rdt->group : NULL);

	return monitor < 0 ? monitor : group;
}
