/* exec.c - husk exec */
#include "../specs/parse.h"
#include "input.h"
#include "verb.h"
#include <string.h>

struct exec {
	struct container_exec_options exec;
	const char *file;
};

#define T struct exec
static const struct option exec_options[] = {
	OPTION(T, file, "process", "p", "FILE", "read the process from FILE (-: stdin), JSON as in config.json"),
	OPTION(T, exec.cwd, "cwd", NULL, "DIR", "its working directory"),
	OPTION(T, exec.env, "env", "e", "NAME=VALUE", "a variable of its environment; may be repeated"),
	OPTION(T, exec.user, "user", "u", "UID[:GID]", "its user, and group, by number"),
	OPTION(T, exec.additional_gids, "additional-gids", "g", "GID", "one more of its groups; may be repeated"),
	OPTION(T, exec.caps, "cap", "c", "CAP", "one more capability, such as CAP_NET_ADMIN; may be repeated"),
	OPTION(T, exec.no_new_privileges, "no-new-privs", NULL, NULL, "it can gain no privileges by execve"),
	OPTION(T, exec.apparmor, "apparmor", NULL, "PROFILE", "its AppArmor profile"),
	OPTION(T, exec.process_label, "process-label", NULL, "LABEL", "its SELinux label"),
	OPTION(T, exec.cgroups, "cgroup", NULL, "[CONTROLLER,..:]PATH",
	       "a cgroup below the container's that it goes into; may be repeated"),
	OPTION(T, exec.tty, "tty", "t", NULL, "give it a terminal"),
	OPTION(T, exec.console_socket, "console-socket", NULL, "PATH", "Unix socket that receives the terminal"),
	OPTION(T, exec.detach, "detach", "d", NULL, "return as soon as the process runs"),
	OPTION(T, exec.pid_file, "pid-file", NULL, "FILE", "write its pid to FILE"),
	OPTION(T, exec.pidfd_socket, "pidfd-socket", NULL, "PATH", "Unix socket that receives a pidfd of it"),
	OPTION(T, exec.preserve_fds, "preserve-fds", NULL, "N", "hand on N file descriptors, from 3 on (default: 0)"),
	OPTION(T, exec.ignore_paused, "ignore-paused", NULL, NULL, "in a paused container: wait until it goes on"),
	ARGUMENT(T, exec.id, "ID", "the container"),
	ARGUMENT(T, exec.args, "[PROGRAM ARGUMENT...]", "what to execute, unless --process says it"),
	{0},
};
#undef T

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct exec *o = options;
	struct container_exec_options exec = o->exec;
	struct input input;
	int exit_code;

	if (o->file && input_read(env->a, o->file, PARSE_MAX_SIZE, &input, e) < 0)
		return -1;
	if (o->file) {
		exec.process = input.text;
		exec.process_length = input.n;
		exec.process_name = strcmp(o->file, "-") == 0 ? "stdin" : o->file;
	}
	return container_exec(env, &exec, &exit_code, e) < 0 ? -1 : exit_code;
}

const struct verb verb_exec = {
	.name = "exec",
	.group = GROUP_LIFE,
	.summary = "execute another process in a container",
	.description =
		"Executes a program in the namespaces and cgroups of a created or running container. It has what config.json "
		"gave to the container's process when that was created: user, environment, capabilities, seccomp filter, "
		"labels, limits; flags change it.",
	.status =
		"That of the process, or 128 + N when signal N ended it; 0 with --detach. 255 when it cannot be executed: "
		"stderr says why.",
	.failed = 255,
	.examples = (const struct example[]){{"husk exec demo ps", "a program, in the foreground"},
					     {"husk exec -d --pid-file top.pid demo top -b", "in the background"},
					     {"husk exec -p process.json demo", "as a file says"},
					     {0}},
	.options = {exec_options, exec_fault_options},
	.size = sizeof(struct exec),
	.sealed = true,
	.hides_words = true,
	.run = run,
};
