/* notify_host.h - what a container tells, as the host sees it: its pids and its clock. */
#pragma once
#include "notify_message.h"
#include "state.h"

/* Whom the manager is told of, by a pid of its own; 0: of nobody. Only of a process of the container: whom a manager takes for its own
 * it may kill. main_pid: who is told of in place of the init, and where READY=1 comes without anybody. */
pid_t notify_main_pid(const struct notify_said *said, const struct record *record, pid_t main_pid);

/* How far the container's monotonic clock is before husk's, in microseconds. */
int64_t notify_clock_ahead(const struct record *record);
