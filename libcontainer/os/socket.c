/* socket.c - stream sockets on which somebody else listens, for what husk hands out. */
#include "socket.h"
#include "fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Longer paths than sun_path holds are reached through a descriptor. */
int socket_connect(const char *path) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	auto_close int place = -1;

	if (fd < 0)
		return -errno;
	if (strlen(path) < sizeof(address.sun_path)) {
		memcpy(address.sun_path, path, strlen(path));
	} else {
		place = open(path, O_PATH | O_CLOEXEC);
		if (place < 0)
			return -errno;
		snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", place);
	}
	return connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : fd_take(&fd);
}
