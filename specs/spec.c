/* spec.c - questions to a config that more than one subject has. */
#include "spec.h"
#include <string.h>

const struct spec_namespace *spec_namespace(const struct spec *spec, const char *type) {
	const struct spec_namespaces *all = &spec->linux_.namespaces;

	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i].type, type) == 0)
			return &all->v[i];
	return NULL;
}

bool spec_has_new_namespace(const struct spec *spec, const char *type) {
	const struct spec_namespace *n = spec_namespace(spec, type);

	return n && !n->path;
}

const char *spec_label(const char *label) {
	return label && *label ? label : NULL;
}
