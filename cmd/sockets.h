/* sockets.h - LISTEN_FDS of `create` and `run`. */
#pragma once
#include "../libcontainer/container.h"

/* Fills socket_fds and socket_names from the environment, when that is for this process. */
void sockets_find(struct container_create_options *o);
