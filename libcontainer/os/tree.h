/* tree.h - ending a process together with what it started. */
#pragma once
#include "process.h"

/* The letter of /proc/PID/stat, 'D' for one that waits in the kernel; '?' when it is gone. */
char process_state(pid_t pid);

/* Sends SIGKILL to the children of that process, and theirs, if it is there. Not to itself, and not to what has left it. */
void process_kill_children(const struct process_name *name);
