/* terminal.c - process.terminal and process.consoleSize: a pseudo terminal of the container's own devpts.
 *
 * It is made inside, from descriptor to descriptor: the directory /dev/pts, ptmx in it, and the process's end of that by
 * TIOCGPTPEER. A name such as /dev/pts/0 could be anything by the time that it is opened (CVE-2025-52565). Both ends are handed
 * to the host, which gives the master to who waits at the console socket, or keeps them for the foreground (relay.c). */
#include "internal.h"
#include "../os/fd.h"
#include "../os/path.h"
#include "../os/socket.h"
#include "../os/tty.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

/* devices.txt of the kernel: Unix98 pseudo terminals. */
enum { FIRST_PTS_MAJOR = 136, LAST_PTS_MAJOR = 143 };

static bool is_devpts(int fd) {
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == DEVPTS_SUPER_MAGIC;
}

static int open_devpts(struct run *r) {
	scratch int dir = root_open(r->root_fd, "/dev/pts", O_PATH | O_DIRECTORY);
	int errnum = dir < 0 ? errno : ENODEV;

	if (dir >= 0 && is_devpts(dir))
		return fd_take(&dir);
	run_hint(r, "no devpts lies on /dev/pts: a mount of type devpts is needed there in /mounts");
	return -errnum;
}

/* A devpts holds nothing but terminals, and nothing that is mounted on them is opened: a look at the number is enough. */
static int open_master(int devpts) {
	scratch int master = root_open_entry(devpts, "ptmx", O_RDWR | O_NOCTTY);
	const int unlocked = 0;
	struct stat st;

	if (master < 0 || fstat(master, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(5, 2))
		return -ENODEV;
	return ioctl(master, TIOCSPTLCK, &unlocked) < 0 ? -errno : fd_take(&master);
}

static int open_peer(int master) {
	scratch int peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (peer < 0 || fstat(peer, &st) < 0)
		return -errno;
	if (!is_devpts(peer) || !S_ISCHR(st.st_mode) || major(st.st_rdev) < FIRST_PTS_MAJOR ||
	    major(st.st_rdev) > LAST_PTS_MAJOR)
		return -ENODEV;
	return fd_take(&peer);
}

static int set_size(int master, const struct spec_console_size *s) {
	const struct winsize size = {.ws_row = (unsigned short)s->height, .ws_col = (unsigned short)s->width};

	return ioctl(master, TIOCSWINSZ, &size) < 0 ? -errno : 0;
}

static int run_terminal(struct run *r, const void *size) {
	scratch int devpts = open_devpts(r), master = -1, peer = -1;
	int rc;

	if (devpts < 0)
		return devpts;
	master = open_master(devpts);
	if (master < 0)
		return master;
	peer = open_peer(master);
	if (peer < 0)
		return peer;
	rc = size ? set_size(master, size) : 0;
	if (rc == 0)
		rc = fd_send(r->pass_fds[INSIDE], (const int[]){master, peer}, 2);
	if (rc == 0)
		r->terminal_fd = fd_take(&peer);
	return rc;
}

/* Before the wait for `start`: an engine reads what was stdout until nobody has it open. */
static int run_controlling_terminal(struct run *r, const void *arg) {
	(void)arg;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(r->terminal_fd, fd) < 0)
			return -errno;
	fd_leave(&r->terminal_fd);
	return ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0 ? -errno : 0;
}

static int run_receive_terminal(struct run *r, const void *arg) {
	int fds[2], rc = fd_receive(r->pass_fds[HOST], fds, 2);

	(void)arg;
	if (rc < 0)
		return rc;
	r->master_fd = fds[0];
	r->terminal_fd = fds[1];
	return 0;
}

/* Only looked at: who listens is not to wait, on a connection, for a terminal that hooks delay or that never comes. */
static int run_find_console_socket(struct run *r, const void *path) {
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (S_ISSOCK(st.st_mode))
		return 0;
	run_hint(r, "it is not a socket");
	return -ENOTSOCK;
}

/* The message is the terminal's name, as the container knows it. Nobody else keeps it open. */
static int run_console_socket(struct run *r, const void *path) {
	auto_close int fd = socket_connect(path);
	char name[32];
	int rc = fd, number;

	if (fd == -EAGAIN)
		run_hint(r, "%s: nobody accepts connections on it", error_text(EAGAIN));
	if (rc >= 0 && ioctl(r->master_fd, TIOCGPTN, &number) < 0)
		rc = -errno;
	if (rc < 0)
		return rc;
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	rc = fd_send_text(fd, name, r->master_fd);
	fd_close(&r->master_fd);
	fd_close(&r->terminal_fd);
	return rc < 0 ? rc : 0;
}

/* The caller's terminal, if there is one, makes CR LF of a newline itself; a pipe is to have what the process has written. */
static int run_show_terminal(struct run *r, const void *size) {
	int rc = tty_keep_newlines(r->master_fd), caller = tty_of_caller();

	if (rc == 0 && !size && caller >= 0)
		rc = tty_copy_size(caller, r->master_fd);
	return rc;
}

static const char field[] = "/process/terminal";

static bool has_terminal(const struct spec_process *process) {
	return process && process->terminal;
}

int plan_console_socket(struct plan *p, const struct spec_process *process, struct error *e) {
	const char *path = p->request->console_socket;

	if (path && !has_terminal(process))
		return error_set(e, 0, field,
				 "cannot use a console socket without a terminal: true is needed for --console-socket");
	if (path && p->request->foreground)
		return error_set(
			e, 0, NULL,
			"cannot use a console socket in the foreground, where the terminal is shown: --detach is needed");
	if (!path && has_terminal(process) && !p->request->foreground)
		return error_set(e, 0, field,
				 "cannot make a terminal in the background without a console socket that receives it: "
				 "--console-socket is needed, or false");
	if (path)
		plan_add(p, HOST, run_find_console_socket, path, NULL, NO_INDEX, NULL, "find the console socket %s",
			 path);
	return 0;
}

static int check_size(const struct spec_console_size *s, struct error *e) {
	static const char words[] = "%llu is out of range: 0 to %d";

	if (s->height > USHRT_MAX)
		return error_set(e, 0, "/process/consoleSize/height", words, (unsigned long long)s->height, USHRT_MAX);
	if (s->width > USHRT_MAX)
		return error_set(e, 0, "/process/consoleSize/width", words, (unsigned long long)s->width, USHRT_MAX);
	return 0;
}

int plan_terminal(struct plan *p, const struct spec_process *process, struct error *e) {
	if (!has_terminal(process))
		return 0;
	if (process->console_size && check_size(process->console_size, e) < 0)
		return -1;
	p->makes_terminal = true;
	plan_add(p, INSIDE, run_terminal, process->console_size, field, NO_INDEX, NULL, "make a terminal");
	return 0;
}

void plan_controlling_terminal(struct plan *p, const struct spec_process *process) {
	if (has_terminal(process))
		plan_add(p, INSIDE, run_controlling_terminal, NULL, field, NO_INDEX, NULL,
			 "make the terminal stdin, stdout and stderr, and that of the session");
}

void plan_hand_terminal(struct plan *p, const struct spec_process *process) {
	const char *path = p->request->console_socket;

	if (!has_terminal(process))
		return;
	plan_add(p, HOST, run_receive_terminal, NULL, field, NO_INDEX, NULL, "receive the terminal");
	if (path)
		plan_add(p, HOST, run_console_socket, path, field, NO_INDEX, NULL,
			 "send the terminal to the console socket %s", path);
	else
		plan_add(p, HOST, run_show_terminal, process->console_size, field, NO_INDEX, NULL,
			 "fit the terminal to the caller's");
}
