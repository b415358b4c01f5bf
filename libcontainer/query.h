/* query.h - what a container is doing now: asked of the kernel each time, never remembered. */
#pragma once
#include "state.h"

/* "creating", "created", "running", "paused" or "stopped". we_lock: this process holds the lock, so no creator is at work; asking who holds
 * it would give it up, since an fcntl lock goes with the first descriptor of its file that is closed. 0, or -1 and *e when it
 * cannot be told. */
int query_status(int state_fd, const struct record *record, bool we_lock, const char **status, struct error *e);

/* 1 when the record is of this boot, 0 when not: then no pid and no cgroup in it means anything. -1 and *e. */
int query_boot(const struct record *record, struct error *e);

/* The state as a hook gets it on stdin, with this status. */
char *query_hook_state(struct arena *a, const struct record *record, const char *status);
