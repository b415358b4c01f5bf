/* tree.c - /proc as a tree of processes. */
#include "tree.h"
#include "fd.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 32 /* of children's children */

char process_state(pid_t pid) {
	char path[32], stat[512], *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (file_read_at(AT_FDCWD, path, stat, sizeof(stat)) < 0)
		return '?';
	end = strrchr(stat, ')'); /* the name before it may hold anything */
	return end && end[1] == ' ' ? end[2] : '?';
}

static void kill_children(pid_t pid, int depth) {
	char path[64], children[4096];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	if (depth == MAX_DEPTH || file_read_at(AT_FDCWD, path, children, sizeof(children)) < 0)
		return;
	for (char *at = children, *end; *at; at = end) {
		pid_t child = (pid_t)strtol(at, &end, 10);

		if (end == at)
			return;
		kill_children(child, depth + 1);
		kill(child, SIGKILL);
	}
}

void process_kill_children(const struct process_name *name) {
	auto_close int fd = name->pid ? process_open(name) : -1;

	if (fd >= 0)
		kill_children((pid_t)name->pid, 0);
}
