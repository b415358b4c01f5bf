/* state.h - the state directory <root>/<id>/, and why a kill loses nothing.
 *
 *   lock         made with the directory; locked with fcntl while a verb changes the container. Such a lock dies with its
 *                owner, and tells who that is
 *   record       what has to be undone: JSON, written by temp + rename before anything is made, and again when the init has
 *                a pid, while a hook runs, when `create` has ended, and before poststop hooks
 *   config.json  the config as it was at `create`: later edits of the bundle change nothing
 *   notify/      the socket on which the process notifies a service manager (notify.h), where there is one
 *   start        socket on which a created init waits: connect succeeds = created, refused = running or stopped
 *
 * The directory has mode 0700 and is made with an exclusive mkdir. A directory without a record has made nothing. */
#pragma once
#include "cgroup/cgroup.h"
#include "container.h"
#include "os/process.h"
#include "plan.h"
#include "rdt/rdt.h"

/* What changes while the container lives. */
struct record_head {
	char *status; /* "creating", "created", "deleting": whether it was started is asked of the socket */
	struct process_name init, hook;
};

struct record {
	struct record_head head;
	char *id, *bundle, *rootfs, *created;   /* created: RFC 3339, UTC, nanoseconds */
	char *boot_id;                          /* pids of another boot mean nothing */
	struct strings cgroups;                 /* directories the container is in */
	struct strings cgroups_made;            /* directories to remove, parents first */
	struct cgroup_unit unit;                /* systemd's, in which they are; its name is NULL without */
	struct rdt rdt;                         /* its groups in resctrl */
	const struct spec_resources *resources; /* as `update` left them; NULL: as config.json has them */
	char *keyring; /* name of its session keyring, which `exec` joins; NULL: it has none of its own */
	char *freezer; /* what tells whether it is paused (freeze.h); NULL: nothing does */
	bool poststart, poststop, process; /* whether the config has such hooks, and a process: spares reading it */
	bool notifies;                     /* whether its seccomp filter has a listener, which `start` serves */
	bool has_notify;                   /* notify/ is there: the process has a NOTIFY_SOCKET */
	bool shares_pid;                   /* no pid namespace of its own: killing the init would leave the others */
	bool ignores_annotations;          /* made with --ignore-annotations: they are nothing but data */
	struct pairs annotations;
};

/* False when id is not [A-Za-z0-9_+.-]+, is . or .., or is longer than a file name; *e says what is right. */
bool state_id_valid(const char *id, struct error *e);

/* Opens <root>/<id>. -1: *e says "container does not exist" (errnum ENOENT) or what else is wrong. */
int state_open(const char *root, const char *id, struct error *e);

/* Fills *e with that error and returns -1. */
int state_missing(const char *id, struct error *e);

/* Locks, waiting at most timeout_ms. *lock_fd stays open as long as it is held. -ETIMEDOUT: another command holds it. -ENOENT:
 * there is no lock to have, since the directory is only just being made, or is gone: what was opened is no container any more. */
int state_lock(int state_fd, int timeout_ms, int *lock_fd);

/* Whether the directory that was opened has been removed. */
bool state_is_gone(int state_fd);

/* The command that holds the lock; not for who holds it, who would lose it by that. -ESRCH: none; -EPERM: one that this pid namespace does not show. */
int state_lock_holder(int state_fd, struct process_name *holder);

/* Removes the directory that was locked, and the files that husk put there: all, or without a record those that come before
 * one. With anything else in it, it stays: -ENOTEMPTY. 0 or -errno. */
int state_remove(const char *root, const char *id, int state_fd, bool recorded);

/* Reads it. errnum ENOENT: there is none, so nothing was made. */
int record_read(struct arena *a, int state_fd, struct record *record, struct error *e);

/* The same for who needs a container: one without a record does not exist, one that cannot be read is broken. */
int record_read_existing(struct container_env *env, const char *id, int state_fd, struct record *record,
			 struct error *e);

/* For a verb that changes a container: opens its state, waits a while for its lock and reads the record. The state's descriptor,
 * or -1 and *e; *lock_fd is open then too. */
int state_open_locked(struct container_env *env, const char *id, int *lock_fd, struct record *record, struct error *e);

/* Writes the record of a container again, with another status or hook. 0 or -errno. */
int record_update(struct arena *a, int state_fd, const struct record *record);

/* Makes r one in which hooks can be noted: for start and delete, which have no plan. */
void record_attach(struct arena *a, struct run *r, int state_fd, const struct record *record);

/* Writes a pid file; absolute. What is there is overwritten, in its place. 0, or -1 and *e. */
int pid_file_write(const char *path, pid_t pid, struct error *e);

/* The state of a container as runtime.md#state has it. */
char *state_json(struct arena *a, const struct container_state *state, bool pretty);

/* HOST: writes the record again, as it is now. One that could not be read any more is refused. */
int plan_remember(struct plan *p, int state_fd, const struct record *record, struct error *e);

/* HOST: the state directory, its lock, the record and the copy of the config: before anything that delete must undo. */
int plan_state(struct plan *p, const struct record *record, const char *config, struct error *e);
/* HOST, behind the spawn: the record names the init. */
void plan_record_init(struct plan *p);
/* HOST, last of `create`: the record says so, and the pid file is written. */
void plan_created(struct plan *p);
