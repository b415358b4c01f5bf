/* delete.c - delete: one way to undo a container, from half-made to stopped. It never says 0 while something is left. */
#include "delete.h"
#include "bundle.h"
#include "cgroup/cgroup.h"
#include "os/fd.h"
#include "os/syscalls.h"
#include "os/tree.h"
#include "process/process.h"
#include "query.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#define DEADLINE_MS 10000  /* for all waits of one delete together */
#define KILL_GRACE_MS 100  /* for a signal that was sent to be seen */

static int64_t now_ms(void) {
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int remaining_ms(int64_t deadline) {
	int64_t left = deadline - now_ms();

	return left > 0 ? (int)left : 0;
}

/* Kills exactly that process, if it is there, and waits for its end. */
static int end_process(const struct process_name *name, const char *what, int64_t deadline, struct error *e) {
	auto_close int fd = name->pid ? process_open(name) : -1;

	if (fd < 0)
		return 0;
	if (sys_pidfd_send_signal(fd, SIGKILL) < 0 && errno != ESRCH)
		return error_set(e, errno, NULL, "cannot kill %s, process %lld", what, (long long)name->pid);
	if (process_wait(fd, remaining_ms(deadline)) < 0)
		return error_set(e, 0, NULL, "%s, process %lld (state %c), does not end", what, (long long)name->pid,
				 process_state((pid_t)name->pid));
	return 0;
}

/* A creator at work holds the lock, and has hooks as children that only it knows. */
static int end_creator(struct container_env *env, int state_fd, int64_t deadline, struct error *e) {
	struct record record = {0};
	struct error ignored; /* no record yet, or none that can be read: the lock will tell */

	if (record_read(env->a, state_fd, &record, &ignored) < 0 || strcmp(record.head.status, "creating") != 0)
		return 0;
	process_kill_children(&record.head.creator);
	return end_process(&record.head.creator, "the command that creates it", deadline, e);
}

static int run_poststop(struct container_env *env, int state_fd, const struct record *record, struct error *e) {
	struct spec_hook_list rest;
	struct bundle b;
	size_t failed;

	if (!record->poststop)
		return 0;
	if (bundle_load_copy(env, state_fd, &b, e) < 0)
		return -1;
	rest = b.spec.hooks.poststop;
	/* runtime.md, lifecycle 13: a poststop hook that fails is a warning, and the others run. */
	while (rest.n && hooks_run(&rest, "/hooks/poststop", query_hook_state(env->a, record, "stopped"), &failed, e) < 0) {
		strings_add(env->a, &env->warnings, arena_strdup(env->a, e->text));
		rest.v += failed + 1;
		rest.n -= failed + 1;
	}
	return 0;
}

/* Kills and removes everything that the record names, then the state directory. The lock is held by the caller. */
static int delete_everything(struct container_env *env, int state_fd, const struct record *record, struct error *e) {
	int64_t deadline = now_ms() + DEADLINE_MS;
	int rc;

	process_kill_children(&record->head.hook);
	if (end_process(&record->head.hook, "its hook", deadline, e) < 0)
		return -1;
	/* What the init leaves behind, cgroup_remove finds. */
	rc = process_alive(&record->head.init) ? cgroup_kill(&record->cgroups) : 0;
	if (rc < 0)
		return error_set(e, -rc, NULL, "cannot kill the processes of container \"%s\"", record->id);
	if (end_process(&record->head.init, "its init", deadline, e) < 0 ||
	    cgroup_remove(&record->cgroups_made, &record->cgroups, deadline, e) < 0 || run_poststop(env, state_fd, record, e) < 0)
		return -1;
	rc = state_remove(env->root, record->id);
	if (rc < 0)
		return error_set(e, -rc, NULL, "cannot remove the state of container \"%s\" below %s", record->id, env->root);
	return 0;
}

/* A directory without a record has made nothing: it is what a creator left that was killed at once. */
static int delete_without_record(struct container_env *env, const char *id, bool force, const struct error *why, struct error *e) {
	int rc;

	if (why->errnum != ENOENT)
		return error_set(e, 0, NULL, "container \"%s\" is broken: the record %s/%s/record cannot be read: %s", id, env->root, id, why->text);
	if (!force)
		return error_set(e, 0, NULL, "container \"%s\" was never completely created: use `delete --force`", id);
	rc = state_remove(env->root, id);
	return rc == 0 ? 0 : error_set(e, -rc, NULL, "cannot remove %s/%s", env->root, id);
}

void delete_after_failure(struct container_env *env, int state_fd, const char *id, bool poststop) {
	struct record record = {0};
	struct error undo;
	int rc;

	if (record_read(env->a, state_fd, &record, &undo) < 0) {
		rc = delete_without_record(env, id, true, &undo, &undo);
	} else {
		record.poststop &= poststop;
		rc = delete_everything(env, state_fd, &record, &undo);
	}
	if (rc < 0)
		strings_add(env->a, &env->warnings, arena_printf(env->a, "%s; `husk delete --force %s` tries again", undo.text, id));
}

/* Engines delete right after a kill, when the init may still be on its way out. */
static const char *status_after_kill(int state_fd, const struct record *record, int64_t deadline) {
	auto_close int init = process_open(&record->head.init);

	if (init >= 0 && process_wait(init, KILL_GRACE_MS) < 0 && process_is_ending((pid_t)record->head.init.pid))
		process_wait(init, remaining_ms(deadline));
	return query_status(state_fd, record);
}

int container_delete(struct container_env *env, const char *id, bool force, struct error *e) {
	auto_close int state_fd = state_open(env->root, id, e), lock = -1;
	int64_t deadline = now_ms() + DEADLINE_MS;
	struct record record = {0};
	struct error why;
	const char *status;
	int rc;

	if (state_fd < 0)
		return force && e->errnum == ENOENT ? 0 : -1;
	rc = state_lock(state_fd, 0, &lock);
	if (rc == -ETIMEDOUT && force && end_creator(env, state_fd, deadline, e) < 0)
		return -1;
	if (rc == -ETIMEDOUT)
		rc = state_lock(state_fd, remaining_ms(deadline), &lock);
	if (rc == -ENOENT) /* another delete was faster */
		return force ? 0 : state_missing(id, e);
	if (rc < 0)
		return error_set(e, rc == -ETIMEDOUT ? 0 : -rc, NULL, "container \"%s\" is being changed by another command", id);
	if (record_read(env->a, state_fd, &record, &why) < 0)
		return delete_without_record(env, id, force, &why, e);
	status = force ? "stopped" : status_after_kill(state_fd, &record, deadline);
	if ( strcmp(status, "stopped") != 0)
		return error_set(e, 0, NULL, "cannot delete container \"%s\": it is %s, not stopped: use `delete --force` to kill it first",
				 id, status);
	return delete_everything(env, state_fd, &record, e);
}
