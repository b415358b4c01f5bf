/* log_daemon.c - the journal and syslog. */
#include "log_daemon.h"
#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

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
	{"journald", "/run/systemd/journal/socket", journal_datagram},
	{"syslog", "/dev/log", syslog_datagram},
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

void log_daemon_send(const struct log_daemon *daemon, struct arena *a, const char *name,
		     const struct log_entries *entries) {
	int fd = daemon_connect(daemon);
	bool sent = true;

	if (fd < 0)
		return;
	for (size_t i = 0; sent && i < entries->n; i++) {
		struct log_datagram d = daemon->datagram(a, name, &entries->v[i]);

		sent = send(fd, d.bytes, d.n, MSG_NOSIGNAL) >= 0;
	}
	close(fd);
}
