/* explain.c - husk explain */
#include "print.h"
#include "verb.h"

struct explain {
	struct container_create_options create;
	bool json;
};

static const struct option explain_options[] = {
	OPTION(struct explain, create.bundle, "bundle", "b", "DIR", "directory with config.json (default: .)"),
	OPTION(struct explain, create.config, "config", "f", "FILE", "read FILE instead of the bundle's config.json"),
	OPTION(struct explain, create.no_pivot, "no-pivot", NULL, NULL, "as for `create`"),
	OPTION(struct explain, json, "json", NULL, NULL, "print the steps as JSON"),
	ARGUMENT(struct explain, create.id, "[ID]", "a name for the container (default: ID)"),
	{0},
};

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct explain *o = options;
	struct container_create_options create = o->create;
	char *out;

	if (!create.id)
		create.id = "ID";
	if (container_explain(env, &create, o->json, &out, e))
		return -1;
	return print(out, e);
}

const struct verb verb_explain = {
	.name = "explain",
	.group = GROUP_LOOK,
	.summary = "print what `run` would do, as a shell script; do nothing",
	.description =
		"Prints the plan of a bundle: each step with the field of config.json that asks for it and the shell "
		"command that does the same. Touches nothing.",
	.examples =
		(const struct example[]){{"husk explain", "the bundle in the working directory"},
					 {"husk explain -b /srv/demo demo | sh", "make that container without husk"},
					 {0}},
	.options = {explain_options},
	.size = sizeof(struct explain),
	.new_id = true,
	.run = run,
};
