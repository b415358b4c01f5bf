/* fields.h - how a JSON object and a C struct belong together: one table per struct. parse.c reads along the tables, emit.c
 * writes along them.
 *
 *	#define T struct spec_rlimit
 *	TYPE(rlimit, R("type", type), R("soft", soft), R("hard", hard));
 *	#undef T
 *
 *   R, F    required, optional ("field"): bool, a number, a string, or a list of these; see kind_of
 *   O, RO   an object as a struct by value, which always exists; RO: the property is required
 *   P       an object behind a pointer, NULL when the property is absent
 *   A       an array of objects: a struct { X *v; size_t n; }
 *   M       an object whose names are free: a struct as for A; the first member of X, char *key, takes the name
 *   IGNORED a property of other platforms, which is read over
 *
 * The last argument of O, RO, P, A and M is the name of a TYPE above; that it describes the member's struct is checked when
 * it is compiled. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

/* What a member holds. */
enum kind {
	SKIPPED,
	STRING,
	BOOL,
	INT32,
	INT64,
	UINT16,
	UINT32,
	UINT64,
	STRINGS,
	UINT32S,
	PAIRS,
	OBJECT,
	OBJECTS,
	MAP,
	DOUBLE,
	UINT64S,
	COUNTS,
};

/* Or-ed to a kind: the member is a pointer to it, NULL when the property is absent. */
#define POINTER 32

struct field {
	const char *name; /* in JSON */
	size_t length;    /* of name */
	int kind;         /* enum kind, perhaps with POINTER */
	bool required;
	size_t offset;           /* of the member */
	const struct type *type; /* of the object, or of each element; else NULL */
};

struct type {
	size_t size; /* of the struct */
	const struct field *fields;
	size_t n;
	bool closed; /* a name that is not in the table is an error, not an extension */
};

#define MAX_FIELDS 64 /* of one type: parse.c keeps a bit for each */

/* clang-format off */
#define R(name, member) FIELD(name, member, kind_of(MEMBER(member)), true, NULL)
#define F(name, member) FIELD(name, member, kind_of(MEMBER(member)), false, NULL)
#define O(name, member, of) FIELD(name, member, _Generic(MEMBER(member), of##_struct: OBJECT), false, &of##_type)
#define RO(name, member, of) FIELD(name, member, _Generic(MEMBER(member), of##_struct: OBJECT), true, &of##_type)
#define P(name, member, of) \
	FIELD(name, member, _Generic(MEMBER(member), const of##_struct *: OBJECT | POINTER), false, &of##_type)
#define A(name, member, of) FIELD(name, member, _Generic(MEMBER(member.v), of##_struct *: OBJECTS), false, &of##_type)
#define M(name, member, of) FIELD(name, member, _Generic(MEMBER(member.v), of##_struct *: KEYED(member)), false, &of##_type)
#define IGNORED(name) {name, sizeof(name) - 1, SKIPPED, false, 0, NULL}

/* The table of T, for its own file; with PUBLIC_TYPE for others too, as name_type. */
#define TYPE(name, ...) DEFINE_TYPE(static, false, name, __VA_ARGS__)
#define CLOSED_TYPE(name, ...) DEFINE_TYPE(static, true, name, __VA_ARGS__)
#define PUBLIC_TYPE(name, ...) DEFINE_TYPE(, false, name, __VA_ARGS__)

#define MEMBER(member) (((T *)0)->member)
#define KEYED(member) _Generic(MEMBER(member.v->key), char *: MAP)
#define FIELD(name, member, kind, required, type) {name, sizeof(name) - 1, kind, required, offsetof(T, member), type}
#define DEFINE_TYPE(storage, closed, name, ...)                                                                   \
	typedef T name##_struct;                                                                                  \
	static const struct field name##_fields[] = {__VA_ARGS__};                                                \
	_Static_assert(sizeof(name##_fields) / sizeof(struct field) <= MAX_FIELDS, "too many fields in " #name); \
	storage const struct type name##_type = {sizeof(T), name##_fields, sizeof(name##_fields) / sizeof(struct field), closed}

#define kind_of(member) _Generic((member), \
	char *:            STRING,           \
	const char *:      STRING,           \
	bool:              BOOL,             \
	int32_t:           INT32,            \
	int64_t:           INT64,            \
	uint16_t:          UINT16,           \
	uint32_t:          UINT32,           \
	uint64_t:          UINT64,           \
	const bool *:      BOOL | POINTER,   \
	const int32_t *:   INT32 | POINTER,  \
	const int64_t *:   INT64 | POINTER,  \
	const uint16_t *:  UINT16 | POINTER, \
	const uint32_t *:  UINT32 | POINTER, \
	const uint64_t *:  UINT64 | POINTER, \
	struct strings:    STRINGS,          \
	struct uint32s:    UINT32S,          \
	double:            DOUBLE,           \
	struct uint64s:    UINT64S,          \
	struct counts:     COUNTS,           \
	struct pairs:      PAIRS)
