/* create.h - a container in the making, for create and run. */
#pragma once
#include "bundle.h"

struct making {
	struct bundle bundle;
	struct request request;
	struct record record;
	struct host host;
	struct plan plan;
	struct run run;
	int manager_fd; /* the service manager's socket, which is to hear of the process (notify.h); -1 */
};

/* Whether all descriptors are open that are to go to the process, from 3 on: a service manager's sockets, then --preserve-fds. Before
 * husk opens a file of its own, which would take such a number and then go to the container. */
int preserved_fds_check(unsigned sockets, unsigned preserved, struct error *e);

/* Reads the bundle and the host; m->record lacks cgroups_made. wait_for_start: as `create` does, and `run` does not. */
int making_read(struct container_env *env, const struct container_create_options *o, bool wait_for_start,
		struct making *m, struct error *e);
/* Compiles the plan. Neither touches anything. */
int making_plan(struct container_env *env, struct making *m, struct error *e);

/* Everything from the bundle to the end of the HOST steps. On failure nothing is left and making_done was called. */
int making_create(struct container_env *env, const struct container_create_options *o, bool wait_for_start,
		  struct making *m, struct error *e);
/* After a failure behind making_create: undoes everything. */
void making_undo(struct container_env *env, struct making *m, struct error *e);
void making_done(struct making *m);
