/* update.c - update: other limits for a container that is there. All of them come, or none. */
#include "../specs/merge.h"
#include "bundle.h"
#include "cgroup/update.h"
#include "os/fd.h"
#include "query.h"
#include "rdt/rdt.h"
#include "walk.h"
#include <string.h>

/* The plan that goes there and the one that leads back, step by step. */
struct both_ways {
	struct plan there, back;
};

/* Who cannot be updated has no processes any more. */
static int check_status(int state_fd, const char *id, const struct record *record, struct error *e) {
	const char *status;

	if (query_status(state_fd, record, true, &status, e) < 0)
		return -1;
	if (strcmp(status, "stopped") == 0)
		return error_set(e, 0, NULL, "container not running: \"%s\" is %s", id, status);
	return 0;
}

static int plan_cgroups(struct container_env *env, int state_fd, struct record *record,
			const struct spec_resources *asked, struct both_ways *plans, struct error *e) {
	struct spec_resources *after = arena_new(env->a, struct spec_resources);
	struct cgroup_changes changes = {0};
	struct bundle b;
	struct host h;

	if (bundle_load_copy(env, state_fd, record, &b, e) < 0 || host_probe(env->a, &h, e) < 0)
		return -1;
	*after = b.spec.linux_.resources;
	cgroup_resources_merge(env->a, after, asked);
	const struct cgroup_update u = {&b.spec.linux_.resources, asked, after, &h, &record->cgroups, &record->unit};
	if (record->cgroups.n == 0)
		return error_set(e, 0, NULL, "container \"%s\" has no cgroup that could limit it", record->id);
	if (record->cgroups.n != h.cgroups.n)
		return error_set(e, 0, NULL, "the cgroup file systems are not mounted as they were at `create`");
	if (cgroup_changes(env->a, &u, &changes, e) < 0)
		return -1;
	cgroup_changes_read(env->a, &u, &changes);
	cgroup_changes_order(&changes);
	record->resources = after;
	return plan_cgroup_update(&plans->there, &plans->back, &u, &changes, e);
}

/* What the group has is read from it, and needs no record. */
static int plan_group(struct container_env *env, const struct record *record, const struct container_update_options *o,
		      struct both_ways *plans, struct error *e) {
	const char *present;

	if (!record->rdt.mountpoint)
		return error_set(e, 0, NULL, "container \"%s\" was made without intelRdt: it has no group in resctrl",
				 record->id);
	present = rdt_read_schemata(env->a, &record->rdt, e);
	if (!present ||
	    plan_rdt_update(&plans->there, &plans->back, &record->rdt, present, o->l3_cache_schema, "L3", e) < 0)
		return -1;
	return plan_rdt_update(&plans->there, &plans->back, &record->rdt, present, o->mem_bw_schema, "MB:", e);
}

static int plan_update(struct container_env *env, int state_fd, struct record *record,
		       const struct container_update_options *o, struct both_ways *plans, struct error *e) {
	bool schema = o->l3_cache_schema || o->mem_bw_schema;

	if (schema && plan_group(env, record, o, plans, e) < 0)
		return -1;
	if (schema && object_is_empty(&spec_resources_type, o->resources))
		return 0;
	if (plan_cgroups(env, state_fd, record, o->resources, plans, e) < 0)
		return -1;
	/* The last step: what it would undo never has to be undone. */
	return plan_remember(&plans->there, state_fd, record, e);
}

/* A step of several lines may have done a part before it failed. What it did not do cannot be undone: that is no error. */
static void undo_part(const struct plan *back, size_t step) {
	struct plan one = *back;
	struct error ignored;

	if (step >= back->n)
		return;
	one.v += step;
	one.n = 1;
	walk_back(&one, 1, &ignored);
}

static int walk_there_or_back(const struct both_ways *plans, struct error *e) {
	struct text text = {.at = e->text, .size = sizeof(e->text)};
	struct error undo;
	size_t done;

	if (walk_alone(&plans->there, &done, e) == 0)
		return 0;
	text.n = strlen(e->text);
	undo_part(&plans->back, done);
	if (walk_back(&plans->back, done, &undo) < 0)
		text_add(&text, "; and what was changed before it could not be undone (%s)", undo.text);
	return -1;
}

int container_update(struct container_env *env, const char *id, const struct container_update_options *o,
		     struct error *e) {
	struct request request = {.id = id, .state_dir = arena_printf(env->a, "%s/%s", env->root, id)};
	struct both_ways plans = {{.a = env->a, .request = &request}, {.a = env->a, .request = &request}};
	struct record record = {0};
	auto_close int lock = -1, state_fd = state_open_locked(env, id, &lock, &record, e);

	if (state_fd < 0 || check_status(state_fd, id, &record, e) < 0 ||
	    plan_update(env, state_fd, &record, o, &plans, e) < 0)
		return -1;
	return walk_there_or_back(&plans, e);
}
