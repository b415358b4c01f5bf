/* group.h - the files of this folder to each other. */
#pragma once
#include "rdt.h"

#define MAX_SCHEMATA 65536 /* bytes of a file: some lines, each of a value for every cache */

/* Whether a line is a schema of a resource that begins so. NULL is one. */
int rdt_check_schema(struct arena *a, const char *line, const char *resource, const char *field, struct error *e);

/* HOST: writes a schema, unless it is NULL. */
void plan_rdt_schema(struct plan *p, const struct rdt *rdt, const char *schema, const char *field, int index);
