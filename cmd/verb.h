/* verb.h - what main() knows of a verb. A new verb is one file, which defines `const struct verb verb_NAME`, and one line in
 * program.c. */
#pragma once
#include "../libcontainer/container.h"
#include "options.h"

struct example {
	const char *command, *says;
};

struct verb {
	const char *name;
	const char *group;                           /* its heading in `husk --help` */
	const char *summary;                         /* its line there */
	const char *description;                     /* sentences for its own --help */
	const char *status;                          /* its exit status; NULL: that of most verbs, STATUS_OF_VERBS */
	int failed;                                  /* its exit status when it fails; 0: 1 */
	const struct example *examples;              /* {0} behind the last */
	const struct option *options[OPTION_TABLES]; /* fill the struct it is run with */
	size_t size;                                 /* of that struct */
	bool new_id;                                 /* its ID names a container that is not there yet */
	bool sealed;                                 /* runs from a sealed image of the program (security rule D6) */
	bool hides_words;                            /* /proc/PID/cmdline does not tell what it was called with */

	/* Returns the exit status, or -1 with *e filled. `options` is that struct. */
	int (*run)(struct container_env *env, const void *options, struct error *e);
};

#define STATUS_OF_VERBS "0; or 1 when it fails: stderr says why."

#define GROUP_LIFE "The life of a container"
#define GROUP_LOOK "Looking"
#define GROUP_MAKE "Making bundles"
#define GROUP_HELP "Help"

/* The flags of `create`, which are those of `run` too: for a struct that begins with container_create_options. */
extern const struct option create_options[];

/* Flags that make such a command fail: none but in a test build (faults.c, faults_none.c). */
extern const struct option fault_options[], exec_fault_options[], mounts_fault_options[];
