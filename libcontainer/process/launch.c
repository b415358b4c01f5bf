/* launch.c - starts a program, reads what it prints, and ends it with all that it started when its time is over. */
#include "launch.h"
#include "../os/fd.h"
#include "../os/tree.h"
#include "../os/syscalls.h"
#include "../os/wait.h"
#include "internal.h"
#include "seccomp.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#define KILL_MS 5000    /* for a killed program to be gone */
#define KILL_ROUNDS 400 /* each of 5 ms: for what it left behind */

/* The program, while it runs. */
struct child {
	pid_t pid;
	int pidfd;
	int out;       /* what it prints */
	int interrupt; /* readable: a signal asks us to give up */
	int go;        /* written to: it may become the program */
	struct failure *failure;
};

/* In memory that is shared with the child: why it could not become the program. */
struct failure {
	int errnum; /* 0: it could */
	int in_exec;
};

/* The end of what was printed. */
struct tail {
	char text[600];
	size_t n;
	bool cut;
};

/* Of this process, the first of them. */
struct children {
	pid_t v[512];
	int n; /* negative: not known */
};

/* A file and not a pipe: it takes a state of any size at once, and does not care whether the program reads it. */
static int stdin_open(const struct launch *l, pid_t pid, int *stdin_fd) {
	auto_close int fd = fd_memory("state");
	char digits[16];
	int rc;

	if (fd < 0)
		return -errno;
	snprintf(digits, sizeof(digits), "%d", (int)pid);
	rc = fd_write(fd, l->before, strlen(l->before));
	if (rc == 0 && l->after)
		rc = fd_write(fd, digits, strlen(digits));
	if (rc == 0 && l->after)
		rc = fd_write(fd, l->after, strlen(l->after));
	if (rc == 0 && lseek(fd, 0, SEEK_SET) < 0)
		rc = -errno;
	if (rc == 0)
		*stdin_fd = fd_take(&fd);
	return rc;
}

/* What the child, a copy of us, needs to become the program. */
struct stage {
	const struct launch *l;
	const struct run *r; /* whose filter it is */
	pid_t parent;
	int in, out, err, root_fd;
	int go; /* readable when we may go on; -1: at once */
	struct failure *failure;
};

static int enter_cwd(const struct stage *s) {
	if (s->l->at_root)
		return fchdir(s->root_fd);
	return s->l->cwd ? chdir(s->l->cwd) : 0;
}

/* A hook of the host waits until the record names it, and outlives a runtime that is killed from then on: delete must find
 * it, and below it what it has started. */
static int wait_to_be_named(const struct stage *s) {
	char byte;

	if (s->go < 0)
		return 0;
	return read(s->go, &byte, 1) == 1 && prctl(PR_SET_PDEATHSIG, 0) == 0 ? 0 : -1;
}

/* It dies with us, is the first of a process group, and has no signal blocked, nor ours ignored. */
static _Noreturn void become(const struct stage *s) {
	sigset_t none;

	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != s->parent || setpgid(0, 0) < 0 ||
	    sigprocmask(SIG_SETMASK, &none, NULL) < 0 || dup2(s->in, 0) < 0 || dup2(s->out, 1) < 0 ||
	    dup2(s->err, 2) < 0 || wait_to_be_named(s) < 0 || enter_cwd(s) < 0) {
		s->failure->errnum = errno;
		_exit(1);
	}
	if (s->l->umask >= 0)
		umask((mode_t)s->l->umask);
	if (s->l->no_ptrace && (s->failure->errnum = -capability_give_up_ptrace()) != 0)
		_exit(1);
	if (s->l->filter && (s->failure->errnum = -seccomp_confine(s->l->filter, s->r)) != 0)
		_exit(1);
	s->failure->in_exec = 1;
	if (s->l->sealed)
		exec_sealed(s->l->path, s->l->argv, s->l->envp);
	else
		execve(s->l->path, s->l->argv, s->l->envp);
	s->failure->errnum = errno;
	_exit(1);
}

static bool is_noted(const struct launch *l, const struct run *r) {
	return l->host && r && r->note_hook;
}

static int child_start(const struct launch *l, pid_t pid, struct run *r, struct child *c) {
	auto_close int in = -1, ours = -1, its = -1, its_go = -1;
	struct clone_args args = {
		.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND, .pidfd = (uintptr_t)&c->pidfd, .exit_signal = SIGCHLD};
	struct stage stage = {.l = l, .r = r, .parent = getpid(), .root_fd = r ? r->root_fd : -1, .go = -1};
	int ends[2], rc = stdin_open(l, pid, &in);

	if (rc < 0)
		return rc;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	ours = ends[0];
	its = ends[1];
	if (fcntl(ours, F_SETFL, O_NONBLOCK) < 0) /* of our end alone */
		return -errno;
	c->failure = mmap(NULL, sizeof(*c->failure), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c->failure == MAP_FAILED)
		return -errno;
	if (is_noted(l, r) && pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	if (is_noted(l, r)) {
		its_go = ends[0];
		c->go = ends[1];
	}
	stage.go = its_go;
	stage.in = in;
	stage.out = r && r->hook_fds[0] >= 0 ? r->hook_fds[0] : its;
	stage.err = r && r->hook_fds[1] >= 0 ? r->hook_fds[1] : its;
	stage.failure = c->failure;
	c->pid = sys_clone3(&args);
	if (c->pid < 0)
		return -errno;
	if (c->pid == 0)
		become(&stage);
	c->out = fd_take(&ours);
	return 0;
}

static void tail_add(struct tail *t, const char *bytes, size_t n) {
	size_t size = sizeof(t->text), drop;

	if (n > size) {
		bytes += n - size;
		n = size;
		t->cut = true;
	}
	drop = t->n + n > size ? t->n + n - size : 0;
	memmove(t->text, t->text + drop, t->n - drop);
	memcpy(t->text + t->n - drop, bytes, n);
	t->n += n - drop;
	t->cut |= drop > 0;
}

/* Everything that is there, but no more than a pipe holds: somebody may write for ever. False at its end. */
static bool tail_read(struct tail *t, int fd) {
	char chunk[4096];

	for (int i = 0; i < 16; i++) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n <= 0)
			return n < 0;
		tail_add(t, chunk, (size_t)n);
	}
	return true;
}

/* Adds ": " and the end of the output as one line. */
static void tail_say(const struct tail *t, struct text *why) {
	size_t n = t->n;

	while (n > 0 && (unsigned char)t->text[n - 1] <= ' ')
		n--;
	if (n > 0)
		text_add(why, ": %s", t->cut ? "..." : "");
	for (size_t i = 0; i < n; i++)
		text_add(why, "%c", (unsigned char)t->text[i] < ' ' ? ' ' : t->text[i]);
}

/* Until the program has ended; its output may stay open longer. -ETIME when its time is over. */
static int child_listen(const struct child *c, int64_t deadline, struct tail *t) {
	int out = c->out;

	for (bool ended = false; !ended;) {
		int rc = wait_any((const int[]){out, c->pidfd, c->interrupt}, 3, remaining_ms(deadline));

		if (rc < 0)
			return rc == -ETIMEDOUT ? -ETIME : rc;
		if (c->interrupt >= 0 && wait_for(c->interrupt, -1, 0) == 0)
			return -EINTR;
		ended = wait_for(-1, c->pidfd, 0) == 0;
		if (out >= 0 && !tail_read(t, out))
			out = -1;
		if (!ended && remaining_ms(deadline) == 0)
			return -ETIME;
	}
	return 0;
}

static void children_read(struct children *c) {
	c->n = process_children(getpid(), c->v, sizeof(c->v) / sizeof(*c->v));
}

static bool children_have(const struct children *c, pid_t pid) {
	for (int i = 0; i < c->n; i++)
		if (c->v[i] == pid)
			return true;
	return false;
}

/* Kills, or collects, the children that we have more than before. False when there are none. */
static bool kill_more(const struct children *before) {
	struct children now;
	bool any = false;

	children_read(&now);
	for (int i = 0; i < now.n; i++) {
		if (children_have(before, now.v[i]))
			continue;
		any = true;
		if (waitpid(now.v[i], NULL, WNOHANG) == 0) /* ours, and alive: the pid means nobody else */
			kill(now.v[i], SIGKILL);
	}
	return any;
}

/* The program's group, the program, and then what double-forked or left the session: as a subreaper we become its parent as
 * soon as its own is dead. Inside, the end of the container is the end of all that. */
static void child_kill(const struct child *c, const struct children *before) {
	static const struct timespec pause = {.tv_nsec = 5000000};

	kill(-c->pid, SIGKILL);
	sys_pidfd_send_signal(c->pidfd, SIGKILL);
	process_wait(c->pidfd, KILL_MS);
	/* The kernel's list leaves out a child whose sibling ends while it is read (proc(5)): none is believed twice. */
	for (int i = 0, none = 0; i < KILL_ROUNDS && before->n >= 0 && none < 2; i++) {
		none = kill_more(before) ? 0 : none + 1;
		nanosleep(&pause, NULL);
	}
}

/* Of a program that has ended, and stays a zombie: its pid and its group are still its own. */
static int child_result(const struct child *c, const struct launch *l, struct text *why) {
	siginfo_t info = {0};
	char hint[512] = "";

	if (waitid((idtype_t)P_PIDFD, (id_t)c->pidfd, &info, WEXITED | WNOWAIT) < 0) {
		text_add(why, "%s", error_text(errno));
		return -errno;
	}
	if (c->failure->errnum) {
		if (c->failure->in_exec)
			exec_hint(&TEXT(hint), l->path, c->failure->errnum);
		text_add(why, "%s \"%s\": %s%s", c->failure->in_exec ? "exec:" : "cannot prepare", l->path,
			 error_text(c->failure->errnum), hint);
		return -c->failure->errnum;
	}
	if (info.si_code == CLD_EXITED && info.si_status == 0)
		return 0;
	text_add(why, info.si_code == CLD_EXITED ? "exit status %d" : "killed by signal %d", info.si_status);
	return -ECANCELED;
}

/* A program that fails takes with it all that it started; what one leaves that succeeds, lives on. */
static int child_run(const struct launch *l, struct child *c, struct run *r, const struct children *before,
		     struct text *why) {
	int (*note)(struct run *, pid_t) = is_noted(l, r) ? r->note_hook : NULL;
	int64_t deadline = l->timeout_ms < 0 ? -1 : clock_ms() + l->timeout_ms;
	struct tail tail = {.n = 0};
	int rc = note ? note(r, c->pid) : 0;

	if (rc == 0 && note)
		rc = fd_write(c->go, "", 1);
	if (rc == 0)
		rc = child_listen(c, deadline, &tail);
	if (rc == -EINTR)
		text_add(why, "ended by a signal to the runtime");
	if (rc == -ETIME)
		text_add(why, "killed after its timeout of %lld s", (long long)(l->timeout_ms / 1000));
	if (rc == 0)
		rc = child_result(c, l, why);
	if (rc < 0) {
		tail_say(&tail, why);
		child_kill(c, before);
	}
	waitpid(c->pid, NULL, WNOHANG);
	if (rc == 0 && note)
		rc = note(r, 0);
	return rc;
}

/* What of us has to be otherwise while a program runs, and is put back behind it. */
struct setting {
	int subreaper;
	struct sigaction on_child;
};

/* Children of a process that ignores SIGCHLD leave no exit status. */
static int settings_enter(const struct launch *l, struct setting *before) {
	const struct sigaction wait_for_child = {.sa_handler = SIG_DFL};

	if (sigaction(SIGCHLD, &wait_for_child, &before->on_child) < 0)
		return -errno;
	if (!l->host)
		return 0;
	if (prctl(PR_GET_CHILD_SUBREAPER, &before->subreaper) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return -errno;
	return 0;
}

static int settings_leave(const struct launch *l, const struct setting *before) {
	if (sigaction(SIGCHLD, &before->on_child, NULL) < 0)
		return -errno;
	if (l->host && !before->subreaper && prctl(PR_SET_CHILD_SUBREAPER, 0) < 0)
		return -errno;
	return 0;
}

int launch(const struct launch *l, pid_t pid, struct run *r, struct text *why) {
	struct child c = {.pidfd = -1,
			  .out = -1,
			  .go = -1,
			  .interrupt = l->host && r ? r->interrupt_fd : -1,
			  .failure = MAP_FAILED};
	struct children before = {.n = -1};
	struct setting setting;
	int rc = settings_enter(l, &setting), left;

	if (rc < 0)
		return rc;
	if (l->host)
		children_read(&before);
	rc = child_start(l, pid, r, &c);
	if (rc == 0)
		rc = child_run(l, &c, r, &before, why);
	fd_close(&c.pidfd);
	fd_close(&c.out);
	fd_close(&c.go);
	if (c.failure != MAP_FAILED)
		munmap(c.failure, sizeof(*c.failure));
	left = settings_leave(l, &setting);
	return rc < 0 ? rc : left;
}
