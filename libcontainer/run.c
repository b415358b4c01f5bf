/* run.c - run: create and start in one, then be the container's parent until it ends. */
#include "annotations.h"
#include "attend.h"
#include "create.h"
#include "delete.h"
#include "notify.h"
#include "os/fd.h"
#include "process/process.h"
#include "query.h"
#include "relay.h"
#include "start.h"
#include "walk.h"
#include <unistd.h>

static int start_now(struct container_env *env, struct making *m, struct error *e) {
	struct hook_point at = {"/hooks/poststart", m->bundle.dir, NULL};
	const struct spec *spec = &m->bundle.spec;
	struct run *r = &m->run;
	size_t failed;

	m->record.head.init.pid = r->pid;
	if (seccomp_serve(start_agent(env->a, spec, &m->record), r->turn_fds[HOST], r->pidfd, r->interrupt_fd, e) < 0 ||
	    walk_wait_exec(r->turn_fds[HOST], r->pidfd, r->interrupt_fd, r->report, e) < 0)
		return -1;
	at.state = query_hook_state(env->a, &m->record, "running");
	if (spec->hooks.poststart.n == 0)
		return 0;
	if (hooks_open_output(r, annotations_acting(r->plan, spec), &at, e) < 0)
		return -1;
	return hooks_run(r, &spec->hooks.poststart, &at, &failed, e);
}

/* In the foreground husk stands for the init: it ends with its status, hands on signals, and is whom the manager hears. */
static int live(struct container_env *env, struct making *m, bool detach, int *code, struct error *e) {
	struct run *r = &m->run;
	struct notify *notify;
	int rc = 0;

	if (detach && r->notify_fd < 0)
		return 0;
	fd_close(&r->lock_fd);    /* from here other commands may change the container */
	fd_close(&r->network_fd); /* and the end of its processes is that of its network */
	if (!detach && env->waiting)
		env->waiting(env);
	if (r->notify_fd < 0)
		return relay_attend(r, NULL, 0, code, e);
	notify = notify_new(env, r->notify_fd, &m->manager_fd, &m->record, detach ? r->pid : getpid());
	if (detach)
		notify_wait_ready(env, notify, r->pidfd);
	else
		rc = relay_attend(r, (struct watch *[]){&notify->from, &notify->to}, 2, code, e);
	notify_end(env, notify);
	return rc;
}

int container_run(struct container_env *env, const struct container_run_options *o, int *code, struct error *e) {
	struct making *m = arena_new(env->a, struct making);
	struct container_create_options create = o->create;
	int rc = 0;

	*code = 0;
	create.interruptible = create.foreground = !o->detach;
	if (o->detach)
		create.watchdog_usec = NULL; /* nobody would hand on what it asks for */
	if (!o->detach && attend_prepare(!o->no_subreaper, e) < 0)
		return -1;
	if (making_create(env, &create, false, m, e) < 0)
		return -1;
	if (start_now(env, m, e) < 0 || live(env, m, o->detach, code, e) < 0) {
		making_undo(env, m, e);
		return -1;
	}
	if (!o->detach && !o->keep)
		rc = delete_ours(env, m->run.state_fd, o->create.id, e);
	making_done(m);
	return rc;
}
