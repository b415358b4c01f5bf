/* walk.h - two processes walk one plan.
 *
 *   HOST   .......make cgroup, limits, spawn, record | wait  | maps, hooks | wait     | created
 *   INSIDE                                     wait  | mounts |      wait  | pivot... | wait for `start`, execve
 *                                                  turn    turn          turn      turn
 *
 * Each '|' is one byte over a socket pair (SOCK_SEQPACKET): the side that finished gives the turn. There is no other message
 * but, behind the last turn, the listener of a seccomp filter (process/seccomp_notify.c).
 * Whoever waits polls the socket and the other's pidfd, so that a death is seen at once. What failed stands in memory that
 * both share (struct report): it is there also when the process that failed could not say it any more. */
#pragma once
#include "plan.h"

/* Readies r for a walk: every descriptor -1, the socket pair, the shared report. walk_done closes and unmaps what is there,
 * also after a failed init or walk. 0, or -1 and *e. */
int walk_init(struct run *r, const struct plan *p, struct error *e);
void walk_done(struct run *r);

/* Runs the HOST steps. When it fails the inside may still be there, waiting: the caller ends it. 0, or -1 and *e. */
int walk_host(struct run *r, struct error *e);

/* A plan with HOST steps alone, as an update is: runs them until one fails; *done is how many were run. 0, or -1 and *e. */
int walk_alone(const struct plan *p, size_t *done, struct error *e);

/* The other way: runs the first n steps from the last to the first, each, whatever came of the others. 0, or -1 and *e of the
 * first that failed. */
int walk_back(const struct plan *p, size_t n, struct error *e);

/* Waits until the inside has executed process.args or has failed, on the turn socket (`run`) or on a start socket
 * (`start`), which execve closes; or until interrupt_fd is readable before execve is called (-1: never). 0, or -1 and *e. */
int walk_wait_exec(int socket, int pidfd, int interrupt_fd, const struct report *report, struct error *e);
