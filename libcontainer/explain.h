/* explain.h - a plan as a script that sh can run, or as JSON. */
#pragma once
#include "plan.h"

char *explain_script(const struct plan *p);
char *explain_json(const struct plan *p);
