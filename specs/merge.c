/* merge.c - one document over another, and what a document says. */
#include "merge.h"
#include "kinds.h"
#include <string.h>

void merge_object(const struct type *type, void *into, const void *from) {
	for (size_t i = 0; i < type->n; i++) {
		const struct field *f = &type->fields[i];
		const char *member = (const char *)from + f->offset;

		if (f->kind == SKIPPED || field_is_absent(f, member))
			continue;
		if (f->kind == OBJECT)
			merge_object(f->type, (char *)into + f->offset, member);
		else
			memcpy((char *)into + f->offset, member, field_size(f));
	}
}

bool object_says(const struct type *type, const void *object, const char *pointer) {
	const char *at = object;

	while (*pointer == '/') {
		size_t n = strcspn(++pointer, "/");
		const struct field *f = field_find(type, pointer, n);

		if (!f || field_is_absent(f, at + f->offset))
			return false;
		if (f->kind != OBJECT)
			return !list_kinds[f->kind & ~POINTER].element;
		pointer += n;
		at += f->offset;
		type = f->type;
	}
	return true;
}

bool object_is_empty(const struct type *type, const void *object) {
	return field_is_absent(&(struct field){.kind = OBJECT, .type = type}, object);
}
