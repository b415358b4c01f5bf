/* update.c - another schema for the group of a container that is there, and the one that leads back. */
#include "group.h"
#include "schemata.h"
#include <string.h>

int plan_rdt_update(struct plan *there, struct plan *back, const struct rdt *rdt, const char *present,
		    const char *schema, const char *resource, struct error *e) {
	const char *was;

	if (!schema)
		return 0;
	if (rdt_check_schema(there->a, schema, resource, NULL, e) < 0)
		return -1;
	was = schemata_line(there->a, present, schema, strcspn(schema, ":") + 1);
	if (!was)
		return error_set(e, 0, NULL, "%s: resctrl has no such resource here: %s/schemata tells what it has",
				 schema, rdt->group);
	plan_rdt_schema(there, rdt, schema, NULL, NO_INDEX);
	plan_rdt_schema(back, rdt, was, NULL, NO_INDEX);
	return 0;
}
