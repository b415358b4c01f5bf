/* faults.c - the flags of `create` and `run` in a test build (-Dfaults=true). */
#include "verb.h"

#define T struct container_create_options
const struct option fault_options[] = {
	OPTION(T, fail_at, "fail-at", NULL, "STEP", "fail at a step, by name or number"),
	OPTION(T, kill_at, "kill-at", NULL, "STEP", "be killed before a step, by name or number"),
	{0},
};
#undef T
