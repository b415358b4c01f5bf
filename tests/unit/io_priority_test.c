/* io_priority_test.c - process.ioPriority: three classes, eight levels, and what the kernel then says of a process. */
#include "../../libcontainer/process/internal.h"
#include "steps.h"
#include <errno.h>
#include <linux/ioprio.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int plan(struct plan *p, char *class, int32_t priority, struct error *e) {
	struct spec_io_priority *io = arena_new(p->a, struct spec_io_priority);

	*io = (struct spec_io_priority){class, priority};
	p->n = 0;
	return plan_io_priority(p, &(struct spec_process){.io_priority = io}, e);
}

static void none_asks_for_nothing(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_io_priority(&p, &(struct spec_process){0}, &e), 0);
	assert_int_equal(p.n, 0);
}

static void each_class_and_level_is_what_ionice_says(void **state) {
	static const char *const classes[] = {"IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"};
	struct plan p = {.a = *state};
	struct error e = {0};

	for (int class = 0; class < 3; class ++)
		for (int level = 0; level < 8; level++) {
			assert_int_equal(plan(&p, (char *)classes[class], level, &e), 0);
			is_step(&p, 0, "host io_priority /process/ioPriority");
			shell_is(&p, 0,
				 arena_printf(*state, "ionice --class %d --classdata %d --pid \"$init\"", class + 1,
					      level));
		}
}

static void another_class_or_level_is_refused(void **state) {
	static const char *const unknown[] = {"IOPRIO_CLASS_NONE", "BE", "ioprio_class_be", ""};
	static const int32_t levels[] = {-1, 8, INT32_MAX, INT32_MIN};
	struct plan p = {.a = *state};
	struct error e = {0};

	for (size_t i = 0; i < 4; i++) {
		int rc = plan(&p, (char *)unknown[i], 0, &e);

		is_refused(rc, &e, "/process/ioPriority/class", "unknown class");
		rc = plan(&p, "IOPRIO_CLASS_BE", levels[i], &e);
		is_refused(rc, &e, "/process/ioPriority/priority", "out of range");
	}
}

static void the_kernel_gives_it_to_the_process(void **state) {
	char hint[HINT_SIZE] = "";
	struct plan p = {.a = *state};
	struct run r = {.plan = &p, .hint = hint};
	struct error e = {0};

	assert_int_equal(plan(&p, "IOPRIO_CLASS_BE", 6, &e), 0);
	r.pid = fork();
	if (r.pid == 0) {
		pause();
		_exit(0);
	}
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), 0);
	assert_int_equal(syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, r.pid), IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 6));
	kill(r.pid, SIGKILL);
	waitpid(r.pid, NULL, 0);
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), -ESRCH);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(none_asks_for_nothing),
		arena_test(each_class_and_level_is_what_ionice_says),
		arena_test(another_class_or_level_is_refused),
		arena_test(the_kernel_gives_it_to_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
