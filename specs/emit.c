/* emit.c - walks a struct along its table and writes JSON. */
#include "emit.h"
#include "json.h"
#include "kinds.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct out {
	struct arena *a;
	char *v;
	size_t n, capacity;
	bool pretty;
	unsigned depth;
};

/* --- text --------------------------------------------------------------------------------------------------------- */

static void put(struct out *o, const char *s, size_t n) {
	if (o->capacity - o->n < n) {
		size_t capacity = (o->capacity + n) * 2;
		char *larger = arena_alloc(o->a, capacity);

		if (o->n)
			memcpy(larger, o->v, o->n);
		o->v = larger;
		o->capacity = capacity;
	}
	memcpy(o->v + o->n, s, n);
	o->n += n;
}

static void put_text(struct out *o, const char *s) {
	put(o, s, strlen(s));
}

/* Characters that JSON wants escaped. */
static void put_escaped(struct out *o, char c) {
	static const char *const short_forms[] = {
		['"'] = "\\\"", ['\\'] = "\\\\", ['\b'] = "\\b", ['\f'] = "\\f",
		['\n'] = "\\n", ['\r'] = "\\r",  ['\t'] = "\\t",
	};
	char escape[8];

	snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)c);
	put_text(o, short_forms[(unsigned)c] ? short_forms[(unsigned)c] : escape);
}

static void put_string(struct out *o, const char *s) {
	const char *end = s ? s + strlen(s) : s;

	put_text(o, "\"");
	while (s < end) {
		size_t length = json_utf8_length(s, (size_t)(end - s));

		if (length == 1 && ((unsigned char)*s < 0x20 || *s == '"' || *s == '\\'))
			put_escaped(o, *s);
		else if (length)
			put(o, s, length);
		else
			put_text(o, "\xef\xbf\xbd");
		s += length ? length : 1;
	}
	put_text(o, "\"");
}

static void put_line_end(struct out *o) {
	if (!o->pretty)
		return;
	put_text(o, "\n");
	for (unsigned i = 0; i < o->depth; i++)
		put_text(o, "\t");
}

static void put_open(struct out *o, const char *bracket) {
	put_text(o, bracket);
	o->depth++;
}

/* Goes to where member number i of an object or array stands. */
static void put_separator(struct out *o, size_t i) {
	if (i)
		put_text(o, ",");
	put_line_end(o);
}

/* n: how many members were written; without any the brackets stay on one line. */
static void put_close(struct out *o, const char *bracket, size_t n) {
	o->depth--;
	if (n)
		put_line_end(o);
	put_text(o, bracket);
}

static void put_name(struct out *o, const char *name) {
	put_string(o, name);
	put_text(o, o->pretty ? ": " : ":");
}

/* --- values ------------------------------------------------------------------------------------------------------- */

static void put_number(struct out *o, int kind, const void *value) {
	char digits[24] = "";

	if (kind == UINT16)
		snprintf(digits, sizeof(digits), "%" PRIu16, *(const uint16_t *)value);
	if (kind == UINT32)
		snprintf(digits, sizeof(digits), "%" PRIu32, *(const uint32_t *)value);
	if (kind == INT32)
		snprintf(digits, sizeof(digits), "%" PRId32, *(const int32_t *)value);
	if (kind == UINT64)
		snprintf(digits, sizeof(digits), "%" PRIu64, *(const uint64_t *)value);
	if (kind == INT64)
		snprintf(digits, sizeof(digits), "%" PRId64, *(const int64_t *)value);
	/* Digits enough to write 0.15 as that, and too few to write 0.1499999. */
	if (kind == DOUBLE)
		snprintf(digits, sizeof(digits), "%.15g", *(const double *)value);
	put_text(o, digits);
}

static void put_value(struct out *o, int kind, const struct type *type, const void *value);

static void put_object(struct out *o, const struct type *type, const char *object) {
	size_t written = 0;

	put_open(o, "{");
	for (size_t i = 0; i < type->n; i++) {
		const struct field *f = &type->fields[i];
		const char *member = object + f->offset;

		if (f->kind == SKIPPED || field_is_absent(f, member))
			continue;
		put_separator(o, written++);
		put_name(o, f->name);
		put_value(o, f->kind & ~POINTER, f->type, f->kind & POINTER ? field_target(member) : member);
	}
	put_close(o, "}", written);
}

static void put_list(struct out *o, int kind, const struct type *type, const struct list *list) {
	const struct list_kind *k = &list_kinds[kind];
	const char *element = list->v;

	put_open(o, k->keyed ? "{" : "[");
	for (size_t i = 0; i < list->n; i++, element += element_size(kind, type)) {
		put_separator(o, i);
		if (k->keyed)
			put_name(o, *(char *const *)element);
		put_value(o, k->element, type, element + k->value_at);
	}
	put_close(o, k->keyed ? "}" : "]", list->n);
}

static void put_value(struct out *o, int kind, const struct type *type, const void *value) {
	if (list_kinds[kind].element)
		put_list(o, kind, type, value);
	else if (kind == OBJECT)
		put_object(o, type, value);
	else if (kind == STRING)
		put_string(o, *(char *const *)value);
	else if (kind == BOOL)
		put_text(o, *(const bool *)value ? "true" : "false");
	else
		put_number(o, kind, value);
}

char *emit_object(struct arena *a, const struct type *type, const void *object, bool pretty) {
	struct out o = {.a = a, .pretty = pretty};

	put_object(&o, type, object);
	put(&o, "", 1);
	return o.v;
}
