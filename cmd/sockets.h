/* sockets.h - what a service manager has for the process of `create` and `run`. */
#pragma once
#include "../libcontainer/container.h"

/* Fills socket_fds and socket_names from LISTEN_FDS and LISTEN_FDNAMES, when they are for this process. */
void sockets_find(struct container_create_options *o);

/* Fills watchdog_usec from WATCHDOG_USEC, when it is for this process. */
void watchdog_find(struct container_create_options *o);
