/* ps.c - husk ps */
#include "../specs/text.h"
#include "input.h"
#include "print.h"
#include "ps_table.h"
#include "verb.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_OUTPUT (64 << 20)
#define PID_DIGITS 10

struct ps {
	const char *id, *format;
	char **ps_options;
};

static const struct option ps_options[] = {
	OPTION(struct ps, format, "format", "f", "table|json", "how to print (default: table)"),
	ARGUMENT(struct ps, id, "ID", "the container"),
	ARGUMENT(struct ps, ps_options, "[PS OPTIONS]", "options of ps(1) for the table (default: -ef)"),
	{0},
};

static int print_json(struct arena *a, const struct uint32s *pids, struct error *e) {
	size_t size = pids->n * (PID_DIGITS + 1) + sizeof("[]");
	struct text text = {.at = arena_alloc(a, size), .size = size};

	text_add(&text, "[");
	for (size_t i = 0; i < pids->n; i++)
		text_add(&text, "%s%u", i ? "," : "", pids->v[i]);
	text_add(&text, "]");
	return print(text.at, e);
}

/* Starts ps(1). Returns a descriptor that its output can be read from; -1 and *e. */
static int start_ps(struct arena *a, char **options, pid_t *pid, struct error *e) {
	posix_spawn_file_actions_t actions;
	struct strings argv = {0};
	int ends[2], rc;

	strings_add(a, &argv, arena_strdup(a, "ps"));
	for (char **word = options; word && *word; word++)
		strings_add(a, &argv, *word);
	if (!options)
		strings_add(a, &argv, arena_strdup(a, "-ef"));
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(e, errno, NULL, "cannot make a pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	rc = posix_spawnp(pid, "ps", &actions, NULL, argv.v, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (rc == 0)
		return ends[0];
	close(ends[0]);
	return error_set(e, rc, NULL, "cannot run ps: install procps, or ask for --format json");
}

static int print_table(struct arena *a, char **options, const struct uint32s *pids, struct error *e) {
	pid_t pid = 0;
	int fd = start_ps(a, options, &pid, e), rc, status;
	struct input output;
	char *table;

	if (fd < 0)
		return -1;
	rc = input_read_fd(a, fd, MAX_OUTPUT, &output);
	close(fd);
	if (waitpid(pid, &status, 0) < 0 || rc < 0)
		return error_set(e, rc < 0 ? -rc : errno, NULL, "cannot read what ps prints");
	if (status != 0)
		return error_set(e, 0, NULL, "ps has failed, with what it has printed above");
	table = ps_table(a, output.text, pids, e);
	return table ? print(table, e) : -1;
}

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct ps *o = options;
	struct uint32s pids = {0};

	if (container_ps(env, o->id, &pids, e) < 0)
		return -1;
	if (o->format && strcmp(o->format, "json") == 0)
		return print_json(env->a, &pids, e);
	return print_table(env->a, o->ps_options, &pids, e);
}

const struct verb verb_ps = {
	.name = "ps",
	.group = GROUP_LOOK,
	.summary = "print the processes of a container",
	.description = "Prints the processes of a container, by ps(1) of the host, or their pids as JSON.",
	.examples = (const struct example[]){{"husk ps demo", "as ps -ef prints them"},
					     {"husk ps demo -o pid,stat,args", "other columns, the pid among them"},
					     {"husk ps --format json demo", "the pids alone"},
					     {0}},
	.options = {ps_options},
	.size = sizeof(struct ps),
	.run = run,
};
