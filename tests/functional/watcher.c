/* watcher.c - a container that looks at each process as soon as it comes, and takes what it can: watcher SECRET...
 *
 * Prints each different thing that it got, once: the target of exe, cwd, root and fd/N, what memory and descriptors could be
 * opened, what could be traced or written; a line "read SECRET" when a directory that it reached has that name in it; and "denied"
 * when it was there while something was refused. It runs until it is killed. Static, and of few calls: it has little time. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_SEEN 512
#define LAST_FD 24
#define ROUNDS 200 /* for each process */
#define AHEAD 4    /* pids that are looked for behind the last one */

static char *secret;

static void say(const char *what, const char *text) {
	static char seen[N_SEEN][128];
	static int n;
	char line[128];

	snprintf(line, sizeof(line), "%s %s", what, text);
	for (int i = 0; i < n; i++)
		if (strcmp(seen[i], line) == 0)
			return;
	if (n < N_SEEN)
		strcpy(seen[n++], line);
	printf("%s\n", line);
	fflush(stdout);
}

/* The host's directory is known by a name in it, however it was reached. */
static void look_inside(int fd, const char *what) {
	int found = openat(fd, secret, O_PATH | O_CLOEXEC);

	if (found >= 0)
		say("read", what);
	close(found);
}

/* The runtime's program, held until it runs no more: can it be written, or its mount made so? */
static void write_program(int fd) {
	struct mount_attr writable = {.attr_clr = MOUNT_ATTR_RDONLY};
	char path[32];
	int again;

	if (syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH, &writable, sizeof(writable)) == 0)
		say("remounted", "exe");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (int i = 0; i < 200; i++) {
		again = open(path, O_WRONLY | O_CLOEXEC);
		if (again >= 0 || errno != ETXTBSY)
			break;
		usleep(1000);
	}
	if (again < 0)
		return;
	if (write(again, "#", 1) == 1)
		say("wrote", "exe");
	close(again);
}

/* Our own program is nobody's secret. */
static bool is_ours(const char *target) {
	return strncmp(target, "/bin/", 5) == 0 || strncmp(target, "/usr/bin/", 9) == 0;
}

/* Of one name below /proc/PID. False when it is not there, or no more. */
static bool look_at(int dir, const char *name) {
	char target[100];
	ssize_t n = readlinkat(dir, name, target, sizeof(target) - 1);
	int fd;

	if (n < 0 && errno != EINVAL) {
		if (errno == EACCES || errno == EPERM)
			say("denied", name);
		return errno == EACCES || errno == EPERM;
	}
	target[n < 0 ? 0 : n] = '\0';
	if (n >= 0)
		say(strncmp(name, "fd/", 3) == 0 ? "fd" : name, target);
	fd = openat(dir, name, n < 0 ? O_RDWR | O_CLOEXEC : O_PATH | O_CLOEXEC);
	if (fd < 0)
		return true;
	if (n < 0)
		say("opened", name);
	look_inside(fd, name);
	if (strcmp(name, "exe") == 0 && !is_ours(target))
		write_program(fd);
	close(fd);
	return true;
}

static void trace(pid_t pid) {
	char name[32] = "";
	int pidfd;

	if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0) {
		snprintf(name, sizeof(name), "/proc/%d/exe", (int)pid);
		char target[64] = "";
		ssize_t n = readlink(name, target, sizeof(target) - 1);

		if (n > 0 && !is_ours(target))
			say("traced", target);
		ptrace(PTRACE_INTERRUPT, pid, 0, 0);
		waitpid(pid, NULL, __WALL);
		ptrace(PTRACE_DETACH, pid, 0, 0);
	}
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	for (int fd = 3; pidfd >= 0 && fd < LAST_FD; fd++) {
		int got = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);

		if (got < 0)
			continue;
		say("took", "a descriptor");
		look_inside(got, "pidfd_getfd");
		close(got);
	}
	close(pidfd);
}

/* From its first moment until it is gone, or has long been what it is. */
static void watch(pid_t pid, int dir) {
	char name[16];

	for (int round = 0; round < ROUNDS; round++) {
		if (!look_at(dir, "exe") || !look_at(dir, "root") || !look_at(dir, "cwd"))
			return;
		for (int fd = 3; fd < LAST_FD; fd++) {
			snprintf(name, sizeof(name), "fd/%d", fd);
			look_at(dir, name);
		}
		if (round == 0)
			trace(pid);
	}
}

int main(int argc, char **argv) {
	pid_t last = getpid();

	if (argc < 2)
		return 1;
	secret = argv[1];
	say("watching", "now");
	for (;;)
		for (pid_t pid = last + 1; pid <= last + AHEAD; pid++) {
			char path[32];
			int dir;

			snprintf(path, sizeof(path), "/proc/%d", (int)pid);
			dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
			if (dir < 0)
				continue;
			watch(pid, dir);
			close(dir);
			last = pid;
		}
}
