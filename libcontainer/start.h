/* start.h - the wait between `create` and `start`, from both ends.
 *
 *   start   connect | "s"  |                        | poll the connection and the init's pidfd | EOF: look at the report
 *   init    accept  | read | its shared report (fd) | ... execve, which closes the connection
 *
 * Before execve the connection may carry the listener of a seccomp filter (process/seccomp_notify.c).
 * Whether a container is created or running is the same question: does connect succeed? */
#pragma once
#include "state.h"

struct seccomp_agent;

/* INSIDE: wait until `start` lets us go. */
void plan_wait(struct plan *p);

/* INSIDE, before anybody is told of the container: HUP, INT, QUIT and TERM end the init while it waits. */
void plan_hear_endings(struct plan *p);

/* True while an init waits on the start socket of a state directory. */
bool start_is_awaited(int state_fd);

/* Whom the seccomp filter of a created container asks, and what that is told; NULL: nobody. */
const struct seccomp_agent *start_agent(struct arena *a, const struct spec *spec, const struct record *record);
