/* internal.h - the files of this folder to each other. The order in which process.c calls them is the order of the steps. */
#pragma once
#include "process.h"
#include <string.h>

/* Masks, bit n for capability n; what the process gets. */
struct capability_sets {
	uint64_t bounding, effective, inheritable, permitted, ambient;
	uint64_t drop;         /* to be taken from the bounding set */
	uint64_t until_execve; /* also in force until then, when only the other sets count */
};

/* What a process tells the kernel of itself, to be confined by AppArmor or SELinux. */
struct label {
	const char *file; /* of /proc/thread-self */
	const char *text; /* what is written */
	const char *name; /* the label in it */
	size_t compared;  /* bytes of the name that are read back as they were written */
	const struct refusal *refusals;
};

/* What execve gets. Made with the plan; only the inside can know the rest. */
struct program {
	const struct spec_process *process;
	const struct spec_personality *personality;
	const struct capability_sets *sets;
	bool keep_groups; /* the caller's, instead of additionalGids */
	struct strings
		from_manager; /* entries of envp that tell what a service manager gives and asks; they go before the config's */
	char **envp;          /* each name once */
	char *home;  /* its last entry, "HOME=/" and room for HOME_SIZE bytes; NULL when the config gives one [home] */
	char *found; /* the program's path, PATH_MAX bytes [lookup] */
	const struct label *labels[2];
	size_t n_labels;
};
#define HOME_SIZE 4096

/* env.c: fill from_manager. */
void env_add_sockets(struct plan *p, const struct spec *spec, struct program *g);
void env_add_notify(struct plan *p, const struct spec *spec, struct program *g);
/* Fills envp and home. */
int env_build(struct arena *a, struct program *g, struct error *e);
void plan_home(struct plan *p, const struct program *g);

/* args.c */
int plan_lookup(struct plan *p, struct program *g, struct error *e);
void plan_execve(struct plan *p);

/* command.c: who, with what and where, as one command: no shell could do these one by one. */
void shell_command(struct text *out, const void *arg);
void shell_later(struct text *out, const void *arg); /* the shell form of such a step */

#define SCRIPT_SIZE 256 /* BINPRM_BUF_SIZE: what the kernel reads of a script's first line */

/* exec_hint.c: adds why execve refused a file that is there, as far as the file tells: ": it needs the loader ...". */
void exec_hint(struct text *out, const char *path, int errnum);

/* cwd.c */
int plan_enter_cwd(struct plan *p, const struct spec_process *process, struct error *e);

/* user.c: fills keep_groups. */
int plan_user(struct plan *p, const struct spec *spec, struct program *g, struct error *e);

/* terminal.c */
void plan_controlling_terminal(struct plan *p, const struct spec_process *process);

/* stdio.c: HOST where there is a user namespace and no terminal, else INSIDE; each adds nothing where the other is meant. */
void plan_stdio(struct plan *p, enum side side, const struct spec *spec);

/* caps.c */
const struct capability_sets *capabilities_plan(struct plan *p, const struct spec *spec, const struct host *h);
void plan_bounding(struct plan *p, const struct capability_sets *s);
void plan_capabilities(struct plan *p, const struct capability_sets *s);
void capabilities_add(struct text *out, uint64_t set); /* "CAP_KILL,CAP_CHOWN" */
/* Whether a startContainer hook with all that the process may have could look into the init, which is not dumpable, but still
 * has descriptors of the host, a filter's CAP_SYS_ADMIN, and no filter. Then the hook gives CAP_SYS_PTRACE up before execve;
 * 0 or -errno. */
bool capability_ptrace_reaches_init(const struct spec *spec);
int capability_give_up_ptrace(void);

/* seccomp.c: what is asked for, which is checked and becomes p->filter; and, as the last step before execve, its loading. */
int plan_seccomp(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);
void plan_filter(struct plan *p);

/* rlimits.c */
int plan_rlimits_host(struct plan *p, const struct spec_process *process, struct error *e);
void plan_rlimits(struct plan *p, const struct spec_process *process);
void rlimit_add_option(struct text *out, const struct spec_rlimit *l); /* " --nofile=1024:4096" */

/* scheduler.c, io_priority.c: HOST */
int plan_scheduler(struct plan *p, const struct spec *spec, struct error *e);
int plan_io_priority(struct plan *p, const struct spec_process *process, struct error *e);

/* labels.c: what the process is confined by from execve on (fills labels); before the keyring is made, its label. */
int plan_labels(struct plan *p, struct program *g, const struct host *h, struct error *e);
void plan_key_label(struct plan *p, const struct spec_process *process);
void labels_hint(struct text *out, const struct spec_process *process, int errnum); /* why execve was refused */

/* affinity.c: whether process.execCPUAffinity has lists of CPUs. */
int affinity_check(const struct spec_process *process, struct error *e);

/* memory_policy.c, personality.c */
int plan_memory_policy(struct plan *p, const struct spec_memory_policy *s, const struct host *h, struct error *e);
int plan_personality(struct plan *p, const struct spec_personality *s, struct error *e);

/* keyring.c */
void plan_keyring(struct plan *p);

/* hook_output.c: the files that the annotations name for stdout and stderr; NULL: none. */
void hook_output_paths(const struct pairs *acting, const char *paths[2]);

/* hooks.c: those that run outside of a plan, poststart and poststop. */
int hooks_check_later(struct arena *a, const struct spec_hooks *hooks, struct error *e);
