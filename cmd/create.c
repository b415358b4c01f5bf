/* create.c - husk create */
#include "sockets.h"
#include "verb.h"

#define T struct container_create_options
const struct option create_options[] = {
	OPTION(T, bundle, "bundle", "b", "DIR", "directory with config.json (default: .)"),
	OPTION(T, config, "config", "f", "FILE", "read FILE instead of the bundle's config.json"),
	OPTION(T, console_socket, "console-socket", NULL, "PATH",
	       "Unix socket that receives the terminal, if process.terminal asks for one"),
	OPTION(T, pidfd_socket, "pidfd-socket", NULL, "PATH", "Unix socket that receives a pidfd of the first process"),
	OPTION(T, pid_file, "pid-file", NULL, "FILE", "write the pid of the first process to FILE"),
	OPTION(T, no_pivot, "no-pivot", NULL, NULL, "move the rootfs over / instead of pivot_root"),
	OPTION(T, no_new_keyring, "no-new-keyring", NULL, NULL, "keep the caller's session keyring"),
	OPTION(T, preserve_fds, "preserve-fds", NULL, "N", "hand on N file descriptors, from 3 on (default: 0)"),
	ARGUMENT(T, id, "ID", "a name for the container: letters, digits and _ + . -"),
	{0},
};
#undef T

static int run(struct container_env *env, const void *options, struct error *e) {
	struct container_create_options o = *(const struct container_create_options *)options;

	sockets_find(&o);
	return container_create(env, &o, e);
}

const struct verb verb_create = {
	.name = "create",
	.group = GROUP_LIFE,
	.summary = "make a container whose process waits for `start`",
	.description =
		"Makes everything that config.json asks for, up to the point where the process would be executed. "
		"It waits there until `husk start`.",
	.examples = (const struct example[]){{"husk create demo", "the bundle in the working directory"},
					     {"husk create -b /srv/demo --pid-file demo.pid demo",
					      "another one, and tell where it can be joined"},
					     {0}},
	.options = {create_options, fault_options},
	.size = sizeof(struct container_create_options),
	.new_id = true,
	.sealed = true,
	.run = run,
};
