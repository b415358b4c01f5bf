/* names_test.c - hostname and domainname need a uts namespace and 64 characters at most; a new network gets a loopback. */
#include "../../libcontainer/namespace/namespace.h"
#include "test.h"
#include <string.h>

static struct spec_namespace all[] = {{"mount", NULL}, {"uts", NULL}, {"network", NULL}};

static struct spec with_namespaces(void) {
	return (struct spec){.linux_.namespaces = {all, 3}};
}

static void both_names_are_set_inside(void **state) {
	struct plan p = {.a = *state};
	struct spec spec = with_namespaces();
	struct error e = {0};
	char phrase[64] = "", shell[64] = "";

	spec.hostname = "web 1";
	spec.domainname = "example.org";
	assert_int_equal(plan_names(&p, &spec, &e), 0);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.v[0].side, INSIDE);
	assert_string_equal(p.v[0].field, "/hostname");
	step_phrase(&p.v[0], &TEXT(phrase));
	assert_string_equal(phrase, "set the hostname to web 1");
	p.v[0].shell(&TEXT(shell), p.v[0].arg);
	assert_string_equal(shell, "hostname 'web 1'");
	assert_string_equal(p.v[1].field, "/domainname");
}

static void no_name_and_an_empty_one_add_nothing(void **state) {
	struct plan p = {.a = *state};
	struct spec spec = {.hostname = ""};
	struct error e = {0};

	assert_int_equal(plan_names(&p, &spec, &e), 0);
	assert_int_equal(p.n, 0);
}

static void refused(struct arena *a, const struct spec *spec, const char *field, const char *words) {
	struct plan p = {.a = a};
	struct error e = {0};

	assert_int_equal(plan_names(&p, spec, &e), -1);
	assert_string_equal(e.field, field);
	assert_non_null(strstr(e.text, words));
}

static void a_name_without_a_uts_namespace_is_refused(void **state) {
	refused(*state, &(struct spec){.hostname = "a"}, "/hostname", "a namespace of type uts is needed");
	refused(*state, &(struct spec){.domainname = "a"}, "/domainname", "a namespace of type uts is needed");
}

static void a_joined_uts_namespace_may_be_named_too(void **state) {
	struct plan p = {.a = *state};
	struct spec_namespace joined = {"uts", "/proc/1/ns/uts"};
	struct spec spec = {.hostname = "a", .linux_.namespaces = {&joined, 1}};
	struct error e = {0};

	assert_int_equal(plan_names(&p, &spec, &e), 0);
	assert_int_equal(p.n, 1);
}

static void sixty_four_characters_are_a_name_and_sixty_five_are_not(void **state) {
	struct plan p = {.a = *state};
	struct spec spec = with_namespaces();
	char name[66] = "";
	struct error e = {0};

	memset(name, 'a', 64);
	spec.hostname = name;
	assert_int_equal(plan_names(&p, &spec, &e), 0);
	name[64] = 'a';
	refused(*state, &spec, "/hostname", "65 characters");
}

static void a_new_network_namespace_starts_its_loopback(void **state) {
	struct plan p = {.a = *state};
	struct spec spec = with_namespaces();
	char field[64] = "";

	plan_loopback(&p, &spec);
	assert_int_equal(p.n, 1);
	step_field(&p.v[0], &TEXT(field));
	assert_string_equal(field, "/linux/namespaces/2");
}

static void a_joined_or_absent_network_is_left_alone(void **state) {
	struct plan p = {.a = *state};
	struct spec_namespace joined = {"network", "/run/netns/a"};

	plan_loopback(&p, &(struct spec){.linux_.namespaces = {&joined, 1}});
	plan_loopback(&p, &(struct spec){0});
	assert_int_equal(p.n, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(both_names_are_set_inside),
		arena_test(no_name_and_an_empty_one_add_nothing),
		arena_test(a_name_without_a_uts_namespace_is_refused),
		arena_test(a_joined_uts_namespace_may_be_named_too),
		arena_test(sixty_four_characters_are_a_name_and_sixty_five_are_not),
		arena_test(a_new_network_namespace_starts_its_loopback),
		arena_test(a_joined_or_absent_network_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
