/* order.h - the order in which a container is made, and a process comes into one that is there. */
#pragma once
#include "state.h"

int plan_container(struct plan *p, const struct spec *spec, const struct host *h, const struct record *record,
		   const char *config, struct error *e);

/* A container that a process joins, as `exec` asks. */
struct joined_container {
	const struct record *record;
	const struct strings *cgroups; /* --cgroup */
};

/* The plan of a process that joins it. container: its config, with the process that is meant. */
int plan_exec_container(struct plan *p, const struct spec *container, const struct host *h,
			const struct joined_container *at, struct error *e);

/* The plan of `mounts`: those of the spec, which else is the container's config, are added to it or taken away. */
int plan_running_mounts(struct plan *p, const struct spec *spec, const struct host *h, const struct record *record,
			bool add, struct error *e);
