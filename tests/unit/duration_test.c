/* duration_test.c - lengths of time as Go writes them. */
#include "../../cmd/duration.h"
#include "test.h"

static void go_durations_are_milliseconds(void **state) {
	static const struct {
		const char *text;
		unsigned ms;
	} durations[] = {
		{"5s", 5000},
		{"500ms", 500},
		{"1m", 60000},
		{"1m30s", 90000},
		{"1h0m1s", 3601000},
		{"1.5s", 1500},
		{"0.25h", 900000},
		{"1s1ms1us1ns", 1001},
		{"2000\xc2\xb5s", 2},
		{"999us", 0},
		{"0s", 0},
		{"1.0009s", 1000},
		{"1.123456789123s", 1123},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(*durations); i++) {
		unsigned ms = 7;

		assert_true(duration_ms(durations[i].text, &ms));
		assert_int_equal(ms, durations[i].ms);
	}
}

static void what_go_would_not_write_is_refused(void **state) {
	static const char *const texts[] = {
		"",
		"5",
		"s",
		"-1s",
		"+1s",
		" 1s",
		"1 s",
		"1s ",
		"1s5",
		"1x",
		"1.s",
		".5s",
		"1e3s",
		"1..5s",
		"0x1s",
		"1S",
		"600h",
		"2147483648ms",
		"99999999999999999999s",
		"500h500h500h",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		unsigned ms = 7;

		if (duration_ms(texts[i], &ms))
			fail_msg("\"%s\" is taken for %u ms", texts[i], ms);
		assert_int_equal(ms, 7);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(go_durations_are_milliseconds),
		cmocka_unit_test(what_go_would_not_write_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
