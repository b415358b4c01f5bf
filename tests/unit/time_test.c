/* time_test.c - linux.timeOffsets: the text for the kernel, and what is out of range. */
#include "../../libcontainer/namespace/internal.h"
#include "test.h"
#include <string.h>

static struct spec_namespace new_time = {"time", NULL}, joined_time = {"time", "/proc/1/ns/time"};

static struct spec spec_with(struct spec_namespace *time, const struct spec_time_offset *monotonic,
			     const struct spec_time_offset *boottime) {
	return (struct spec){.linux_ = {.namespaces = {time, 1}, .time_offsets = {monotonic, boottime}}};
}

static void text_is(struct arena *a, const struct spec *spec, const char *expected) {
	const char *text = "";
	struct error e = {0};

	assert_int_equal(time_offsets_read(a, spec, &text, &e), 0);
	if (expected)
		assert_string_equal(text, expected);
	else
		assert_null(text);
}

static void refused(struct arena *a, const struct spec *spec, const char *field, const char *words) {
	const char *text;
	struct error e = {0};

	assert_int_equal(time_offsets_read(a, spec, &text, &e), -1);
	assert_string_equal(e.field, field);
	if (!strstr(e.text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, e.text);
}

static void each_clock_is_a_line_and_one_that_is_not_named_stays(void **state) {
	struct spec_time_offset one = {-5, 999999999}, other = {4611686018, 0};

	text_is(*state, &(struct spec){0}, NULL);
	text_is(*state, (struct spec[]){spec_with(&new_time, NULL, NULL)}, NULL);
	text_is(*state, (struct spec[]){spec_with(&new_time, &one, &other)},
		"monotonic -5 999999999\nboottime 4611686018 0\n");
	text_is(*state, (struct spec[]){spec_with(&new_time, NULL, &one)}, "monotonic 0 0\nboottime -5 999999999\n");
}

static void they_need_a_new_time_namespace(void **state) {
	struct spec_time_offset five = {5, 0};
	struct spec without = spec_with(&new_time, &five, NULL);

	refused(*state, (struct spec[]){spec_with(&joined_time, &five, NULL)}, "/linux/timeOffsets",
		"a new namespace of type time");
	without.linux_.namespaces.n = 0;
	refused(*state, &without, "/linux/timeOffsets", "a new namespace of type time");
}

static void what_the_kernel_never_takes_is_refused_by_its_clock(void **state) {
	struct spec_time_offset full = {0, 1000000000}, late = {4611686019, 0}, early = {INT64_MIN, 0};

	refused(*state, (struct spec[]){spec_with(&new_time, NULL, &full)}, "/linux/timeOffsets/boottime/nanosecs",
		"0 to 999999999");
	refused(*state, (struct spec[]){spec_with(&new_time, &late, NULL)}, "/linux/timeOffsets/monotonic/secs",
		"out of range");
	refused(*state, (struct spec[]){spec_with(&new_time, &early, NULL)}, "/linux/timeOffsets/monotonic/secs",
		"out of range");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(each_clock_is_a_line_and_one_that_is_not_named_stays),
		arena_test(they_need_a_new_time_namespace),
		arena_test(what_the_kernel_never_takes_is_refused_by_its_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
