/* match.h - which containers an expression names. */
#pragma once
#include "container.h"

/* The ids below root that the POSIX extended regular expression matches somewhere, in order; NULL: all. Some may be gone by the
 * time they are looked at, or be no containers. A root that is not there has none. */
int match_ids(struct container_env *env, const char *regex, struct strings *ids, struct error *e);
