/* log.h - the last words of a command: what failed, or the warnings of what worked.
 *
 *   --log FILE, json   one object when the command failed, nothing else ever (podman reads the whole file as one object)
 *   --log FILE, text   a line each for what is debugged, warned of, and failed
 *   no --log, json     one object on stderr when there is anything to say
 *   else on stderr     warnings of a command that worked; one line for one that failed, with more before it for --debug
 *
 * Nothing is said before the end, and each place gets one write: engines read the first chunk. */
#pragma once
#include <stdbool.h>
#include "../libcontainer/container.h"

enum log_level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_DEBUG };

struct log {
	const char *file; /* NULL: stderr alone */
	bool json;
	enum log_level level;
};

/* Sees that the file can be written, and makes it. It is opened again for each use: a descriptor kept open could be taken for
 * one that the caller hands to the container (--preserve-fds). */
int log_check(const struct log *l, struct error *e);

/* Says how a command ended; e is NULL when it worked. */
void log_end(const struct log *l, const struct container_env *env, const struct error *e);
