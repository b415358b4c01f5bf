/* mounts.c - husk mounts */
#include "../specs/parse.h"
#include "input.h"
#include "verb.h"
#include <string.h>

struct mounts {
	struct container_mounts_options mounts;
	const char *action, *file;
};

#define T struct mounts
static const struct option mounts_options[] = {
	ARGUMENT(T, action, "add|remove", "mount them, or take away what is mounted on their destinations"),
	ARGUMENT(T, mounts.id, "ID", "the container"),
	ARGUMENT(T, file, "FILE", "an object with a list `mounts` as in config.json, JSON (-: stdin)"),
	{0},
};
#undef T

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct mounts *o = options;
	struct container_mounts_options mounts = o->mounts;
	struct input input;

	if (input_read(env->a, o->file, PARSE_MAX_SIZE, &input, e) < 0)
		return -1;
	mounts.text = input.text;
	mounts.length = input.n;
	mounts.name = strcmp(o->file, "-") == 0 ? "stdin" : o->file;
	return strcmp(o->action, "add") == 0 ? container_mounts_add(env, &mounts, e)
					     : container_mounts_remove(env, &mounts, e);
}

const struct verb verb_mounts = {
	.name = "mounts",
	.group = GROUP_LIFE,
	.summary = "mount something in a container that is there, or take it away",
	.description =
		"Mounts what a list of mounts says in a created, running or paused container, or takes away what is mounted "
		"on their destinations: all of it, or nothing. Sources of bind mounts are the host's, as in config.json.",
	.examples = (const struct example[]){{"husk mounts add demo more.json", "the mounts of a file"},
					     {"husk mounts remove demo more.json", "the same, away again"},
					     {0}},
	.options = {mounts_options, mounts_fault_options},
	.size = sizeof(struct mounts),
	.sealed = true,
	.run = run,
};
