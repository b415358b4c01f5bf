/* merge.h - a document laid over another one of the same type, along its table (fields.h). */
#pragma once
#include <stdbool.h>

struct type;

/* What `from` says replaces what `into` says; lists as a whole. Absent is what emit.h would leave out. */
void merge_object(const struct type *type, void *into, const void *from);

/* Whether the object says anything at a JSON pointer such as "/memory/limit"; not asked of lists. */
bool object_says(const struct type *type, const void *object, const char *pointer);

/* Whether it says nothing at all. */
bool object_is_empty(const struct type *type, const void *object);
