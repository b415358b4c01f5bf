/* state.h - the state directory <root>/<id>/, and why a kill loses nothing.
 *
 *   record       what has to be undone: JSON, written by temp + rename before anything is made, and again when the init has
 *                a pid, while a hook runs, and when `create` has ended
 *   config.json  the config as it was at `create`: later edits of the bundle change nothing
 *   lock         locked with fcntl while a verb changes the container; such a lock dies with its owner
 *   start        socket on which a created init waits: connect succeeds = created, refused = running or stopped
 *
 * The directory has mode 0700 and is made with an exclusive mkdir. A directory without a record has made nothing. */
#pragma once
#include "container.h"
#include "os/process.h"
#include "plan.h"

/* What changes while the container lives. */
struct record_head {
	char *status; /* "creating", then "created" for ever: whether it was started is asked of the socket */
	struct process_name init, creator, hook;
};

struct record {
	struct record_head head;
	char *id, *bundle, *rootfs, *created; /* created: RFC 3339, UTC, nanoseconds */
	char *boot_id;                        /* pids of another boot mean nothing */
	struct strings cgroups;               /* directories the container is in */
	struct strings cgroups_made;          /* directories to remove, parents first */
	bool poststart, poststop, process;    /* whether the config has such hooks, and a process: spares reading it */
	bool shares_pid;                      /* no pid namespace of its own: killing the init would leave the others */
	struct pairs annotations;
};

/* False when id is not [A-Za-z0-9_+.-]+, is . or .., or is longer than a file name; *e says what is right. */
bool state_id_valid(const char *id, struct error *e);

/* Opens <root>/<id>. -1: *e says "container does not exist" (errnum ENOENT) or what else is wrong. */
int state_open(const char *root, const char *id, struct error *e);

/* Fills *e with that error and returns -1. */
int state_missing(const char *id, struct error *e);

/* Removes the directory and the files that husk put there; anything else in it stays and is an error. 0 or -errno. */
int state_remove(const char *root, const char *id);

/* Locks, waiting at most timeout_ms; -ETIMEDOUT when another command holds it. *lock_fd stays open as long as it is held. */
int state_lock(int state_fd, int timeout_ms, int *lock_fd);

/* Reads it. errnum ENOENT: there is none, so nothing was made. */
int record_read(struct arena *a, int state_fd, struct record *record, struct error *e);

/* The state of a container as runtime.md#state has it. */
char *state_json(struct arena *a, const struct container_state *state, bool pretty);

/* HOST: the state directory, its lock, the copy of the config and the record: before anything that it must undo. */
void plan_state(struct plan *p, const struct record *record, const char *config);
/* HOST, behind the spawn: the record names the init. */
void plan_record_init(struct plan *p);
/* HOST, last of `create`: the record says so, and the pid file is written. */
void plan_created(struct plan *p);
