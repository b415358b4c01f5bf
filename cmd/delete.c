/* delete.c - husk delete */
#include "verb.h"

struct delete {
	const char *id;
	bool force;
};

static const struct option delete_options[] = {
	OPTION(struct delete, force, "force", "f", NULL, "kill it first; an unknown ID is no error"),
	ARGUMENT(struct delete, id, "ID", "a container that has stopped"),
	{0},
};

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct delete *o = options;

	return container_delete(env, o->id, o->force, e);
}

const struct verb verb_delete = {
	.name = "delete",
	.group = GROUP_LIFE,
	.summary = "undo what `create` made, once the container has stopped",
	.description = "Removes a stopped container: its cgroups and its state.",
	.examples = (const struct example[]){{"husk delete demo", "a container that has stopped"},
					     {"husk delete --force demo", "in whatever state it is"},
					     {0}},
	.options = {delete_options},
	.size = sizeof(struct delete),
	.run = run,
};
