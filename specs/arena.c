/* arena.c - chunks of memory from which allocations are cut one behind the other. */
#include "arena.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALIGNMENT _Alignof(max_align_t)
#define CHUNK_SIZE \
	((size_t)256 * 1024) /* pages that nobody touches cost nothing but address space, of which 16 MB must do */
#define FIRST_CAPACITY 4     /* elements of an array that grows */

struct arena_chunk {
	struct arena_chunk *older;
	size_t total; /* bytes of this chunk and of all older ones */
	_Alignas(max_align_t) char memory[];
};

/* No stdio: it would want memory too. */
void arena_exhausted(void) {
	static const char message[] = "husk: out of memory\n";
	ssize_t written = write(STDERR_FILENO, message, sizeof(message) - 1);

	(void)written;
	_exit(1);
}

static struct arena_chunk *chunk_new(size_t size) {
	struct arena_chunk *chunk = size <= SIZE_MAX / 2 ? calloc(1, sizeof(*chunk) + size) : NULL;

	if (!chunk)
		arena_exhausted();
	return chunk;
}

/* Something large gets a chunk of its own, put behind the newest, whose free part stays in use. */
static void *alloc_large(struct arena *a, size_t size) {
	struct arena_chunk *large = chunk_new(size), *newest = a->chunk;

	large->total = sizeof(*large) + size;
	if (!newest) {
		a->chunk = large;
		return large->memory;
	}
	large->older = newest->older;
	newest->older = large;
	newest->total += large->total;
	large->total += large->older ? large->older->total : 0;
	return large->memory;
}

static void add_chunk(struct arena *a) {
	struct arena_chunk *chunk = chunk_new(CHUNK_SIZE);

	chunk->older = a->chunk;
	chunk->total = arena_size(a) + sizeof(*chunk) + CHUNK_SIZE;
	a->chunk = chunk;
	a->at = chunk->memory;
	a->end = chunk->memory + CHUNK_SIZE;
}

static void *take(struct arena *a, size_t size, size_t alignment) {
	size_t skipped = -(uintptr_t)a->at & (alignment - 1);
	char *taken;

	if (size >= CHUNK_SIZE / 2)
		return alloc_large(a, size);
	if (!a->at || (size_t)(a->end - a->at) < skipped + size) {
		add_chunk(a);
		skipped = 0;
	}
	taken = a->at + skipped;
	a->at = taken + size;
	return taken;
}

void *arena_alloc(struct arena *a, size_t size) {
	return take(a, size, ALIGNMENT);
}

char *arena_strndup(struct arena *a, const char *s, size_t n) {
	char *copy = take(a, n + 1, 1);

	return memcpy(copy, s, n);
}

char *arena_strdup(struct arena *a, const char *s) {
	return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *format, va_list args) {
	va_list again;
	char *s;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0)
		arena_exhausted();
	s = take(a, (size_t)n + 1, 1);
	vsnprintf(s, (size_t)n + 1, format, args);
	return s;
}

char *arena_printf(struct arena *a, const char *format, ...) {
	va_list args;
	char *s;

	va_start(args, format);
	s = arena_vprintf(a, format, args);
	va_end(args);
	return s;
}

char *arena_clean_path(struct arena *a, const char *path) {
	char *clean = arena_alloc(a, strlen(path) + 2), *end = clean;

	for (const char *at = path + strspn(path, "/"); *at; at += strspn(at, "/")) {
		size_t n = strcspn(at, "/");

		if (n == 2 && memcmp(at, "..", 2) == 0) {
			while (end > clean && *--end != '/')
				continue;
		} else if (n != 1 || *at != '.') {
			*end++ = '/';
			memcpy(end, at, n);
			end += n;
		}
		at += n;
	}
	if (end == clean)
		*end++ = '/';
	*end = '\0';
	return clean;
}

/* Elements that an array of n has room for: one more than n at least, for the zeroed one at the end. */
static size_t capacity_of(size_t n) {
	size_t capacity = FIRST_CAPACITY;

	while (capacity < n + 1)
		capacity *= 2;
	return capacity;
}

void *arena_grow(struct arena *a, void *array, size_t n, size_t element_size) {
	size_t capacity = capacity_of(n + 1);
	void *larger;

	if (array && capacity == capacity_of(n))
		return array;
	if (capacity > SIZE_MAX / 2 / element_size)
		arena_exhausted();
	larger = arena_alloc(a, capacity * element_size);
	if (array)
		memcpy(larger, array, n * element_size);
	return larger;
}

void strings_add(struct arena *a, struct strings *list, char *s) {
	list->v = arena_grow(a, list->v, list->n, sizeof(*list->v));
	list->v[list->n++] = s;
}

bool strings_have(const struct strings *list, const char *s) {
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], s) == 0)
			return true;
	return false;
}

const char *pairs_get(const struct pairs *pairs, const char *name) {
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->v[i].name, name) == 0)
			return pairs->v[i].text;
	return NULL;
}

size_t arena_size(const struct arena *a) {
	return a->chunk ? a->chunk->total : 0;
}

void arena_free(struct arena *a) {
	while (a->chunk) {
		struct arena_chunk *older = a->chunk->older;

		free(a->chunk);
		a->chunk = older;
	}
	*a = (struct arena){0};
}
