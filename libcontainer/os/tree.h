/* tree.h - ending a process together with what it started. */
#pragma once
#include <stdbool.h>
#include "process.h"

/* The letter of /proc/PID/stat, 'D' for one that waits in the kernel; '?' when it is gone. */
char process_state(pid_t pid);

/* Whether it is there and no zombie. */
bool process_alive(const struct process_name *name);

/* Whether it has begun to end, which takes a while for a large one. */
bool process_is_ending(pid_t pid);

/* Sends SIGKILL to the children of that process, and theirs, if it is there. Not to itself, and not to what has left it. */
void process_kill_children(const struct process_name *name);
