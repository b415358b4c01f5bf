/* personality_test.c - linux.personality: two domains and no flag. */
#include "../../libcontainer/process/internal.h"
#include "steps.h"
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

static int plan(struct plan *p, char *domain, struct strings flags, struct error *e) {
	struct spec_personality s = {domain, flags};

	p->n = 0;
	return plan_personality(p, &s, e);
}

static void none_asks_for_nothing(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_personality(&p, NULL, &e), 0);
	assert_int_equal(p.n, 0);
}

static void the_two_of_the_specification_are_known(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan(&p, "LINUX", (struct strings){0}, &e), 0);
	is_step(&p, 0, "inside personality /linux/personality");
	assert_int_equal(*(const unsigned long *)p.v[0].arg, PER_LINUX);
	assert_int_equal(plan(&p, "LINUX32", (struct strings){0}, &e), 0);
	says(&p, 0, "set the personality LINUX32");
	assert_int_equal(*(const unsigned long *)p.v[0].arg, PER_LINUX32);
}

static void others_and_each_flag_are_refused(void **state) {
	static const char *const unknown[] = {"PER_LINUX", "linux", "LINUX64", "SVR4", ""};
	struct plan p = {.a = *state};
	struct error e = {0};

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		int rc = plan(&p, (char *)unknown[i], (struct strings){0}, &e);

		is_refused(rc, &e, "/linux/personality/domain", "unknown domain");
	}
	int rc = plan(&p, "LINUX", (struct strings)LIST("ADDR_NO_RANDOMIZE"), &e);
	is_refused(rc, &e, "/linux/personality/flags/0", "ADDR_NO_RANDOMIZE");
}

static void flags_of_the_caller_are_gone_behind_it(void **state) {
	struct plan p = {.a = *state};
	struct run r = {.plan = &p};
	struct error e = {0};
	int status;

	assert_int_equal(plan(&p, "LINUX", (struct strings){0}, &e), 0);
	pid_t pid = fork();
	if (pid == 0) {
		personality(ADDR_NO_RANDOMIZE);
		if (p.v[0].run(&r, p.v[0].arg) != 0)
			_exit(1);
		_exit(personality(0xffffffff) == PER_LINUX ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(none_asks_for_nothing),
		arena_test(the_two_of_the_specification_are_known),
		arena_test(others_and_each_flag_are_refused),
		arena_test(flags_of_the_caller_are_gone_behind_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
