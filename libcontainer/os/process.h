/* process.h - who a pid is: a pid with its start time names one process for ever, a pid alone does not. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process_name {
	int64_t pid;         /* 0: none */
	uint64_t start_time; /* clock ticks after boot: field 22 of /proc/PID/stat */
};

/* Start time of a process that is there, zombies included; 0 when there is none. */
uint64_t process_start_time(pid_t pid);

/* A pidfd of exactly that process, or -1 and ESRCH when it is gone or a zombie. */
int process_open(const struct process_name *name);

/* Waits until the process of a pidfd has ended, at most timeout_ms (-1: for ever). 0, or -ETIMEDOUT. Reaps nothing. */
int process_wait(int pidfd, int timeout_ms);
