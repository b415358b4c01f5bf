/* faults.c - the flags of `create`, `run`, `exec` and `mounts` in a test build (-Dfaults=true). */
#include "verb.h"

#define FAULTS(T)                                                                                                  \
	{                                                                                                          \
		OPTION(T, fail_at, "fail-at", NULL, "STEP", "fail at a step, by name or number"),                  \
			OPTION(T, kill_at, "kill-at", NULL, "STEP", "be killed before a step, by name or number"), \
			{0},                                                                                       \
	}

const struct option fault_options[] = FAULTS(struct container_create_options);
const struct option exec_fault_options[] = FAULTS(struct container_exec_options);
const struct option mounts_fault_options[] = FAULTS(struct container_mounts_options);
