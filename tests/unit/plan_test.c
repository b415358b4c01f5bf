/* plan_test.c - steps and the words for them. */
#include "../../libcontainer/plan.h"
#include "test.h"

static int run_nothing(struct run *r, const void *arg) {
	(void)r, (void)arg;
	return 0;
}

static void a_step_is_named_after_its_function(void **state) {
	struct arena *a = *state;
	struct plan p = {.a = a};

	plan_add(&p, INSIDE, run_nothing, NULL, NULL, NO_INDEX, NULL, "do nothing");
	assert_int_equal(p.n, 1);
	assert_string_equal(p.v[0].name, "nothing");
	assert_int_equal(p.v[0].side, INSIDE);
}

static void the_field_of_a_step_has_its_index(void **state) {
	char with[64] = "", without[64] = "", none[64] = "";

	(void)state;
	step_field(&(struct step){.field = "/mounts", .index = 12}, &TEXT(with));
	step_field(&(struct step){.field = "/hostname", .index = NO_INDEX}, &TEXT(without));
	step_field(&(struct step){.index = NO_INDEX}, &TEXT(none));
	assert_string_equal(with, "/mounts/12");
	assert_string_equal(without, "/hostname");
	assert_string_equal(none, "");
}

static void a_phrase_takes_two_strings(void **state) {
	char two[64] = "", missing[64] = "", percent[64] = "";

	(void)state;
	step_phrase(&(struct step){.says = {"mount %s on %s", "proc", "/proc"}}, &TEXT(two));
	step_phrase(&(struct step){.says = {"mount %s on %s", "proc"}}, &TEXT(missing));
	step_phrase(&(struct step){.says = {"use 50% of it"}}, &TEXT(percent));
	assert_string_equal(two, "mount proc on /proc");
	assert_string_equal(missing, "mount proc on ");
	assert_string_equal(percent, "use 50% of it");
}

static void a_phrase_without_words_is_the_name(void **state) {
	char phrase[64] = "";

	(void)state;
	step_phrase(&(struct step){.name = "spawn"}, &TEXT(phrase));
	assert_string_equal(phrase, "spawn");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_step_is_named_after_its_function),
		arena_test(the_field_of_a_step_has_its_index),
		arena_test(a_phrase_takes_two_strings),
		arena_test(a_phrase_without_words_is_the_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
