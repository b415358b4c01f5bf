/* tree.c - /proc as a tree of processes. */
#include "tree.h"
#include "fd.h"
#include "syscalls.h"
#include "wait.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PF_EXITING 4    /* of the kernel */
#define MAX_CHILDREN 64 /* of one process, at once */
#define MAX_DEPTH 32    /* of children's children */

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
	return sscanf(read_stat(pid, stat, sizeof(stat)), "%*c %*d %*d %*d %*d %*d %u", &flags) == 1 &&
	       (flags & PF_EXITING);
}

/* As getdents64(2) fills it in. */
struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short size;
	unsigned char type;
	char name[];
};

static pid_t parent_of(pid_t pid) {
	char stat[1024];
	int parent = 0;

	return sscanf(read_stat(pid, stat, sizeof(stat)), "%*c %d", &parent) == 1 ? parent : 0;
}

/* Of a kernel without CONFIG_PROC_CHILDREN, as clouds have: all of /proc is looked through. By hand, since opendir allocates. */
static int search_children(pid_t pid, pid_t *children, size_t most) {
	auto_close int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_Alignas(struct entry) char buffer[4096];
	size_t n = 0;
	long got;

	while (proc >= 0 && (got = syscall(SYS_getdents64, proc, buffer, sizeof(buffer))) > 0) {
		for (char *at = buffer; at < buffer + got && n < most; at += ((struct entry *)at)->size) {
			pid_t child = (pid_t)strtol(((struct entry *)at)->name, NULL, 10);

			if (child > 0 && parent_of(child) == pid)
				children[n++] = child;
		}
	}
	return proc < 0 ? -errno : (int)n;
}

int process_children(pid_t pid, pid_t *children, size_t most) {
	char path[64], list[4096], *at = list;
	auto_close int fd = -1;
	size_t n = 0;
	ssize_t got;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? search_children(pid, children, most) : -errno;
	got = read(fd, list, sizeof(list) - 1);
	if (got < 0)
		return -errno;
	list[got] = '\0';
	/* Each pid has a blank behind it: one without was cut. */
	for (char *blank = strchr(at, ' '); blank && n < most; at = blank + 1, blank = strchr(at, ' '))
		children[n++] = (pid_t)strtol(at, NULL, 10);
	return (int)n;
}

/* How many were not dead yet: a zombie stays in the list until its parent has asked for it. */
static int kill_children(pid_t pid, int depth) {
	pid_t children[MAX_CHILDREN] = {0};
	int n = depth < MAX_DEPTH ? process_children(pid, children, MAX_CHILDREN) : 0, alive = 0;

	for (int i = 0; i < n; i++) {
		alive += kill_children(children[i], depth + 1) + (process_state(children[i]) != 'Z');
		kill(children[i], SIGKILL);
	}
	return alive;
}

void process_kill_children(const struct process_name *name, int64_t deadline) {
	static const struct timespec pause = {.tv_nsec = 2000000};
	auto_close int fd = process_open(name);

	while (fd >= 0 && kill_children((pid_t)name->pid, 0) > 0 && remaining_ms(deadline) > 0)
		nanosleep(&pause, NULL);
}
