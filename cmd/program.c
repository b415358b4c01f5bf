/* program.c - the tables of the command line. */
#include "program.h"
#include <string.h>

#define VERBS(VERB)    \
	VERB(run)      \
	VERB(create)   \
	VERB(start)    \
	VERB(exec)     \
	VERB(kill)     \
	VERB(pause)    \
	VERB(resume)   \
	VERB(update)   \
	VERB(mounts)   \
	VERB(delete)   \
	VERB(state)    \
	VERB(list)     \
	VERB(ps)       \
	VERB(events)   \
	VERB(explain)  \
	VERB(features) \
	VERB(spec)     \
	VERB(completion)

#define DECLARATION(name) extern const struct verb verb_##name;
#define ADDRESS(name) &verb_##name,
VERBS(DECLARATION)
const struct verb *const verbs[] = {VERBS(ADDRESS) NULL};

#define T struct global
const struct option global_options[] = {
	OPTION(T, root, "root", NULL, "DIR",
	       "where containers are kept (default: /run/husk, or $XDG_RUNTIME_DIR/husk when not root)"),
	OPTION(T, log, "log", NULL, "FILE",
	       "append errors to FILE, or send them to journald:NAME or syslog:NAME; they go to stderr too"),
	OPTION(T, log_format, "log-format", NULL, "text|json", "how they are written (default: text)"),
	OPTION(T, log_level, "log-level", NULL, "error|warning|debug", "how much is said (default: warning)"),
	OPTION(T, debug, "debug", NULL, NULL, "the same as --log-level debug"),
	OPTION(T, cgroup_manager, "cgroup-manager", NULL, "cgroupfs|systemd|disabled",
	       "who makes cgroups: husk (the default), systemd, or nobody"),
	OPTION(T, systemd_cgroup, "systemd-cgroup", NULL, NULL, "the same as --cgroup-manager systemd"),
	OPTION(T, systemd_helper, "systemd-helper", NULL, "FILE",
	       "the program that speaks to systemd (default: " HUSK_SYSTEMD_HELPER ")"),
	OPTION(T, ignore_annotations, "ignore-annotations", NULL, NULL,
	       "no annotation of config.json asks husk for anything"),
	OPTION(T, rootless, "rootless", NULL, "true|false|auto", "accepted; husk sees for itself"),
	OPTION(T, version, "version", "vV", NULL, "print the version"),
	{0},
};
#undef T

const struct grammar program = {.command = "husk", .options = {global_options}};

const struct verb *verb_find(const char *name) {
	size_t i = 0;

	while (verbs[i] && strcmp(name, verbs[i]->name) != 0)
		i++;
	return verbs[i];
}
