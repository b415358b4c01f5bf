/* update.c - which files of a container's cgroup an update writes, in which order, and what leads back. */
#include "device_rules.h"
#include "../os/fd.h"
#include "../../specs/merge.h"
#include "limits.h"
#include "unit.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RESOURCES "/linux/resources"
#define MAX_FILE 65536 /* of one with a line for each disk */

/* Of the update's lists, which element by element say something. */
static struct spec_resources only_lists(const struct spec_resources *r) {
	return (struct spec_resources){.block_io = r->block_io,
				       .hugepage_limits = r->hugepage_limits,
				       .network = r->network,
				       .rdma = r->rdma,
				       .unified = r->unified};
}

/* The end of cpu.idle is the begin of the kernel's own weight. */
static bool is_weight_of_idle(const struct cgroup_setting *s, const struct spec_resources *said) {
	return said->cpu.idle && (strcmp(s->file, "cpu.shares") == 0 || strcmp(s->file, "cpu.weight") == 0);
}

int cgroup_changes(struct arena *a, const struct cgroup_update *u, struct cgroup_changes *changes, struct error *e) {
	const struct spec_resources said = cgroup_resources_said(u->asked), lists = only_lists(&said);
	struct cgroup_settings before = {0}, after = {0}, listed = {0};
	struct cgroup_changes all = {0};

	if (cgroup_settings(a, &lists, u->host, &listed, e) < 0 ||
	    cgroup_settings(a, u->before, u->host, &before, e) < 0 ||
	    cgroup_settings(a, u->after, u->host, &after, e) < 0)
		return -1;
	for (size_t i = 0; i < after.n; i++) {
		const struct cgroup_setting *s = &after.v[i];

		if (settings_have(&before, s) && !settings_have(&listed, s) && !is_weight_of_idle(s, &said) &&
		    !object_says(&spec_resources_type, &said, s->field + strlen(RESOURCES)))
			continue;
		all.v = arena_grow(a, all.v, all.n, sizeof(*all.v));
		all.v[all.n++].setting = *s;
	}
	*changes = all;
	return 0;
}

/* "8:0 rbps=1048576", "mlx5_0 hca_handle=2": a line for each. cpu.max, "max 100000", is none of these. */
static bool has_key(const char *value) {
	size_t n = strcspn(value, " ");

	return value[n] && strncmp(value, "max ", 4) != 0 && value[strspn(value, "0123456789")] != ' ';
}

/* The line of a key that was not there: nothing of it is limited. */
static char *lifted(struct arena *a, const char *file, const char *value) {
	size_t key = strcspn(value, " ");
	char *line = arena_strndup(a, value, key), *rest = NULL;

	if (!strchr(value, '='))
		return arena_printf(a, "%s %s", line, strncmp(file, "io.", 3) == 0 ? "default" : "0");
	for (char *word = strtok_r(arena_strdup(a, value + key), " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		line = arena_printf(a, "%s %.*s=max", line, (int)strcspn(word, "="), word);
	return line;
}

/* Of "oom_kill_disable 0" and "default 100" the number alone is written. */
static char *whole_value(struct arena *a, const char *text) {
	size_t n = strcspn(text, "\n");
	bool named = strncmp(text, "oom_kill_disable ", 17) == 0 || strncmp(text, "default ", 8) == 0;
	size_t name = named ? strcspn(text, " ") + 1 : 0;

	return arena_strndup(a, text + name, n - name);
}

char *cgroup_value_before(struct arena *a, const char *file, const char *value, const char *text) {
	size_t key = strcspn(value, " ") + 1;

	if (!has_key(value))
		return whole_value(a, text);
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, value, key) == 0)
			return arena_strndup(a, line, strcspn(line, "\n"));
	return lifted(a, file, value);
}

static void read_one(struct arena *a, const char *dir, struct cgroup_change *c, char *text) {
	struct cgroup_setting *s = &c->setting;

	if (s->other_file && access(arena_printf(a, "%s/%s", dir, s->file), F_OK) < 0) {
		s->file = s->other_file;
		s->value = s->other_value;
		s->other_file = NULL;
	}
	if (file_read_at(AT_FDCWD, arena_printf(a, "%s/%s", dir, s->file), text, MAX_FILE) >= 0)
		c->was = cgroup_value_before(a, s->file, s->value, text);
	/* A cpuset that was never set cannot be emptied while it has processes (ENOSPC): they had what stands here. */
	if (c->was && !*c->was &&
	    file_read_at(AT_FDCWD, arena_printf(a, "%s/%s.effective", dir, s->file), text, MAX_FILE) > 0)
		c->was = arena_strdup(a, text);
}

static size_t find(const struct cgroup_changes *changes, const char *file) {
	size_t i = 0;

	while (i < changes->n && strcmp(changes->v[i].setting.file, file) != 0)
		i++;
	return i;
}

/* What is idle, and stays so, has no weight that could be lost. */
static void leave_weight_of_idle(struct cgroup_changes *changes, const struct spec_resources *asked) {
	size_t idle = find(changes, "cpu.idle"), weight = find(changes, "cpu.shares");
	const char *was = idle < changes->n ? changes->v[idle].was : NULL;

	if (weight == changes->n)
		weight = find(changes, "cpu.weight");
	if (!was || weight == changes->n || asked->cpu.shares || strcmp(was, "1") != 0 ||
	    strcmp(changes->v[idle].setting.value, "1") != 0)
		return;
	memmove(&changes->v[weight], &changes->v[weight + 1], (--changes->n - weight) * sizeof(*changes->v));
}

void cgroup_changes_read(struct arena *a, const struct cgroup_update *u, struct cgroup_changes *changes) {
	char *text = arena_alloc(a, MAX_FILE), *list = device_list_path(a, u->host, u->dirs);

	for (size_t i = 0; i < changes->n; i++)
		read_one(a, u->dirs->v[changes->v[i].setting.hierarchy], &changes->v[i], text);
	leave_weight_of_idle(changes, u->asked);
	if (u->asked->devices.n && list && file_read_at(AT_FDCWD, list, text, MAX_FILE) >= 0)
		changes->device_list = text;
}

/* The kernel holds `file` against `other`: a bound that grows goes before what it bounds, and one that shrinks behind it; but
 * what is idle takes no weight, so an end of that goes first. */
static const struct rule {
	const char *file, *other;
	bool first_when_shrinking;
} rules[] = {
	{"cpu.rt_period_us", "cpu.rt_runtime_us", false},
	{"cpu.cfs_period_us", "cpu.cfs_quota_us", false},
	{"cpu.cfs_quota_us", "cpu.cfs_burst_us", false},
	{"cpu.max", "cpu.max.burst", false},
	{"cpu.idle", "cpu.shares", true},
	{"cpu.idle", "cpu.weight", true},
	{"memory.memsw.limit_in_bytes", "memory.limit_in_bytes", false},
};
#define N_RULES (sizeof(rules) / sizeof(*rules))

/* "max" and -1 are no limit. */
static uint64_t number(const char *value) {
	return *value == '-' || *value == 'm' ? UINT64_MAX : strtoull(value, NULL, 10);
}

static bool shrinks(const struct cgroup_change *c) {
	return c->was && number(c->setting.value) < number(c->was);
}

/* Moves a change to right before or behind another one, so that what holds for the other and its neighbours still does. */
static void move(struct cgroup_changes *changes, size_t from, size_t to) {
	struct cgroup_change moved = changes->v[from];
	size_t n = from < to ? to - from : from - to;

	if (from < to)
		memmove(&changes->v[from], &changes->v[from + 1], n * sizeof(moved));
	else
		memmove(&changes->v[to + 1], &changes->v[to], n * sizeof(moved));
	changes->v[to] = moved;
}

void cgroup_changes_order(struct cgroup_changes *changes) {
	for (size_t k = 0; k < N_RULES; k++) {
		size_t i = find(changes, rules[k].file), other = find(changes, rules[k].other);
		bool first;

		if (i == changes->n || other == changes->n)
			continue;
		first = shrinks(&changes->v[i]) == rules[k].first_when_shrinking;
		if (first != (i < other))
			move(changes, other, i);
	}
}

/* A file and what was in it. */
struct former {
	const char *path, *value;
};

static int run_restore(struct run *r, const void *arg) {
	const struct former *f = arg;

	(void)r;
	if (f->value)
		return file_write_at(AT_FDCWD, f->path, f->value);
	return access(f->path, F_OK) < 0
		       ? 0
		       : -ENODATA; /* nobody could read it, and nothing can have been written to none */
}

static void plan_restore(struct plan *p, const char *dir, const struct cgroup_change *c) {
	struct former *f = arena_new(p->a, struct former);

	f->path = arena_printf(p->a, "%s/%s", dir, c->setting.file);
	f->value = c->was;
	plan_add(p, HOST, run_restore, f, c->setting.field, c->setting.index, NULL, "write %s back to %s",
		 f->value ? f->value : "nothing", f->path);
}

int plan_cgroup_update(struct plan *there, struct plan *back, const struct cgroup_update *u,
		       const struct cgroup_changes *changes, struct error *e) {
	if (plan_unit_change(there, u, u->before, u->after, e) < 0 ||
	    plan_unit_change(back, u, u->after, u->before, e) < 0)
		return -1;
	for (size_t i = 0; i < changes->n; i++) {
		const char *dir = u->dirs->v[changes->v[i].setting.hierarchy];

		plan_limit(there, dir, &changes->v[i].setting);
		plan_restore(back, dir, &changes->v[i]);
	}
	return plan_device_change(there, back, u, changes->device_list, e);
}
