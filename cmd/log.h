/* log.h - the last words of a command: what failed, or the warnings of what worked.
 *
 *   --log, json        one object when the command failed, nothing else ever (podman reads the whole file as one object)
 *   --log, text        a line each for what is debugged, warned of, and failed
 *   no --log, json     one object on stderr when there is anything to say
 *   else on stderr     warnings of a command that worked; one line for one that failed, with more before it for --debug
 *
 * --log names a file, which gets all in one write since engines read the first chunk; or the journal or syslog, which get an
 * entry for each line, with its priority, or one that holds the object. Nothing is said before the end. */
#pragma once
#include <stdbool.h>
#include "../libcontainer/container.h"
#include "log_daemon.h"

struct log {
	const char *file;                /* NULL: none */
	const struct log_daemon *daemon; /* NULL: none */
	const char *name;                /* what the daemon shows entries under; NULL without one */
	bool json;
	enum log_level level;
};

/* Takes the value of --log: [file:]PATH, journald:NAME or syslog:NAME. */
int log_place(struct log *l, const char *value, struct error *e);

/* Sees that the file can be written, and makes it, or that the daemon listens. It is opened again for each use: a descriptor kept open could be taken for
 * one that the caller hands to the container (--preserve-fds). */
int log_check(const struct log *l, struct error *e);

/* Says how a command ended; e is NULL when it worked. */
void log_end(const struct log *l, const struct container_env *env, const struct error *e);
