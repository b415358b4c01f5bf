/* exec.c - exec: another process in a container that is there. It joins the namespaces and cgroups of the init, and gets what
 * the config at `create` said about the container and its process (order.c); the bundle is not read again. */
#include "../specs/parse.h"
#include "annotations.h"
#include "attend.h"
#include "bundle.h"
#include "create.h"
#include "exec_process.h"
#include "order.h"
#include "os/fd.h"
#include "os/syscalls.h"
#include "process/process.h"
#include "query.h"
#include "relay.h"
#include "start.h"
#include "walk.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_GRACE_MS 1000

/* One exec. */
struct joining {
	struct record record; /* of the container */
	const char *status;
	struct bundle copy; /* its config as it was at create, but for the process */
	struct bundle file; /* --process: its text; no text: none was given */
	struct spec_process given;
	struct request request;
	struct host host;
	struct plan plan;
	struct run run;
};

static int check_status(const char *id, const char *status, bool ignore_paused, struct error *e) {
	if (strcmp(status, "stopped") == 0 || strcmp(status, "creating") == 0)
		return error_set(e, 0, NULL, "container not running: \"%s\" is %s", id, status);
	if (strcmp(status, "paused") == 0 && !ignore_paused)
		return error_set(
			e, 0, NULL,
			"container \"%s\" is paused: `husk resume %s` comes first, or --ignore-paused, with which the "
			"process waits for that",
			id, id);
	return 0;
}

static int read_given(struct container_env *env, const struct container_exec_options *o, struct joining *j,
		      struct error *e) {
	j->file = (struct bundle){.config_name = o->process_name, .text = o->process, .length = o->process_length};
	if (!o->process)
		return 0;
	return parse_object(env->a, &spec_process_type, o->process_name, o->process, o->process_length, &j->given, NULL,
			    e);
}

/* The container's state is read and closed: what the process might inherit of the host is as little as can be. */
static int read_container(struct container_env *env, const struct container_exec_options *o, struct joining *j,
			  struct error *e) {
	auto_close int state_fd = state_open(env->root, o->id, e);

	if (state_fd < 0 || record_read_existing(env, o->id, state_fd, &j->record, e) < 0 ||
	    query_status(state_fd, &j->record, false, &j->status, e) < 0 ||
	    check_status(o->id, j->status, o->ignore_paused, e) < 0)
		return -1;
	return bundle_load_copy(env, state_fd, &j->record, &j->copy, e);
}

static int make_request(struct container_env *env, const struct container_exec_options *o, struct joining *j,
			struct error *e) {
	j->request = (struct request){
		.id = o->id,
		.bundle = j->record.bundle,
		.root = env->root,
		.state_dir = arena_printf(env->a, "%s/%s", env->root, o->id),
		.rootfs = j->record.rootfs,
		.keyring = j->record.keyring,
		.ignore_annotations = j->record.ignores_annotations,
		.preserve_fds = o->preserve_fds,
		.interruptible = !o->detach,
		.foreground = !o->detach,
		.fail_at = o->fail_at,
		.kill_at = o->kill_at,
	};
	if (bundle_absolute(env->a, o->pidfd_socket, &j->request.pidfd_socket, e) < 0 ||
	    bundle_absolute(env->a, o->console_socket, &j->request.console_socket, e) < 0)
		return -1;
	return bundle_absolute(env->a, o->pid_file, &j->request.pid_file, e);
}

static int make_plan(struct container_env *env, const struct container_exec_options *o, struct joining *j,
		     struct error *e) {
	struct spec *spec = &j->copy.spec;
	struct spec_process *process = arena_new(env->a, struct spec_process);
	const struct joined_container at = {&j->record, &o->cgroups};

	if (exec_process(env->a, spec->process, o->process ? &j->given : NULL, o, process, e) < 0)
		return -1;
	spec->process = process;
	spec->hooks = (struct spec_hooks){0};
	if (host_probe(env->a, &j->host, e) < 0 ||
	    (process_has_label(spec) && host_probe_labels(env->a, &j->host, e) < 0))
		return -1;
	j->plan = (struct plan){.a = env->a, .request = &j->request};
	if (plan_exec_container(&j->plan, spec, &j->host, &at, e) < 0 || seccomp_prepare(&j->plan, &j->host, e) < 0)
		return -1;
	for (size_t i = 0; i < j->plan.warnings.n; i++)
		strings_add(env->a, &env->warnings, j->plan.warnings.v[i]);
	return 0;
}

/* An error is about what the caller has written: a flag, or a place in the file, where "/process/cwd" is "/cwd". */
static int locate(struct joining *j, const struct container_exec_options *o, struct error *e) {
	static const char prefix[] = "/process";
	size_t n = sizeof(prefix) - 1;

	if (exec_process_blame_flag(o, e) || !j->file.text || strncmp(e->field, prefix, n) != 0)
		return -1;
	memmove(e->field, e->field + n, strlen(e->field + n) + 1);
	return bundle_locate(&j->file, e);
}

/* The state is that of the container; the process is this one. */
static const struct seccomp_agent *find_agent(struct container_env *env, const struct joining *j) {
	struct seccomp_agent *agent;

	if (!j->record.notifies)
		return NULL;
	agent = arena_new(env->a, struct seccomp_agent);
	seccomp_agent_find(env->a, &j->copy.spec, annotations_acting(&j->plan, &j->copy.spec), agent);
	agent->message = seccomp_agent_message(env->a, &j->copy.spec, j->run.pid,
					       query_hook_state(env->a, &j->record, j->status));
	return agent;
}

static int start_process(struct container_env *env, struct joining *j, struct error *e) {
	struct run *r = &j->run;

	if (walk_init(r, &j->plan, e) < 0 || walk_host(r, e) < 0 ||
	    seccomp_serve(find_agent(env, j), r->turn_fds[HOST], r->pidfd, r->interrupt_fd, e) < 0 ||
	    walk_wait_exec(r->turn_fds[HOST], r->pidfd, r->interrupt_fd, r->report, e) < 0)
		return -1;
	r->pid_file_written = j->request.pid_file;
	return j->request.pid_file ? pid_file_write(j->request.pid_file, r->pid, e) : 0;
}

/* True when somebody else has killed it already. One that the freezer of cgroup v1 has stopped dies when it is thawed: a second is
 * enough for all others. */
static bool end_process(struct run *r) {
	bool had_ended = process_wait(r->pidfd, 0) == 0;
	int status = 0;

	sys_pidfd_send_signal(r->pidfd, SIGKILL);
	process_wait(r->pidfd, KILL_GRACE_MS);
	waitpid(r->pid, &status, WNOHANG);
	return had_ended && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* With a container that ends meanwhile, anything may fail. Its init is the last to end: when it is killed, the kernel kills all in
 * its pid namespace, and waits for them. */
static int give_up(struct joining *j, const struct container_exec_options *o, struct error *e) {
	struct run *r = &j->run;
	bool killed = r->pidfd >= 0 && end_process(r);

	if (e->errnum == ESRCH || (r->init_fd >= 0 && process_wait(r->init_fd, killed ? KILL_GRACE_MS : 0) == 0))
		error_set(e, 0, NULL, "container not running: \"%s\" has ended meanwhile", o->id);
	if (r->pid_file_written)
		unlink(j->request.pid_file);
	walk_done(r);
	return locate(j, o, e);
}

static int wait_for_end(struct container_env *env, struct joining *j, int *exit_code, struct error *e) {
	if (env->waiting)
		env->waiting(env);
	return relay_attend(&j->run, NULL, 0, exit_code, e);
}

int container_exec(struct container_env *env, const struct container_exec_options *o, int *exit_code, struct error *e) {
	struct joining *j = arena_new(env->a, struct joining);

	if (preserved_fds_check(0, o->preserve_fds, e) < 0 || (!o->detach && attend_prepare(false, e) < 0) ||
	    read_given(env, o, j, e) < 0 || read_container(env, o, j, e) < 0 || make_request(env, o, j, e) < 0)
		return -1;
	if (make_plan(env, o, j, e) < 0)
		return locate(j, o, e);
	if (start_process(env, j, e) < 0 || (!o->detach && wait_for_end(env, j, exit_code, e) < 0))
		return give_up(j, o, e);
	if (o->detach)
		*exit_code = 0;
	walk_done(&j->run);
	return 0;
}
