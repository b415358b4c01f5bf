/* kill.c - husk kill */
#include <signal.h>
#include "signals.h"
#include "verb.h"

struct kill {
	const char *id, *signal;
	bool all;
};

static const struct option kill_options[] = {
	OPTION(struct kill, all, "all", "a", NULL, "send it to every process of the container"),
	ARGUMENT(struct kill, id, "ID", "the container"),
	ARGUMENT(struct kill, signal, "[SIGNAL]", "a number, or a name with or without SIG (default: TERM)"),
	{0},
};

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct kill *o = options;
	int signal = o->signal ? signal_number(o->signal) : SIGTERM;

	if (signal < 0)
		return error_set(e, 0, NULL, "unknown signal %s: a name such as TERM or a number up to %d is needed",
				 o->signal, SIGNAL_MAX);
	return container_kill(env, o->id, signal, o->all, e);
}

const struct verb verb_kill = {
	.name = "kill",
	.group = GROUP_LIFE,
	.summary = "send a signal to the process of a container",
	.description = "Sends a signal to the first process of a container, or to all of its processes.",
	.examples = (const struct example[]){{"husk kill demo", "ask its process to end"},
					     {"husk kill --all demo KILL", "end all of its processes"},
					     {0}},
	.options = {kill_options},
	.size = sizeof(struct kill),
	.run = run,
};
