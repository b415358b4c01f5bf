/* query.h - what a container is doing now: asked of the kernel each time, never remembered. */
#pragma once
#include "state.h"

/* "creating", "created", "running" or "stopped". */
const char *query_status(int state_fd, const struct record *record);

void query_state(struct container_env *env, int state_fd, const struct record *record, struct container_state *state);

/* The state as a hook gets it on stdin, with this status. */
char *query_hook_state(struct arena *a, const struct record *record, const char *status);
