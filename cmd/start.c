/* start.c - husk start */
#include "verb.h"

struct start {
	const char *id;
};

static const struct option start_options[] = {
	ARGUMENT(struct start, id, "ID", "a created container"),
	{0},
};

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct start *o = options;

	return container_start(env, o->id, e);
}

const struct verb verb_start = {
	.name = "start",
	.group = GROUP_LIFE,
	.summary = "let a created container execute its process",
	.description =
		"Lets a created container execute process.args, and returns when it has. Where NOTIFY_SOCKET is set, and was "
		"at `create`, it returns when the process has said READY=1 or has ended; that is told to the service manager, "
		"with the process as its main one, and what the process tells later is lost.",
	.examples = (const struct example[]){{"husk start demo", "after `husk create demo`"}, {0}},
	.options = {start_options},
	.size = sizeof(struct start),
	.run = run,
};
