/* delete.h - undoing a container, whatever is left of it. */
#pragma once
#include "state.h"

/* Of a container that this process made and whose lock it does not hold: killed if need be, and undone. Success too when
 * another command has done so. */
int delete_ours(struct container_env *env, int state_fd, const char *id, struct error *e);

/* After a command has failed with *e that holds the lock: undoes what the record names, with poststop hooks where a hook is what
 * failed. What cannot be undone is added to the error. */
void delete_after_failure(struct container_env *env, int state_fd, const char *id, struct error *e);
