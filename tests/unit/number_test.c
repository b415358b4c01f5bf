/* number_test.c - from digits to a number. */
#include <string.h>
#include "../../specs/number.h"
#include "test.h"

static void digits_alone_are_a_number(void **state) {
	(void)state;
	static const struct {
		const char *text;
		uint64_t max, number;
	} numbers[] = {
		{"0", UINT64_MAX, 0},
		{"1", UINT64_MAX, 1},
		{"0", 0, 0},
		{"007", UINT64_MAX, 7},
		{"4294967294", UINT32_MAX - 1, UINT32_MAX - 1},
		{"4294967296", UINT64_MAX, (uint64_t)UINT32_MAX + 1},
		{"18446744073709551615", UINT64_MAX, UINT64_MAX},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		uint64_t number = 99;

		assert_true(number_unsigned(numbers[i].text, strlen(numbers[i].text), numbers[i].max, &number));
		assert_true(number == numbers[i].number);
	}
}

/* The first row is the table of CVE-2026-30892: a lenient parser read a user name as uid 0. */
static void anything_else_is_none_and_leaves_the_result_alone(void **state) {
	(void)state;
	static const char *const texts[] = {
		"",
		"1:2",
		"-1",
		"+5",
		" 5",
		"5 ",
		"0x10",
		"4294967295",
		"4294967296",
		"18446744073709551616",
		"1:",
		"1e",
		"1.0",
		"a",
		"1e3",
		"\n1",
		"-",
		"--1",
		"99999999999999999999999999999999999999",
		"\xd9\xa1",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		uint64_t number = 99;

		assert_false(number_unsigned(texts[i], strlen(texts[i]), UINT32_MAX - 1, &number));
		assert_int_equal(number, 99);
	}
}

static void only_the_first_n_characters_are_read(void **state) {
	(void)state;
	uint64_t number;
	int64_t negative;

	assert_true(number_unsigned("1234", 2, UINT64_MAX, &number));
	assert_int_equal(number, 12);
	assert_true(number_signed("-12x", 3, INT64_MIN, 0, &negative));
	assert_int_equal(negative, -12);
	assert_false(number_unsigned("1\0002", 3, UINT64_MAX, &number));
}

static void a_signed_number_lies_between_its_ends(void **state) {
	(void)state;
	static const struct {
		const char *text;
		int64_t min, max;
		bool ok;
		int64_t number;
	} numbers[] = {
		{"-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN},
		{"-9223372036854775809", INT64_MIN, INT64_MAX, false, 0},
		{"9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX},
		{"9223372036854775808", INT64_MIN, INT64_MAX, false, 0},
		{"-0", INT64_MIN, INT64_MAX, true, 0},
		{"-1000", -1000, 1000, true, -1000},
		{"-1001", -1000, 1000, false, 0},
		{"1000", -1000, 1000, true, 1000},
		{"1001", -1000, 1000, false, 0},
		{"-1", 0, 1000, false, 0},
		{"-0", 0, 1000, false, 0},
		{"4", 5, 9, false, 0},
		{"5", 5, 9, true, 5},
		{"-4", -9, -5, false, 0},
		{"-5", -9, -5, true, -5},
		{"5", -9, -5, false, 0},
		{"", INT64_MIN, INT64_MAX, false, 0},
		{"-", INT64_MIN, INT64_MAX, false, 0},
		{"+1", INT64_MIN, INT64_MAX, false, 0},
		{"--1", INT64_MIN, INT64_MAX, false, 0},
		{"- 1", INT64_MIN, INT64_MAX, false, 0},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		int64_t number = 99;
		bool ok = number_signed(numbers[i].text, strlen(numbers[i].text), numbers[i].min, numbers[i].max,
					&number);

		assert_int_equal(ok, numbers[i].ok);
		assert_true(number == (ok ? numbers[i].number : 99));
	}
}

static void bytes_may_have_a_unit_and_a_fraction(void **state) {
	(void)state;
	static const struct {
		const char *text;
		int64_t bytes; /* -2: it is none */
	} cases[] = {
		{"0", 0},
		{"67108864", 67108864},
		{"-1", -1},
		{"64k", 65536},
		{"64M", 67108864},
		{"64mb", 67108864},
		{"64MiB", 67108864},
		{"1.5g", 1610612736},
		{"1.000001k", 1024},
		{"2t", 2199023255552},
		{"1p", 1125899906842624},
		{"9223372036854775807", INT64_MAX},
		{"9223372036854775807k", -2},
		{"8192p", -2},
		{"1.5", -2},
		{"1.g", -2},
		{".5g", -2},
		{"-1m", -2},
		{"-2", -2},
		{"64x", -2},
		{"64kk", -2},
		{"64ki", -2},
		{"m", -2},
		{"", -2},
		{" 5", -2},
		{"5 ", -2},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t bytes = -2;

		assert_int_equal(number_bytes(cases[i].text, strlen(cases[i].text), &bytes), cases[i].bytes != -2);
		assert_true(bytes == cases[i].bytes);
	}
}

static void a_list_of_numbers_and_ranges_is_a_mask(void **state) {
	static const struct {
		const char *text;
		uint64_t low, high;
	} lists[] = {
		{"0", 1, 0},
		{"7", 1 << 7, 0},
		{"0-3,7", 0x8f, 0},
		{"7,0-3,2", 0x8f, 0},
		{"63,64,127", UINT64_C(1) << 63, UINT64_C(1) << 63 | 1},
		{"0-127", UINT64_MAX, UINT64_MAX},
		{"5-5", 1 << 5, 0},
	};
	uint64_t mask[2] = {7, 7};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		assert_true(number_list(lists[i].text, 128, mask));
		assert_true(mask[0] == lists[i].low && mask[1] == lists[i].high);
	}
}

static void what_is_no_such_list_is_refused(void **state) {
	static const char *const wrong[] = {"",      ",",    "0,",    ",0",    "3-0",
					    "-3",    "3-",   "0-3-5", "0--3",  "128",
					    "0-128", " 0",   "0 ",    "0\n",   "a",
					    "0x1",   "0,,1", "+1",    "0-3:2", "all",
					    "~0",    "0 1",  "0, 1",  "1e1",   "18446744073709551616"};
	uint64_t mask[2];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(number_list(wrong[i], 128, mask));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_alone_are_a_number),
		cmocka_unit_test(anything_else_is_none_and_leaves_the_result_alone),
		cmocka_unit_test(only_the_first_n_characters_are_read),
		cmocka_unit_test(a_signed_number_lies_between_its_ends),
		cmocka_unit_test(a_list_of_numbers_and_ranges_is_a_mask),
		cmocka_unit_test(what_is_no_such_list_is_refused),
		cmocka_unit_test(bytes_may_have_a_unit_and_a_fraction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
