/* agent.c - a seccomp agent for seccomp_notify.bats: agent SOCKET FOLDER CALL=ANSWER...
 *
 * Each connection gets a process, which writes what it was told to FOLDER/N.json, the number of descriptors to FOLDER/N.fds, and
 * then answers the calls of the listener, each of which is a line of FOLDER/calls: "N mkdir 1234". An answer is `continue`, `mkdir`
 * (made here, as the directory NAME.agent), `value:N`, `errno:N`, or `leave` (without one). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static const struct {
	const char *name;
	long number;
	int path; /* which argument that is */
} calls[] = {
	{"execve", SYS_execve, 0},   {"mkdir", SYS_mkdirat, 1},
#ifdef SYS_mkdir
	{"mkdir", SYS_mkdir, 0},
#endif
	{"getppid", SYS_getppid, 0}, {"kill", SYS_kill, 0},     {"sync", SYS_sync, 0}, {"write", SYS_write, 0},
};
#define N_CALLS (sizeof(calls) / sizeof(*calls))

static char **answers;
static FILE *log_file;
static int connection_number;

static void fail(const char *what) {
	perror(what);
	exit(1);
}

static FILE *open_log(const char *name, const char *mode) {
	FILE *f = fopen(name, mode);

	if (!f)
		fail(name);
	setlinebuf(f);
	return f;
}

static size_t find(long number) {
	size_t i = 0;

	while (i < N_CALLS && calls[i].number != number)
		i++;
	if (i == N_CALLS)
		fail("a call that the table does not have");
	return i;
}

static const char *answer_of(const char *name) {
	size_t n = strlen(name);

	for (char **a = answers; *a; a++)
		if (strncmp(*a, name, n) == 0 && (*a)[n] == '=')
			return *a + n + 1;
	return "continue";
}

/* What the call's first argument points to may change under our hands: what it is now is copied once, and used once. */
static int make_directory(const struct seccomp_notif *call, int listener) {
	char path[64], name[256] = "", made[512];
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/mem", call->pid);
	fd = open(path, O_RDONLY);
	if (fd < 0 || pread(fd, name, sizeof(name) - 1, (off_t)call->data.args[calls[find(call->data.nr)].path]) < 0)
		return -errno;
	close(fd);
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id) < 0)
		return -errno;
	snprintf(made, sizeof(made), "/proc/%u/root%s.agent", call->pid, name);
	return mkdir(made, 0755) == 0 ? 0 : -errno;
}

static struct seccomp_notif_resp answer(const struct seccomp_notif *call, const char *text, int listener) {
	struct seccomp_notif_resp response = {.id = call->id};

	if (strcmp(text, "continue") == 0)
		response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else if (strcmp(text, "mkdir") == 0)
		response.error = make_directory(call, listener);
	else if (strncmp(text, "value:", 6) == 0)
		response.val = atoi(text + 6);
	else if (strncmp(text, "errno:", 6) == 0)
		response.error = -atoi(text + 6);
	else
		exit(0);
	return response;
}

static void serve(int listener) {
	for (;;) {
		struct pollfd wait = {.fd = listener, .events = POLLIN};
		struct seccomp_notif call = {0};
		struct seccomp_notif_resp response;
		const char *name;

		if (poll(&wait, 1, -1) < 0 || (wait.revents & POLLHUP)) /* nobody runs under the filter any more */
			exit(0);
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0) {
			if (errno == ENOENT || errno == EINTR) /* it was killed meanwhile */
				continue;
			fail("receive");
		}
		name = calls[find(call.data.nr)].name;
		fprintf(log_file, "%d %s %u\n", connection_number, name, call.pid);
		response = answer(&call, answer_of(name), listener);
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
	}
}

/* Everything until the end of the connection. */
static int be_told(int connection) {
	static char text[1 << 21], control[256];
	struct iovec io = {text, sizeof(text)};
	struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(connection, &m, 0), more = n;
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	char name[32];
	FILE *f;

	for (; more > 0; n += more > 0 ? more : 0)
		more = read(connection, text + n, sizeof(text) - (size_t)n);
	snprintf(name, sizeof(name), "%d.fds", connection_number);
	f = open_log(name, "w");
	fprintf(f, "%zu\n", c ? (c->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0);
	fclose(f);
	snprintf(name, sizeof(name), "%d.json", connection_number);
	f = open_log(name, "w");
	fwrite(text, 1, (size_t)n, f);
	fclose(f);
	return c ? *(int *)(void *)CMSG_DATA(c) : -1;
}

int main(int argc, char **argv) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listening = socket(AF_UNIX, SOCK_STREAM, 0);

	if (argc < 3 || chdir(argv[2]) < 0)
		fail("usage: agent SOCKET FOLDER CALL=ANSWER...");
	setpgid(0, 0); /* to be ended with all its processes */
	answers = argv + 3;
	log_file = open_log("calls", "a");
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", argv[1]);
	if (bind(listening, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listening, 10) < 0)
		fail("listen");
	for (;;) {
		int connection = accept(listening, NULL, NULL);

		connection_number++;
		if (fork() == 0) {
			close(listening);
			serve(be_told(connection));
		}
		close(connection);
	}
}
