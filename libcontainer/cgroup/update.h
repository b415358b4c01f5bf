/* update.h - linux.resources of a container that is there: what an update has to write, and what leads back. */
#pragma once
#include "cgroup.h"

/* Lays an update over the resources that a container has. Of a list each element is looked at by itself: a disk, a page size,
 * an interface, a file; but device rules, of which the order matters, are replaced as a whole. Pure. */
void cgroup_resources_merge(struct arena *a, struct spec_resources *into, const struct spec_resources *update);

struct cgroup_update {
	const struct spec_resources *before, *asked, *after; /* asked laid over before */
	const struct host *host;
	const struct strings *dirs; /* of the container, as cgroup_place has them */
	const struct cgroup_unit *unit;
};

/* A file to write. */
struct cgroup_change {
	struct cgroup_setting setting;
	const char *was; /* what leads back; NULL: nothing does, since the file does not tell what is in it */
};
struct cgroup_changes {
	struct cgroup_change *v;
	size_t n;
	const char *device_list; /* v1: what devices.list tells; NULL: it is not there, or no device rule changes */
};

/* What the update says, also where it was so before (somebody else may have written), and what changes by it. Pure. */
int cgroup_changes(struct arena *a, const struct cgroup_update *u, struct cgroup_changes *changes, struct error *e);

/* Fills in what is in the files now, and takes the other file where the kernel has not the first. */
void cgroup_changes_read(struct arena *a, const struct cgroup_update *u, struct cgroup_changes *changes);

/* The value that leads back from `value` when this text was in the file before: a whole line, or of a file with a line for
 * each disk or device that line. Pure. */
char *cgroup_value_before(struct arena *a, const char *file, const char *value, const char *text);

/* Orders the changes so that no state on the way is one that the kernel refuses. Pure. */
void cgroup_changes_order(struct cgroup_changes *changes);

/* HOST: the changes, and the device rules where the update has any. Step i of `back` undoes step i of `there`, whatever part of
 * it was done. */
int plan_cgroup_update(struct plan *there, struct plan *back, const struct cgroup_update *u,
		       const struct cgroup_changes *changes, struct error *e);
