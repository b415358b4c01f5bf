/* arena.h - memory that lives as long as the command.
 *
 * Nothing is freed alone. A command allocates everything before its first step; arena_alloc therefore has no error to
 * return: where memory cannot be had it ends the command (message on stderr, exit status 1) while nothing has been made. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena {
	struct arena_chunk *chunk; /* newest first; owned */
	char *at, *end;            /* free part of the newest chunk */
};

/* A list of strings. The strings and the array belong to an arena. v[n] is NULL, so that v is an argv too; v itself is
 * NULL when the list is absent, which is not the same as empty. */
struct strings {
	char **v;
	size_t n;
};

struct uint32s {
	uint32_t *v;
	size_t n;
};

struct uint64s {
	uint64_t *v;
	size_t n;
};

/* A list of names with a number each. */
struct count {
	char *name;
	uint64_t n;
};
struct counts {
	struct count *v;
	size_t n;
};

/* A list of names with a text each, in the order of the file. */
struct pair {
	char *name, *text;
};
struct pairs {
	struct pair *v;
	size_t n;
};

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull, malloc, alloc_size(2)));
#define arena_new(a, type) ((type *)arena_alloc(a, sizeof(type)))

char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* The path from "/", without empty, "." and ".." components. The text alone: no link is looked at. */
char *arena_clean_path(struct arena *a, const char *path);

/* Room for one element more at the end of an array that grew by this function alone, from NULL and n = 0: array[n] is zeroed
 * afterwards, and so is array[n + 1]. Call it before each n++; array may move. */
void *arena_grow(struct arena *a, void *array, size_t n, size_t element_size);

void strings_add(struct arena *a, struct strings *list, char *s);
bool strings_have(const struct strings *list, const char *s);

/* The text of a name, or NULL. */
const char *pairs_get(const struct pairs *pairs, const char *name);

/* Bytes that the arena holds, used or not. */
size_t arena_size(const struct arena *a);

/* Ends the command as arena_alloc does; for libraries that allocate by themselves. */
void arena_exhausted(void) __attribute__((noreturn));

/* Gives the memory back; for tests, for the end of main, and for one round of what goes on for ever. */
void arena_free(struct arena *a);
