/* merge_test.c - one document over another, and what a document says. */
#include "../../specs/merge.h"
#include "../../specs/spec.h"
#include "test.h"

static const int64_t five = 5, six = 6;

static void what_is_absent_above_shines_through(void **state) {
	(void)state;
	struct spec_resources r = {.memory = {.limit = &five, .swap = &five}};

	merge_object(&spec_resources_type, &r, &(struct spec_resources){.memory.swap = &six});
	assert_ptr_equal(r.memory.limit, &five);
	assert_ptr_equal(r.memory.swap, &six);
}

static void a_list_is_replaced_as_a_whole_also_by_an_empty_one(void **state) {
	(void)state;
	struct pair old[] = {{"a", "b"}}, none[] = {{0}};
	struct spec_resources r = {.unified = {old, 1}};

	merge_object(&spec_resources_type, &r, &(struct spec_resources){0});
	assert_int_equal(r.unified.n, 1);
	merge_object(&spec_resources_type, &r, &(struct spec_resources){.unified = {none, 0}});
	assert_int_equal(r.unified.n, 0);
}

static void a_pointer_leads_to_what_is_said(void **state) {
	(void)state;
	struct pair high[] = {{"memory.high", "1"}};
	struct spec_resources r = {.memory.limit = &five, .unified = {high, 1}};

	assert_true(object_says(&spec_resources_type, &r, "/memory"));
	assert_true(object_says(&spec_resources_type, &r, "/memory/limit"));
	assert_false(object_says(&spec_resources_type, &r, "/unified/memory.high"));
	assert_false(object_says(&spec_resources_type, &r, "/memory/swap"));
	assert_false(object_says(&spec_resources_type, &r, "/pids"));
	assert_false(object_says(&spec_resources_type, &r, "/nothing"));
}

static void an_object_with_nothing_in_it_is_empty(void **state) {
	(void)state;

	assert_true(object_is_empty(&spec_resources_type, &(struct spec_resources){0}));
	assert_false(object_is_empty(&spec_resources_type, &(struct spec_resources){.memory.limit = &five}));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_absent_above_shines_through),
		cmocka_unit_test(a_list_is_replaced_as_a_whole_also_by_an_empty_one),
		cmocka_unit_test(a_pointer_leads_to_what_is_said),
		cmocka_unit_test(an_object_with_nothing_in_it_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
