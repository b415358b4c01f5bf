/* launch.h - another program, run to its end: for hooks. */
#pragma once
#include "../plan.h"

/* Made with the plan; the strings belong to its arena. */
struct launch {
	const char *path;
	char **argv;
	char **envp;
	const char *before, *after; /* its stdin: before, a pid, after; before alone when after is NULL */
	const char *prints_to[2];   /* for the shell form: the files of r->hook_fds; NULL: a pipe of ours */
	const char *cwd;            /* NULL: where we are, or with at_root the container's root */
	bool at_root;
	bool own_env;       /* envp is not the caller's */
	int umask;          /* -1: ours */
	int64_t timeout_ms; /* -1: none */
	bool host;          /* run by the runtime: what it leaves behind is ours to kill when it fails */
	const struct seccomp_filter *filter; /* it runs under; NULL: none */
	bool no_ptrace;                      /* it has no CAP_SYS_PTRACE */
	bool sealed;                         /* execute a read-only clone of the program */
};

/* Runs it and waits for its end. pid: for the state; r may be NULL. 0 when its exit status is 0, else -errno, and why says
 * more: "exit status 3: what it printed last". */
int launch(const struct launch *l, pid_t pid, struct run *r, struct text *why);

/* Like execve, of an image that nobody can write through /proc/PID/exe. */
int exec_sealed(const char *path, char *const *argv, char *const *envp);
