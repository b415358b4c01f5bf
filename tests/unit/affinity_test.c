/* affinity_test.c - when the caller's affinity is given up, and what a list of CPUs for `exec` is. */
#include "../../libcontainer/process/internal.h"
#include "steps.h"
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_mask_is_all_cpus_only_when_each_digit_says_so(void **state) {
	static const char *const all[] = {"f\n", "ff\n", "ffffffff,ffffffff\nCpus_allowed_list:\t0-63\n", "f"};
	static const char *const maybe[] = {"3\n",  "1\n",    "7f\n",         "0f\n",
					    "fe\n", "ff7f\n", "1,ffffffff\n", "ffffffff,fffffffe\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_false(affinity_may_be_narrow(all[i]));
	for (size_t i = 0; i < sizeof(maybe) / sizeof(*maybe); i++)
		assert_true(affinity_may_be_narrow(maybe[i]));
}

static size_t steps(struct arena *a, const struct host *h) {
	struct plan p = {.a = a};

	plan_affinity(&p, h);
	return p.n;
}

static void it_is_a_step_where_the_kernel_would_keep_it(void **state) {
	struct cgroup_hierarchy v2 = {.v2 = true};
	struct host old = {.kernel_major = 6, .kernel_minor = 3, .cgroups = {&v2, 1}};
	struct host new = {.kernel_major = 6, .kernel_minor = 4, .cgroups = {&v2, 1}};

	assert_int_equal(steps(*state, &new), 0);
	assert_int_equal(steps(*state, &old), 1); /* born into a cpuset that it does not keep to */
	old.systemd_bus = "system";               /* moved there */
	assert_int_equal(steps(*state, &old), 0);
	new.narrow_affinity = true;
	assert_int_equal(steps(*state, &new), 1);
}

static void behind_it_a_bound_process_has_all_cpus(void **state) {
	struct plan p = {.a = *state};
	struct run r = {.plan = &p};
	cpu_set_t before, one, after;
	int status, first = 0;

	plan_affinity(&p, &(struct host){.narrow_affinity = true});
	is_step(&p, 0, "inside affinity");
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	while (!CPU_ISSET(first, &before))
		first++;
	pid_t pid = fork();
	if (pid == 0) {
		CPU_ZERO(&one);
		CPU_SET(first, &one);
		if (sched_setaffinity(0, sizeof(one), &one) < 0 || p.v[0].run(&r, p.v[0].arg) != 0 ||
		    sched_getaffinity(0, sizeof(after), &after) < 0)
			_exit(1);
		_exit(CPU_COUNT(&after) >= CPU_COUNT(&before) ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void lists_for_exec_are_looked_at(void **state) {
	struct spec_exec_cpu_affinity affinity = {.initial = "0-3,7", .final = ""};
	struct spec_process process = {.exec_cpu_affinity = &affinity};
	struct error e = {0};

	(void)state;
	assert_int_equal(affinity_check(&process, &e), 0);
	assert_int_equal(affinity_check(&(struct spec_process){0}, &e), 0);
	affinity.final = "8191";
	assert_int_equal(affinity_check(&process, &e), 0);
	affinity.final = "8192";
	int rc = affinity_check(&process, &e);
	is_refused(rc, &e, "/process/execCPUAffinity/final", "below 8192");
	affinity.initial = "0-";
	rc = affinity_check(&process, &e);
	is_refused(rc, &e, "/process/execCPUAffinity/initial", "\"0-\" is no list of CPUs");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_mask_is_all_cpus_only_when_each_digit_says_so),
		arena_test(it_is_a_step_where_the_kernel_would_keep_it),
		arena_test(behind_it_a_bound_process_has_all_cpus),
		arena_test(lists_for_exec_are_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
