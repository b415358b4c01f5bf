/* command.c - the last steps of a start as one shell command, for explain. One by one no shell could do them: a shell that
 * has entered the new root has no tools, and one that has become the user cannot set its capabilities. capsh, alone among the
 * usual tools, does it all in one process. */
#include "internal.h"

void shell_later(struct text *out, const void *arg) {
	(void)arg;
	text_add(out, "# the last command does it");
}

static void add_word(struct text *out, const char *word) {
	text_add(out, " ");
	text_add_quoted(out, word);
}

static void add_set(struct text *out, uint64_t set, const char *flag) {
	if (set == 0)
		return;
	text_add(out, " ");
	capabilities_add(out, set);
	text_add(out, "+%s", flag);
}

static void add_capabilities(struct text *out, const struct capability_sets *s) {
	text_add(out, " '--caps==");
	add_set(out, s->permitted, "p");
	add_set(out, s->effective, "e");
	add_set(out, s->inheritable, "i");
	text_add(out, "'");
	if (s->ambient) {
		text_add(out, " --addamb=");
		capabilities_add(out, s->ambient);
	}
}

static void add_user(struct text *out, const struct spec_user *user, bool keep_groups) {
	const char *comma = "";

	text_add(out, " --keep=1%s", keep_groups ? "" : " --groups=");
	for (size_t i = 0; i < user->additional_gids.n && !keep_groups; i++, comma = ",")
		text_add(out, "%s%u", comma, user->additional_gids.v[i]);
	text_add(out, " --gid=%u --uid=%u", user->gid, user->uid);
}

/* capsh looks for no program, knows no directory but the root, and no labels: else sh of the image does all that. A newline
 * behind an SELinux label would be a second write, of none. */
static void add_program(struct text *out, const struct program *g) {
	const struct spec_process *process = g->process;
	bool alone = process->args.v[0][0] == '/' && strcmp(process->cwd, "/") == 0 && g->n_labels == 0;

	text_add(out, " --shell=");
	text_add_quoted(out, alone ? process->args.v[0] : "/bin/sh");
	text_add(out, " --");
	if (!alone) {
		text_add(out, " -c 'cd \"$0\" && ");
		for (size_t i = 0; i < g->n_labels; i++)
			text_add(out, "printf %%s \"$1\" >/proc/self/%s && shift && ", g->labels[i]->file);
		text_add(out, "exec \"$@\"'");
		add_word(out, process->cwd);
		for (size_t i = 0; i < g->n_labels; i++)
			add_word(out, g->labels[i]->text);
	}
	for (size_t i = alone; i < process->args.n; i++)
		add_word(out, process->args.v[i]);
}

void shell_command(struct text *out, const void *arg) {
	const struct program *g = arg;
	const struct spec_process *process = g->process;

	if (process->user.umask)
		text_add(out, "umask %04o\n", *process->user.umask);
	text_add(out, "exec");
	if (process->rlimits.n)
		text_add(out, " prlimit");
	for (size_t i = 0; i < process->rlimits.n; i++)
		rlimit_add_option(out, &process->rlimits.v[i]);
	if (g->personality)
		text_add(out, " setarch %s", strcmp(g->personality->domain, "LINUX32") == 0 ? "linux32" : "linux64");
	text_add(out, "%s env -i", process->no_new_privileges ? " setpriv --no-new-privs" : "");
	for (char **entry = g->envp; *entry && *entry != g->home; entry++)
		add_word(out, *entry);
	if (g->home)
		text_add(
			out,
			" HOME=\"$(cat \"$ROOT/etc/passwd\" 2>/dev/null | awk -F: '$3 == %u { home = $6; exit } END { print home ? home : \"/\" }')\"",
			process->user.uid);
	text_add(out, " \"$(command -v capsh)\"");
	if (g->sets->drop) {
		text_add(out, " --drop=");
		capabilities_add(out, g->sets->drop);
	}
	text_add(out, " --chroot=\"$ROOT\"");
	add_user(out, &process->user, g->keep_groups);
	add_capabilities(out, g->sets);
	add_program(out, g);
	text_add(out, " <&5 4>&- 5<&-");
}
