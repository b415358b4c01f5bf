/* delete.h - undoing a container, whatever is left of it. */
#pragma once
#include "state.h"

/* After a command has failed, whose lock is held: undoes what its record names; what cannot be undone becomes a warning.
 * poststop: also run those hooks. */
void delete_after_failure(struct container_env *env, int state_fd, const char *id, bool poststop);
