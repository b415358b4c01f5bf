/* memory_policy_test.c - linux.memoryPolicy: which mode can have which nodes and flags, and what the kernel then has. */
#include "../../libcontainer/process/internal.h"
#include "steps.h"
#include <errno.h>
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct host new = {.kernel_major = 6, .kernel_minor = 9}, old = {.kernel_major = 5, .kernel_minor = 14};

static int plan(struct plan *p, struct spec_memory_policy s, const struct host *h, struct error *e) {
	p->n = 0;
	return plan_memory_policy(p, &s, h, e);
}

static void none_asks_for_nothing(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_memory_policy(&p, NULL, &new, &e), 0);
	assert_int_equal(p.n, 0);
}

static void the_place_of_a_name_is_its_number(void **state) {
	(void)state;
	assert_string_equal(memory_policy_modes[MPOL_DEFAULT], "MPOL_DEFAULT");
	assert_string_equal(memory_policy_modes[MPOL_PREFERRED], "MPOL_PREFERRED");
	assert_string_equal(memory_policy_modes[MPOL_BIND], "MPOL_BIND");
	assert_string_equal(memory_policy_modes[MPOL_INTERLEAVE], "MPOL_INTERLEAVE");
	assert_string_equal(memory_policy_modes[MPOL_LOCAL], "MPOL_LOCAL");
	assert_string_equal(memory_policy_modes[MPOL_PREFERRED_MANY], "MPOL_PREFERRED_MANY");
	assert_string_equal(memory_policy_modes[6], "MPOL_WEIGHTED_INTERLEAVE");
	assert_null(memory_policy_modes[7]);
	assert_int_equal(1 << 13, MPOL_F_NUMA_BALANCING);
	assert_int_equal(1 << 14, MPOL_F_RELATIVE_NODES);
	assert_int_equal(1 << 15, MPOL_F_STATIC_NODES);
	assert_string_equal(memory_policy_flags[0], "MPOL_F_NUMA_BALANCING");
	assert_string_equal(memory_policy_flags[1], "MPOL_F_RELATIVE_NODES");
	assert_string_equal(memory_policy_flags[2], "MPOL_F_STATIC_NODES");
	assert_null(memory_policy_flags[3]);
}

static void what_set_mempolicy_allows_is_a_step(void **state) {
	const struct spec_memory_policy allowed[] = {
		{.mode = "MPOL_DEFAULT"},
		{.mode = "MPOL_DEFAULT", .nodes = ""},
		{.mode = "MPOL_LOCAL"},
		{.mode = "MPOL_PREFERRED"},
		{.mode = "MPOL_PREFERRED", .nodes = "0", .flags = LIST("MPOL_F_STATIC_NODES")},
		{.mode = "MPOL_BIND",
		 .nodes = "0-3,1023",
		 .flags = LIST("MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES")},
		{.mode = "MPOL_INTERLEAVE", .nodes = "1,0"},
		{.mode = "MPOL_PREFERRED_MANY", .nodes = "0", .flags = LIST("MPOL_F_NUMA_BALANCING")},
		{.mode = "MPOL_WEIGHTED_INTERLEAVE", .nodes = "0", .flags = LIST("MPOL_F_RELATIVE_NODES")},
	};
	struct plan p = {.a = *state};
	struct error e = {0};

	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++) {
		if (plan(&p, allowed[i], &new, &e) < 0)
			fail_msg("%zu: %s: %s", i, e.field, e.text);
		is_step(&p, 0, "inside memory_policy /linux/memoryPolicy");
	}
}

static void what_it_does_not_is_refused(void **state) {
	const struct {
		struct spec_memory_policy s;
		const char *field, *words;
	} refused[] = {
		{{.mode = "MPOL_FOO"}, "/mode", "unknown mode"},
		{{.mode = "BIND", .nodes = "0"}, "/mode", "unknown mode"},
		{{.mode = "MPOL_DEFAULT", .nodes = "0"}, "/nodes", "MPOL_DEFAULT has no nodes"},
		{{.mode = "MPOL_LOCAL", .nodes = "0"}, "/nodes", "MPOL_LOCAL has no nodes"},
		{{.mode = "MPOL_BIND"}, "/nodes", "needs a node"},
		{{.mode = "MPOL_BIND", .nodes = ""}, "/nodes", "needs a node"},
		{{.mode = "MPOL_INTERLEAVE"}, "/nodes", "needs a node"},
		{{.mode = "MPOL_PREFERRED_MANY"}, "/nodes", "needs a node"},
		{{.mode = "MPOL_WEIGHTED_INTERLEAVE"}, "/nodes", "needs a node"},
		{{.mode = "MPOL_BIND", .nodes = "0-"}, "/nodes", "no list of nodes"},
		{{.mode = "MPOL_BIND", .nodes = "1024"}, "/nodes", "below 1024"},
		{{.mode = "MPOL_BIND", .nodes = "0", .flags = LIST("MPOL_F_STATIC_NODES", "STATIC")},
		 "/flags/1",
		 "unknown flag \"STATIC\""},
		{{.mode = "MPOL_BIND", .nodes = "0", .flags = LIST("MPOL_F_STATIC_NODES", "MPOL_F_RELATIVE_NODES")},
		 "/flags",
		 "exclude each other"},
		{{.mode = "MPOL_DEFAULT", .flags = LIST("MPOL_F_STATIC_NODES")}, "/flags/0", "cannot have"},
		{{.mode = "MPOL_LOCAL", .flags = LIST("MPOL_F_RELATIVE_NODES")}, "/flags/0", "cannot have"},
		{{.mode = "MPOL_INTERLEAVE", .nodes = "0", .flags = LIST("MPOL_F_NUMA_BALANCING")},
		 "/flags/0",
		 "cannot have"},
		{{.mode = "MPOL_PREFERRED", .flags = LIST("MPOL_F_STATIC_NODES")}, "/flags", "without nodes"},
	};
	struct plan p = {.a = *state};

	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct error e = {0};
		int rc = plan(&p, refused[i].s, &new, &e);

		is_refused(rc, &e, arena_printf(*state, "/linux/memoryPolicy%s", refused[i].field), refused[i].words);
	}
}

static void a_mode_that_the_kernel_does_not_have_yet_is_refused(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};
	int rc = plan(&p, (struct spec_memory_policy){.mode = "MPOL_WEIGHTED_INTERLEAVE", .nodes = "0"}, &old, &e);

	is_refused(rc, &e, "/linux/memoryPolicy/mode", "needs Linux 6.9");
	rc = plan(&p, (struct spec_memory_policy){.mode = "MPOL_PREFERRED_MANY", .nodes = "0"}, &old, &e);
	is_refused(rc, &e, "/linux/memoryPolicy/mode", "needs Linux 5.15");
	assert_int_equal(plan(&p, (struct spec_memory_policy){.mode = "MPOL_BIND", .nodes = "0"}, &old, &e), 0);
}

static int set_and_get(struct plan *p, struct run *r) {
	unsigned long nodes[16] = {0};
	int mode = -1, rc = p->v[0].run(r, p->v[0].arg);

	if (rc < 0)
		return -rc;
	if (syscall(SYS_get_mempolicy, &mode, nodes, 1024UL, NULL, 0UL) < 0)
		return 255;
	return mode == (MPOL_BIND | MPOL_F_STATIC_NODES) && nodes[0] == 1 ? 0 : 254;
}

static int in_child(struct plan *p, struct run *r) {
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(set_and_get(p, r));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256;
}

static void the_kernel_has_it_then_and_refuses_nodes_that_are_not_there(void **state) {
	char *hint = mmap(NULL, HINT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct plan p = {.a = *state};
	struct run r = {.plan = &p, .hint = hint};
	struct error e = {0};

	if (syscall(SYS_get_mempolicy, NULL, NULL, 0UL, NULL, 0UL) < 0)
		skip();
	assert_int_equal(plan(&p,
			      (struct spec_memory_policy){
				      .mode = "MPOL_BIND", .nodes = "0", .flags = LIST("MPOL_F_STATIC_NODES")},
			      &new, &e),
			 0);
	assert_int_equal(in_child(&p, &r), 0);
	assert_int_equal(plan(&p, (struct spec_memory_policy){.mode = "MPOL_BIND", .nodes = "999"}, &new, &e), 0);
	assert_int_equal(in_child(&p, &r), EINVAL);
	assert_non_null(strstr(hint, "nodes 999"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(none_asks_for_nothing),
		arena_test(the_place_of_a_name_is_its_number),
		arena_test(what_set_mempolicy_allows_is_a_step),
		arena_test(what_it_does_not_is_refused),
		arena_test(a_mode_that_the_kernel_does_not_have_yet_is_refused),
		arena_test(the_kernel_has_it_then_and_refuses_nodes_that_are_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
