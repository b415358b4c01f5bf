/* exec_process.c - the process of an `exec`: the container's own, less its program, or a whole one from a file; and flags that
 * change it. */
#include "exec_process.h"
#include "../specs/number.h"
#include "process/process.h"
#include <stdio.h>
#include <string.h>

#define MAX_ID (UINT32_MAX - 1) /* the next is -1, "leave it as it is" to the kernel */

static bool id_read(const char *s, size_t n, uint32_t *id) {
	uint64_t number;

	if (!number_unsigned(s, n, MAX_ID, &number))
		return false;
	*id = (uint32_t)number;
	return true;
}

/* UID or UID:GID. Without a GID the group and the additional ones stay. */
static int set_user(const char *asked, struct spec_user *user, struct error *e) {
	size_t n = asked ? strcspn(asked, ":") : 0;

	if (!asked)
		return 0;
	if (!id_read(asked, n, &user->uid) || (asked[n] && !id_read(asked + n + 1, strlen(asked + n + 1), &user->gid)))
		return error_set(e, 0, NULL, "--user %s: UID or UID:GID is needed, numbers from 0 to %u", asked,
				 MAX_ID);
	return 0;
}

static struct strings both(struct arena *a, const struct strings *first, const struct strings *second) {
	struct strings all = {0};

	for (size_t i = 0; i < first->n; i++)
		strings_add(a, &all, first->v[i]);
	for (size_t i = 0; i < second->n; i++)
		strings_add(a, &all, second->v[i]);
	return all;
}

static int add_groups(struct arena *a, const struct strings *asked, struct uint32s *groups, struct error *e) {
	struct uint32s all = {arena_alloc(a, (groups->n + asked->n + 1) * sizeof(*all.v)), groups->n + asked->n};

	if (groups->n)
		memcpy(all.v, groups->v, groups->n * sizeof(*all.v));
	for (size_t i = 0; i < asked->n; i++)
		if (!id_read(asked->v[i], strlen(asked->v[i]), &all.v[groups->n + i]))
			return error_set(e, 0, NULL, "--additional-gids %s: a number from 0 to %u is needed",
					 asked->v[i], MAX_ID);
	*groups = all;
	return 0;
}

static int check_env(const struct strings *env, struct error *e) {
	for (size_t i = 0; i < env->n; i++)
		if (env->v[i][0] == '=' || !strchr(env->v[i], '='))
			return error_set(e, 0, NULL, "--env %.100s: NAME=value is needed", env->v[i]);
	return 0;
}

/* Those that are inheritable by the config are ambient too; none becomes inheritable by a flag (CVE-2022-24769). */
static int add_capabilities(struct arena *a, const struct strings *asked, struct spec_process *process,
			    struct error *e) {
	static const struct spec_capabilities none;
	const struct spec_capabilities *had = process->capabilities ? process->capabilities : &none;
	struct spec_capabilities *all;
	struct strings ambient = {0};

	if (asked->n == 0)
		return 0;
	for (size_t i = 0; i < asked->n; i++) {
		if (text_index(capability_names, asked->v[i]) < 0)
			return error_set(e, 0, NULL, "--cap %s: no capability has this name; CAP_NET_ADMIN is one",
					 asked->v[i]);
		if (strings_have(&had->inheritable, asked->v[i]))
			strings_add(a, &ambient, asked->v[i]);
	}
	all = arena_new(a, struct spec_capabilities);
	*all = (struct spec_capabilities){.bounding = both(a, &had->bounding, asked),
					  .permitted = both(a, &had->permitted, asked),
					  .effective = both(a, &had->effective, asked),
					  .inheritable = had->inheritable,
					  .ambient = both(a, &had->ambient, &ambient)};
	process->capabilities = all;
	return 0;
}

/* What the file leaves out is as the container has it. */
static void inherit(struct spec_process *p, const struct spec_process *config) {
	if (!p->capabilities)
		p->capabilities = config->capabilities;
	if (!p->rlimits.n)
		p->rlimits = config->rlimits;
	if (!p->apparmor_profile || !*p->apparmor_profile)
		p->apparmor_profile = config->apparmor_profile;
	if (!p->selinux_label || !*p->selinux_label)
		p->selinux_label = config->selinux_label;
	if (!p->oom_score_adj)
		p->oom_score_adj = config->oom_score_adj;
	if (!p->scheduler)
		p->scheduler = config->scheduler;
	if (!p->io_priority)
		p->io_priority = config->io_priority;
	if (!p->exec_cpu_affinity)
		p->exec_cpu_affinity = config->exec_cpu_affinity;
	if (!p->user.umask)
		p->user.umask = config->user.umask;
	p->no_new_privileges |= config->no_new_privileges;
}

static int take_args(const struct container_exec_options *o, bool given, struct spec_process *p, struct error *e) {
	if (given && o->args)
		return error_set(e, 0, NULL, "%s: a program here, and another one in --process: one is allowed",
				 o->args[0]);
	if (given)
		return 0;
	if (!o->args)
		return error_set(e, 0, NULL, "what to execute is missing: `husk exec %s PROGRAM`, or --process FILE",
				 o->id);
	p->args = (struct strings){.v = o->args};
	while (o->args[p->args.n])
		p->args.n++;
	return 0;
}

static int set_terminal(const struct container_exec_options *o, bool given, struct spec_process *p, struct error *e) {
	p->terminal = o->tty || (given && p->terminal);
	if (o->console_socket && !p->terminal)
		return error_set(e, 0, NULL, "--console-socket %s: a terminal is needed for it: --tty%s",
				 o->console_socket, given ? ", or true in /terminal of --process" : "");
	return 0;
}

int exec_process(struct arena *a, const struct spec_process *config, const struct spec_process *given,
		 const struct container_exec_options *o, struct spec_process *process, struct error *e) {
	static char root[] = "/";
	const struct spec_process nothing = {.cwd = root};
	struct spec_process p = given ? *given : config ? *config : nothing;

	if (given && config)
		inherit(&p, config);
	if (take_args(o, given, &p, e) < 0 || set_user(o->user, &p.user, e) < 0 ||
	    add_groups(a, &o->additional_gids, &p.user.additional_gids, e) < 0 || check_env(&o->env, e) < 0 ||
	    add_capabilities(a, &o->caps, &p, e) < 0 || set_terminal(o, given, &p, e) < 0)
		return -1;
	p.env = both(a, &p.env, &o->env);
	p.no_new_privileges |= o->no_new_privileges;
	if (o->cwd)
		p.cwd = (char *)o->cwd;
	if (o->apparmor)
		p.apparmor_profile = (char *)o->apparmor;
	if (o->process_label)
		p.selinux_label = (char *)o->process_label;
	*process = p;
	return 0;
}

bool exec_process_blame_flag(const struct container_exec_options *o, struct error *e) {
	const struct {
		const char *field, *flag;
		bool given;
	} flags[] = {
		{"/process/user/additionalGids", "--additional-gids", o->additional_gids.n},
		{"/process/user", "--user", o->user},
		{"/process/cwd", "--cwd", o->cwd},
		{"/process/apparmorProfile", "--apparmor", o->apparmor},
		{"/process/selinuxLabel", "--process-label", o->process_label},
		{"/process/terminal", "--tty", o->tty},
	};
	char text[sizeof(e->text)];

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (!flags[i].given || strncmp(e->field, flags[i].field, strlen(flags[i].field)) != 0)
			continue;
		memcpy(text, e->text, sizeof(text));
		snprintf(e->text, sizeof(e->text), "%s: %.*s", flags[i].flag, (int)(sizeof(text) - 32), text);
		e->field[0] = '\0';
		return true;
	}
	return false;
}
