/* run.c - run: create and start in one, then be the container's parent until it ends. */
#include "annotations.h"
#include "create.h"
#include "delete.h"
#include "os/fd.h"
#include "os/syscalls.h"
#include "os/wait.h"
#include "process/process.h"
#include "query.h"
#include "start.h"
#include "walk.h"
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

/* Everything but the ends of children, which are ours, and changes of the terminal's size. */
static void forward(int pidfd, int signal) {
	if (signal != SIGCHLD && signal != SIGWINCH)
		sys_pidfd_send_signal(pidfd, signal);
}

static int exit_code(int status) {
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Until the init has ended. As a subreaper we also get its orphans, and reap them. */
static int wait_for_init(const struct run *r, int signals) {
	struct signalfd_siginfo
		seen[16]; /* no more than there are different ones, mostly; the rest is read in the next round */
	int status;

	for (;;) {
		pid_t pid;

		wait_for(signals, r->pidfd, -1);
		ssize_t n = read(signals, seen, sizeof(seen));
		for (ssize_t i = 0; i < n / (ssize_t)sizeof(*seen); i++)
			forward(r->pidfd, (int)seen[i].ssi_signo);
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == r->pid)
				return exit_code(status);
	}
}

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

/* Signals are blocked from the begin, so that none finds a container without a parent; they wait until we read them. Spawned
 * programs start with none blocked. */
static int become_parent(const struct container_run_options *o, struct error *e) {
	sigset_t all;

	if (o->detach)
		return 0;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (!o->no_subreaper && prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return error_set(e, errno, NULL, "cannot become a subreaper");
	return 0;
}

static int attend(struct run *r, int *code, struct error *e) {
	sigset_t all;

	sigfillset(&all);
	if (signalfd(r->interrupt_fd, &all, 0) < 0) /* until now it was for those that end the making */
		return error_set(e, errno, NULL, "cannot wait for signals");
	fd_close(&r->lock_fd);    /* from here other commands may change the container */
	fd_close(&r->network_fd); /* and the end of its processes is that of its network */
	*code = wait_for_init(r, r->interrupt_fd);
	return 0;
}

int container_run(struct container_env *env, const struct container_run_options *o, int *code, struct error *e) {
	struct making *m = arena_new(env->a, struct making);
	struct container_create_options create = o->create;
	int rc = 0;

	*code = 0;
	create.interruptible = !o->detach;
	if (become_parent(o, e) < 0 || making_create(env, &create, false, m, e) < 0)
		return -1;
	if (start_now(env, m, e) < 0 || (!o->detach && attend(&m->run, code, e) < 0)) {
		making_undo(env, m, e);
		return -1;
	}
	if (!o->detach && !o->keep)
		rc = delete_ours(env, m->run.state_fd, o->create.id, e);
	making_done(m);
	return rc;
}
