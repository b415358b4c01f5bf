/* visit.h - inside cgroup/: a cgroup and all that are below it, one after the other, and the processes in them. Nothing here
 * allocates: a failed create cleans up with it. */
#pragma once
#include <limits.h>
#include "cgroup.h"

/* What is done to each cgroup of a tree, and what came of it. */
struct visit {
	void (*each)(int dir_fd, struct visit *v);
	void (*process)(pid_t pid, struct visit *v); /* is called for each that is seen; NULL: nothing is */
	void *into;                                  /* whatever that needs */
	int signal;                                  /* to each; 0: none */
	size_t n;                                    /* processes seen */
	pid_t one; /* one of them; 0 when it is of a pid namespace that we do not see */
	int rc;    /* the first -errno; the visit goes on */
};

/* Calls each for the cgroup, which may be missing, and then for those below it. */
void visit(const char *dir, struct visit *v);
void visit_failed(struct visit *v, int rc);

/* For each: counts, shows and signals the processes of a cgroup; thaws what is frozen by v1. */
void visit_processes(int dir_fd, struct visit *v);
void visit_thaw(int dir_fd, struct visit *v);

/* The name of the directory in dir_fd that stands behind *position, which moves on; 0 is the begin. */
bool next_subdirectory(int dir_fd, long *position, char name[NAME_MAX + 1]);
bool has_subdirectories(int dir_fd);
bool move_to(int *dir_fd, const char *name);
