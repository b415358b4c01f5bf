/* relay.h - a terminal in the foreground: what the caller types goes to the process, and what that writes to the caller. */
#pragma once
#include "attend.h"
#include "plan.h"

/* attend(), for the process of r and with what a plan has left in r->master_fd: meanwhile the caller's terminal is in raw mode, and
 * bytes and changes of its size are relayed. When the process has ended, what it wrote is written to its end, however long the caller
 * takes, until one of SIGINT, SIGTERM, SIGHUP and SIGQUIT comes; others that have the terminal open are not waited for. Of a process
 * without a terminal nothing is relayed. others: n of the caller's, at most RELAY_OTHERS. */
#define RELAY_OTHERS (ATTEND_WATCHES - 4)
int relay_attend(struct run *r, struct watch *const *others, size_t n, int *exit_code, struct error *e);
