/* walk.c - the walker: both sides of a plan, the turn between them, and the error of a failed step. */
#include "walk.h"
#include "faults.h"
#include "os/fd.h"
#include "os/process.h"
#include "os/wait.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEATH_MS 1000 /* from the end of its socket to the end of a process */

static void step_error(const struct run *r, const struct step *s, int errnum, struct error *e) {
	char phrase[sizeof(e->text) / 2] = "";

	*e = (struct error){.errnum = errnum};
	step_field(s, &TEXT(e->field));
	step_phrase(s, &TEXT(phrase));
	snprintf(e->step, sizeof(e->step), "%s", s->name);
	snprintf(e->text, sizeof(e->text), "cannot %s: %s", phrase, r->hint[0] ? r->hint : error_text(errnum));
	if (s->shell)
		s->shell(&TEXT(e->shell), s->arg);
}

static int step_run(struct run *r, int i, struct error *e) {
	const struct step *s = &r->plan->v[i];
	int rc = fault_before(r, i);

	r->hint[0] = '\0';
	if (rc == 0)
		rc = s->run(r, s->arg);
	if (rc == 0)
		return 0;
	step_error(r, s, -rc, e);
	return -1;
}

/* The host also gives up its copy of the other end here: only the inside may hold it, or its end would not be seen. */
static int turn_give(struct run *r, enum side side) {
	fd_close(&r->turn_fds[!side]);
	return send(r->turn_fds[side], "", 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* False when the other side is gone without having given the turn, or we are to give up. */
static bool turn_wait(struct run *r, enum side side) {
	const int fds[] = {r->turn_fds[side], r->pidfd, side == HOST ? r->interrupt_fd : -1};
	char byte;

	wait_any(fds, 3, -1);
	return recv(r->turn_fds[side], &byte, 1, MSG_DONTWAIT) == 1;
}

/* The report is written by a process that may be anything by now: its strings are ended here. */
static int reported_error(const struct report *report, struct error *e) {
	*e = report->error;
	e->field[sizeof(e->field) - 1] = e->text[sizeof(e->text) - 1] = '\0';
	e->step[sizeof(e->step) - 1] = e->shell[sizeof(e->shell) - 1] = '\0';
	e->file[0] = '\0';
	return -1;
}

/* A process that is killed closes its sockets a moment before it has ended. */
static int death_error(int pidfd, const char *doing, struct error *e) {
	siginfo_t info = {0};
	bool known = process_wait(pidfd, DEATH_MS) == 0 &&
		     waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid;

	if (known && info.si_code != CLD_EXITED)
		return error_set(e, 0, NULL, "the container's process was killed by signal %d in the step %s",
				 info.si_status, doing);
	return error_set(e, 0, NULL, "the container's process ended in the step %s", doing);
}

/* Why the inside did not give the turn. Its last words may be a step's error; if not, its death is the error. */
static int inside_error(struct run *r, struct error *e) {
	size_t step = (size_t)r->report->step;
	const struct step *s = &r->plan->v[step < r->plan->n ? step : 0]; /* it may say anything */

	if (r->report->failed)
		return reported_error(r->report, e);
	if (r->interrupt_fd >= 0 && wait_for(r->interrupt_fd, -1, 0) == 0)
		return error_set(e, EINTR, NULL, "a signal ended this before the process was started");
	death_error(r->pidfd, s->name, e);
	step_field(s, &TEXT(e->field));
	return -1;
}

int walk_host(struct run *r, struct error *e) {
	enum side turn = HOST;

	for (size_t i = 0; i < r->plan->n; i++) {
		enum side side = r->plan->v[i].side;

		if (side != turn && side == INSIDE && turn_give(r, HOST) < 0)
			return inside_error(r, e);
		if (side != turn && side == HOST && !turn_wait(r, HOST))
			return inside_error(r, e);
		turn = side;
		if (side == HOST && step_run(r, (int)i, e) < 0)
			return -1;
	}
	return 0;
}

static void report_step(struct run *r, size_t i) {
	r->report->step = (int)i;
	snprintf(r->report->doing, sizeof(r->report->doing), "%s", r->plan->v[i].name);
}

/* What was done to a container that is there does not stay. */
static void undo_inside(struct run *r) {
	struct error *e = &r->report->error;
	int rc = r->plan->undo ? r->plan->undo(r) : 0;

	if (rc < 0 && r->report->failed)
		text_add(&(struct text){e->text, sizeof(e->text), strlen(e->text)},
			 "; and what came before it could not be undone: %s", error_text(-rc));
}

/* Until execve; or to the end, and true, in a plan without one. False when something fails, of which the report tells, or the host
 * is gone. */
static bool run_inside(struct run *r) {
	enum side turn = HOST;

	for (size_t i = 0; i < r->plan->n; i++) {
		enum side side = r->plan->v[i].side;

		if (side == INSIDE)
			report_step(r, i);
		if (side != turn && side == INSIDE && !turn_wait(r, INSIDE))
			return false;
		if (side != turn && side == HOST && turn_give(r, INSIDE) < 0)
			return false;
		turn = side;
		if (side == INSIDE && step_run(r, (int)i, &r->report->error) < 0) {
			r->report->failed = 1;
			return false;
		}
	}
	return true;
}

/* Runs in the spawned process, which ends with it. */
static void walk_inside(struct run *r) {
	fd_close(&r->turn_fds[HOST]);
	fd_close(&r->pass_fds[HOST]);
	if (!run_inside(r))
		undo_inside(r);
	_exit(1);
}

/* A file only where it is to be handed to `start`. */
static int report_map(struct run *r) {
	bool handed_on = r->plan->request->wait_for_start;

	if (handed_on)
		r->report_fd = fd_memory("husk-report");
	if (handed_on && (r->report_fd < 0 || ftruncate(r->report_fd, sizeof(*r->report)) < 0))
		return -1;
	r->report = mmap(NULL, sizeof(*r->report), PROT_READ | PROT_WRITE, MAP_SHARED | (handed_on ? 0 : MAP_ANONYMOUS),
			 r->report_fd, 0);
	return r->report == MAP_FAILED ? -1 : 0;
}

static int interrupt_open(struct run *r) {
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	r->interrupt_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return r->interrupt_fd < 0 ? -1 : 0;
}

static void run_init(struct run *r, const struct plan *p) {
	*r = (struct run){.plan = p,
			  .pidfd = -1,
			  .turn_fds = {-1, -1},
			  .pass_fds = {-1, -1},
			  .inside = walk_inside,
			  .report = MAP_FAILED,
			  .interrupt_fd = -1,
			  .report_fd = -1,
			  .state_fd = -1,
			  .lock_fd = -1,
			  .start_fd = -1,
			  .notify_fd = -1,
			  .network_fd = -1,
			  .procfs_fd = -1,
			  .root_fd = -1,
			  .home_fd = -1,
			  .cover_fd = -1,
			  .terminal_fd = -1,
			  .master_fd = -1,
			  .hook_fds = {-1, -1},
			  .init_fd = -1,
			  .cgroup_namespace_fd = -1,
			  .cgroup_fd = -1};
	memset(r->cgroup_tasks, -1, sizeof(r->cgroup_tasks));
	memset(r->namespace_fds, -1, sizeof(r->namespace_fds));
	r->hint = arena_alloc(p->a, HINT_SIZE);
	r->source_fds = arena_alloc(p->a, (p->n_sources + 1) * sizeof(int));
	memset(r->source_fds, -1, p->n_sources * sizeof(int));
	r->idmap_fds = arena_alloc(p->a, (p->n_idmaps + 1) * sizeof(int));
	memset(r->idmap_fds, -1, p->n_idmaps * sizeof(int));
	r->attached_fds = arena_alloc(p->a, (p->n_attached + 1) * sizeof(int));
	memset(r->attached_fds, -1, (p->n_attached + 1) * sizeof(int));
}

int walk_init(struct run *r, const struct plan *p, struct error *e) {
	run_init(r, p);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, r->turn_fds) < 0)
		return error_set(e, errno, NULL, "cannot make a socket pair");
	if ((p->n_sources || p->n_idmaps || p->makes_terminal) &&
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, r->pass_fds) < 0)
		return error_set(e, errno, NULL, "cannot make a socket pair");
	if (report_map(r) < 0)
		return error_set(e, errno, NULL, "cannot make the shared report");
	if (p->request->interruptible && interrupt_open(r) < 0)
		return error_set(e, errno, NULL, "cannot wait for signals");
	return 0;
}

void walk_done(struct run *r) {
	int *single[] = {&r->pidfd,          &r->turn_fds[HOST],   &r->turn_fds[INSIDE],
			 &r->pass_fds[HOST], &r->pass_fds[INSIDE], &r->report_fd,
			 &r->state_fd,       &r->lock_fd,          &r->start_fd,
			 &r->network_fd,     &r->procfs_fd,        &r->hook_fds[0],
			 &r->hook_fds[1],    &r->root_fd,          &r->cover_fd,
			 &r->cgroup_fd,      &r->interrupt_fd,     &r->terminal_fd,
			 &r->master_fd,      &r->init_fd,          &r->cgroup_namespace_fd,
			 &r->notify_fd,      &r->home_fd};
	int all[sizeof(single) / sizeof(*single) + sizeof(r->cgroup_tasks) / sizeof(int)];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++)
		all[n++] = fd_take(single[i]);
	for (size_t i = 0; i < sizeof(r->cgroup_tasks) / sizeof(int); i++)
		all[n++] = fd_take(&r->cgroup_tasks[i]);
	fd_close_all(all, n);
	fd_close_all(r->namespace_fds, sizeof(r->namespace_fds) / sizeof(int));
	fd_close_all(r->source_fds, r->plan->n_sources);
	fd_close_all(r->idmap_fds, r->plan->n_idmaps);
	if (r->report != MAP_FAILED)
		munmap(r->report, sizeof(*r->report));
}

int walk_alone(const struct plan *p, size_t *done, struct error *e) {
	struct run r;

	run_init(&r, p);
	for (*done = 0; *done < p->n; ++*done)
		if (step_run(&r, (int)*done, e) < 0)
			return -1;
	return 0;
}

int walk_back(const struct plan *p, size_t n, struct error *e) {
	struct error ignored;
	struct run r;
	int rc = 0;

	run_init(&r, p);
	while (n-- > 0)
		if (step_run(&r, (int)n, rc == 0 ? e : &ignored) < 0)
			rc = -1;
	return rc;
}

/* A startContainer hook may take any time. Once execve was called, the signal is for the process. */
int walk_wait_exec(int socket, int pidfd, int interrupt_fd, const struct report *report, struct error *e) {
	const int fds[] = {socket, pidfd, interrupt_fd};
	char doing[sizeof(report->doing)];

	wait_any(fds, 3, -1);
	if (!report->exec_called && interrupt_fd >= 0 && wait_for(socket, pidfd, 0) < 0)
		return error_set(e, EINTR, NULL, "a signal ended this before the process was started");
	if (report->failed)
		return reported_error(report, e);
	if (report->exec_called)
		return 0;
	snprintf(doing, sizeof(doing), "%.*s", (int)sizeof(doing) - 1, report->doing);
	return death_error(pidfd, doing, e);
}
