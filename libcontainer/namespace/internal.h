/* internal.h - between the files of namespace/. */
#pragma once
#include "namespace.h"
#include <sched.h>

/* A kind of namespace: as config.json, /proc/PID/ns, unshare(1) and clone(2) call it. */
struct namespace_kind {
	const char *type, *proc, *option;
	int flag;
};

/* The order in which namespaces are joined by a privileged runtime: the user namespace last, since those of the host could
 * not be joined from inside it. A runtime without privilege gets its rights from the user namespace: first. */
extern const struct namespace_kind namespace_kinds[];
enum { NAMESPACE_CGROUP = 5, NAMESPACE_TIME, NAMESPACE_USER, N_NAMESPACE_KINDS };

/* N_NAMESPACE_KINDS for an unknown type. */
size_t namespace_kind_find(const char *type);

/* Whether an open namespace is the one that the runtime itself is in. */
bool namespace_is_ours(int fd, size_t kind);

/* What the spawn needs to know. */
struct spawn {
	uint64_t new;    /* new namespaces */
	uint64_t flags;  /* those of them that the clone makes */
	bool helper;     /* something is joined */
	bool user_first; /* join the user namespace before the others */
	bool no_groups;  /* leave the caller's groups: a user namespace that is joined may deny that */
	bool hidden;     /* not dumpable: no process of a container may look into it before execve */
	const struct spec_time_offsets *offsets; /* of a new time namespace */
	const char *offsets_text;                /* the same for timens_offsets; NULL: none */
};

/* Whether who joins a user namespace gives up the caller's groups before: unless an annotation keeps them, or the caller may not. */
int namespace_groups_go(struct plan *p, const struct spec *spec, const struct host *h, bool *go, struct error *e);

/* HOST: spawns, into r->cgroup_fd, and into what r->namespace_fds and r->init_fd hold. says: the phrase of the step. */
void plan_spawn(struct plan *p, const struct spawn *s, const char *says);

/* linux.timeOffsets as the text of timens_offsets; NULL where there are none. Pure. */
int time_offsets_read(struct arena *a, const struct spec *spec, const char **text, struct error *e);

/* Of the time namespace that the caller's next child is born into. 0, or -errno after run_hint(). */
int time_offsets_write(struct run *r, const struct spec_time_offsets *offsets, const char *text);
