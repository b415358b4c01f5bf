/* rdt.h - linux.intelRdt: the part of the cache and of the memory's bandwidth that a container gets, by a group in resctrl.
 *
 *   /sys/fs/resctrl/schemata, tasks            the group that all others are in: closID "/"
 *   /sys/fs/resctrl/GROUP/schemata, tasks      a group: closID, or else the container's id
 *   .../mon_groups/ID/tasks                    in a group: counts a container by itself (enableMonitoring) */
#pragma once
#include "../plan.h"

/* What the record says of them. The strings belong to its arena. */
struct rdt {
	char *mountpoint; /* of resctrl; NULL: the container has no group */
	char *group;      /* its directory */
	char *monitor;    /* that of its monitoring group; NULL: none is asked for */
	bool made;        /* the group is the container's own, and goes with it */
};

/* Fills h->resctrl, and what is there of the group. Only for a spec that has intelRdt. What rdt_place refuses is an error. */
int rdt_probe(struct arena *a, const struct spec_intel_rdt *s, const char *id, struct host *h, struct error *e);

/* Where the group is, and whose. A host without resctrl, and a name or a schema that cannot be, is an error. Pure. */
int rdt_place(struct arena *a, const struct spec_intel_rdt *s, const struct host *h, const char *id, struct rdt *rdt,
	      struct error *e);

/* HOST, behind the spawn: the group, what it gets, and the init in it. */
int plan_rdt(struct plan *p, const struct spec *spec, const struct host *h, const struct rdt *rdt, struct error *e);

/* HOST, behind the spawn: another process of the container into the groups that the record names. */
void plan_rdt_enter(struct plan *p, const struct rdt *rdt);

/* HOST, for an update: another schema of a resource that begins so, "L3" or "MB:", for the group, whose file says `present`;
 * and the one that leads back. NULL: it stays. */
int plan_rdt_update(struct plan *there, struct plan *back, const struct rdt *rdt, const char *present,
		    const char *schema, const char *resource, struct error *e);
/* The file schemata of the group; NULL and *e. */
char *rdt_read_schemata(struct arena *a, const struct rdt *rdt, struct error *e);

/* What the container has and uses; NULL: it has no group. */
struct rdt_stats *rdt_stats(struct arena *a, const struct rdt *rdt);

/* Removes the container's own groups. One that is not there is no error. 0 or -errno. */
int rdt_remove(const struct rdt *rdt);
