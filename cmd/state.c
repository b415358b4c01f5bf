/* state.c - husk state */
#include "print.h"
#include "verb.h"

struct state {
	const char *id;
};

static const struct option state_options[] = {
	ARGUMENT(struct state, id, "ID", "the container"),
	{0},
};

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct state *o = options;
	struct container_state state;

	if (container_state(env, o->id, &state, e))
		return -1;
	return print(container_state_json(env, &state), e);
}

const struct verb verb_state = {
	.name = "state",
	.group = GROUP_LOOK,
	.summary = "print the state of a container",
	.description = "Prints the state of a container as JSON: its id, status, pid, bundle and more.",
	.examples = (const struct example[]){{"husk state demo", "all that is known of it"},
					     {"husk state demo | jq -r .status", "one member"},
					     {0}},
	.options = {state_options},
	.size = sizeof(struct state),
	.run = run,
};
