/* program.h - the whole command line as tables: what may stand before a verb, and the verbs. */
#pragma once
#include "verb.h"

struct global {
	const char *root, *log, *log_format, *log_level, *cgroup_manager, *systemd_helper, *rootless;
	bool debug, ignore_annotations, systemd_cgroup, version;
};

extern const struct option global_options[]; /* for struct global */
extern const struct grammar program;         /* `husk` with these */

/* In the order of --help, those of a group together; NULL behind the last. */
extern const struct verb *const verbs[];

/* NULL: there is none of this name. */
const struct verb *verb_find(const char *name);
