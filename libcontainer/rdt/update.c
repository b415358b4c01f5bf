/* update.c - another schema for the group of a container that is there, and the one that leads back. */
#include "group.h"
#include "../os/fd.h"
#include <fcntl.h>
#include <string.h>

char *rdt_read_schemata(struct arena *a, const struct rdt *rdt, struct error *e) {
	char text[MAX_SCHEMATA];
	int rc = file_read_at(AT_FDCWD, arena_printf(a, "%s/schemata", rdt->group), text, sizeof(text));

	return rc < 0 ? (error_set(e, -rc, NULL, "cannot read %s/schemata", rdt->group), NULL) : arena_strdup(a, text);
}

/* The line of the resource that schema is of. NULL: there is none. */
static const char *line_of(struct arena *a, const char *schema, const char *present) {
	size_t n = strcspn(schema, ":") + 1;

	for (const char *line = present; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		line += strspn(line, " ");
		if (strncmp(line, schema, n) == 0)
			return arena_strndup(a, line, strcspn(line, "\n"));
	}
	return NULL;
}

int plan_rdt_update(struct plan *there, struct plan *back, const struct rdt *rdt, const char *present,
		    const char *schema, const char *resource, struct error *e) {
	const char *was;

	if (!schema)
		return 0;
	if (rdt_check_schema(there->a, schema, resource, NULL, e) < 0)
		return -1;
	was = line_of(there->a, schema, present);
	if (!was)
		return error_set(e, 0, NULL, "%s: resctrl has no such resource here: %s/schemata tells what it has",
				 schema, rdt->group);
	plan_rdt_schema(there, rdt, schema, NULL, NO_INDEX);
	plan_rdt_schema(back, rdt, was, NULL, NO_INDEX);
	return 0;
}
