/* notify_host.c - what a container tells, as the host sees it: its pids and its clock. */
#include "notify_host.h"
#include "os/fd.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LEVELS 33 /* MAX_PID_NS_LEVEL of the kernel, and the first */

/* The numbers of a process from this pid namespace inwards: NStgid of proc_pid_status(5). How many; 0 when it is gone. */
static size_t nested_pids(pid_t pid, uint64_t *pids) {
	char path[32], status[8192];
	const char *at;
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (file_read_at(AT_FDCWD, path, status, sizeof(status)) < 0)
		return 0;
	at = strstr(status, "\nNStgid:");
	at = at ? at + 8 : "";
	while (*at == '\t' && n < MAX_LEVELS)
		pids[n++] = strtoul(at + 1, (char **)&at, 10);
	return n;
}

static bool is_named(pid_t pid, size_t level, uint64_t name) {
	uint64_t pids[MAX_LEVELS];

	return nested_pids(pid, pids) > level && pids[level] == name;
}

/* Who is in the container's cgroup, and has this number in the init's pid namespace. */
static pid_t find_in_cgroup(const struct strings *cgroups, size_t level, uint64_t name) {
	struct arena round = {0};
	struct uint32s pids = {0};
	pid_t found = 0;

	cgroup_pids(&round, cgroups, &pids);
	for (size_t i = 0; i < pids.n && !found; i++)
		if (is_named((pid_t)pids.v[i], level, name))
			found = (pid_t)pids.v[i];
	arena_free(&round);
	return found;
}

static pid_t find(const struct record *record, uint64_t name, pid_t main_pid) {
	uint64_t pids[MAX_LEVELS];
	size_t levels = nested_pids((pid_t)record->head.init.pid, pids);

	if (levels == 0)
		return 0;
	if (pids[levels - 1] == name)
		return main_pid;
	return find_in_cgroup(&record->cgroups, levels - 1, name);
}

/* How far the monotonic clock of a process is before that of the machine, in microseconds: time_namespaces(7). */
static int64_t clock_offset(const char *process) {
	char path[48], text[256], *at;
	int64_t seconds;

	snprintf(path, sizeof(path), "/proc/%s/timens_offsets", process);
	if (file_read_at(AT_FDCWD, path, text, sizeof(text)) < 0 || strncmp(text, "monotonic", 9) != 0)
		return 0;
	seconds = strtoll(text + 9, &at, 10);
	return seconds * 1000000 + strtoll(at, NULL, 10) / 1000;
}

pid_t notify_main_pid(const struct notify_said *said, const struct record *record, pid_t main_pid) {
	pid_t found = said->main_pid ? find(record, said->main_pid, main_pid) : 0;

	return said->ready && !found ? main_pid : found;
}

int64_t notify_clock_ahead(const struct record *record) {
	char init[16];

	snprintf(init, sizeof(init), "%d", (int)record->head.init.pid);
	return clock_offset(init) - clock_offset("self");
}
