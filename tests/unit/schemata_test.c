/* schemata_test.c - lines of resctrl's schemata, and when two of them say the same. */
#include "../../libcontainer/rdt/schemata.h"
#include "test.h"

static void a_line_has_a_value_for_each_domain(void **state) {
	struct schemata s = {0};

	assert_true(schemata_take(*state, &s, "L3:0=7f0;1=01f"));
	assert_int_equal(s.n, 2);
	assert_string_equal(s.v[0].resource, "L3");
	assert_string_equal(s.v[0].domain, "0");
	assert_string_equal(s.v[0].value, "7f0");
	assert_string_equal(s.v[1].domain, "1");
	assert_string_equal(s.v[1].value, "1f");
}

static void a_file_has_a_line_for_each_resource_and_blanks_before_it(void **state) {
	struct schemata s = {0};

	assert_true(schemata_take(*state, &s, "    MB:0=100;1= 50\n    L3:0=7ff;1=7ff\n"));
	assert_int_equal(s.n, 4);
	assert_string_equal(s.v[1].value, "50");
	assert_string_equal(s.v[2].resource, "L3");
	assert_true(schemata_take(*state, &s, ""));
}

static void a_later_value_replaces_an_earlier_one(void **state) {
	struct schemata s = {0};

	assert_true(schemata_take(*state, &s, "L3:0=f;1=f"));
	assert_true(schemata_take(*state, &s, "L3:1=3"));
	assert_int_equal(s.n, 2);
	assert_string_equal(s.v[1].value, "3");
}

static void what_is_no_schema_is_refused(void **state) {
	static const char *const wrong[] = {
		"L3", "L3:", ":0=f", "L3:0", "L3:0=", "L3:=f", "L3:0=f;1", "L3:0=f;;1=f", "L3: ", "L3:0=f\nx\n"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct schemata s = {0};

		if (schemata_take(*state, &s, wrong[i]))
			fail_msg("\"%s\" was taken", wrong[i]);
	}
}

static const struct schema_value *differ(struct arena *a, const char *asked, const char *present) {
	struct schemata want = {0}, is = {0};

	assert_true(schemata_take(a, &want, asked) && schemata_take(a, &is, present));
	return schemata_differ(&want, &is);
}

static void zeros_case_and_order_mean_nothing(void **state) {
	static const char present[] = "    L3:0=7ff;1=0f\n    MB:0= 100;1=  20\n";

	assert_null(differ(*state, "L3:1=F;0=07FF", present));
	assert_null(differ(*state, "MB:1=20", present));
	assert_null(differ(*state, "MB:00=100", present));
	assert_null(differ(*state, "L3:0=0", "L3:0=000"));
	assert_string_equal(differ(*state, "L3:0=7fe", present)->value, "7fe");
	assert_string_equal(differ(*state, "L3:0=7ff;2=1", present)->domain, "2");
	assert_string_equal(differ(*state, "L2:0=1", present)->resource, "L2");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_line_has_a_value_for_each_domain),
		arena_test(a_file_has_a_line_for_each_resource_and_blanks_before_it),
		arena_test(a_later_value_replaces_an_earlier_one),
		arena_test(what_is_no_schema_is_refused),
		arena_test(zeros_case_and_order_mean_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
