/* log_daemon.h - the journal and syslog as places for the last words of a command: a datagram for each entry, in the form
 * that the daemon itself reads. The libraries for that cannot be in a static program, or say nothing when nobody listens. */
#pragma once
#include "../specs/arena.h"
#include "../specs/error.h"
#include "log_entry.h"

struct log_datagram {
	char *bytes; /* in the arena; may hold NUL */
	size_t n;
};

struct log_daemon {
	const char *name;   /* "journald": --log journald:NAME */
	const char *socket; /* where it listens */
	struct log_datagram (*datagram)(struct arena *a, const char *name, const struct log_entry *entry);
	/* What no datagram can hold; NULL: it takes none. 0 or -errno. */
	int (*send_large)(int socket, const struct log_datagram *d);
};

/* The daemon that --log DAEMON:NAME names; NULL: it names none. */
const struct log_daemon *log_daemon_find(const char *log);

/* Sees that it listens. */
int log_daemon_check(const struct log_daemon *daemon, const char *name, struct error *e);

/* Sends the entries, which the daemon shows under this name, as far as it takes them within a second each. 0, or -errno of the first
 * that it did not take. */
int log_daemon_send(const struct log_daemon *daemon, struct arena *a, const char *name,
		    const struct log_entries *entries);
