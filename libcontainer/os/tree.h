/* tree.h - ending a process together with what it started. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "process.h"

/* The letter of /proc/PID/stat, 'D' for one that waits in the kernel; '?' when it is gone. */
char process_state(pid_t pid);

/* Whether it has begun to end, which takes a while for a large one. */
bool process_is_ending(pid_t pid);

/* Children of a process, as many as fit: how many, or -errno. All at once is not to be had: who kills them asks again. */
int process_children(pid_t pid, pid_t *children, size_t most);

/* Kills the children of that process, and theirs, until there are none or the deadline is over. Not the process itself, and not
 * what has left it. */
void process_kill_children(const struct process_name *name, int64_t deadline);
