/* arena_test.c - memory that lives as long as the command. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../../specs/arena.h"
#include "test.h"

#define CHUNK ((size_t)64 * 1024)

static void memory_is_zeroed_and_aligned(void **state) {
	(void)state;
	struct arena a = {0};

	for (size_t size = 0; size < 300; size++) {
		char *p = arena_alloc(&a, size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
		arena_strdup(&a, "x"); /* leaves the free part unaligned */
	}
	arena_free(&a);
}

static void allocations_do_not_overlap(void **state) {
	(void)state;
	enum { COUNT = 2000 };
	static unsigned char *v[COUNT];
	struct arena a = {0};
	static size_t sizes[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		sizes[i] = i % 97 == 0 ? CHUNK - 20 + i : i * 7919 % 301;
		v[i] = arena_alloc(&a, sizes[i]);
		memset(v[i], (int)(i % 251), sizes[i]);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t at = 0; at < sizes[i]; at++)
			assert_int_equal(v[i][at], i % 251);
	arena_free(&a);
}

static void something_large_leaves_the_free_part_in_use(void **state) {
	(void)state;
	struct arena a = {0};
	char *before = arena_alloc(&a, 16);
	size_t size = arena_size(&a);
	char *after;

	arena_alloc(&a, 10 * CHUNK);
	after = arena_alloc(&a, 16);

	assert_ptr_equal(after, before + 16);
	assert_true(arena_size(&a) >= size + 10 * CHUNK);
	assert_true(arena_size(&a) < size + 11 * CHUNK);
	arena_free(&a);
}

static void the_first_allocation_may_be_large(void **state) {
	(void)state;
	struct arena a = {0};
	char *large = arena_alloc(&a, 2 * CHUNK), *small = arena_alloc(&a, 1);

	memset(large, 1, 2 * CHUNK);
	assert_int_equal(*small, 0);
	arena_free(&a);
	assert_int_equal(arena_size(&a), 0);
}

static void strings_are_copied(void **state) {
	(void)state;
	struct arena a = {0};
	char text[] = "text";
	char *copy = arena_strdup(&a, text), *part = arena_strndup(&a, text, 2), *empty = arena_strdup(&a, "");

	text[0] = 'n';
	assert_string_equal(copy, "text");
	assert_string_equal(part, "te");
	assert_string_equal(empty, "");
	assert_string_equal(arena_printf(&a, "%s %d", copy, 5), "text 5");
	assert_int_equal(strlen(arena_printf(&a, "%100000d", 5)), 100000);
	arena_free(&a);
}

static void an_array_that_grows_keeps_its_elements_and_ends_in_zeroed_ones(void **state) {
	(void)state;
	struct arena a = {0};
	uint32_t *v = NULL;

	for (uint32_t n = 0; n < 5000; n++) {
		v = arena_grow(&a, v, n, sizeof(*v));
		assert_int_equal(v[n], 0);
		assert_int_equal(v[n + 1], 0);
		v[n] = n + 1;
		arena_alloc(&a, 3);
	}
	for (uint32_t n = 0; n < 5000; n++)
		assert_int_equal(v[n], n + 1);
	arena_free(&a);
}

static void a_list_of_strings_is_an_argv(void **state) {
	(void)state;
	struct arena a = {0};
	struct strings list = {0};

	for (size_t i = 0; i < 100; i++) {
		strings_add(&a, &list, arena_printf(&a, "%zu", i));
		assert_int_equal(list.n, i + 1);
		assert_null(list.v[list.n]);
	}
	assert_string_equal(list.v[42], "42");
	arena_free(&a);
}

static void a_pair_is_found_by_its_name(void **state) {
	char a[] = "a", ab[] = "ab", one[] = "1", two[] = "2";
	struct pairs pairs = {(struct pair[]){{a, one}, {ab, two}}, 2};

	(void)state;
	assert_string_equal(pairs_get(&pairs, "ab"), "2");
	assert_null(pairs_get(&pairs, "b"));
	assert_null(pairs_get(&(struct pairs){0}, "a"));
}

/* Runs what cannot have its memory in a child, with stderr in a pipe. */
static void assert_ends_the_command(void (*allocate)(struct arena *a)) {
	char message[100] = "";
	struct arena a = {0};
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		allocate(&a);
		_exit(0);
	}
	close(fds[1]);
	assert_true(read(fds[0], message, sizeof(message) - 1) >= 0);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_string_equal(message, "husk: out of memory\n");
}

static void allocate_too_much(struct arena *a) {
	volatile size_t size = SIZE_MAX - 100;

	arena_alloc(a, size);
}

static void grow_too_much(struct arena *a) {
	arena_grow(a, NULL, 1000, SIZE_MAX / 1000);
}

static void without_memory_the_command_ends_with_a_message(void **state) {
	(void)state;
	assert_ends_the_command(allocate_too_much);
	assert_ends_the_command(grow_too_much);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(allocations_do_not_overlap),
		cmocka_unit_test(something_large_leaves_the_free_part_in_use),
		cmocka_unit_test(the_first_allocation_may_be_large),
		cmocka_unit_test(strings_are_copied),
		cmocka_unit_test(an_array_that_grows_keeps_its_elements_and_ends_in_zeroed_ones),
		cmocka_unit_test(a_list_of_strings_is_an_argv),
		cmocka_unit_test(a_pair_is_found_by_its_name),
		cmocka_unit_test(without_memory_the_command_ends_with_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
