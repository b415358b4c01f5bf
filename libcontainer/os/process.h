/* process.h - who a pid is: a pid with its start time names one process for ever, a pid alone does not. */
#pragma once
#include <stdint.h>
#include <sys/types.h>

struct process_name {
	int64_t pid;         /* 0: none */
	uint64_t start_time; /* clock ticks after boot: field 22 of /proc/PID/stat */
};

/* The name of a process that is there, zombies included. 0 or -errno; -ESRCH when there is none. */
int process_find(pid_t pid, struct process_name *name);

/* A pidfd of exactly that process. -ESRCH when it is gone, a zombie, or none (pid 0); any other -errno means that nobody can
 * tell, which is not the same: a container is not dead because a file could not be opened. */
int process_open(const struct process_name *name);

/* Waits until the process of a pidfd has ended, at most timeout_ms (-1: for ever). 0, or -ETIMEDOUT. Reaps nothing. */
int process_wait(int pidfd, int timeout_ms);
