/* annotations.c - annotations that ask husk itself for something. All pure. */
#include "annotations.h"
#include <string.h>

#define OF_CRUN "run.oci."

#define NAME(number, name) name,
const char *const annotation_names[] = {ANNOTATIONS(NAME) NULL};
#undef NAME

const struct pairs *annotations_acting(const struct plan *p, const struct spec *spec) {
	static const struct pairs none;

	return p->request->ignore_annotations ? &none : &spec->annotations;
}

const char *annotation_get(const struct pairs *acting, enum annotation_kind which) {
	return pairs_get(acting, annotation_names[which]);
}

char *annotation_field(struct arena *a, enum annotation_kind which) {
	return arena_printf(a, "/annotations/%s", annotation_names[which]);
}

int annotation_is_on(struct plan *p, const struct spec *spec, enum annotation_kind which, bool *on, struct error *e) {
	const char *text = annotation_get(annotations_acting(p, spec), which);

	*on = text && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
	if (!text || *on || strcmp(text, "0") == 0 || strcmp(text, "false") == 0)
		return 0;
	return error_set(e, 0, annotation_field(p->a, which), "\"%s\" is neither 1 or true nor 0 or false", text);
}

void annotations_warn(struct plan *p, const struct spec *spec) {
	const struct pairs *acting = annotations_acting(p, spec);

	for (size_t i = 0; i < acting->n; i++) {
		const char *name = acting->v[i].name;

		if (strncmp(name, OF_CRUN, strlen(OF_CRUN)) == 0 && text_index(annotation_names, name) < 0)
			plan_warn(p, "/annotations: %s has no effect: husk does not know it", name);
	}
}
