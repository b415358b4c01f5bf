/* features.c - husk features */
#include "print.h"
#include "verb.h"

static int run(struct container_env *env, const void *options, struct error *e) {
	(void)options;
	return print(container_features(env), e);
}

const struct verb verb_features = {
	.name = "features",
	.group = GROUP_LOOK,
	.summary = "print what this husk can do, for engines",
	.description = "Prints the features document of the runtime specification as JSON.",
	.run = run,
};
