/* resume.c - husk resume */
#include "verb.h"

struct resume {
	const char *id;
};

static const struct option resume_options[] = {
	ARGUMENT(struct resume, id, "ID", "the container"),
	{0},
};

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct resume *o = options;

	return container_resume(env, o->id, e);
}

const struct verb verb_resume = {
	.name = "resume",
	.group = GROUP_LIFE,
	.summary = "let a paused container go on",
	.description = "Lets the processes of a paused container go on.",
	.examples = (const struct example[]){{"husk resume demo", "after `husk pause demo`"}, {0}},
	.options = {resume_options},
	.size = sizeof(struct resume),
	.run = run,
};
