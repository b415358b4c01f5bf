/* kinds.h - what parse.c and emit.c know of the kinds in fields.h. */
#pragma once
#include "fields.h"

/* struct strings, struct spec_mounts and the like, whatever their elements. */
struct list {
	void *v;
	size_t n;
} __attribute__((may_alias));

/* The kinds that are lists in C: what one element is. A keyed one is an object in JSON, and its names are the first member
 * of the elements. */
static const struct list_kind {
	int element; /* SKIPPED: the kind is no list */
	size_t size; /* 0: that of the type */
	size_t value_at;
	bool keyed;
} list_kinds[] = {
	[STRINGS] = {STRING, sizeof(char *), 0, false},
	[UINT32S] = {UINT32, sizeof(uint32_t), 0, false},
	[PAIRS] = {STRING, sizeof(struct pair), offsetof(struct pair, text), true},
	[OBJECTS] = {OBJECT, 0, 0, false},
	[MAP] = {OBJECT, 0, 0, true},
	[UINT64S] = {UINT64, sizeof(uint64_t), 0, false},
	[COUNTS] = {UINT64, sizeof(struct count), offsetof(struct count, n), true},
};

static inline size_t element_size(int kind, const struct type *type) {
	return type ? type->size : list_kinds[kind].size;
}

/* The field of a name, or NULL. */
const struct field *field_find(const struct type *type, const char *name, size_t n);

/* What a member that is a pointer points to. */
const void *field_target(const void *member);

/* Bytes of the member itself. */
size_t field_size(const struct field *f);

/* Whether an optional member says nothing. Of a list only v is looked at: an empty one that is present says something. */
bool field_is_absent(const struct field *f, const void *member);
