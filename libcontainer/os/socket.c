/* socket.c - Unix sockets of somebody else, for what husk hands out. */
#include "socket.h"
#include "fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static int connect_to(int fd, const struct sockaddr_un *address, size_t path_length) {
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_length);

	return connect(fd, (const struct sockaddr *)address, length) < 0 ? -errno : 0;
}

/* Longer paths than sun_path holds are reached through a descriptor. */
static int connect_path(int fd, const char *path) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_close int place = -1;

	if (strlen(path) < sizeof(address.sun_path)) {
		memcpy(address.sun_path, path, strlen(path));
	} else {
		place = open(path, O_PATH | O_CLOEXEC);
		if (place < 0)
			return -errno;
		snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", place);
	}
	return connect_to(fd, &address, strlen(address.sun_path) + 1);
}

/* Such a name has no NUL at its end: each byte of the address is its. */
static int connect_abstract(int fd, const char *name) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t n = strlen(name);

	if (n >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path + 1, name, n);
	return connect_to(fd, &address, n + 1);
}

int socket_connect(const char *path) {
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int rc = fd < 0 ? -errno : connect_path(fd, path);

	return rc < 0 ? rc : fd_take(&fd);
}

int socket_connect_datagram(const char *address) {
	auto_close int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int rc = -errno;

	if (fd >= 0)
		rc = address[0] == '@' ? connect_abstract(fd, address + 1) : connect_path(fd, address);
	return rc < 0 ? rc : fd_take(&fd);
}
