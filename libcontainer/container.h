/* container.h - the life of an OCI container: create, start, state, kill, update, delete, run, list.
 *
 * The one header of libcontainer for its users (husk's own command line is one). Every function returns 0, or -1 with *e
 * filled, unless it says otherwise; memory of results belongs to the arena. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "../specs/arena.h"
#include "../specs/error.h"
#include "../specs/event.h"

/* Who makes a container's cgroup: husk, systemd as a scope, or nobody. */
enum container_cgroups { CONTAINER_CGROUPFS, CONTAINER_SYSTEMD, CONTAINER_NO_CGROUPS };

/* Where containers live, and how the caller wants things said. */
struct container_env {
	struct arena *a;
	const char *root;               /* folder of the state directories; absolute */
	enum container_cgroups cgroups; /* of the containers that are made */
	const char *systemd_helper;     /* husk-systemd, absolute */
	const char *notify_socket;      /* NOTIFY_SOCKET: a path, or @NAME, of who started the caller; NULL: nobody */
	bool ignore_annotations;        /* of the containers that are made: no annotation asks for anything */
	struct strings warnings;        /* filled; the caller prints them */
	struct strings debug;           /* filled with what --debug shows */
	bool debugging;
	/* `run` and `exec` wait from now on for a process that runs, perhaps for weeks; NULL: the caller does nothing then. */
	void (*waiting)(struct container_env *env);
};

/* What `create` and `run` are asked for. Strings are the caller's; NULL where not given. */
struct container_create_options {
	const char *id;
	const char *bundle; /* NULL: the working directory */
	const char *config; /* another file than config.json of the bundle */
	const char *pid_file;
	const char *console_socket; /* where the terminal is sent */
	const char *pidfd_socket;   /* where a pidfd of the first process is sent */
	bool no_pivot, no_new_keyring;
	unsigned preserve_fds;     /* from 3 on, behind the sockets */
	unsigned socket_fds;       /* what a service manager has opened for the process, from 3 on */
	const char *socket_names;  /* theirs, with colons between them; NULL */
	const char *watchdog_usec; /* WATCHDOG_USEC of the service manager, for `run`; NULL */
	bool foreground;           /* the caller stays until the process ends, and shows its terminal */
	bool interruptible; /* the caller has blocked SIGINT, SIGTERM, SIGHUP and SIGQUIT: one of them ends the making */
	const char *fail_at; /* test builds only: name or index of the step that fails */
	const char *kill_at; /* test builds only: index of the step before which the runtime is killed */
};

struct container_state {
	char *oci_version, *id, *status, *bundle, *rootfs, *created, *owner;
	int64_t pid; /* 0 when stopped */
	struct pairs annotations;
};
struct container_states {
	struct container_state *v;
	size_t n;
};

/* Makes everything that config.json asks for and leaves the init waiting for `start`. */
int container_create(struct container_env *env, const struct container_create_options *o, struct error *e);

/* Lets a created container execute process.args; returns when it has, with a notify_socket when it has said READY=1. */
int container_start(struct container_env *env, const char *id, struct error *e);

/* create and start in one; then, unless detach, waits, forwards signals, and deletes unless keep. *exit_code is that of
 * the process, 128 + N when signal N ended it. */
struct container_run_options {
	struct container_create_options create;
	bool detach, keep, no_subreaper;
};
int container_run(struct container_env *env, const struct container_run_options *o, int *exit_code, struct error *e);

/* What is asked of `exec`. Strings are the caller's; NULL where not given. */
struct container_exec_options {
	const char *id;
	char **args;              /* the program and its arguments; NULL: those of the process object */
	char *process;            /* a whole process object, JSON, in place of config.json's */
	size_t process_length;    /* of that */
	const char *process_name; /* what errors call it */
	const char *cwd, *user;   /* user: UID or UID:GID */
	const char *apparmor, *process_label;
	const char *pid_file, *console_socket;
	const char *pidfd_socket;                  /* where a pidfd of the process is sent */
	struct strings env, caps, additional_gids; /* more than the container's process has */
	struct strings cgroups;                    /* below the container's: PATH or CONTROLLER,..:PATH */
	bool tty, no_new_privileges, ignore_paused, detach;
	unsigned preserve_fds; /* from 3 on */
	const char *fail_at;   /* test builds only, as above */
	const char *kill_at;
};

/* Executes a process in a created or running container; returns when it runs (detach), or waits for its end and forwards signals.
 * *exit_code is then that of the process, 128 + N when signal N ended it. */
int container_exec(struct container_env *env, const struct container_exec_options *o, int *exit_code, struct error *e);

int container_state(struct container_env *env, const char *id, struct container_state *state, struct error *e);

/* Which containers are meant. */
struct container_filter {
	const char *regex; /* a POSIX extended regular expression that matches somewhere in the id; NULL: any id */
	struct strings statuses; /* one of these; none: any */
};

/* The containers below root, by id; filter NULL: all. One that cannot be read has status "broken". A root that is not there
 * has none. */
int container_list(struct container_env *env, const struct container_filter *filter, struct container_states *states,
		   struct error *e);

/* Acts on each container whose id the expression matches (container_filter), in their order; also when one fails. Then the
 * error is that of the first, and names all that have failed; those of the others are warnings. One that another command
 * deletes meanwhile is no failure, and neither is an expression that matches none. */
typedef int container_act(struct container_env *env, const char *id, const void *with, struct error *e);
int container_each(struct container_env *env, const char *regex, container_act *act, const void *with, struct error *e);

/* The processes of a container that has not stopped: their pids in the caller's pid namespace, in order. */
int container_ps(struct container_env *env, const char *id, struct uint32s *pids, struct error *e);

/* Sends a signal to the init, or with all to every process of the container. */
int container_kill(struct container_env *env, const char *id, int signal, bool all, struct error *e);

/* Stops all processes of a created or running container where they are, and lets them go on. */
int container_pause(struct container_env *env, const char *id, struct error *e);
int container_resume(struct container_env *env, const char *id, struct error *e);

/* What is asked of `update`. */
struct spec_resources;
struct container_update_options {
	const struct spec_resources *resources;      /* laid over those of the container */
	const char *l3_cache_schema, *mem_bw_schema; /* for its group in resctrl; NULL: it stays as it is */
};

/* Changes a created or running container: all that is asked, or nothing. */
int container_update(struct container_env *env, const char *id, const struct container_update_options *o,
		     struct error *e);

/* What is asked of `mounts`. */
struct container_mounts_options {
	const char *id;
	char *text;          /* an object with a list of mounts as config.json has it, JSON */
	size_t length;       /* of that */
	const char *name;    /* what errors call it */
	const char *fail_at; /* test builds only, as above */
	const char *kill_at;
};

/* Mounts them in a created or running container, or takes away what is mounted on their destinations: all, or none. */
int container_mounts_add(struct container_env *env, const struct container_mounts_options *o, struct error *e);
int container_mounts_remove(struct container_env *env, const struct container_mounts_options *o, struct error *e);

/* What is asked of `events`. */
struct container_events_options {
	struct strings ids; /* none: all that run, but only once */
	bool once;          /* the statistics, and no more; else until all have ended */
	unsigned interval_ms;

	/* Called with the statistics of all at a time, or with one event of another kind, which are gone when it returns. -1
	 * with *e filled ends it. */
	int (*show)(void *to, struct arena *a, const struct event *events, size_t n, struct error *e);
	void *to;
};

/* Shows what containers use, and when they are out of memory. Of several those that do not run are left out with a warning;
 * when none does, it is an error. */
int container_events(struct container_env *env, const struct container_events_options *o, struct error *e);

/* Undoes create. Without force only a stopped container; with force it is killed first, and an unknown id is success. */
int container_delete(struct container_env *env, const char *id, bool force, struct error *e);

/* The plan of a bundle, as a script for sh or as JSON. Touches nothing. */
int container_explain(struct container_env *env, const struct container_create_options *o, bool json, char **out,
		      struct error *e);

/* What `spec` writes, and the features document (features.md) with the caller's annotations, as JSON. */
char *container_spec_template(struct container_env *env, bool rootless);
char *container_features(struct container_env *env, const struct pairs *annotations);

/* The state of a container as the JSON of runtime.md#state. */
char *container_state_json(struct container_env *env, const struct container_state *state);
char *container_states_json(struct container_env *env, const struct container_states *states);

/* Restarts this program from a read-only image of itself (CVE-2019-5736); returns at once when it already runs from one. */
int container_seal(char **argv, struct error *e);

/* True when faults can be injected (a test build). */
extern const bool container_can_fail;
