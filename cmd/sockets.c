/* sockets.c - what a service manager that has started husk opened for the process (sd_listen_fds(3)), and asks of it
 * (sd_watchdog_enabled(3)). */
#include "sockets.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../specs/number.h"

#define MAX_SOCKETS 65536

static bool number_of(const char *name, uint64_t max, uint64_t *number) {
	const char *text = getenv(name);

	return text && number_unsigned(text, strlen(text), max, number);
}

/* For another process than this one they are none of our business: the variables were inherited. */
static bool is_for_us(const char *name) {
	uint64_t pid;

	return number_of(name, INT32_MAX, &pid) && pid == (uint64_t)getpid();
}

void sockets_find(struct container_create_options *o) {
	uint64_t n;

	if (!is_for_us("LISTEN_PID") || !number_of("LISTEN_FDS", MAX_SOCKETS, &n))
		return;
	o->socket_fds = (unsigned)n;
	o->socket_names = getenv("LISTEN_FDNAMES");
}

void watchdog_find(struct container_create_options *o) {
	uint64_t usec;

	if (number_of("WATCHDOG_USEC", UINT64_MAX - 1, &usec) && (!getenv("WATCHDOG_PID") || is_for_us("WATCHDOG_PID")))
		o->watchdog_usec = getenv("WATCHDOG_USEC");
}
