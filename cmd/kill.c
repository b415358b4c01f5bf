/* kill.c - husk kill */
#include <signal.h>
#include "signals.h"
#include "verb.h"

struct kill {
	const char *id, *signal;
	bool all, regex;
};

static const struct option kill_options[] = {
	OPTION(struct kill, all, "all", "a", NULL, "send it to every process of the container"),
	OPTION(struct kill, regex, "regex", "r", NULL, "ID is an extended regular expression: all that it matches"),
	ARGUMENT(struct kill, id, "ID", "the container"),
	ARGUMENT(struct kill, signal, "[SIGNAL]", "a number, or a name with or without SIG (default: TERM)"),
	{0},
};

/* What is sent. */
struct message {
	int signal;
	bool all;
};

static int send_one(struct container_env *env, const char *id, const void *with, struct error *e) {
	const struct message *message = with;

	return container_kill(env, id, message->signal, message->all, e);
}

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct kill *o = options;
	struct message message = {.signal = o->signal ? signal_number(o->signal) : SIGTERM, .all = o->all};

	if (message.signal < 0)
		return error_set(e, 0, NULL, "unknown signal %s: a name such as TERM or a number up to %d is needed",
				 o->signal, SIGNAL_MAX);
	return o->regex ? container_each(env, o->id, send_one, &message, e) : send_one(env, o->id, &message, e);
}

const struct verb verb_kill = {
	.name = "kill",
	.group = GROUP_LIFE,
	.summary = "send a signal to the process of a container",
	.description = "Sends a signal to the first process of a container, or to all of its processes. "
		       "With --regex each container whose id matches gets it, also when that fails for another.",
	.examples = (const struct example[]){{"husk kill demo", "ask its process to end"},
					     {"husk kill --all demo KILL", "end all of its processes"},
					     {"husk kill --regex '^job-' HUP", "to each container whose id begins so"},
					     {0}},
	.options = {kill_options},
	.size = sizeof(struct kill),
	.run = run,
};
