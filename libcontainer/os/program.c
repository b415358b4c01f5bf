/* program.c - a helper program: started, listened to, and ended when its time is over. */
#include "program.h"
#include "../../specs/error.h"
#include "fd.h"
#include "process.h"
#include "syscalls.h"
#include "wait.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define KILL_MS 5000 /* for a killed program to be gone */

static void say(const char *path, int errnum) {
	char line[512] = "";
	struct text text = TEXT(line);

	text_add(&text, "cannot start %s: %s", path, error_text(errnum));
	fd_write(2, line, text.n);
}

/* It dies with us, and has no signal blocked or ignored, as a program that somebody types. */
static _Noreturn void become(const struct program_call *call, pid_t parent, int out) {
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	if (in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(127);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
	    sigprocmask(SIG_SETMASK, &none, NULL) == 0 && sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		execv(call->path, call->argv);
	say(call->path, errno);
	_exit(127);
}

/* What is there to be read, with control characters as blanks. False at the end. */
static bool listen_once(int out, struct text *printed) {
	char chunk[4096];
	ssize_t n = read(out, chunk, sizeof(chunk));

	for (ssize_t i = 0; i < n; i++)
		text_add(printed, "%c", (unsigned char)chunk[i] < ' ' ? ' ' : chunk[i]);
	return n > 0 || (n < 0 && errno == EAGAIN);
}

/* Until its process has ended. */
static int listen_to(const struct program_call *call, int out, int pidfd, struct text *printed) {
	int64_t deadline = clock_ms() + call->timeout_ms;

	for (bool ended = false; !ended;) {
		int rc = wait_any((const int[]){out, pidfd, call->interrupt_fd}, 3, remaining_ms(deadline));

		if (rc < 0)
			return rc == -ETIMEDOUT ? -ETIME : rc;
		if (call->interrupt_fd >= 0 && wait_for(call->interrupt_fd, -1, 0) == 0)
			return -EINTR;
		ended = wait_for(-1, pidfd, 0) == 0;
		if (out >= 0 && !listen_once(out, printed))
			out = -1;
	}
	return 0;
}

static void cut_end(struct text *t) {
	while (t->n > 0 && t->at[t->n - 1] == ' ')
		t->at[--t->n] = '\0';
}

/* Collects it. */
static int result(pid_t pid) {
	int status;

	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECANCELED;
}

int program_run(const struct program_call *call, struct text *printed) {
	auto_close int ours = -1, its = -1, pidfd = -1;
	struct clone_args args = {
		.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND, .pidfd = (uintptr_t)&pidfd, .exit_signal = SIGCHLD};
	pid_t parent = getpid(), pid;
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	ours = ends[0];
	its = ends[1];
	if (fcntl(ours, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	pid = sys_clone3(&args);
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(call, parent, its);
	fd_close(&its);
	rc = listen_to(call, ours, pidfd, printed);
	if (rc < 0) {
		sys_pidfd_send_signal(pidfd, SIGKILL);
		process_wait(pidfd, KILL_MS);
	}
	cut_end(printed);
	return rc < 0 ? (waitpid(pid, NULL, WNOHANG), rc) : result(pid);
}
