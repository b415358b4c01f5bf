/* exec_process.h - from config.json's process and the flags of `exec` to the process that is executed. */
#pragma once
#include "../specs/spec.h"
#include "container.h"

/* The process that the container was created with (NULL: none), as the flags change it. given: the process of --process, which
 * takes its place; NULL: none was given. What that leaves out the container has; noNewPrivileges is never lifted. Pure. 0, or -1
 * and *e. */
int exec_process(struct arena *a, const struct spec_process *config, const struct spec_process *given,
		 const struct container_exec_options *o, struct spec_process *process, struct error *e);

/* Makes an error about what a flag has given, "/process/cwd", one about that flag: without the field, which nobody has written. False
 * where it is about something else. */
bool exec_process_blame_flag(const struct container_exec_options *o, struct error *e);
