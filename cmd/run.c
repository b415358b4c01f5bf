/* run.c - husk run */
#include <assert.h>
#include "sockets.h"
#include "verb.h"

#define T struct container_run_options
static const struct option run_options[] = {
	OPTION(T, detach, "detach", "d", NULL, "return as soon as the process runs"),
	OPTION(T, keep, "keep", NULL, NULL, "keep the container when its process has ended"),
	OPTION(T, no_subreaper, "no-subreaper", NULL, NULL, "do not adopt orphans of the container"),
	{0},
};
#undef T

static_assert(offsetof(struct container_run_options, create) == 0, "create_options writes to its beginning");

static int run(struct container_env *env, const void *options, struct error *e) {
	struct container_run_options o = *(const struct container_run_options *)options;
	int exit_code = 0;

	sockets_find(&o.create);
	watchdog_find(&o.create);
	return container_run(env, &o, &exit_code, e) ? -1 : exit_code;
}

const struct verb verb_run = {
	.name = "run",
	.group = GROUP_LIFE,
	.summary = "make a container, start it, wait for its end, delete it",
	.description =
		"Does what `create` and `start` do, hands on signals, waits, and deletes the container. Where NOTIFY_SOCKET is "
		"set, what the process tells by sd_notify(3) is told to the service manager: with --detach until READY=1, for "
		"which it waits, else to the end.",
	.status =
		"That of the process, or 128 + N when signal N ended it; 0 with --detach. 1 when the container cannot be "
		"made or started: stderr says why.",
	.examples = (const struct example[]){{"husk run demo", "the bundle in the working directory"},
					     {"husk run -d --pid-file demo.pid -b /srv/demo demo",
					      "another one, and come back when it runs"},
					     {0}},
	.options = {create_options, run_options, fault_options},
	.size = sizeof(struct container_run_options),
	.new_id = true,
	.sealed = true,
	.run = run,
};
