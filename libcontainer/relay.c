/* relay.c - a terminal in the foreground: what the caller types goes to the process, and what that writes to the caller.
 *
 * Nothing here blocks, and nothing is lost: each way has one stretch of bytes, and no more is read before it is written. The
 * process's end of the terminal is kept open too, so that the master is at its end only when all that was written has been read,
 * also when the process closes its streams and opens them again. */
#include "relay.h"
#include "os/fd.h"
#include "os/tty.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

/* More than the kernel keeps of what was written to a terminal: 64 KiB, and 4 KiB that can be read. */
#define HELD_MAX (128 << 10)

#define LOOK_MS 200 /* in the background: whether the terminal is ours now */

/* What has been read and not been written yet. */
struct stretch {
	char bytes[4096];
	size_t from, end;
};

struct relay;
struct relay_watch {
	struct watch watch; /* first: attend() knows nothing of the rest */
	struct relay *relay;
};
enum { INPUT, MASTER, OUTPUT, CLOCK, N_WATCHES };
_Static_assert(N_WATCHES + RELAY_OTHERS == ATTEND_WATCHES, "there is room for all");

struct relay {
	struct run *run; /* with the master; -1: the line is dead */
	struct relay_watch watches[N_WATCHES];
	int input_fd, output_fd, clock_fd; /* our own */
	struct stretch typed, written;
	char last_typed;
	bool input_ended;
	bool in_background; /* stdin is the terminal of others at the moment */
	bool raw;           /* stdin is in raw mode, and was: */
	struct termios before;
};

/* A descriptor of our own, since to make the caller's non-blocking would change it for all who share it. Of a file, which has a
 * position that is shared too, and never blocks, it is the same; so of a socket, which is asked at each call. A pipe that is not ours
 * to read must not be opened anew as if it were. */
static int open_own(int fd, int flags) {
	int access = fcntl(fd, F_GETFL) & O_ACCMODE;
	char path[32];
	struct stat st;
	int own = -1;

	if (access != O_RDWR && access != flags)
		return open("/dev/null", flags | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || isatty(fd)))
		own = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return own >= 0 ? own : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

/* Whether another process group has the terminal: `husk run ... &` in a shell. It is not ours to read, or to change. */
static bool is_in_background(int fd) {
	pid_t group = tcgetpgrp(fd);

	return group >= 0 && group != getpgrp();
}

/* How many bytes came, 0 when none are there now, -1 at the end. */
static int stretch_read(struct stretch *s, int fd) {
	ssize_t n = read(fd, s->bytes, sizeof(s->bytes));

	s->from = 0;
	s->end = n > 0 ? (size_t)n : 0;
	return n > 0 ? (int)n : n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* What can be written now. False when nothing ever will. */
static bool stretch_write(struct stretch *s, int fd) {
	ssize_t n = send(fd, s->bytes + s->from, s->end - s->from, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno == ENOTSOCK)
		n = write(fd, s->bytes + s->from, s->end - s->from);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	s->from += (size_t)n;
	return true;
}

static bool is_empty(const struct stretch *s) {
	return s->from == s->end;
}

/* After each change: what there is to wait for. */
static void look_again(struct relay *l) {
	bool up = l->run->master_fd >= 0;

	l->watches[INPUT].watch.fd =
		up && !l->input_ended && !l->in_background && is_empty(&l->typed) ? l->input_fd : -1;
	l->watches[OUTPUT].watch.fd = up && !is_empty(&l->written) ? l->output_fd : -1;
	l->watches[MASTER].watch.fd = l->run->master_fd;
	l->watches[MASTER].watch.events =
		(short)((is_empty(&l->typed) ? 0 : POLLOUT) | (is_empty(&l->written) ? POLLIN : 0));
	l->watches[CLOCK].watch.fd = up && l->in_background ? l->clock_fd : -1;
}

static void leave_raw_mode(struct relay *l) {
	if (l->raw)
		tcsetattr(STDIN_FILENO, TCSANOW, &l->before);
	l->raw = false;
}

/* Nobody sees any more what the process writes: to it, the line is dead. It may go on; then ^C is for us again. */
static void hang_up(struct relay *l) {
	leave_raw_mode(l);
	fd_close(&l->run->master_fd);
}

static void write_typed(struct relay *l) {
	if (!is_empty(&l->typed) && !stretch_write(&l->typed, l->run->master_fd))
		hang_up(l);
}

static void write_written(struct relay *l) {
	if (!is_empty(&l->written) && !stretch_write(&l->written, l->output_fd))
		hang_up(l);
}

/* The end of a file is told by a character. Behind the beginning of a line it only sends that off: then it takes two. */
static void type_end(struct relay *l) {
	struct termios t;

	if (tcgetattr(l->run->master_fd, &t) < 0)
		return;
	l->typed.bytes[0] = l->typed.bytes[1] = (char)t.c_cc[VEOF];
	l->typed.from = 0;
	l->typed.end = l->last_typed == '\n' ? 1 : 2;
}

/* Each key goes to the process's terminal, which knows what ^C means there. */
static void enter_raw_mode(struct relay *l) {
	struct termios now;

	if (tty_make_raw(STDIN_FILENO, &now) < 0 || l->raw)
		return;
	l->before = now;
	l->raw = true;
}

/* To a job that runs in the background already `fg` sends no signal: in a moment we look again. */
static void set_clock(struct relay *l) {
	const struct itimerspec soon = {.it_value.tv_nsec = l->in_background ? LOOK_MS * 1000000L : 0};

	timerfd_settime(l->clock_fd, 0, &soon, NULL);
}

/* Who has it now has set it, and it is not for us to set it back. */
static void look_whose_terminal(struct relay *l) {
	l->in_background = is_in_background(STDIN_FILENO);
	if (l->in_background)
		l->raw = false;
	else
		enter_raw_mode(l);
	set_clock(l);
	look_again(l);
}

static void on_input(struct watch *w, short seen) {
	struct relay *l = ((struct relay_watch *)w)->relay;
	int n = stretch_read(&l->typed, l->input_fd);

	(void)seen;
	if (n < 0 && is_in_background(STDIN_FILENO)) { /* since a moment ago: no end */
		look_whose_terminal(l);
		return;
	}
	if (n > 0)
		l->last_typed = l->typed.bytes[n - 1];
	l->input_ended = n < 0;
	if (l->input_ended)
		type_end(l);
	write_typed(l);
	look_again(l);
}

static void on_output(struct watch *w, short seen) {
	struct relay *l = ((struct relay_watch *)w)->relay;

	(void)seen;
	write_written(l);
	look_again(l);
}

static void on_master(struct watch *w, short seen) {
	struct relay *l = ((struct relay_watch *)w)->relay;

	if (seen & POLLOUT)
		write_typed(l);
	if (seen & (POLLIN | POLLHUP | POLLERR) && is_empty(&l->written) && l->run->master_fd >= 0 &&
	    stretch_read(&l->written, l->run->master_fd) < 0)
		hang_up(l);
	write_written(l);
	look_again(l);
}

static void fit_terminal(struct relay *l) {
	int caller = tty_of_caller();

	if (l->run->master_fd < 0)
		return;
	look_whose_terminal(l);
	if (caller >= 0)
		tty_copy_size(caller, l->run->master_fd);
}

/* After a stop, which nobody can catch, it goes on in the foreground (`fg`) or in the background (`bg`). */
static void on_signal(struct watch *w, int signal) {
	if (signal == SIGWINCH || signal == SIGCONT)
		fit_terminal(((struct relay_watch *)w)->relay);
}

static void on_clock(struct watch *w, short seen) {
	(void)seen;
	fit_terminal(((struct relay_watch *)w)->relay);
}

static void close_own(struct relay *l) {
	fd_close(&l->input_fd);
	fd_close(&l->output_fd);
	fd_close(&l->clock_fd);
}

/* The master is of nobody else: it is made non-blocking itself. */
static int open_all(struct relay *l) {
	l->input_fd = open_own(STDIN_FILENO, O_RDONLY);
	l->output_fd = open_own(STDOUT_FILENO, O_WRONLY);
	l->clock_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (l->input_fd < 0 || l->output_fd < 0 || l->clock_fd < 0)
		return -1;
	return fcntl(l->run->master_fd, F_SETFL, O_RDWR | O_NONBLOCK);
}

static int relay_begin(struct relay *l, struct error *e) {
	static void (*const ready[])(struct watch *, short) = {on_input, on_master, on_output, on_clock};
	static const short events[] = {POLLIN, 0, POLLOUT, POLLIN};

	if (open_all(l) < 0)
		return error_set(e, errno, NULL, "cannot relay the terminal");
	for (size_t i = 0; i < N_WATCHES; i++)
		l->watches[i] = (struct relay_watch){{.events = events[i], .ready = ready[i]}, l};
	l->watches[INPUT].watch.signalled = on_signal;
	look_whose_terminal(l);
	return 0;
}

/* A file takes anything, a reader may take his time, until somebody has enough. False: nothing more is to be written. */
static bool write_all(struct relay *l) {
	struct pollfd fds[] = {{.fd = l->output_fd, .events = POLLOUT}, {.fd = l->run->interrupt_fd, .events = POLLIN}};

	while (!is_empty(&l->written))
		if (poll(fds, 2, -1) < 0 || !fds[0].revents || !stretch_write(&l->written, l->output_fd))
			return false;
	return true;
}

/* What was written before the end is there now: a read asks for what is still on its way through the kernel. */
static void write_the_rest(struct relay *l) {
	sigset_t endings;
	int n = 1;

	sigemptyset(&endings);
	sigaddset(&endings, SIGINT);
	sigaddset(&endings, SIGTERM);
	sigaddset(&endings, SIGHUP);
	sigaddset(&endings, SIGQUIT);
	if (signalfd(l->run->interrupt_fd, &endings, 0) < 0)
		return;
	for (int total = 0; n > 0 && total < HELD_MAX && write_all(l); total += n)
		n = stretch_read(&l->written, l->run->master_fd);
	write_all(l);
}

int relay_attend(struct run *r, struct watch *const *others, size_t n, int *exit_code, struct error *e) {
	struct relay l = {.run = r, .input_fd = -1, .output_fd = -1, .clock_fd = -1, .last_typed = '\n'};
	struct watch *watches[ATTEND_WATCHES];
	int rc;

	if (r->master_fd < 0)
		return attend(r->pid, r->pidfd, r->interrupt_fd, others, n, exit_code, e);
	rc = relay_begin(&l, e);
	for (size_t i = 0; i < N_WATCHES; i++)
		watches[i] = &l.watches[i].watch;
	for (size_t i = 0; i < n; i++)
		watches[N_WATCHES + i] = others[i];
	if (rc == 0)
		rc = attend(r->pid, r->pidfd, r->interrupt_fd, watches, N_WATCHES + n, exit_code, e);
	leave_raw_mode(&l);
	if (rc == 0 && r->master_fd >= 0)
		write_the_rest(&l);
	close_own(&l);
	return rc;
}
