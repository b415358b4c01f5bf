/* pause.c - husk pause */
#include "verb.h"

struct pause {
	const char *id;
};

static const struct option pause_options[] = {
	ARGUMENT(struct pause, id, "ID", "the container"),
	{0},
};

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct pause *o = options;

	return container_pause(env, o->id, e);
}

const struct verb verb_pause = {
	.name = "pause",
	.group = GROUP_LIFE,
	.summary = "stop all processes of a container",
	.description = "Stops all processes of a created or running container where they are, until `husk resume`.",
	.examples = (const struct example[]){{"husk pause demo", "until `husk resume demo`"}, {0}},
	.options = {pause_options},
	.size = sizeof(struct pause),
	.run = run,
};
