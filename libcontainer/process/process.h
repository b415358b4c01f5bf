/* process.h - process and hooks: who runs, as whom, with what limits; and the programs called on the way. */
#pragma once
#include "../../specs/features.h"
#include "../plan.h"

/* HOST: what a process in a user namespace could not do itself: raised hard rlimits, oomScoreAdj, the owner of stdio. Also
 * refuses hooks that `start` or `delete` could not run. */
int plan_process_host(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);

/* INSIDE, in its cgroup: the caller's affinity is not the container's. */
void plan_affinity(struct plan *p, const struct host *h);
/* For a process that joins a container, process.execCPUAffinity. HOST, before the spawn: `initial`. INSIDE, in its cgroup: `final`, or
 * without any the same as plan_affinity. */
void plan_affinity_initial(struct plan *p, const struct spec *spec);
void plan_affinity_final(struct plan *p, const struct spec *spec, const struct host *h);
/* Cpus_allowed of /proc/PID/status: true unless it is certainly all CPUs that there can be. */
bool affinity_may_be_narrow(const char *mask);

/* INSIDE, while the root can be written: the working directory, where it is missing. */
void plan_cwd(struct plan *p, const struct spec *spec);

/* INSIDE, before the wait for `start`: new session, keyring, labels, bounding set, user and groups, the working directory,
 * capabilities, umask, and args[0] looked up (podman maps a missing program to 127 only from `create`). */
int plan_process(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);

/* HOST, last: the scheduler and the I/O priority, which a process in a user namespace could not raise. */
int plan_scheduling(struct plan *p, const struct spec *spec, struct error *e);

/* Whether plan_process() adds labels of AppArmor or SELinux, which need a procfs. */
bool process_has_label(const struct spec *spec);

/* INSIDE, behind the wait: noNewPrivileges, startContainer hooks, rlimits, descriptors, execve. Needs plan_process. */
int plan_exec(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);

/* A terminal, where process (NULL: there is none) asks for one. HOST, before anything is made: whether it has somebody to go to, who is
 * there. INSIDE, when /dev is as it is to be: made of the devpts on /dev/pts below r->root_fd, and kept in r->terminal_fd, which
 * plan_process makes stdin, stdout and stderr. HOST, last: sent to the console socket, or kept in r->master_fd and r->terminal_fd. */
int plan_console_socket(struct plan *p, const struct spec_process *process, struct error *e);
int plan_terminal(struct plan *p, const struct spec_process *process, struct error *e);
void plan_hand_terminal(struct plan *p, const struct spec_process *process);

/* HOST, last of `create`: sends a pidfd of the init to who wants one. */
int plan_pidfd(struct plan *p, const struct spec *spec, struct error *e);
/* The same of a process that joins a container, where --pidfd-socket asks for it. */
void plan_pidfd_joined(struct plan *p);

/* Makes the filter of linux.seccomp, from the cache below the request's root or anew. Before the first step; a profile that
 * libseccomp or the kernel does not take is refused here. */
int seccomp_prepare(struct plan *p, const struct host *h, struct error *e);

/* Who decides about calls under SCMP_ACT_NOTIFY. */
struct seccomp_agent {
	const char *path;    /* of the socket on which it listens */
	const char *field;   /* that names it */
	const char *message; /* what it is told: the container process state, JSON */
};

/* Whether a rule notifies: then who lets the init go must serve it. */
bool seccomp_notifies(const struct spec *spec);

/* The agent of a config with linux.seccomp, but for the message; the path is NULL where none is named. */
void seccomp_agent_find(struct arena *a, const struct spec *spec, const struct pairs *acting,
			struct seccomp_agent *agent);

/* state: as runtime.md#state has it. */
char *seccomp_agent_message(struct arena *a, const struct spec *spec, int64_t pid, const char *state);

/* For who has let the init go over `socket`: gives the agent (NULL: there is none to serve) each listener that comes, until the
 * init has executed its program or is gone, or interrupt_fd is readable, which walk_wait_exec tells apart. 0, or -1 and *e. */
int seccomp_serve(const struct seccomp_agent *agent, int socket, int pidfd, int interrupt_fd, struct error *e);

/* The system calls of a profile (NULL: none) that libseccomp does not know, one debugging message for each. */
void seccomp_tell_unknown(struct arena *a, const struct spec_seccomp *profile, struct strings *debug);

/* What `features` says about linux.seccomp. */
void seccomp_features(struct arena *a, struct features_seccomp *f);

/* "2.5.4", of libseccomp; NULL for a husk without it. */
char *seccomp_library_version(struct arena *a);

/* The kinds of hooks that belong to a plan. */
enum hook_kind { HOOK_PRESTART, HOOK_CREATE_RUNTIME, HOOK_CREATE_CONTAINER, HOOK_START_CONTAINER };

/* Hooks of one kind, each one step, on the side that the spec says. plan_exec adds those of startContainer. */
int plan_hooks(struct plan *p, const struct spec *spec, const struct host *h, enum hook_kind kind, struct error *e);

/* HOST, before the spawn: opens the files that hooks print to, where annotations ask for some. */
int plan_hook_output(struct plan *p, const struct spec *spec, struct error *e);

/* Where hooks are called outside a plan: the pointer of their list, their working directory, and the state on stdin. */
struct hook_point {
	const char *field, *cwd, *state;
};

/* What plan_hook_output does, for hooks outside a plan; what is open stays. They are closed by fd_close_all(r->hook_fds, 2). 0, or
 * -1 and *e. */
int hooks_open_output(struct run *r, const struct pairs *acting, const struct hook_point *at, struct error *e);

/* Runs hooks outside a plan (poststart, poststop), in the caller's namespaces; r notes the one that runs. Stops at the first
 * failure: *failed is its index. 0, or -1 and *e. */
int hooks_run(struct run *r, const struct spec_hook_list *hooks, const struct hook_point *at, size_t *failed,
	      struct error *e);

/* The names of linux.memoryPolicy, by number; each ends in NULL. */
extern const char *const memory_policy_modes[], *const memory_policy_flags[];

/* The names of all capabilities, by number; ends in NULL. */
extern const char *const capability_names[];
