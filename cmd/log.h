/* log.h - the last words of a command: what failed, or the warnings of what worked. Of `run` and `exec` in the foreground the making
 * is over when the process runs; what comes after that is said at the end.
 *
 *   --log, json        one object: about the error with its warnings, or about the warnings of what worked
 *   --log, text        a line each for what is debugged, warned of, and failed
 *   no --log, json     one object on stderr when there is anything to say
 *   else on stderr     one line for a command that failed; without --log the warnings of one that worked; more for --debug
 *
 * Under an engine stderr is the container's own, and what is said there is taken for its output: hence no warnings beside a
 * log, but that the log did not take them. Podman reads a whole log of JSON as one object, and takes stderr where it holds more
 * than that.
 *
 * --log names a file, which gets all in one write since engines read the first chunk; or the journal or syslog, which get an
 * entry for each line, with its priority, or one that holds the object. */
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
