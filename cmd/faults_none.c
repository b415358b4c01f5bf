/* faults_none.c - no fault injection: what is shipped. */
#include "verb.h"

const struct option fault_options[] = {{0}}, exec_fault_options[] = {{0}}, mounts_fault_options[] = {{0}};
