/* match_test.c - which directories of a state root an expression names, and what is done with all of them. */
#include "../../libcontainer/match.h"
#include "test.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[] = {"a1", "a2", "b", "b.c", "@seccomp"};
enum { NAMES = sizeof(names) / sizeof(*names) };

/* A state root with these names. */
static struct container_env env_new(struct arena *a) {
	struct container_env env = {.a = a, .root = arena_strdup(a, "/tmp/husk-match-XXXXXX")};

	assert_non_null(mkdtemp((char *)env.root));
	for (size_t i = 0; i < NAMES; i++)
		assert_int_equal(mkdir(arena_printf(a, "%s/%s", env.root, names[i]), 0700), 0);
	return env;
}
static void env_done(const struct container_env *env) {
	for (size_t i = 0; i < NAMES; i++)
		rmdir(arena_printf(env->a, "%s/%s", env->root, names[i]));
	rmdir(env->root);
}

static const char *joined(struct arena *a, const struct strings *list) {
	const char *all = "";

	for (size_t i = 0; i < list->n; i++)
		all = arena_printf(a, "%s%s%s", all, i ? " " : "", list->v[i]);
	return all;
}

static void ids_are_matched_anywhere_and_come_in_order(void **state) {
	static const struct {
		const char *regex, *ids;
	} cases[] = {
		{NULL, "a1 a2 b b.c"},
		{".", "a1 a2 b b.c"},
		{"", "a1 a2 b b.c"},
		{"a", "a1 a2"},
		{"2", "a2"},
		{"^b$", "b"},
		{"b.", "b.c"},
		{"b\\.", "b.c"},
		{"a1|b$", "a1 b"},
		{"[ab](2|\\.c)", "a2 b.c"},
		{"A", ""},
		{"@", ""},
		{"seccomp", ""},
		{"a{1}1", "a1"},
	};
	struct container_env env = env_new(*state);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct strings ids;
		struct error e;

		assert_int_equal(match_ids(&env, cases[i].regex, &ids, &e), 0);
		assert_string_equal(joined(*state, &ids), cases[i].ids);
	}
	env_done(&env);
}

static void what_is_no_expression_is_an_error(void **state) {
	static const char *const wrong[] = {"(", "[", "a{2", "a{2,1}", "[z-a]", "\\"};
	struct container_env env = {.a = *state, .root = "/nonexistent"};
	struct strings ids;
	struct error e;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		const char *text = arena_printf(*state, "%s is no regular expression: ", wrong[i]);

		assert_int_equal(match_ids(&env, wrong[i], &ids, &e), -1);
		assert_int_equal(strncmp(e.text, text, strlen(text)), 0);
		assert_true(strlen(e.text) > strlen(text));
	}
	assert_int_equal(match_ids(&env, ".", &ids, &e), 0); /* a root that is not there has none */
	assert_int_equal(ids.n, 0);
}

/* Writes down whom it is called for; `with` are the letters of those for whom it fails. */
static struct strings seen;
static int act(struct container_env *env, const char *id, const void *with, struct error *e) {
	strings_add(env->a, &seen, arena_strdup(env->a, id));
	return strchr(with, id[0]) ? error_set(e, EPERM, NULL, "cannot act on %s", id) : 0;
}

static void all_are_acted_on_and_all_that_failed_are_named(void **state) {
	struct container_env env = env_new(*state);
	struct error e = {0};

	seen = (struct strings){0};
	assert_int_equal(container_each(&env, ".", act, "", &e), 0);
	assert_string_equal(joined(*state, &seen), "a1 a2 b b.c");

	seen = (struct strings){0};
	assert_int_equal(container_each(&env, "[12]|^b$", act, "a", &e), -1);
	assert_string_equal(joined(*state, &seen), "a1 a2 b");
	assert_string_equal(e.text, "cannot act on a1: operation not permitted; 2 of 3 containers failed: a1, a2");
	assert_int_equal(e.errnum, EPERM);
	assert_string_equal(joined(*state, &env.warnings), "a2: cannot act on a2: operation not permitted");

	assert_int_equal(container_each(&env, "c", act, "b", &e), -1);
	assert_string_equal(e.text, "cannot act on b.c: operation not permitted");
	env_done(&env);
}

static int act_on_what_is_gone(struct container_env *env, const char *id, const void *with, struct error *e) {
	(void)with;
	rmdir(arena_printf(env->a, "%s/%s", env->root, id));
	return error_set(e, ENOENT, NULL, "container %s does not exist", id);
}

static void one_that_goes_away_meanwhile_is_no_failure(void **state) {
	struct container_env env = env_new(*state);
	struct error e = {0};

	assert_int_equal(container_each(&env, ".", act_on_what_is_gone, NULL, &e), 0);
	env_done(&env);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(ids_are_matched_anywhere_and_come_in_order),
		arena_test(what_is_no_expression_is_an_error),
		arena_test(all_are_acted_on_and_all_that_failed_are_named),
		arena_test(one_that_goes_away_meanwhile_is_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
