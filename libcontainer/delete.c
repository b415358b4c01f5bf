/* delete.c - delete: one way to undo a container, from half-made to stopped. It never says 0 while something is left. */
#include "delete.h"
#include "bundle.h"
#include "cgroup/cgroup.h"
#include "notify.h"
#include "os/fd.h"
#include "os/syscalls.h"
#include "os/tree.h"
#include "os/wait.h"
#include "process/process.h"
#include "query.h"
#include "rdt/rdt.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#define DEADLINE_MS 10000    /* for all waits of one delete together */
#define KILL_GRACE_MS 100    /* for a signal that was sent to be seen */
#define HOLDER_GRACE_MS 2000 /* for a command that works on it */
#define CREATOR_GRACE_MS 200 /* for a directory that is just being made or removed */

/* Kills the process of a pidfd, unless that is -ESRCH, and waits for its end. */
static int end_process(int fd, const struct process_name *name, const char *what, int64_t deadline, struct error *e) {
	if (fd == -ESRCH)
		return 0;
	if (fd < 0)
		return error_set(e, -fd, NULL, "cannot tell whether %s, process %lld, is there", what,
				 (long long)name->pid);
	if (sys_pidfd_send_signal(fd, SIGKILL) < 0 && errno != ESRCH)
		return error_set(e, errno, NULL, "cannot kill %s, process %lld", what, (long long)name->pid);
	if (process_wait(fd, remaining_ms(deadline)) < 0)
		return error_set(e, 0, NULL, "%s, process %lld (state %c), does not end", what, (long long)name->pid,
				 process_state((pid_t)name->pid));
	return 0;
}

/* A command at work on the container, with its hooks, which are its children. */
static int end_holder(int state_fd, int64_t deadline, struct error *e) {
	struct process_name holder;
	int rc = state_lock_holder(state_fd, &holder);

	if (rc == -ESRCH || rc == -ENOENT) /* gone meanwhile */
		return 0;
	if (rc < 0)
		return error_set(e, -rc, NULL, "cannot find the command that holds the container's lock");
	process_kill_children(&holder, deadline);
	auto_close int fd = process_open(&holder);
	return end_process(fd, &holder, "the command that holds its lock", deadline, e);
}

static void warn(struct container_env *env, const char *text) {
	strings_add(env->a, &env->warnings, arena_strdup(env->a, text));
}

/* runtime.md, lifecycle 13: a poststop hook that fails is a warning, and the others run. The record says that they were begun:
 * a delete that is killed in one that hangs is followed by one that leaves them out. */
static void run_poststop(struct container_env *env, int state_fd, struct record *record) {
	struct hook_point at = {"/hooks/poststop", record->bundle, query_hook_state(env->a, record, "stopped")};
	bool begun = strcmp(record->head.status, "deleting") == 0;
	struct spec_hook_list rest;
	struct error e;
	struct bundle b;
	struct run r;
	size_t failed;

	if (!record->poststop)
		return;
	record->head.status = "deleting";
	if (begun)
		return warn(env, "the poststop hooks are not run again: an earlier delete has begun them");
	if (record_update(env->a, state_fd, record) < 0)
		return warn(env, "the poststop hooks are not run: the record cannot say that they have begun");
	if (bundle_load_copy(env, state_fd, record, &b, &e) < 0)
		return warn(env, e.text);
	rest = b.spec.hooks.poststop;
	record_attach(env->a, &r, state_fd, record);
	if (hooks_open_output(&r, &b.spec.annotations, &at, &e) < 0)
		warn(env, e.text); /* they have to undo something, and do it with what they print in a pipe */
	while (rest.n && hooks_run(&r, &rest, &at, &failed, &e) < 0) {
		warn(env, e.text);
		rest.v += failed + 1;
		rest.n -= failed + 1;
	}
	fd_close_all(r.hook_fds, 2);
}

/* Ends what runs. What the init leaves behind, cgroup_remove finds. */
static int end_everything(const struct record *record, int64_t deadline, struct error *e) {
	auto_close int init = process_open(&record->head.init), hook = -1;
	int rc;

	process_kill_children(&record->head.hook, deadline);
	hook = process_open(&record->head.hook);
	if (end_process(hook, &record->head.hook, "its hook", deadline, e) < 0)
		return -1;
	rc = init == -ESRCH ? 0 : cgroup_kill(&record->cgroups);
	if (rc < 0)
		return error_set(e, -rc, NULL, "cannot kill the processes of container \"%s\"", record->id);
	return end_process(init, &record->head.init, "its init", deadline, e);
}

/* Kills and removes everything that the record names, then the state directory. The lock is held. ours: this process made it. */
static int delete_everything(struct container_env *env, int state_fd, struct record *record, bool ours,
			     struct error *e) {
	int64_t deadline = clock_ms() + DEADLINE_MS;
	int this_boot = ours ? 1 : query_boot(record, e), rc;

	if (this_boot < 0)
		return -1;
	/* Of another boot nothing is left but the directory: the pids and cgroups are somebody else's by now. */
	if (this_boot && (end_everything(record, deadline, e) < 0 || cgroup_unit_stop(&record->unit, deadline, e) < 0 ||
			  cgroup_remove(&record->cgroups_made, &record->cgroups, deadline, e) < 0))
		return -1;
	rc = this_boot ? rdt_remove(&record->rdt) : 0;
	if (rc < 0)
		return error_set(e, -rc, NULL, "cannot remove the group %s of resctrl", record->rdt.group);
	run_poststop(env, state_fd, record);
	rc = record->has_notify ? notify_remove(state_fd) : 0;
	if (rc == 0)
		rc = state_remove(env->root, record->id, state_fd, true);
	if (rc < 0)
		return error_set(e, -rc, NULL, "cannot remove the state of container \"%s\" below %s", record->id,
				 env->root);
	return 0;
}

/* A directory without a record has made nothing: it is what a creator left that was killed at once. */
static int delete_without_record(struct container_env *env, int state_fd, const char *id, struct error *e) {
	int rc = state_remove(env->root, id, state_fd, false);

	if (rc == -ENOTEMPTY)
		return error_set(e, 0, NULL, "%s/%s is no container: it has no record, and files that are not husk's",
				 env->root, id);
	return rc == 0 ? 0 : error_set(e, -rc, NULL, "cannot remove %s/%s", env->root, id);
}

/* Engines delete right after a kill, when the init may still be on its way out. */
static int status_after_kill(int state_fd, const struct record *record, int64_t deadline, const char **status,
			     struct error *e) {
	auto_close int init = process_open(&record->head.init);

	if (init >= 0 && process_wait(init, KILL_GRACE_MS) < 0 && process_is_ending((pid_t)record->head.init.pid))
		process_wait(init, remaining_ms(deadline));
	return query_status(state_fd, record, true, status, e);
}

static int delete_locked(struct container_env *env, int state_fd, const char *id, bool force, int64_t deadline,
			 struct error *e) {
	struct record record = {0};
	const char *status = "stopped";
	struct error why;

	if (record_read(env->a, state_fd, &record, &why) < 0 && why.errnum == ENOENT) {
		if (!force)
			return error_set(e, 0, NULL,
					 "container \"%s\" was never completely created: use `delete --force`", id);
		return delete_without_record(env, state_fd, id, e);
	}
	if (!record.id)
		return record_read_existing(env, id, state_fd, &record, e);
	if (!force && status_after_kill(state_fd, &record, deadline, &status, e) < 0)
		return -1;
	if (strcmp(status, "stopped") != 0)
		return error_set(
			e, 0, NULL,
			"cannot delete container \"%s\": it is %s, not stopped: use `delete --force` to kill it first",
			id, status);
	return delete_everything(env, state_fd, &record, false, e);
}

void delete_after_failure(struct container_env *env, int state_fd, const char *id, struct error *e) {
	/* runtime.md, lifecycle 3 to 9: a failed hook leads on to poststop; any other failure was never a container. */
	bool poststop = strncmp(e->field, "/hooks/", 7) == 0;
	struct text text = {.at = e->text, .size = sizeof(e->text), .n = strlen(e->text)};
	struct record record = {0};
	struct error undo;
	int rc;

	if (record_read(env->a, state_fd, &record, &undo) < 0) {
		rc = undo.errnum == ENOENT ? delete_without_record(env, state_fd, id, &undo) : -1;
	} else {
		record.poststop &= poststop;
		rc = delete_everything(env, state_fd, &record, false, &undo);
	}
	if (rc < 0)
		text_add(&text, "; and it could not be undone (%s): `husk delete --force %s` tries again", undo.text,
			 id);
}

int delete_ours(struct container_env *env, int state_fd, const char *id, struct error *e) {
	struct record record = {0};
	auto_close int lock = -1;
	int rc = state_lock(state_fd, DEADLINE_MS, &lock);

	if (rc == -ENOENT)
		return 0;
	if (rc < 0)
		return error_set(e, rc == -ETIMEDOUT ? 0 : -rc, NULL,
				 "container \"%s\" is being changed by another command", id);
	return record_read_existing(env, id, state_fd, &record, e) < 0
		       ? -1
		       : delete_everything(env, state_fd, &record, true, e);
}

static bool is_being_created(struct container_env *env, int state_fd) {
	struct record record = {0};
	struct error ignored;

	return record_read(env->a, state_fd, &record, &ignored) == 0 && strcmp(record.head.status, "creating") == 0;
}

/* With force, whoever holds the lock is ended: a creator at once, another command when it had time to end by itself. A
 * directory without a lock is just being made or removed, or was left so. */
static int lock_for_delete(struct container_env *env, int state_fd, bool force, int64_t deadline, int *lock,
			   struct error *e) {
	int rc = state_lock(state_fd, 0, lock);

	if (rc == -ETIMEDOUT && force && !is_being_created(env, state_fd))
		rc = state_lock(state_fd, HOLDER_GRACE_MS, lock);
	if (rc == -ETIMEDOUT && force && end_holder(state_fd, deadline, e) < 0)
		return -1;
	if (rc == -ETIMEDOUT)
		rc = state_lock(state_fd, remaining_ms(deadline), lock);
	if (rc == -ENOENT) {
		nanosleep(&(struct timespec){.tv_nsec = CREATOR_GRACE_MS * 1000000L}, NULL);
		rc = state_lock(state_fd, remaining_ms(deadline), lock);
	}
	if (rc < 0 && rc != -ENOENT)
		return error_set(e, rc == -ETIMEDOUT ? 0 : -rc, NULL,
				 "the container is being changed by another command");
	return 0;
}

int container_delete(struct container_env *env, const char *id, bool force, struct error *e) {
	auto_close int state_fd = state_open(env->root, id, e), lock = -1;
	int64_t deadline = clock_ms() + DEADLINE_MS;

	if (state_fd < 0)
		return force && e->errnum == ENOENT ? 0 : -1;
	if (lock_for_delete(env, state_fd, force, deadline, &lock, e) < 0)
		return -1;
	if (lock < 0 && state_is_gone(state_fd))
		return force ? 0 : state_missing(id, e);
	return delete_locked(env, state_fd, id, force, deadline, e);
}
