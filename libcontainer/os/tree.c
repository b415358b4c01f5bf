/* tree.c - /proc as a tree of processes. */
#include "tree.h"
#include "fd.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PF_EXITING 4 /* of the kernel */
#define MAX_DEPTH 32 /* of children's children */

/* The fields of /proc/PID/stat from the third on, or "?". The name before them may hold anything. */
static const char *read_stat(pid_t pid, char *stat, size_t size) {
	char path[32], *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (file_read_at(AT_FDCWD, path, stat, size) < 0)
		return "?";
	end = strrchr(stat, ')');
	return end && end[1] == ' ' ? end + 2 : "?";
}

char process_state(pid_t pid) {
	char stat[1024];

	return read_stat(pid, stat, sizeof(stat))[0];
}

bool process_is_ending(pid_t pid) {
	char stat[1024];
	unsigned flags = 0;

	/* state, ppid, pgrp, session, tty_nr, tpgid, flags */
	return sscanf(read_stat(pid, stat, sizeof(stat)), "%*c %*d %*d %*d %*d %*d %u", &flags) == 1 && (flags & PF_EXITING);
}

bool process_alive(const struct process_name *name) {
	auto_close int fd = name->pid ? process_open(name) : -1;

	return fd >= 0;
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
