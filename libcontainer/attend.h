/* attend.h - the parent in the foreground: what `run` and `exec` do until their process has ended. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "../specs/error.h"

/* A descriptor that is looked after meanwhile: a terminal's, a service manager's. */
struct watch {
	int fd;                                     /* -1: none at the moment */
	short events;                               /* of poll(2) */
	void (*ready)(struct watch *w, short seen); /* may change fd and events, also those of other watches */
	/* What has come, before it is handed on; NULL: it does not matter. */
	void (*signalled)(struct watch *w, int signal);
};
#define ATTEND_WATCHES 8

/* Blocks all signals, so that none finds a process without a parent: they wait until attend() reads them. Programs that are
 * spawned start with none blocked. With subreaper, orphans of the process become children of this one. 0, or -1 and *e. */
int attend_prepare(bool subreaper, struct error *e);

/* Hands on the signals that come, but SIGCHLD and SIGWINCH, and reaps every child, until `pid` has ended; n watches, at most ATTEND_WATCHES, are looked
 * after. interrupt_fd: the signalfd of the walk, which is for these signals from here on. *exit_code is the process's, or 128 + N
 * when signal N ended it. 0, or -1 and *e. */
int attend(pid_t pid, int pidfd, int interrupt_fd, struct watch *const *watches, size_t n, int *exit_code,
	   struct error *e);
