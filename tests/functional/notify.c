/* notify.c - a program that notifies by sd_notify(3), for notify.bats: static, for the container.
 *
 *   notify say LINE...              one message of these lines
 *   notify fds N LINE...            the same with N descriptors
 *   notify barrier                  sd_notify_barrier(3): "taken" when the other side has closed its descriptor
 *   notify raw FILE                 the bytes of FILE as one message
 *   notify linger                   a message that is no text, with a socket whose last close waits for its peer for ever
 *   notify burst N                  N messages without a pause
 *   notify flood N                  the same with one, as many as there is room for, then "sent M" */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_FDS 253

static int to_manager(const char *bytes, size_t length, const int *fds, size_t n, int flags) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct iovec io = {(char *)bytes, length};
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(MAX_FDS * sizeof(int))] = "";
	struct msghdr header = {&address, sizeof(address), &io, 1, NULL, 0, 0};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", getenv("NOTIFY_SOCKET"));
	if (n) {
		header.msg_control = control;
		header.msg_controllen = CMSG_SPACE(n * sizeof(int));
		*CMSG_FIRSTHDR(&header) = (struct cmsghdr){CMSG_LEN(n * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&header)), fds, n * sizeof(int));
	}
	if (sendmsg(fd, &header, flags | MSG_NOSIGNAL) < 0)
		return close(fd), -errno;
	return close(fd);
}

static int say(char **lines, const int *fds, size_t n) {
	char message[8192] = "";
	int rc;

	for (; *lines; lines++)
		snprintf(message + strlen(message), sizeof(message) - strlen(message), "%s%s", *lines,
			 lines[1] ? "\n" : "");
	rc = to_manager(message, strlen(message), fds, n, 0);
	if (rc < 0)
		printf("%s\n", strerror(-rc));
	return rc < 0;
}

static int barrier(void) {
	char *lines[] = {"BARRIER=1", NULL};
	struct pollfd end;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0 || say(lines, &ends[1], 1) != 0)
		return 1;
	close(ends[1]);
	end = (struct pollfd){.fd = ends[0]};
	puts(poll(&end, 1, 20000) == 1 && end.revents == POLLHUP ? "taken" : "not taken");
	return 0;
}

static int raw(const char *path) {
	char bytes[65536];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, bytes, sizeof(bytes));

	return to_manager(bytes, (size_t)n, NULL, 0, 0) < 0;
}

/* Of a connection whose other end reads nothing there is always something left to wait for. */
static int send_lingering(const struct sockaddr_in *peer) {
	const struct linger linger = {1, 100000};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (const struct sockaddr *)peer, sizeof(*peer)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) < 0)
		return -1;
	while (send(fd, "x", 1, MSG_DONTWAIT) >= 0) {
	}
	return to_manager("FDSTORE=1\0x", 11, &fd, 1, 0);
}

/* Lives on as the other end. */
static int linger(void) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listening = socket(AF_INET, SOCK_STREAM, 0), status = 1;
	socklen_t size = sizeof(address);

	if (bind(listening, (struct sockaddr *)&address, size) < 0 || listen(listening, 1) < 0 ||
	    getsockname(listening, (struct sockaddr *)&address, &size) < 0)
		return 1;
	if (fork() == 0)
		_exit(send_lingering(&address) < 0);
	wait(&status);
	puts(status == 0 ? "sent" : "not sent");
	return pause();
}

static int flood(int n, int flags) {
	char message[32];
	int sent = 0;

	for (int i = 0; i < n; i++) {
		snprintf(message, sizeof(message), "STATUS=%d", sent);
		if (to_manager(message, strlen(message), NULL, 0, flags) == 0)
			sent++;
		if (flags)
			usleep(1000);
	}
	printf("sent %d\n", sent);
	return 0;
}

int main(int n, char **words) {
	int fds[MAX_FDS] = {0};

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (n > 2 && strcmp(words[1], "say") == 0)
		return say(words + 2, NULL, 0);
	if (n > 3 && strcmp(words[1], "fds") == 0)
		return say(words + 3, fds, (size_t)atoi(words[2]));
	if (n > 2 && strcmp(words[1], "raw") == 0)
		return raw(words[2]);
	if (n > 2 && strcmp(words[1], "flood") == 0)
		return flood(atoi(words[2]), MSG_DONTWAIT);
	if (n > 2 && strcmp(words[1], "burst") == 0)
		return flood(atoi(words[2]), 0);
	if (n > 1 && strcmp(words[1], "linger") == 0)
		return linger();
	return n > 1 && strcmp(words[1], "barrier") == 0 ? barrier() : 99;
}
