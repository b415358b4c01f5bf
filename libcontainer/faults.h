/* faults.h - failing a chosen step, and being killed at it: for tests. Built from faults.c with -Dfaults=true, else from
 * faults_none.c, where no fault exists. */
#pragma once
#include "plan.h"

/* Called before each step. Returns the -errno with which the step is to fail, 0 to go on. */
int fault_before(const struct run *r, int step);
