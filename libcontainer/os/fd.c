/* fd.c - whole reads and writes, small files, and descriptors over a socket. */
#include "fd.h"
#include "syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

void fd_close(int *fd) {
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int by_number(const void *a, const void *b) {
	return *(const int *)a - *(const int *)b;
}

void fd_close_all(int *fds, size_t n) {
	qsort(fds, n, sizeof(*fds), by_number);
	for (size_t first = 0, next; first < n; first = next) {
		for (next = first + 1; next < n && fds[next] == fds[next - 1] + 1;)
			next++;
		if (fds[first] >= 0)
			sys_close_range((unsigned)fds[first], (unsigned)fds[next - 1], 0);
	}
	memset(fds, -1, n * sizeof(*fds));
}

void fd_leave(int *fd) {
	if (*fd >= SCRATCH_FDS)
		close(*fd);
	*fd = -1;
}

/* The lowest of them that is not below first; INT_MAX: none. */
static int next_kept(int first, const int *kept, size_t n) {
	int next = INT_MAX;

	for (size_t i = 0; i < n; i++)
		if (kept[i] >= first && kept[i] < next)
			next = kept[i];
	return next;
}

int fd_close_others(int first, const int *kept, size_t n) {
	int next;

	do {
		next = next_kept(first, kept, n);
		if (next > first && sys_close_range((unsigned)first, (unsigned)next - 1, 0) < 0)
			return -errno;
		first = next + (next < INT_MAX);
	} while (next < INT_MAX);
	return 0;
}

int fd_take(int *fd) {
	int taken = *fd;

	*fd = -1;
	return taken;
}

int fd_write(int fd, const void *bytes, size_t n) {
	for (const char *at = bytes; n > 0;) {
		ssize_t written = write(fd, at, n);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written == 0)
			return -EIO;
		if (written > 0) {
			at += written;
			n -= (size_t)written;
		}
	}
	return 0;
}

static ssize_t read_once(int fd, char *bytes, size_t n) {
	ssize_t got;

	do
		got = read(fd, bytes, n);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

/* Up to n bytes, fewer only where the file ends. */
static ssize_t read_all(int fd, char *bytes, size_t n) {
	size_t have = 0;
	ssize_t got = 1;

	while (have < n && got > 0) {
		got = read_once(fd, bytes + have, n - have);
		if (got > 0)
			have += (size_t)got;
	}
	return got < 0 ? got : (ssize_t)have;
}

int fd_read(int fd, void *bytes, size_t n) {
	ssize_t got = read_all(fd, bytes, n);

	if (got < 0)
		return (int)got;
	return (size_t)got == n ? 0 : -ENODATA;
}

/* Makes a string of what was read: n bytes, or -errno. */
static int text_end(char *buf, size_t size, ssize_t n) {
	if (n < 0)
		return (int)n;
	if ((size_t)n == size)
		return -EFBIG;
	if (n > 0 && buf[n - 1] == '\n')
		n--;
	buf[n] = '\0';
	return (int)n;
}

int fd_read_text(int fd, char *buf, size_t size) {
	return text_end(buf, size, read_all(fd, buf, size));
}

int fd_read_value(int fd, char *buf, size_t size) {
	return text_end(buf, size, read_once(fd, buf, size));
}

/* From Linux 6.3 on vm.memfd_noexec may demand the flag, which is EINVAL before. */
int fd_memory(const char *name) {
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	return fd < 0 && errno == EINVAL ? memfd_create(name, MFD_CLOEXEC) : fd;
}

/* One write: files of procfs and cgroupfs take each write as a whole value. */
int fd_write_text(int fd, const char *s) {
	size_t n = strlen(s);
	ssize_t written;

	do
		written = write(fd, s, n);
	while (written < 0 && errno == EINTR);
	if (written < 0)
		return -errno;
	return (size_t)written == n ? 0 : -EIO;
}

int file_write_at(int dir_fd, const char *name, const char *s) {
	auto_close int fd = openat(dir_fd, name, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd_write_text(fd, s);
}

int file_read_at(int dir_fd, const char *name, char *buf, size_t size) {
	auto_close int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd_read_value(fd, buf, size);
}

/* A message with room for descriptors behind it. */
struct message {
	struct iovec io;
	struct msghdr header;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(FD_SEND_MAX * sizeof(int))];
};

static void message_init(struct message *m, void *bytes, size_t length, size_t n) {
	m->io = (struct iovec){bytes, length};
	m->header = (struct msghdr){.msg_iov = &m->io, .msg_iovlen = 1};
	if (n == 0)
		return;
	m->header.msg_control = m->control;
	m->header.msg_controllen = CMSG_SPACE(n * sizeof(int));
	memset(m->control, 0, m->header.msg_controllen);
}

int fd_send_message(int socket, const char *bytes, size_t length, const int *fds, size_t n) {
	struct message m;
	struct cmsghdr *c;
	ssize_t sent;

	if (n > FD_SEND_MAX)
		return -EINVAL;
	message_init(&m, (char *)bytes, length, n);
	c = CMSG_FIRSTHDR(&m.header);
	if (c) {
		*c = (struct cmsghdr){
			.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(n * sizeof(int))};
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	do
		sent = sendmsg(socket, &m.header, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : (int)sent;
}

int fd_send(int socket, const int *fds, size_t n) {
	int sent = fd_send_message(socket, "", 1, fds, n);

	return sent < 0 ? sent : 0;
}

int fd_send_text(int socket, const char *text, int fd) {
	return fd_send_message(socket, text, strlen(text), &fd, fd >= 0);
}

/* The descriptors that a received message carries. */
static size_t message_fds(struct message *m, int *fds) {
	struct cmsghdr *c = CMSG_FIRSTHDR(&m->header);
	size_t n;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return 0;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(c), n * sizeof(int));
	return n;
}

void fd_close_foreign(int *fds, size_t n) {
	static const struct linger none;

	for (size_t i = 0; i < n; i++)
		setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	fd_close_all(fds, n);
}

int fd_receive_message(int socket, char *bytes, size_t size, int *fds, size_t *n) {
	struct message m;
	ssize_t got;
	size_t have;

	message_init(&m, bytes, size, FD_SEND_MAX);
	do
		got = recvmsg(socket, &m.header, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	have = message_fds(&m, fds);
	if (m.header.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) {
		fd_close_foreign(fds, have);
		return m.header.msg_flags & MSG_CTRUNC ? -EMFILE : -EMSGSIZE;
	}
	*n = have;
	return (int)got;
}

/* All or none: of a message with another number of descriptors every one is closed. */
int fd_receive(int socket, int *fds, size_t n) {
	int received[FD_SEND_MAX], got;
	size_t have = 0;
	char byte;

	if (n > FD_SEND_MAX)
		return -EINVAL;
	got = fd_receive_message(socket, &byte, 1, received, &have);
	if (got < 0)
		return got;
	if (got == 0 || have != n)
		return fd_close_all(received, have), -ENODATA;
	if (n > 0)
		memcpy(fds, received, n * sizeof(int));
	return 0;
}
