/* golden.c - prints the plan of a config on a host that is written down: golden HOST.json CONFIG.json
 *
 * A line for each step: its side, name, field and phrase, and behind '$' what a shell would do. No root, nothing is touched. */
#include "../../libcontainer/bundle.h"
#include <stdio.h>
#include <string.h>

#define MAX_SHELL 65536

static void print_step(struct arena *a, const struct step *s) {
	char field[256] = "", phrase[512] = "", *shell = arena_alloc(a, MAX_SHELL);

	step_field(s, &TEXT(field));
	step_phrase(s, &TEXT(phrase));
	printf("%-6s %s%s%s: %s\n", s->side == HOST ? "host" : "inside", s->name, field[0] ? " " : "", field, phrase);
	if (s->shell)
		s->shell(&(struct text){.at = shell, .size = MAX_SHELL}, s->arg);
	for (char *line = strtok(shell, "\n"); line; line = strtok(NULL, "\n"))
		printf("       $ %s\n", line);
}

static int print_plan(struct container_env *env, const char *host, const char *config, struct error *e) {
	struct request request = {.id = "c1",
				  .bundle = "/bundle",
				  .rootfs = "/bundle/rootfs",
				  .state_dir = "/run/husk/c1",
				  .root = "/run/husk",
				  .pid_file = "/bundle/pid",
				  .keyring = "_ses.c1",
				  .wait_for_start = true};
	struct plan p = {.a = env->a, .request = &request};
	struct record record;
	struct bundle b;
	struct host h = {0};

	if (host_read(env->a, host, &h, e) < 0 || bundle_load(env, "/", config, &b, e) < 0)
		return -1;
	if (b.spec.process && b.spec.process->terminal)
		request.console_socket = "/run/console.sock";
	b.dir = "/bundle";
	b.config_name = "config.json";
	if (bundle_record(env, &b, &request, &h, &record, e) < 0)
		return -1;
	record.cgroups_made = record.cgroups;
	if (bundle_plan(env, &b, &h, &record, &p, e) < 0)
		return -1;
	for (size_t i = 0; i < p.n; i++)
		print_step(env->a, &p.v[i]);
	for (size_t i = 0; i < p.warnings.n; i++)
		printf("warning: %s\n", p.warnings.v[i]);
	return 0;
}

int main(int argc, char **argv) {
	struct arena a = {0};
	struct container_env env = {.a = &a, .root = "/run/husk"};
	struct error e = {0};
	char line[4096];

	if (argc == 3 && print_plan(&env, argv[1], argv[2], &e) == 0)
		return 0;
	printf("refused: %s\n", argc == 3 ? error_line(&e, line, sizeof(line)) : "usage: golden HOST.json CONFIG.json");
	return argc == 3 ? 0 : 2;
}
