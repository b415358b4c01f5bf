/* completion.c - husk completion, and what the scripts of all shells are made from. */
#include "completion.h"
#include <string.h>
#include "print.h"
#include "signals.h"

enum { SCRIPT_SIZE = 65536 };

static const struct option verb_argument[] = {
	{.kind = OPTION_TEXT, .value = "VERB", .says = "what to do"},
	{0},
};
static const struct verb outermost[] = {
	{.name = "husk", .options = {global_options, verb_argument}},
	{.name = "help", .summary = "print the help of a verb", .options = {verb_argument}},
};
enum { OUTERMOST = sizeof(outermost) / sizeof(*outermost) };

const struct verb *completion_command(size_t index) {
	return index < OUTERMOST ? &outermost[index] : verbs[index - OUTERMOST];
}

const struct option *completion_option(const struct verb *command, size_t index) {
	struct grammar g = {0};

	memcpy(g.options, command->options, sizeof(g.options));
	return option_at(&g, index);
}

const char *completion_label(struct arena *a, const struct option *o) {
	const char *value = o->value + strspn(o->value, "[");

	return arena_strndup(a, value, strcspn(value, ".]"));
}

static const char *all_verbs(struct arena *a) {
	char *words = arena_strdup(a, "help");

	for (size_t i = 0; verbs[i]; i++)
		words = arena_printf(a, "%s %s", words, verbs[i]->name);
	return words;
}

static const char *all_signals(struct arena *a) {
	char *words = arena_strdup(a, "");

	for (size_t i = 0; signal_name(i); i++)
		words = arena_printf(a, "%s%s%s", words, i ? " " : "", signal_name(i));
	return words;
}

static const char *choices(struct arena *a, const struct option *o) {
	char *words = arena_strdup(a, o->value);

	for (char *at = words; (at = strchr(at, '|'));)
		*at = ' ';
	return words;
}

/* By what the value is called in --help. */
static const struct {
	const char *label;
	enum wanted_kind kind;
	const char *(*words)(struct arena *a);
} labels[] = {
	{"DIR", WANTED_DIRECTORY, NULL}, {"FILE", WANTED_FILE, NULL},          {"PATH", WANTED_FILE, NULL},
	{"ID", WANTED_CONTAINER, NULL},  {"SIGNAL", WANTED_WORD, all_signals}, {"VERB", WANTED_VERB, all_verbs},
};

struct wanted completion_wanted(struct arena *a, const struct verb *command, const struct option *o) {
	const char *label = completion_label(a, o);

	if (strchr(o->value, '|'))
		return (struct wanted){WANTED_WORD, choices(a, o)};
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (strcmp(labels[i].label, label) == 0 && !(labels[i].kind == WANTED_CONTAINER && command->new_id))
			return (struct wanted){labels[i].kind, labels[i].words ? labels[i].words(a) : NULL};
	return (struct wanted){WANTED_OTHER, NULL};
}

/* --- the verb ----------------------------------------------------------------------------------------------------- */

struct completion {
	const char *shell;
};

static const struct option completion_options[] = {
	ARGUMENT(struct completion, shell, "bash|zsh|fish", "the shell that is to read it"),
	{0},
};

static const struct {
	const char *name;
	void (*write)(struct text *out, struct arena *a);
} shells[] = {{"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct completion *o = options;
	struct text out = {.at = arena_alloc(env->a, SCRIPT_SIZE), .size = SCRIPT_SIZE};

	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++)
		if (strcmp(shells[i].name, o->shell) == 0)
			shells[i].write(&out, env->a);
	return print(out.at, e);
}

const struct verb verb_completion = {
	.name = "completion",
	.group = GROUP_HELP,
	.summary = "print what lets a shell complete husk's command line",
	.description =
		"Prints a script by which a shell completes verbs, options, their values, and the ids of the containers "
		"below --root. `meson install` puts it where each shell looks for it.",
	.examples =
		(const struct example[]){
			{"husk completion bash >~/.local/share/bash-completion/completions/husk", "for one user"},
			{"husk completion zsh >/usr/share/zsh/site-functions/_husk", "for all users"},
			{"husk completion fish | source", "for one shell that runs"},
			{0}},
	.options = {completion_options},
	.size = sizeof(struct completion),
	.run = run,
};
