/* rlimits_test.c - process.rlimits: all sixteen names, what is refused, and that lowering is the process's own last work. */
#include "../../libcontainer/process/internal.h"
#include "test.h"
#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int plan(struct plan *p, struct spec_rlimit *limits, size_t n, struct error *e) {
	struct spec_process *process = arena_new(p->a, struct spec_process);

	process->rlimits = (struct spec_rlimits){limits, n};
	if (plan_rlimits_host(p, process, e) < 0)
		return -1;
	plan_rlimits(p, process);
	return 0;
}

static void all_sixteen_are_known(void **state) {
	static const char *const types[] = {"AS",      "CORE",     "CPU",        "DATA",   "FSIZE", "LOCKS",
					    "MEMLOCK", "MSGQUEUE", "NICE",       "NOFILE", "NPROC", "RSS",
					    "RTPRIO",  "RTTIME",   "SIGPENDING", "STACK"};
	struct plan p = {.a = *state};
	struct spec_rlimit limits[16];
	struct error e = {0};

	for (size_t i = 0; i < 16; i++)
		limits[i] = (struct spec_rlimit){arena_printf(*state, "RLIMIT_%s", types[i]), 1, 2};
	assert_int_equal(plan(&p, limits, 16, &e), 0);
	assert_int_equal(p.n, 32);
	for (size_t i = 0; i < 16; i++) {
		assert_int_equal(p.v[i].side, HOST);
		assert_int_equal(p.v[16 + i].side, INSIDE);
		assert_int_equal(p.v[16 + i].index, i);
	}
}

static void refused(struct arena *a, struct spec_rlimit *limits, size_t n, const char *field, const char *words) {
	struct plan p = {.a = a};
	struct error e = {0};

	assert_int_equal(plan(&p, limits, n, &e), -1);
	assert_string_equal(e.field, field);
	assert_non_null(strstr(e.text, words));
}

static void an_unknown_type_is_refused(void **state) {
	static const char *const types[] = {"RLIMIT_FOO", "NOFILE", "rlimit_nofile", "RLIMIT_NOFILES", "RLIMIT_", ""};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		refused(*state, &(struct spec_rlimit){(char *)types[i], 1, 1}, 1, "/process/rlimits/0/type",
			"unknown type");
}

static void a_soft_limit_above_the_hard_one_is_refused(void **state) {
	refused(*state, &(struct spec_rlimit){"RLIMIT_NOFILE", 5, 4}, 1, "/process/rlimits/0/soft",
		"5 is above the hard limit 4");
	refused(*state, &(struct spec_rlimit){"RLIMIT_NOFILE", UINT64_MAX, 4}, 1, "/process/rlimits/0/soft", "above");
}

static void a_second_limit_of_a_type_is_refused(void **state) {
	struct spec_rlimit limits[] = {{"RLIMIT_NOFILE", 4, 4}, {"RLIMIT_CORE", 0, 0}, {"RLIMIT_NOFILE", 4, 4}};

	refused(*state, limits, 3, "/process/rlimits/2", "a second limit of type RLIMIT_NOFILE");
}

static void the_host_raises_and_never_lowers(void **state) {
	struct plan p = {.a = *state};
	struct rlimit before, after;
	struct spec_rlimit zero = {"RLIMIT_CORE", 0, 0}, same = {"RLIMIT_CORE", 0, 0};
	char hint[HINT_SIZE];
	struct run r = {.plan = &p, .pid = getpid(), .hint = hint};
	struct error e = {0};

	assert_int_equal(getrlimit(RLIMIT_CORE, &before), 0);
	same.hard = before.rlim_max;
	assert_int_equal(plan(&p, &zero, 1, &e), 0);
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), 0);
	assert_int_equal(plan(&p, &same, 1, &e), 0);
	assert_int_equal(p.v[2].run(&r, p.v[2].arg), 0);
	assert_int_equal(getrlimit(RLIMIT_CORE, &after), 0);
	assert_true(before.rlim_cur == after.rlim_cur && before.rlim_max == after.rlim_max);
}

/* Behind that nobody could raise it: in a child. The exit status says what went wrong. */
static int lower_and_raise(struct run *r) {
	struct plan p = {.a = r->plan->a};
	struct spec_rlimit low = {"RLIMIT_NOFILE", 10, 20}, high = {"RLIMIT_NOFILE", 10, UINT64_MAX};
	struct rlimit now;
	struct error e = {0};

	if (plan(&p, &low, 1, &e) < 0 || p.v[1].run(r, p.v[1].arg) != 0)
		return 1;
	if (getrlimit(RLIMIT_NOFILE, &now) < 0 || now.rlim_cur != 10 || now.rlim_max != 20)
		return 2;
	r->pid = getpid();
	if (plan(&p, &high, 1, &e) < 0 || p.v[2].run(r, p.v[2].arg) != -EPERM)
		return 3;
	return strstr(r->hint, "hard limit of the caller is 20") ? 0 : 4;
}

static void the_process_sets_both_and_raising_beyond_tells_what_is_needed(void **state) {
	char hint[HINT_SIZE];
	struct plan p = {.a = *state};
	struct run r = {.plan = &p, .hint = hint};
	int status;

	pid_t pid = fork();
	if (pid == 0)
		_exit(lower_and_raise(&r));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void the_option_of_prlimit_says_unlimited(void **state) {
	char text[64] = "";

	(void)state;
	rlimit_add_option(&TEXT(text), &(struct spec_rlimit){"RLIMIT_MSGQUEUE", 7, UINT64_MAX});
	assert_string_equal(text, " --msgqueue=7:unlimited");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(all_sixteen_are_known),
		arena_test(an_unknown_type_is_refused),
		arena_test(a_soft_limit_above_the_hard_one_is_refused),
		arena_test(a_second_limit_of_a_type_is_refused),
		arena_test(the_host_raises_and_never_lowers),
		arena_test(the_process_sets_both_and_raising_beyond_tells_what_is_needed),
		arena_test(the_option_of_prlimit_says_unlimited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
