/* features.c - husk features */
#include "print.h"
#include "verb.h"

/* What is known of this program, beside what the specification has a member for. The engines' switch for checkpoint is runc's. */
static struct pair about[] = {
	{"run.oci.husk.version", HUSK_VERSION},
	{"run.oci.husk.commit", HUSK_COMMIT},
	{"org.opencontainers.runc.checkpoint.enabled", "false"},
};
static const struct pairs annotations = {about, sizeof(about) / sizeof(*about)};

static int run(struct container_env *env, const void *options, struct error *e) {
	(void)options;
	return print(container_features(env, &annotations), e);
}

const struct verb verb_features = {
	.name = "features",
	.group = GROUP_LOOK,
	.summary = "print what this husk can do, for engines",
	.description = "Prints the features document of the runtime specification as JSON.",
	.examples = (const struct example[]){{"husk features | jq .annotations", "a part of it"}, {0}},
	.run = run,
};
