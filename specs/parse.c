/* parse.c - one pass over the events of a JSON text, along the tables, into the arena. */
#include "parse.h"
#include "json.h"
#include "kinds.h"
#include "number.h"
#include "text.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* An object or array that is open. */
struct level {
	int kind;                /* OBJECT, a list kind, or SKIPPED */
	const struct type *type; /* of the object, or of each element */
	char *into;              /* the struct, or the list, that it is read into */
	size_t at;               /* offset of its opening bracket */
	bool array;
	size_t n;         /* members that are complete */
	const char *name; /* of the member that is being read; NULL: none, or an array's */
	size_t name_length;
	const struct field *field; /* of that member; NULL: it has none */
	uint64_t seen;             /* bit i: fields[i] of type was there */
	size_t first_name;         /* index in parser.names of the first name of this object */
};

/* A name that has no field. Those of one object are compared when the object ends. */
struct name {
	const char *s;
	uint32_t n, at; /* at most PARSE_MAX_SIZE */
};

struct parser {
	struct arena *a;
	const char *text;
	const struct type *type; /* of the whole */
	void *object;
	struct level levels[PARSE_MAX_DEPTH];
	size_t depth;
	struct name *names; /* a stack: those of the innermost object are on top */
	size_t n_names, names_capacity;
	size_t size_before; /* of the arena */
	struct strings *unknown;
	const char *file;
	struct error *e;
	bool refused; /* *e is filled */
};

/* Where a value goes. */
struct slot {
	int kind;
	const struct type *type;
	char *into;
	bool nullable;
};

/* The JSON that each kind is written in. */
static const enum json_kind json_kinds[] = {
	[STRING] = JSON_STRING, [BOOL] = JSON_BOOL,     [INT32] = JSON_NUMBER,  [INT64] = JSON_NUMBER,
	[UINT16] = JSON_NUMBER, [UINT32] = JSON_NUMBER, [UINT64] = JSON_NUMBER, [STRINGS] = JSON_ARRAY,
	[UINT32S] = JSON_ARRAY, [PAIRS] = JSON_OBJECT,  [OBJECT] = JSON_OBJECT, [OBJECTS] = JSON_ARRAY,
	[MAP] = JSON_OBJECT,    [DOUBLE] = JSON_NUMBER, [UINT64S] = JSON_ARRAY, [COUNTS] = JSON_OBJECT,
};

static const char *const json_words[] = {
	[JSON_NULL] = "null",       [JSON_BOOL] = "true or false", [JSON_NUMBER] = "a number",
	[JSON_STRING] = "a string", [JSON_OBJECT] = "an object",   [JSON_ARRAY] = "an array",
};

static const struct range {
	int64_t min;
	uint64_t max;
} ranges[] = {
	[INT32] = {INT32_MIN, INT32_MAX}, [INT64] = {INT64_MIN, INT64_MAX}, [UINT16] = {0, UINT16_MAX},
	[UINT32] = {0, UINT32_MAX},       [UINT64] = {0, UINT64_MAX},
};

/* --- errors ------------------------------------------------------------------------------------------------------- */

/* The JSON pointer of what is being read. */
static void add_pointer(struct text *pointer, const struct parser *p) {
	for (size_t i = 0; i < p->depth; i++) {
		const struct level *l = &p->levels[i];

		if (l->array)
			text_add(pointer, "/%zu", l->n);
		else if (l->name)
			text_add_member(pointer, l->name, l->name_length);
	}
}

/* Blames what is being read, at an offset of the text. */
__attribute__((format(printf, 3, 4))) static bool refuse(struct parser *p, size_t at, const char *format, ...) {
	char pointer[sizeof(p->e->field)] = "", words[sizeof(p->e->text)] = "";
	struct text text = TEXT(words);
	va_list args;

	va_start(args, format);
	text_vadd(&text, format, args);
	va_end(args);
	add_pointer(&TEXT(pointer), p);
	error_set(p->e, 0, pointer, "%s", words);
	text_add(&TEXT(p->e->file), "%s", p->file);
	json_place(p->text, at, &p->e->line, &p->e->column);
	p->refused = true;
	return false;
}

/* Few bytes of text can ask for many of memory: "[{},{}" and so on. */
static bool check_memory(struct parser *p, size_t at) {
	if (arena_size(p->a) - p->size_before <= PARSE_MAX_MEMORY)
		return true;
	return refuse(p, at, "the document takes more than %zu MiB of memory", PARSE_MAX_MEMORY >> 20);
}

/* --- values ------------------------------------------------------------------------------------------------------- */

static void store_number(void *into, int kind, uint64_t number) {
	if (kind == UINT16)
		*(uint16_t *)into = (uint16_t)number;
	if (kind == UINT32)
		*(uint32_t *)into = (uint32_t)number;
	if (kind == INT32)
		*(int32_t *)into = (int32_t)number;
	if (kind == UINT64)
		*(uint64_t *)into = number;
	if (kind == INT64)
		*(int64_t *)into = (int64_t)number;
}

/* A document is an object: behind each number there is a bracket or a comma. */
static void store_fraction(void *into, const char *digits) {
	*(double *)into = strtod(digits, NULL);
}

static bool read_number(struct parser *p, const struct slot *slot, const struct json_event *event) {
	const struct range *range = &ranges[slot->kind];
	uint64_t number = 0;
	int64_t negative = 0;
	bool ok;

	for (size_t i = 0; i < event->n; i++)
		if (strchr(".eE", event->s[i]))
			return refuse(p, event->at, "a whole number is needed, not %.*s", (int)event->n, event->s);
	ok = range->min < 0 ? number_signed(event->s, event->n, range->min, (int64_t)range->max, &negative)
			    : number_unsigned(event->s, event->n, range->max, &number);
	if (!ok)
		return refuse(p, event->at, "is out of range: %lld to %llu", (long long)range->min,
			      (unsigned long long)range->max);
	store_number(slot->into, slot->kind, range->min < 0 ? (uint64_t)negative : number);
	return true;
}

static bool read_scalar(struct parser *p, const struct slot *slot, const struct json_event *event) {
	/* An optional string that is empty is absent, as it is for everybody whose tables are Go's. */
	if (slot->kind == STRING)
		*(char **)slot->into = event->n || !slot->nullable ? arena_strndup(p->a, event->s, event->n) : NULL;
	else if (slot->kind == BOOL)
		*(bool *)slot->into = event->value;
	else if (slot->kind == DOUBLE)
		store_fraction(slot->into, event->s);
	else if (slot->kind != SKIPPED)
		return read_number(p, slot, event);
	return true;
}

/* One element more in the list that a level is read into. */
static struct slot add_element(struct parser *p, struct level *l) {
	const struct list_kind *kind = &list_kinds[l->kind];
	struct list *list = (struct list *)l->into;
	size_t size = element_size(l->kind, l->type);
	char *element;

	list->v = arena_grow(p->a, list->v, list->n, size);
	element = (char *)list->v + size * list->n++;
	if (kind->keyed)
		*(char **)element = arena_strndup(p->a, l->name, l->name_length);
	return (struct slot){kind->element, l->type, element + kind->value_at, false};
}

/* Where the next value of the innermost level goes. */
static struct slot next_slot(struct parser *p) {
	struct level *l = p->depth ? &p->levels[p->depth - 1] : NULL;

	if (!l)
		return (struct slot){OBJECT, p->type, p->object, false};
	if (l->kind == SKIPPED || (l->kind == OBJECT && !l->field))
		return (struct slot){SKIPPED, NULL, NULL, true};
	if (l->kind == OBJECT)
		return (struct slot){l->field->kind, l->field->type, l->into + l->field->offset, !l->field->required};
	return add_element(p, l);
}

/* A member that is a pointer gets what it points to. */
static void follow_pointer(struct parser *p, struct slot *slot) {
	void *target;

	slot->kind &= ~POINTER;
	target = arena_alloc(p->a, slot->type ? slot->type->size : sizeof(uint64_t));
	memcpy(slot->into, &target, sizeof(target));
	slot->into = target;
}

static bool open_level(struct parser *p, const struct slot *slot, const struct json_event *event) {
	if (p->depth == PARSE_MAX_DEPTH)
		return refuse(p, event->at, "more than %d objects and arrays within each other", PARSE_MAX_DEPTH);
	p->levels[p->depth++] = (struct level){
		.kind = slot->kind,
		.type = slot->type,
		.into = slot->into,
		.at = event->at,
		.array = event->kind == JSON_ARRAY,
		.first_name = p->n_names,
	};
	/* A list that is present is told from an absent one by v, also when it stays empty. */
	if (slot->into && list_kinds[slot->kind].element)
		((struct list *)slot->into)->v = arena_grow(p->a, NULL, 0, element_size(slot->kind, slot->type));
	return true;
}

static bool end_value(struct parser *p) {
	if (p->depth) {
		p->levels[p->depth - 1].n++;
		p->levels[p->depth - 1].name = NULL;
	}
	return true;
}

static bool check_count(struct parser *p, size_t at) {
	if (!p->depth || p->levels[p->depth - 1].n < PARSE_MAX_MEMBERS)
		return true;
	return refuse(p, at, "is one more than the %d members that an object or array may have", PARSE_MAX_MEMBERS);
}

static bool on_value(struct parser *p, const struct json_event *event) {
	struct slot slot;
	enum json_kind needed;

	if (!check_count(p, event->at) || !check_memory(p, event->at))
		return false;
	slot = next_slot(p);
	if (event->kind == JSON_NULL && slot.nullable)
		return end_value(p);
	if (slot.kind != SKIPPED) {
		needed = json_kinds[slot.kind & ~POINTER];
		if (event->kind != needed)
			return refuse(p, event->at, "%s is needed, not %s", json_words[needed],
				      json_words[event->kind]);
	}
	if (slot.kind & POINTER)
		follow_pointer(p, &slot);
	if (event->kind == JSON_OBJECT || event->kind == JSON_ARRAY)
		return open_level(p, &slot, event);
	return read_scalar(p, &slot, event) && end_value(p);
}

/* --- names -------------------------------------------------------------------------------------------------------- */

static void remember_name(struct parser *p, const char *s, size_t n, size_t at) {
	struct name *larger;

	if (p->n_names == p->names_capacity) {
		p->names_capacity = p->names_capacity ? p->names_capacity * 2 : 64;
		larger = arena_alloc(p->a, p->names_capacity * sizeof(*larger));
		if (p->n_names)
			memcpy(larger, p->names, p->n_names * sizeof(*larger));
		p->names = larger;
	}
	p->names[p->n_names++] = (struct name){s, (uint32_t)n, (uint32_t)at};
}

static int compare_names(const void *a, const void *b) {
	const struct name *x = a, *y = b;
	int order = x->n == y->n ? memcmp(x->s, y->s, x->n) : x->n < y->n ? -1 : 1;

	return order ? order : x->at < y->at ? -1 : 1;
}

/* Sorted, the same names are neighbours. Of several the one that is repeated first in the text is blamed. */
static bool check_twice(struct parser *p, struct level *l) {
	struct name *names = p->names + l->first_name, *twice = NULL;
	size_t n = p->n_names - l->first_name;

	p->n_names = l->first_name;
	if (n < 2)
		return true;
	qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 1; i < n; i++) {
		bool same = names[i].n == names[i - 1].n && memcmp(names[i].s, names[i - 1].s, names[i].n) == 0;

		if (same && (!twice || names[i].at < twice->at))
			twice = &names[i];
	}
	if (!twice)
		return true;
	l->name = twice->s;
	l->name_length = twice->n;
	return refuse(p, twice->at, "is given twice");
}

static bool on_known_name(struct parser *p, struct level *l, size_t at) {
	uint64_t bit = (uint64_t)1 << (l->field - l->type->fields);

	if (l->seen & bit)
		return refuse(p, at, "is given twice");
	l->seen |= bit;
	return true;
}

/* An extension of somebody else's, says config.md#extensibility, unless the table has all that there can be. */
static bool on_unknown_name(struct parser *p, const struct level *l, size_t at) {
	char known[256] = "", pointer[256] = "";
	struct text list = TEXT(known);

	if (l->type->closed) {
		for (size_t i = 0; i < l->type->n; i++)
			text_add(&list, "%s%s", i ? ", " : "", l->type->fields[i].name);
		return refuse(p, at, "is not known: there are %s", known);
	}
	remember_name(p, l->name, l->name_length, at);
	if (p->unknown->n < PARSE_MAX_UNKNOWN) {
		add_pointer(&TEXT(pointer), p);
		strings_add(p->a, p->unknown, arena_strdup(p->a, pointer));
	}
	return true;
}

static bool on_name(struct parser *p, const struct json_event *event) {
	struct level *l = &p->levels[p->depth - 1];

	l->field = l->kind == OBJECT ? field_find(l->type, event->s, event->n) : NULL;
	l->name_length = event->n;
	l->name = l->field ? l->field->name : event->stays ? event->s : arena_strndup(p->a, event->s, event->n);
	if (l->field)
		return on_known_name(p, l, event->at);
	if (l->kind == OBJECT)
		return on_unknown_name(p, l, event->at);
	if (l->kind != SKIPPED && event->n == 0)
		return refuse(p, event->at, "a name cannot be empty");
	remember_name(p, l->name, l->name_length, event->at);
	return true;
}

static bool check_required(struct parser *p, struct level *l) {
	for (size_t i = 0; l->kind == OBJECT && i < l->type->n; i++) {
		const struct field *f = &l->type->fields[i];

		if (!f->required || l->seen >> i & 1)
			continue;
		l->name = f->name;
		l->name_length = f->length;
		return refuse(p, l->at, "is required");
	}
	return true;
}

static bool on_end(struct parser *p) {
	struct level *l = &p->levels[p->depth - 1];

	if (!check_twice(p, l) || !check_required(p, l))
		return false;
	p->depth--;
	return end_value(p);
}

static bool on_event(void *parser, const struct json_event *event) {
	if (event->kind == JSON_NAME)
		return on_name(parser, event);
	if (event->kind == JSON_END)
		return on_end(parser);
	return on_value(parser, event);
}

int parse_object(struct arena *a, const struct type *type, const char *file, const char *text, size_t n, void *object,
		 struct strings *unknown, struct error *e) {
	struct strings found = unknown ? *unknown : (struct strings){0};
	struct parser p = {.a = a, .text = text, .type = type, .file = file, .e = e, .size_before = arena_size(a)};
	struct json_fault fault;

	p.object = arena_alloc(a, type->size);
	p.unknown = &found;
	if (n > PARSE_MAX_SIZE)
		refuse(&p, 0, "is larger than %zu MiB", PARSE_MAX_SIZE >> 20);
	else if (json_read(text, n, on_event, &p, &fault) < 0)
		refuse(&p, fault.at, "%s", fault.text);
	if (p.refused)
		return -1;
	memcpy(object, p.object, type->size);
	if (unknown)
		*unknown = found;
	return 0;
}
