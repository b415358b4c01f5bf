/* ps_table_test.c - the lines of some processes among those that ps(1) prints. */
#include "test.h"
#include "../../cmd/ps_table.h"
#include <string.h>

static uint32_t numbers[] = {7, 10, 123};
static const struct uint32s pids = {numbers, 3};

static void lines_are_chosen_by_the_column_pid(void **state) {
	struct error e = {0};

	assert_string_equal(ps_table(*state,
				     "UID          PID    PPID CMD\n"
				     "root           1       0 init\n"
				     "root           7     123 a 10\n"
				     "root          70       7 b\n"
				     "nobody    123\t7 c\n",
				     &pids, &e),
			    "UID          PID    PPID CMD\n"
			    "root           7     123 a 10\n"
			    "nobody    123\t7 c\n");
}

static void the_last_line_needs_no_newline_and_a_short_one_is_nobodys(void **state) {
	struct error e = {0};

	assert_string_equal(ps_table(*state, "CMD PID\nx\n\ny 10", &pids, &e), "CMD PID\ny 10");
}

static void without_processes_the_head_is_left(void **state) {
	struct error e = {0};

	assert_string_equal(ps_table(*state, "PID\n1\n7\n", &(struct uint32s){0}, &e), "PID\n");
}

static void a_table_without_the_column_is_an_error(void **state) {
	struct error e = {0};

	assert_null(ps_table(*state, "PPID TTY\n1 ?\n", &pids, &e));
	assert_non_null(strstr(e.text, "no column PID"));
	assert_null(ps_table(*state, "", &pids, &e));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(lines_are_chosen_by_the_column_pid),
		arena_test(the_last_line_needs_no_newline_and_a_short_one_is_nobodys),
		arena_test(without_processes_the_head_is_left),
		arena_test(a_table_without_the_column_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
