/* plan.h - a container as a flat list of steps, and what a step sees when it runs.
 *
 * Two processes walk the same list: the runtime (HOST) and the process it spawned (INSIDE), which becomes process.args[0].
 * Each runs the steps of its side, in order. At a change of side the one that finished gives the turn to the other; that is
 * the only protocol between them (walk.h). Subject files add steps with plan_x(), which is pure, and hold the static
 * run_x() that each step calls. */
#pragma once
#include <stdbool.h>
#include <sys/types.h>
#include "../specs/spec.h"
#include "../specs/text.h"
#include "host.h"

struct run;
struct seccomp_filter;

enum side { HOST, INSIDE };

/* Does one step. Returns 0 or -errno; may add words with run_hint(). It allocates nothing. */
typedef int (*step_fn)(struct run *r, const void *arg);

/* Adds the shell commands that do the same as the step, without a newline at the end. */
typedef void (*shell_fn)(struct text *out, const void *arg);

#define NO_INDEX (-1)

struct step {
	enum side side;
	step_fn run;
	const void *arg;
	const char *field;   /* JSON pointer of who asked for the step; NULL: husk itself */
	int index;           /* a further member of the pointer, or NO_INDEX */
	shell_fn shell;      /* NULL: no shell can do this step */
	const char *name;    /* run_x without "run_": for --fail-at, --debug and explain */
	const char *says[3]; /* what the user asked for, as a phrase: a format and up to two strings for its %s */
};

/* What the caller asked for besides config.json. Strings belong to the caller or an arena and outlive the plan. */
struct request {
	const char *id;
	const char *bundle;         /* absolute */
	const char *rootfs;         /* absolute: root.path below the bundle */
	const char *state_dir;      /* <root>/<id>, absolute */
	const char *root;           /* the folder of all state directories */
	const char *pid_file;       /* absolute, or NULL */
	const char *console_socket; /* absolute, or NULL: gets the terminal */
	const char *pidfd_socket;   /* absolute, or NULL: gets a pidfd of the init */
	bool no_pivot;
	const char *keyring;       /* name of the session keyring that is made; NULL: the caller's is kept */
	bool ignore_annotations;   /* none asks for anything (annotations.h) */
	bool foreground;           /* the caller stays until the process ends, and shows its terminal */
	bool interruptible;        /* SIGINT and the like, which are blocked, end the making */
	bool wait_for_start;       /* create: stop before process.args until `start`; run does not wait */
	unsigned preserve_fds;     /* descriptors 3 .. 3+n-1 go to the process */
	unsigned socket_fds;       /* the first of them, of which LISTEN_FDS tells it */
	const char *socket_names;  /* NULL */
	const char *notify_dir;    /* absolute: bound to NOTIFY_DIR for sd_notify(3); NULL: there is nobody to notify */
	const char *watchdog_usec; /* how often the service manager wants to hear of it; NULL: not at all */
	const char *fail_at;       /* test builds: name or index of the step that fails; NULL */
	const char *kill_at;       /* test builds: index of the step before which the runtime is killed; NULL */
};

/* Where a process finds the socket on which it notifies; as in runc. */
#define NOTIFY_DIR "/run/notify"
#define NOTIFY_FILE "notify.sock"

struct plan {
	struct arena *a;
	const struct request *request;
	struct step *v;
	size_t n;
	size_t n_sources;    /* bind sources that the host clones for the inside (user namespaces, idmapped mounts) */
	size_t n_idmaps;     /* user namespaces that hold the mappings of mounts */
	bool makes_terminal; /* the inside does, and hands it to the host */
	bool into_running; /* mounts are for a container that is there: each is attached as it is to stay, and noted */
	size_t n_attached; /* then: how many there will be at most */
	int (*undo)(struct run *r); /* INSIDE, when a step failed or the host is gone: 0 or -errno; NULL: not needed */
	struct seccomp_filter *filter; /* to be made before the first step (seccomp_prepare); NULL: none */
	struct strings warnings;       /* said at exit on success, part of the error otherwise */
};

/* Appends a step. The words behind shell are the phrase that an error starts with, and its strings: "mask %s", path. */
#define plan_add(p, side, run, arg, field, index, shell, ...) \
	plan_push((p), &(struct step){(side), (run), (arg), (field), (index), (shell), &#run[4], {__VA_ARGS__}})
void plan_push(struct plan *p, const struct step *step);

void plan_warn(struct plan *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The JSON pointer of a step, index included: "/linux/maskedPaths/1"; "" when it has none. */
void step_field(const struct step *s, struct text *out);
/* The phrase of a step: "mask /proc/kcore". */
void step_phrase(const struct step *s, struct text *out);

/* What the inside tells about its end: in memory that both sides share, so that neither a filter nor a kill can hide it. */
struct report {
	int step;        /* index of the step it is in */
	char doing[32];  /* and its name, for `start`, which has no plan */
	int exec_called; /* execve was called: without `failed`, and the process gone from us, it worked. Or all is done
			    in a plan without one */
	int failed;      /* `error` is complete */
	struct error error;
};

/* What exists only while the plan is walked. Each member has one writer, named in brackets. A descriptor is -1 until then.
 * After the spawn each side has its own copy. */
struct run {
	const struct plan *plan;
	pid_t pid;        /* the container's init as the host sees it [spawn] */
	int pidfd;        /* HOST: of that process; INSIDE: of the runtime [spawn] */
	int turn_fds[2];  /* by side: the socket over which the turn goes back and forth [walk] */
	int pass_fds[2];  /* by side: the socket over which descriptors are handed, where a plan hands any [walk] */
	int interrupt_fd; /* HOST: readable when a signal asks to give up; -1: it kills us [walk] */
	void (*inside)(struct run *r); /* what the spawned process does; never returns [walk] */
	struct report *report;         /* shared by both sides [walk] */
	int report_fd;              /* the memfd behind it, handed to `start`; -1 when nobody waits for that [walk] */
	int state_fd;               /* HOST: the state directory [state] */
	int lock_fd;                /* HOST: its lock [state] */
	struct record_file *record; /* HOST: the record on disk [state] */
	bool pid_file_written;      /* HOST: it goes with a container that fails [state] */
	int (*note_hook)(struct run *r, pid_t pid); /* HOST: names a running hook in the record, 0: none [state] */
	int start_fd;    /* socket on which the inside waits for `start`, then the connection to it [state, start] */
	int notify_fd;   /* HOST: socket on which the process notifies, in `run` [notify] */
	int network_fd;  /* HOST: rtnetlink in the container's network, while it may fail [net_devices] */
	int procfs_fd;   /* root of the private procfs of this side [procfs] */
	int root_fd;     /* INSIDE: the root file system, attached [rootfs; a mount on "/" replaces it] */
	int home_fd;     /* INSIDE: the mount namespace that it goes back to from where it mounts [apart] */
	int cover_fd;    /* INSIDE: what masks are cloned from: an empty directory and an empty file [masks] */
	int terminal_fd; /* the process's end of its terminal [terminal] */
	int master_fd;   /* HOST: the other end, until it is given away [terminal] */
	int *source_fds; /* bind sources cloned by the host, plan->n_sources of them [sources] */
	int hook_fds[2]; /* what hooks print to, stdout and stderr, where an annotation asks for files [hook_output] */
	int *attached_fds; /* INSIDE: mounts in a container that was there, -1 behind the last [mount] */
	int *idmap_fds;    /* HOST: user namespaces with the mappings of mounts, plan->n_idmaps of them [idmapped] */
	int cgroup_fd;     /* HOST: the cgroup2 directory to be born into [cgroup] */
	int cgroup_tasks
		[16]; /* files by which the init goes into cgroups, opened by the host, -1 behind the last [cgroup] */
	int namespace_fds[8];    /* HOST: namespaces to join, by index of namespace kind [namespaces] */
	int init_fd;             /* HOST: pidfd of the init of a container that is joined [join] */
	int cgroup_namespace_fd; /* its cgroup namespace; -1: ours [join] */
	int join;                /* HOST: the other namespaces that it has and we have not, as flags of clone [join] */
	char *hint;              /* words that a failing step adds, HINT_SIZE bytes; made before the first step */
};
#define HINT_SIZE 1024

/* Adds words to the error of the step that is about to fail: what to change, what a hook printed. */
void run_hint(struct run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
