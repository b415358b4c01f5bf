/* schemata.h - inside rdt/: lines such as "L3:0=7f0;1=1f", of a resource with a value for each of its domains. */
#pragma once
#include <stdbool.h>
#include "../../specs/arena.h"

struct schema_value {
	const char *resource, *domain, *value; /* "L3", "0", "7f0"; leading zeros are gone */
};
struct schemata {
	struct schema_value *v;
	size_t n;
};

/* Takes the values of one line, or of a whole file of them; one that is there already is replaced. False: no such line. */
bool schemata_take(struct arena *a, struct schemata *s, const char *lines);

/* The line that begins with the n bytes of a resource, without the blanks before it. NULL: there is none. */
char *schemata_line(struct arena *a, const char *lines, const char *resource, size_t n);

/* The first value of asked that is another one in present, or not there; NULL: all are there. */
const struct schema_value *schemata_differ(const struct schemata *asked, const struct schemata *present);
