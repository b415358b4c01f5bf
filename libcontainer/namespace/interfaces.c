/* interfaces.c - what went through the network devices of a container: the part of `events` about network_interfaces. */
#include "interfaces.h"
#include "../os/fd.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TEXT_SIZE (1 << 17) /* about a thousand devices */

/* Behind "eth0:" in /proc/PID/net/dev stand 16 numbers: first those of what was received. */
static const struct column {
	size_t number, offset;
} columns[] = {
	{0, offsetof(struct interface, rx_bytes)},   {1, offsetof(struct interface, rx_packets)},
	{2, offsetof(struct interface, rx_errors)},  {3, offsetof(struct interface, rx_dropped)},
	{8, offsetof(struct interface, tx_bytes)},   {9, offsetof(struct interface, tx_packets)},
	{10, offsetof(struct interface, tx_errors)}, {11, offsetof(struct interface, tx_dropped)},
};

static void take_numbers(struct interface *interface, const char *at) {
	uint64_t numbers[16] = {0};
	char *end;

	for (size_t i = 0; i < 16; i++, at = end)
		numbers[i] = strtoull(at, &end, 10);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		*(uint64_t *)((char *)interface + columns[i].offset) = numbers[columns[i].number];
}

void interfaces_take(struct arena *a, char *text, struct interfaces *all) {
	char *rest, *line = strtok_r(text, "\n", &rest);

	for (; line; line = strtok_r(NULL, "\n", &rest)) {
		char *name = line + strspn(line, " "), *colon = strrchr(line, ':');

		if (!colon || strncmp(name, "lo:", 3) == 0)
			continue; /* the two lines above the table have no colon */
		all->v = arena_grow(a, all->v, all->n, sizeof(*all->v));
		all->v[all->n].name = arena_strndup(a, name, (size_t)(colon - name));
		take_numbers(&all->v[all->n++], colon + 1);
	}
}

static bool has_our_network(const char *of_process) {
	struct stat theirs, ours;

	return stat(of_process, &theirs) < 0 || stat("/proc/self/ns/net", &ours) < 0 ||
	       (theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev);
}

void interfaces_read(struct arena *a, int64_t pid, struct interfaces *all) {
	char *text = arena_alloc(a, TEXT_SIZE);
	auto_close int fd = open(arena_printf(a, "/proc/%" PRId64 "/net/dev", pid), O_RDONLY | O_CLOEXEC);

	*all = (struct interfaces){.v = arena_grow(a, NULL, 0, sizeof(*all->v))};
	if (fd < 0 || has_our_network(arena_printf(a, "/proc/%" PRId64 "/ns/net", pid)) ||
	    fd_read_text(fd, text, TEXT_SIZE) < 0)
		return;
	interfaces_take(a, text, all);
}
