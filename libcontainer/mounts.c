/* mounts.c - mounts add, mounts remove: what a container that is there has mounted. A short plan does it in the container's
 * mount namespace (order.c), as the plan of `create` did; the config that was kept does not change. */
#include "../specs/parse.h"
#include "attend.h"
#include "bundle.h"
#include "order.h"
#include "os/fd.h"
#include "os/syscalls.h"
#include "query.h"
#include "rootfs/rootfs.h"
#include "walk.h"
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define UNDO_MS 5000 /* a step that hangs, on a dead file server perhaps, is not waited for for ever */

/* One call. */
struct mounting_call {
	struct bundle copy; /* the container's config as it was at create, but for the mounts */
	struct bundle file; /* the text of those that are given */
	struct request request;
	struct host host;
	struct plan plan;
	struct run run;
};

static int check_status(int state_fd, const struct record *record, struct error *e) {
	const char *status, *id = record->id;

	if (query_status(state_fd, record, true, &status, e) < 0)
		return -1;
	if (strcmp(status, "stopped") == 0 || strcmp(status, "creating") == 0)
		return error_set(e, 0, NULL, "container not running: \"%s\" is %s", id, status);
	return 0;
}

static int read_given(struct container_env *env, const struct container_mounts_options *o, struct mounting_call *c,
		      struct error *e) {
	struct spec_mounts_file given = {0};
	struct strings unknown = {0};

	c->file = (struct bundle){.config_name = o->name, .text = o->text, .length = o->length};
	if (parse_object(env->a, &spec_mounts_file_type, o->name, o->text, o->length, &given, &unknown, e) < 0)
		return -1;
	for (size_t i = 0; i < unknown.n; i++)
		strings_add(env->a, &env->warnings,
			    arena_printf(env->a, "%s: %s is no property of mounts, ignored", o->name, unknown.v[i]));
	if (given.mounts.n == 0)
		return error_set(e, 0, NULL, "%s has no mounts: an object with a list of that name is needed", o->name);
	c->copy.spec.mounts = given.mounts;
	return 0;
}

static int read_container(struct container_env *env, int state_fd, const struct record *record, struct mounting_call *c,
			  struct error *e) {
	if (bundle_load_copy(env, state_fd, record, &c->copy, e) < 0)
		return -1;
	if (spec_has_new_namespace(&c->copy.spec, "mount"))
		return 0;
	return error_set(e, 0, NULL,
			 "container \"%s\" has no mount namespace of its own: a mount would be one of others, too",
			 record->id);
}

/* Steps about the mounts that were given are told with their place in the file. */
static int locate(const struct mounting_call *c, struct error *e) {
	return strncmp(e->field, "/mounts", strlen("/mounts")) == 0 ? bundle_locate(&c->file, e) : -1;
}

static int make_plan(struct container_env *env, const struct record *record, bool add, struct mounting_call *c,
		     struct error *e) {
	const struct spec *spec = &c->copy.spec;

	if (host_probe(env->a, &c->host, e) < 0 ||
	    (add && spec_label(spec->linux_.mount_label) && host_probe_labels(env->a, &c->host, e) < 0))
		return -1;
	c->plan = (struct plan){.a = env->a, .request = &c->request};
	if (plan_running_mounts(&c->plan, spec, &c->host, record, add, e) < 0)
		return locate(c, e);
	for (size_t i = 0; i < c->plan.warnings.n; i++)
		strings_add(env->a, &env->warnings, c->plan.warnings.v[i]);
	return 0;
}

/* It ends anyway when it has done all. Else it sees by its socket that the host has given up, and undoes what it did. */
static void end_inside(struct run *r) {
	fd_close(&r->turn_fds[HOST]);
	if (process_wait(r->pidfd, UNDO_MS) == 0)
		return;
	sys_pidfd_send_signal(r->pidfd, SIGKILL);
	process_wait(r->pidfd, UNDO_MS);
}

/* It may have done all in the moment when the host gave up: then that is so. */
static int walk(struct mounting_call *c, struct error *e) {
	struct run *r = &c->run;
	int rc = walk_init(r, &c->plan, e) < 0 || walk_host(r, e) < 0 ||
				 walk_wait_exec(r->turn_fds[HOST], r->pidfd, r->interrupt_fd, r->report, e) < 0
			 ? -1
			 : 0;

	if (r->pidfd >= 0) {
		end_inside(r);
		waitpid(r->pid, NULL, WNOHANG);
		rc = r->report->exec_called ? 0 : rc;
	}
	walk_done(r);
	return rc < 0 ? locate(c, e) : 0;
}

/* A key at a terminal is for husk and for the process that it spawns: both put it off until the walk is over or given up. */
static int change(struct container_env *env, const struct container_mounts_options *o, bool add, struct error *e) {
	struct mounting_call *c = arena_new(env->a, struct mounting_call);
	struct record record = {0};
	auto_close int lock = -1, state_fd = state_open_locked(env, o->id, &lock, &record, e);

	if (state_fd < 0 || check_status(state_fd, &record, e) < 0 ||
	    read_container(env, state_fd, &record, c, e) < 0 || read_given(env, o, c, e) < 0 ||
	    attend_prepare(false, e) < 0)
		return -1;
	c->request = (struct request){
		.id = o->id,
		.bundle = record.bundle,
		.root = env->root,
		.rootfs = record.rootfs,
		.ignore_annotations = record.ignores_annotations,
		.interruptible = true,
		.fail_at = o->fail_at,
		.kill_at = o->kill_at,
	};
	return make_plan(env, &record, add, c, e) < 0 ? -1 : walk(c, e);
}

int container_mounts_add(struct container_env *env, const struct container_mounts_options *o, struct error *e) {
	return change(env, o, true, e);
}

int container_mounts_remove(struct container_env *env, const struct container_mounts_options *o, struct error *e) {
	return change(env, o, false, e);
}
