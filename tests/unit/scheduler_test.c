/* scheduler_test.c - process.scheduler: each policy and flag, what is refused before anything is made, and what chrt would do. */
#include "../../libcontainer/process/internal.h"
#include "steps.h"
#include <errno.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int plan(struct plan *p, const struct spec_scheduler *s, struct error *e) {
	struct spec_process *process = arena_new(p->a, struct spec_process);

	process->scheduler = s;
	p->n = 0;
	return plan_scheduler(p, &(struct spec){.process = process}, e);
}

static const struct sched_attr *planned(struct arena *a, const struct spec_scheduler *s) {
	struct plan *p = arena_new(a, struct plan);
	struct error e = {0};

	p->a = a;
	if (plan(p, s, &e) < 0)
		fail_msg("%s: %s", e.field, e.text);
	is_step(p, 0, "host scheduler /process/scheduler");
	return p->v[0].arg;
}

static void none_asks_for_nothing(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan(&p, NULL, &e), 0);
	assert_int_equal(p.n, 0);
}

static void each_policy_of_linux_is_known(void **state) {
	static const struct {
		struct spec_scheduler s;
		uint32_t number;
	} policies[] = {
		{{.policy = "SCHED_OTHER", .nice = -20}, SCHED_NORMAL},
		{{.policy = "SCHED_BATCH", .nice = 19}, SCHED_BATCH},
		{{.policy = "SCHED_IDLE"}, SCHED_IDLE},
		{{.policy = "SCHED_FIFO", .priority = 1}, SCHED_FIFO},
		{{.policy = "SCHED_RR", .priority = 99}, SCHED_RR},
		{{.policy = "SCHED_DEADLINE", .runtime = 1024, .deadline = 1024, .period = 1024}, SCHED_DEADLINE},
		{{.policy = "SCHED_DEADLINE", .runtime = 2000, .deadline = 3000}, SCHED_DEADLINE},
	};

	for (size_t i = 0; i < sizeof(policies) / sizeof(*policies); i++) {
		const struct spec_scheduler *s = &policies[i].s;
		const struct sched_attr *attr = planned(*state, s);

		assert_int_equal(attr->size, sizeof(*attr));
		assert_int_equal(attr->sched_policy, policies[i].number);
		assert_int_equal(attr->sched_nice, s->nice);
		assert_int_equal(attr->sched_priority, s->priority);
		assert_int_equal(attr->sched_runtime, s->runtime);
		assert_int_equal(attr->sched_deadline, s->deadline);
		assert_int_equal(attr->sched_period, s->period);
		assert_int_equal(attr->sched_flags, 0);
	}
}

static void each_flag_is_its_bit(void **state) {
	static const struct {
		char *name;
		uint64_t bit;
	} flags[] = {
		{"SCHED_FLAG_RESET_ON_FORK", SCHED_FLAG_RESET_ON_FORK},
		{"SCHED_FLAG_RECLAIM", SCHED_FLAG_RECLAIM},
		{"SCHED_FLAG_DL_OVERRUN", SCHED_FLAG_DL_OVERRUN},
		{"SCHED_FLAG_KEEP_POLICY", SCHED_FLAG_KEEP_POLICY},
		{"SCHED_FLAG_KEEP_PARAMS", SCHED_FLAG_KEEP_PARAMS},
		{"SCHED_FLAG_UTIL_CLAMP_MIN", SCHED_FLAG_UTIL_CLAMP_MIN},
		{"SCHED_FLAG_UTIL_CLAMP_MAX", SCHED_FLAG_UTIL_CLAMP_MAX},
	};
	struct spec_scheduler s = {.policy = "SCHED_OTHER"};
	char *all[7];

	for (size_t i = 0; i < 7; i++) {
		all[i] = flags[i].name;
		s.flags = (struct strings){&all[i], 1};
		assert_int_equal(planned(*state, &s)->sched_flags, flags[i].bit);
	}
	s.flags = (struct strings){all, 7};
	assert_int_equal(planned(*state, &s)->sched_flags, SCHED_FLAG_ALL);
}

static void refused(struct arena *a, struct spec_scheduler s, const char *field, const char *words) {
	struct plan p = {.a = a};
	struct error e = {0};
	int rc = plan(&p, &s, &e);

	is_refused(rc, &e, arena_printf(a, "/process/scheduler%s", field), words);
}

static void what_linux_does_not_have_is_refused(void **state) {
	static const char *const unknown[] = {"SCHED_FOO", "FIFO", "sched_other", "SCHED_OTHER ", ""};

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		refused(*state, (struct spec_scheduler){.policy = (char *)unknown[i]}, "/policy", "unknown policy");
	refused(*state, (struct spec_scheduler){.policy = "SCHED_ISO"}, "/policy", "Linux has no SCHED_ISO");
	refused(*state,
		(struct spec_scheduler){.policy = "SCHED_OTHER", .flags = LIST("SCHED_FLAG_RECLAIM", "RECLAIM")},
		"/flags/1", "unknown flag \"RECLAIM\"");
}

static void values_out_of_range_and_of_another_policy_are_refused(void **state) {
	struct arena *a = *state;

	refused(a, (struct spec_scheduler){.policy = "SCHED_OTHER", .nice = 20}, "/nice", "-20 to 19");
	refused(a, (struct spec_scheduler){.policy = "SCHED_BATCH", .nice = -21}, "/nice", "-20 to 19");
	refused(a, (struct spec_scheduler){.policy = "SCHED_IDLE", .nice = 1}, "/nice", "SCHED_IDLE has none");
	refused(a, (struct spec_scheduler){.policy = "SCHED_FIFO", .priority = 1, .nice = 1}, "/nice", "has none");
	refused(a, (struct spec_scheduler){.policy = "SCHED_FIFO"}, "/priority", "0 is out of range");
	refused(a, (struct spec_scheduler){.policy = "SCHED_RR", .priority = 100}, "/priority", "1 to 99");
	refused(a, (struct spec_scheduler){.policy = "SCHED_RR", .priority = -1}, "/priority", "1 to 99");
	refused(a, (struct spec_scheduler){.policy = "SCHED_OTHER", .priority = 1}, "/priority", "has none");
	refused(a,
		(struct spec_scheduler){.policy = "SCHED_DEADLINE", .runtime = 2000, .deadline = 2000, .priority = 1},
		"/priority", "has none");
	refused(a, (struct spec_scheduler){.policy = "SCHED_OTHER", .period = 1}, "", "for SCHED_DEADLINE");
	refused(a, (struct spec_scheduler){.policy = "SCHED_RR", .priority = 1, .runtime = 1}, "", "not for SCHED_RR");
	refused(a, (struct spec_scheduler){.policy = "SCHED_DEADLINE"}, "/runtime", "1024 nanoseconds at least");
	refused(a, (struct spec_scheduler){.policy = "SCHED_DEADLINE", .runtime = 1023, .deadline = 2000}, "/runtime",
		"1023 is out of range");
	refused(a, (struct spec_scheduler){.policy = "SCHED_DEADLINE", .runtime = 2000}, "/deadline", "shorter");
	refused(a,
		(struct spec_scheduler){.policy = "SCHED_DEADLINE", .runtime = 2000, .deadline = 3000, .period = 2999},
		"/period", "2999 is shorter than the deadline of 3000");
}

static void a_deadline_that_cannot_fork_is_told_and_with_hooks_refused(void **state) {
	struct spec_scheduler s = {.policy = "SCHED_DEADLINE", .runtime = 2000, .deadline = 2000};
	struct spec_process process = {.scheduler = &s};
	struct spec_hook hook = {.path = "/hook"};
	struct spec spec = {.process = &process, .hooks.start_container = {&hook, 1}};
	struct plan p = {.a = *state};
	struct error e = {0};
	int rc = plan_scheduler(&p, &spec, &e);

	is_refused(rc, &e, "/process/scheduler/flags", "no startContainer hook");
	assert_int_equal(plan(&p, &s, &e), 0);
	warned(&p, 0, "SCHED_FLAG_RESET_ON_FORK");
	assert_int_equal(p.warnings.n, 1);
	s.flags = (struct strings)LIST("SCHED_FLAG_RESET_ON_FORK");
	assert_int_equal(plan_scheduler(&p, &spec, &e), 0);
	assert_int_equal(p.warnings.n, 1);
}

static void a_shell_does_it_by_chrt_where_chrt_can(void **state) {
	struct plan p = {.a = *state};
	struct spec_scheduler s = {.policy = "SCHED_RR", .priority = 5, .flags = LIST("SCHED_FLAG_RESET_ON_FORK")};
	struct error e = {0};

	assert_int_equal(plan(&p, &s, &e), 0);
	says(&p, 0, "set the scheduling policy SCHED_RR");
	shell_is(&p, 0, "chrt --rr --reset-on-fork --pid 5 \"$init\"");
	s = (struct spec_scheduler){.policy = "SCHED_BATCH", .nice = 3};
	assert_int_equal(plan(&p, &s, &e), 0);
	shell_is(&p, 0, "chrt --batch --pid 0 \"$init\"\nrenice -n 3 -p \"$init\" >/dev/null");
	s = (struct spec_scheduler){.policy = "SCHED_DEADLINE", .runtime = 2000, .deadline = 3000, .period = 4000};
	assert_int_equal(plan(&p, &s, &e), 0);
	shell_is(&p, 0,
		 "chrt --deadline --sched-runtime 2000 --sched-deadline 3000 --sched-period 4000 --pid 0 \"$init\"");
	s.flags = (struct strings)LIST("SCHED_FLAG_RECLAIM");
	assert_int_equal(plan(&p, &s, &e), 0);
	assert_null(p.v[0].shell);
}

/* In a child without rights. The exit status says what went wrong. */
static int ask_without_right(struct plan *p, struct run *r) {
	r->pid = getpid();
	if (setuid(65534) < 0 && geteuid() == 0)
		return 1;
	if (p->v[0].run(r, p->v[0].arg) != -EPERM)
		return 2;
	return strstr(r->hint, "CAP_SYS_NICE") && strstr(r->hint, "realtimeRuntime") ? 0 : 3;
}

static void who_has_no_right_to_real_time_is_told_what_is_needed(void **state) {
	char hint[HINT_SIZE] = "";
	struct plan p = {.a = *state};
	struct run r = {.plan = &p, .hint = hint};
	struct error e = {0};
	int status;

	assert_int_equal(plan(&p, &(struct spec_scheduler){.policy = "SCHED_FIFO", .priority = 5}, &e), 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(ask_without_right(&p, &r));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(none_asks_for_nothing),
		arena_test(each_policy_of_linux_is_known),
		arena_test(each_flag_is_its_bit),
		arena_test(what_linux_does_not_have_is_refused),
		arena_test(values_out_of_range_and_of_another_policy_are_refused),
		arena_test(a_deadline_that_cannot_fork_is_told_and_with_hooks_refused),
		arena_test(a_shell_does_it_by_chrt_where_chrt_can),
		arena_test(who_has_no_right_to_real_time_is_told_what_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
