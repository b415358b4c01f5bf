/* kinds.c - what is asked of a member by its kind. */
#include "kinds.h"
#include <string.h>

const struct field *field_find(const struct type *type, const char *name, size_t n) {
	for (size_t i = 0; i < type->n; i++)
		if (type->fields[i].length == n && memcmp(type->fields[i].name, name, n) == 0)
			return &type->fields[i];
	return NULL;
}

const void *field_target(const void *member) {
	const void *target;

	memcpy(&target, member, sizeof(target));
	return target;
}

size_t field_size(const struct field *f) {
	static const size_t sizes[] = {
		[STRING] = sizeof(char *),   [BOOL] = sizeof(bool),       [INT32] = sizeof(int32_t),
		[INT64] = sizeof(int64_t),   [UINT16] = sizeof(uint16_t), [UINT32] = sizeof(uint32_t),
		[UINT64] = sizeof(uint64_t), [DOUBLE] = sizeof(double)};

	if (f->kind & POINTER)
		return sizeof(void *);
	if (f->kind == OBJECT)
		return f->type->size;
	return list_kinds[f->kind].element ? sizeof(struct list) : sizes[f->kind];
}

bool field_is_absent(const struct field *f, const void *member) {
	static const char zero[sizeof(uint64_t)];

	if (f->required)
		return false;
	if (f->kind & POINTER)
		return !field_target(member);
	if (f->kind != OBJECT)
		return memcmp(member, zero, list_kinds[f->kind].element ? sizeof(void *) : field_size(f)) == 0;
	for (size_t i = 0; i < f->type->n; i++)
		if (!field_is_absent(&f->type->fields[i], (const char *)member + f->type->fields[i].offset))
			return false;
	return true;
}
