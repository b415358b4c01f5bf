/* attend.c - waits for a process: hands on signals, reaps orphans, looks after descriptors. */
#include "attend.h"
#include "os/syscalls.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

int attend_prepare(bool subreaper, struct error *e) {
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (subreaper && prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return error_set(e, errno, NULL, "cannot become a subreaper");
	return 0;
}

static void tell(struct watch *const *watches, size_t n, int signal) {
	for (size_t i = 0; i < n; i++)
		if (watches[i]->signalled)
			watches[i]->signalled(watches[i], signal);
}

/* Everything but the ends of children, which are ours, and what we did ourselves: a write to a pipe without a reader. Of the
 * terminal's size only who has the terminal hears (relay.c). */
static void forward(int signals, int pidfd, struct watch *const *watches, size_t n_watches) {
	/* No more than there are different ones, mostly; the rest is read in the next round. */
	struct signalfd_siginfo seen[16];
	ssize_t n = read(signals, seen, sizeof(seen));

	for (ssize_t i = 0; i < n / (ssize_t)sizeof(*seen); i++) {
		int signal = (int)seen[i].ssi_signo;

		if (signal == SIGCHLD || seen[i].ssi_pid == (uint32_t)getpid())
			continue;
		tell(watches, n_watches, signal);
		if (signal != SIGWINCH)
			sys_pidfd_send_signal(pidfd, signal);
	}
}

static void wait_and_watch(int signals, int pidfd, struct watch *const *watches, size_t n) {
	struct pollfd fds[2 + ATTEND_WATCHES] = {{.fd = signals, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};

	for (size_t i = 0; i < n; i++)
		fds[2 + i] = (struct pollfd){.fd = watches[i]->fd, .events = watches[i]->events};
	if (poll(fds, 2 + n, -1) < 0)
		return;
	if (fds[0].revents)
		forward(signals, pidfd, watches, n);
	for (size_t i = 0; i < n; i++)
		if (fds[2 + i].revents && watches[i]->fd == fds[2 + i].fd)
			watches[i]->ready(watches[i], fds[2 + i].revents);
}

/* True when the process was among those that have ended. As a subreaper we also get its orphans. */
static bool reap(pid_t wanted, int *status) {
	int one;
	pid_t pid;

	while ((pid = waitpid(-1, &one, WNOHANG)) > 0)
		if (pid == wanted) {
			*status = one;
			return true;
		}
	return false;
}

int attend(pid_t pid, int pidfd, int interrupt_fd, struct watch *const *watches, size_t n, int *exit_code,
	   struct error *e) {
	sigset_t signals;
	int status;

	sigfillset(&signals);
	if (signalfd(interrupt_fd, &signals, 0) < 0) /* until now it was for those that end the making */
		return error_set(e, errno, NULL, "cannot wait for signals");
	do
		wait_and_watch(interrupt_fd, pidfd, watches, n);
	while (!reap(pid, &status));
	*exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return 0;
}
