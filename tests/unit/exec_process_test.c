/* exec_process_test.c - what the flags of `exec` and a process object make of the container's process. */
#include "../../libcontainer/exec_process.h"
#include "test.h"
#include <string.h>

static char *words[] = {"id", "-u", NULL};
static char *net_raw[] = {"CAP_NET_RAW", NULL}, *kill[] = {"CAP_KILL", NULL}, *group[] = {"7", NULL};
static const struct spec_capabilities caps = {.bounding = {kill, 1}, .inheritable = {net_raw, 1}};
static struct spec_rlimit limit = {"RLIMIT_NOFILE", 1, 2};
static char *config_env[] = {"A=1", NULL};
static const struct spec_process config = {
	.terminal = true,
	.args = {kill, 1},
	.env = {config_env, 1},
	.cwd = "/tmp",
	.capabilities = &caps,
	.rlimits = {&limit, 1},
	.no_new_privileges = true,
	.user = {.uid = 1, .gid = 2},
};

static struct spec_process changed(struct arena *a, const struct spec_process *given,
				   const struct container_exec_options *o) {
	struct spec_process p;
	struct error e = {0};

	assert_int_equal(exec_process(a, &config, given, o, &p, &e), 0);
	return p;
}

static void refused(struct arena *a, const struct container_exec_options *o, const char *says) {
	struct spec_process p;
	struct error e = {0};

	assert_int_equal(exec_process(a, &config, NULL, o, &p, &e), -1);
	assert_non_null(strstr(e.text, says));
}

static void without_flags_only_the_program_and_the_terminal_are_others(void **state) {
	struct spec_process p = changed(*state, NULL, &(struct container_exec_options){.id = "c", .args = words});

	assert_int_equal(p.args.n, 2);
	assert_string_equal(p.args.v[1], "-u");
	assert_false(p.terminal);
	assert_string_equal(p.cwd, "/tmp");
	assert_true(p.no_new_privileges);
	assert_int_equal(p.user.uid, 1);
	assert_ptr_equal(p.capabilities, &caps);
	assert_int_equal(p.rlimits.n, 1);
}

static void a_user_is_one_number_or_two(void **state) {
	static const char *const wrong[] = {"-1",         "+5", " 5", "0x10",  "4294967295",
					    "4294967296", "1:", ":1", "1:2:3", ""};
	struct container_exec_options o = {.id = "c", .args = words, .user = "4294967294"};
	struct spec_process p = changed(*state, NULL, &o);

	assert_int_equal(p.user.uid, 4294967294U);
	assert_int_equal(p.user.gid, 2);
	o.user = "0:0";
	p = changed(*state, NULL, &o);
	assert_int_equal(p.user.uid, 0);
	assert_int_equal(p.user.gid, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		o.user = wrong[i];
		refused(*state, &o, "UID or UID:GID is needed");
	}
}

static void lists_are_added_to_and_the_config_stays_as_it_was(void **state) {
	static char *more_env[] = {"B=2", NULL};
	const struct container_exec_options o = {
		.id = "c", .args = words, .env = {more_env, 1}, .additional_gids = {group, 1}};
	struct spec_process p = changed(*state, NULL, &o);

	assert_int_equal(p.env.n, 2);
	assert_string_equal(p.env.v[1], "B=2");
	assert_null(p.env.v[2]);
	assert_int_equal(p.user.additional_gids.v[0], 7);
	assert_int_equal(config.env.n, 1);
	assert_null(config.env.v[1]);
}

/* CVE-2022-24769. */
static void a_capability_is_never_made_inheritable(void **state) {
	struct spec_process p =
		changed(*state, NULL, &(struct container_exec_options){.id = "c", .args = words, .caps = {kill, 1}});

	assert_true(strings_have(&p.capabilities->effective, "CAP_KILL"));
	assert_true(strings_have(&p.capabilities->permitted, "CAP_KILL"));
	assert_false(strings_have(&p.capabilities->inheritable, "CAP_KILL"));
	assert_int_equal(p.capabilities->ambient.n, 0);
	p = changed(*state, NULL, &(struct container_exec_options){.id = "c", .args = words, .caps = {net_raw, 1}});
	assert_true(strings_have(&p.capabilities->ambient, "CAP_NET_RAW"));
}

static void what_a_process_object_leaves_out_is_the_containers(void **state) {
	static const struct spec_capabilities own;
	struct spec_process given = {.args = {words, 2}, .cwd = "/", .terminal = true};
	const struct container_exec_options o = {.id = "c", .process = "{}"};
	struct spec_process p = changed(*state, &given, &o);

	assert_ptr_equal(p.capabilities, &caps);
	assert_int_equal(p.rlimits.n, 1);
	assert_true(p.no_new_privileges);
	assert_true(p.terminal);
	assert_int_equal(p.env.n, 0);
	assert_int_equal(p.user.uid, 0);
	given.capabilities = &own;
	assert_ptr_equal(changed(*state, &given, &o).capabilities, &own);
}

static void no_program_and_two_programs_are_errors(void **state) {
	struct spec_process given = {.args = {words, 2}, .cwd = "/"}, p;
	struct error e = {0};

	refused(*state, &(struct container_exec_options){.id = "c"}, "what to execute is missing");
	assert_int_equal(exec_process(*state, &config, &given,
				      &(struct container_exec_options){.id = "c", .args = words}, &p, &e),
			 -1);
	refused(*state, &(struct container_exec_options){.id = "c", .args = words, .env = {kill, 1}},
		"--env CAP_KILL: NAME=value");
	refused(*state, &(struct container_exec_options){.id = "c", .args = words, .caps = {group, 1}}, "--cap 7");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(without_flags_only_the_program_and_the_terminal_are_others),
		arena_test(a_user_is_one_number_or_two),
		arena_test(lists_are_added_to_and_the_config_stays_as_it_was),
		arena_test(a_capability_is_never_made_inheritable),
		arena_test(what_a_process_object_leaves_out_is_the_containers),
		arena_test(no_program_and_two_programs_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
