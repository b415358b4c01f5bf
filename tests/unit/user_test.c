/* user_test.c - process.user: the order of the changes, and ids that are none. */
#include "../../libcontainer/process/internal.h"
#include "test.h"

static const struct request request = {.id = "c"};
static struct spec_id_mapping two[] = {{0, 100000, 1000}, {5000, 300000, 1}};
static struct spec_namespace new_user = {"user", NULL}, joined_user = {"user", "/proc/1/ns/user"},
			     joined_unknown = {"user", "/proc/2/ns/user"};

static int plan(struct plan *p, struct spec_user user, const struct spec_namespace *namespace, struct error *e) {
	struct spec_process *process = arena_new(p->a, struct spec_process);
	struct spec spec = {.process = process};
	struct program g;

	p->request = &request;

	process->user = user;
	if (namespace)
		spec.linux_.namespaces = (struct spec_namespaces){(struct spec_namespace *)namespace, 1};
	if (namespace != &joined_unknown)
		spec.linux_.uid_mappings = spec.linux_.gid_mappings = (struct spec_id_mappings){two, 2};
	return plan_user(p, &spec, &g, e);
}

static void refused(struct arena *a, struct spec_user user, const struct spec_namespace *namespace, const char *field,
		    const char *words) {
	struct plan p = {.a = a};
	struct error e = {0};

	assert_int_equal(plan(&p, user, namespace, &e), -1);
	assert_string_equal(e.field, field);
	assert_non_null(strstr(e.text, words));
}

static void groups_come_before_the_group_and_the_user_last(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};
	char phrase[32] = "";

	assert_int_equal(plan(&p, (struct spec_user){.uid = 1000, .gid = 7}, NULL, &e), 0);
	assert_int_equal(p.n, 3);
	assert_string_equal(p.v[0].name, "groups"); /* also without any: those of the caller go */
	assert_string_equal(p.v[1].name, "gid");
	assert_string_equal(p.v[2].name, "uid");
	step_phrase(&p.v[2], &TEXT(phrase));
	assert_string_equal(phrase, "become user 1000");
}

static void groups_of_the_caller_are_kept_by_an_annotation(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct pair keep = {"run.oci.keep_original_groups", "1"};
	struct spec_process process = {.user.additional_gids = {(uint32_t[]){7}, 1}};
	struct spec spec = {.process = &process, .annotations = {&keep, 1}};
	struct program g;
	struct error e = {0};

	assert_int_equal(plan_user(&p, &spec, &g, &e), 0);
	assert_true(g.keep_groups);
	assert_string_equal(p.v[0].name, "gid");
	assert_int_equal(p.warnings.n, 1);
}

static void the_largest_number_is_no_id(void **state) {
	uint32_t groups[] = {1, UINT32_MAX};

	refused(*state, (struct spec_user){.uid = UINT32_MAX}, NULL, "/process/user/uid", "4294967295");
	refused(*state, (struct spec_user){.gid = UINT32_MAX}, NULL, "/process/user/gid", "4294967295");
	refused(*state, (struct spec_user){.additional_gids = {groups, 2}}, NULL, "/process/user/additionalGids/1",
		"4294967295");
}

static void an_id_that_a_new_user_namespace_does_not_map_is_refused(void **state) {
	uint32_t groups[] = {999, 1000};

	refused(*state, (struct spec_user){.uid = 1000}, &new_user, "/process/user/uid", "/linux/uidMappings");
	refused(*state, (struct spec_user){.gid = 4999}, &new_user, "/process/user/gid", "/linux/gidMappings");
	refused(*state, (struct spec_user){.additional_gids = {groups, 2}}, &new_user, "/process/user/additionalGids/1",
		"/linux/gidMappings");
}

static void mapped_ids_and_those_of_a_joined_namespace_that_nothing_tells_are_accepted(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan(&p, (struct spec_user){.uid = 999, .gid = 5000}, &new_user, &e), 0);
	assert_int_equal(plan(&p, (struct spec_user){.uid = 70000, .gid = 70000}, &joined_unknown, &e), 0);
	refused(*state, (struct spec_user){.uid = 70000}, &joined_user, "/process/user/uid", "/linux/uidMappings");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(groups_come_before_the_group_and_the_user_last),
		arena_test(groups_of_the_caller_are_kept_by_an_annotation),
		arena_test(the_largest_number_is_no_id),
		arena_test(an_id_that_a_new_user_namespace_does_not_map_is_refused),
		arena_test(mapped_ids_and_those_of_a_joined_namespace_that_nothing_tells_are_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
