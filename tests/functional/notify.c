/* notify.c - a program that notifies by sd_notify(3), for notify.bats: static, for the container.
 *
 *   notify say LINE...              one message of these lines
 *   notify fds N LINE...            the same with N descriptors
 *   notify barrier                  sd_notify_barrier(3): "taken" when the other side has closed its descriptor
 *   notify raw FILE                 the bytes of FILE as one message
 *   notify burst N                  N messages without a pause
 *   notify flood N                  the same with one, as many as there is room for, then "sent M" */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
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
	return n > 1 && strcmp(words[1], "barrier") == 0 ? barrier() : 99;
}
