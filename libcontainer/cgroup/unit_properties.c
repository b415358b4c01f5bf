/* unit_properties.c - linux.resources as properties of a unit. All pure.
 *
 * husk writes the cgroup's files itself, behind the start of the unit, and exactly as it does without systemd. The properties say
 * the same to systemd, which writes these files again when it reloads its configuration. */
#include "unit.h"
#include <string.h>

struct strings *unit_property_set(struct arena *a, struct unit_properties *all, const char *name, const char *signature,
				  const char *word) {
	size_t i = 0;

	while (i < all->n && strcmp(all->v[i].name, name) != 0)
		i++;
	if (i == all->n)
		all->v = arena_grow(a, all->v, all->n++, sizeof(*all->v));
	all->v[i] = (struct unit_property){.name = name, .signature = signature};
	if (word)
		strings_add(a, &all->v[i].value, (char *)word);
	return &all->v[i].value;
}
