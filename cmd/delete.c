/* delete.c - husk delete */
#include "verb.h"

struct delete {
	const char *id;
	bool force, regex;
};

static const struct option delete_options[] = {
	OPTION(struct delete, force, "force", "f", NULL, "kill it first; an unknown ID is no error"),
	OPTION(struct delete, regex, "regex", "r", NULL, "ID is an extended regular expression: all that it matches"),
	ARGUMENT(struct delete, id, "ID", "a container that has stopped"),
	{0},
};

static int delete_one(struct container_env *env, const char *id, const void *options, struct error *e) {
	const struct delete *o = options;

	return container_delete(env, id, o->force, e);
}

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct delete *o = options;

	return o->regex ? container_each(env, o->id, delete_one, o, e) : delete_one(env, o->id, o, e);
}

const struct verb verb_delete = {
	.name = "delete",
	.group = GROUP_LIFE,
	.summary = "undo what `create` made, once the container has stopped",
	.description =
		"Removes a stopped container: its cgroups and its state. With --regex each one whose id matches, also "
		"when another cannot be removed.",
	.examples = (const struct example[]){{"husk delete demo", "a container that has stopped"},
					     {"husk delete --force demo", "in whatever state it is"},
					     {"husk delete --force --regex .", "all containers"},
					     {0}},
	.options = {delete_options},
	.size = sizeof(struct delete),
	.run = run,
};
