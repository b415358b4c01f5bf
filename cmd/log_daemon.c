/* log_daemon.c - the journal and syslog. */
#include "log_daemon.h"
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>
#include "print.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

static const int priorities[] = {[LEVEL_ERROR] = LOG_ERR, [LEVEL_WARNING] = LOG_WARNING, [LEVEL_DEBUG] = LOG_DEBUG};

/* A field of systemd's journal export format: its name, a newline, the length as 64 bits little-endian, the value, a newline.
 * In the shorter form, NAME=VALUE, a newline in the value would begin a field of its own. */
static void add_field(struct log_datagram *d, const char *name, const char *value) {
	size_t n = strlen(value);
	uint64_t length = htole64(n);
	char *at = stpcpy(stpcpy(d->bytes + d->n, name), "\n");

	at = (char *)memcpy(at, &length, sizeof(length)) + sizeof(length);
	at = stpcpy(stpcpy(at, value), "\n");
	d->n = (size_t)(at - d->bytes);
}

#define FIELDS_SIZE 128 /* more than the names and lengths of all fields */

static struct log_datagram journal_datagram(struct arena *a, const char *name, const struct log_entry *entry) {
	struct log_datagram d = {.bytes = arena_alloc(a, strlen(name) + strlen(entry->msg) + FIELDS_SIZE)};

	add_field(&d, "PRIORITY", arena_printf(a, "%d", priorities[entry->level]));
	add_field(&d, "SYSLOG_IDENTIFIER", name);
	add_field(&d, "MESSAGE", entry->msg);
	return d;
}

/* A file in memory that nobody can change any more. From Linux 6.3 on vm.memfd_noexec may demand MFD_NOEXEC_SEAL, which is EINVAL
 * before. A descriptor or -errno. */
static int sealed_file(const struct log_datagram *d) {
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int fd = memfd_create("log", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL), rc;

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("log", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	rc = write_bytes(fd, d->bytes, d->n);
	if (rc == 0 && fcntl(fd, F_ADD_SEALS, seals) < 0)
		rc = -errno;
	if (rc == 0)
		return fd;
	close(fd);
	return rc;
}

/* systemd's native protocol for the journal: an empty datagram with the descriptor of a sealed file. */
static int journal_send_large(int socket, const struct log_datagram *d) {
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = "";
	struct msghdr message = {.msg_control = control, .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	int fd = sealed_file(d), rc;

	if (fd < 0)
		return fd;
	*c = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(fd))};
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	rc = sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
	close(fd);
	return rc;
}

/* RFC 3164, 4.1, with the time of this place and without the host, as syslog(3) writes it. */
static struct log_datagram syslog_datagram(struct arena *a, const char *name, const struct log_entry *entry) {
	time_t now = time(NULL);
	char at[32] = "";
	struct tm local;
	char *line;

	if (localtime_r(&now, &local))
		strftime(at, sizeof(at), "%b %e %H:%M:%S", &local);
	line = arena_printf(a, "<%d>%s %s[%d]: %s", LOG_USER | priorities[entry->level], at, name, getpid(),
			    entry->msg);
	return (struct log_datagram){line, strlen(line)};
}

static const struct log_daemon daemons[] = {
	{"journald", "/run/systemd/journal/socket", journal_datagram, journal_send_large},
	{"syslog", "/dev/log", syslog_datagram, NULL},
};

const struct log_daemon *log_daemon_find(const char *log) {
	size_t n = strcspn(log, ":");

	for (size_t i = 0; log[n] && i < sizeof(daemons) / sizeof(*daemons); i++)
		if (strlen(daemons[i].name) == n && strncmp(log, daemons[i].name, n) == 0)
			return &daemons[i];
	return NULL;
}

/* The descriptor of a socket that is connected to it, or -errno. */
static int daemon_connect(const struct log_daemon *daemon) {
	const struct timeval timeout = {.tv_sec = 1}; /* a daemon that hangs must not make husk hang */
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc;

	strncpy(address.sun_path, daemon->socket, sizeof(address.sun_path) - 1);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)) == 0 &&
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

int log_daemon_check(const struct log_daemon *daemon, const char *name, struct error *e) {
	int fd = daemon_connect(daemon);

	if (fd < 0)
		return error_set(e, -fd, NULL, "--log %s:%s needs a daemon that listens on %s", daemon->name, name,
				 daemon->socket);
	close(fd);
	return 0;
}

static int daemon_send(const struct log_daemon *daemon, int socket, const struct log_datagram *d) {
	int rc = send(socket, d->bytes, d->n, MSG_NOSIGNAL) < 0 ? -errno : 0;

	return rc == -EMSGSIZE && daemon->send_large ? daemon->send_large(socket, d) : rc;
}

int log_daemon_send(const struct log_daemon *daemon, struct arena *a, const char *name,
		    const struct log_entries *entries) {
	int fd = daemon_connect(daemon), rc = 0;

	if (fd < 0)
		return fd;
	for (size_t i = 0; rc == 0 && i < entries->n; i++) {
		struct log_datagram d = daemon->datagram(a, name, &entries->v[i]);

		rc = daemon_send(daemon, fd, &d);
	}
	close(fd);
	return rc;
}
