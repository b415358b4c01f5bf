/* seccomp_test.c - linux.seccomp: what is refused, and with which words; the flags; when the filter is loaded. */
#include "../../libcontainer/process/internal.h"
#include "../../libcontainer/process/seccomp.h"
#include "steps.h"
#include <linux/capability.h>

static const struct host root = {.cap_effective = UINT64_MAX};
static const struct request request;
static char *names[] = {"read"};

static int plan(struct plan *p, const struct spec_seccomp *s, const struct host *h, struct error *e) {
	struct spec_process *process = arena_new(p->a, struct spec_process);
	struct spec *spec = arena_new(p->a, struct spec);

	spec->process = process;
	spec->linux_.seccomp = s;
	return plan_seccomp(p, spec, h, e);
}

static void refused(struct arena *a, const struct spec_seccomp *s, const char *field, const char *words) {
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};

	is_refused(plan(&p, s, &root, &e), &e, field, words);
}

/* A profile that is allowed, with this as its second rule. */
static void rule_refused(struct arena *a, struct spec_syscall rule, const char *field, const char *words) {
	struct spec_syscall rules[] = {{.names = {names, 1}, .action = "SCMP_ACT_LOG"}, rule};
	struct spec_seccomp s = {.default_action = "SCMP_ACT_ALLOW", .syscalls = {rules, 2}};

	refused(a, &s, field, words);
}

static void all_nine_actions_are_known(void **state) {
	static char *const actions[] = {"KILL",  "KILL_PROCESS", "KILL_THREAD", "TRAP",
					"ERRNO", "TRACE",        "ALLOW",       "LOG"};

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		char *action = arena_printf(*state, "SCMP_ACT_%s", actions[i]);
		struct spec_syscall rule = {.names = {names, 1}, .action = action};
		struct spec_seccomp s = {.default_action = action, .syscalls = {&rule, 1}};
		struct plan p = {.a = *state, .request = &request};
		struct error e = {0};

		assert_int_equal(plan(&p, &s, &root, &e), 0);
		assert_ptr_equal(p.filter->profile, &s);
		assert_null(p.filter->agent);
	}
	assert_non_null(seccomp_action("SCMP_ACT_NOTIFY"));
}

static void an_unknown_action_is_refused(void **state) {
	struct spec_seccomp s = {.default_action = "SCMP_ACT_ERRN"};

	refused(*state, &s, "/linux/seccomp/defaultAction", "\"SCMP_ACT_ERRN\" is no action");
	rule_refused(*state, (struct spec_syscall){.names = {names, 1}, .action = "ALLOW"},
		     "/linux/seccomp/syscalls/1/action", "\"ALLOW\" is no action");
}

static void an_errno_is_refused_where_the_action_has_none_and_out_of_its_range(void **state) {
	static char *const without[] = {"KILL", "KILL_PROCESS", "KILL_THREAD", "TRAP", "ALLOW", "LOG"};
	uint32_t one = 1, too_large = 4095, too_large_to_trace = 65535;
	struct spec_syscall rule = {.names = {names, 1}, .action = "SCMP_ACT_ERRNO", .errno_ret = &too_large};
	struct spec_seccomp s = {.default_errno_ret = &one};

	for (size_t i = 0; i < sizeof(without) / sizeof(*without); i++) {
		s.default_action = arena_printf(*state, "SCMP_ACT_%s", without[i]);
		refused(*state, &s, "/linux/seccomp/defaultErrnoRet", "has no errno");
	}
	rule_refused(*state, rule, "/linux/seccomp/syscalls/1/errnoRet", "4095 is out of range: 0 to 4094");
	rule.action = "SCMP_ACT_TRACE";
	rule.errno_ret = &too_large_to_trace;
	rule_refused(*state, rule, "/linux/seccomp/syscalls/1/errnoRet", "65535 is out of range");
}

static void a_rule_without_names_is_refused(void **state) {
	rule_refused(*state, (struct spec_syscall){.action = "SCMP_ACT_LOG"}, "/linux/seccomp/syscalls/1/names",
		     "is empty");
}

static void arguments_are_0_to_5_and_their_operators_seven(void **state) {
	struct spec_syscall_arg args[] = {{5, 0, 0, "SCMP_CMP_MASKED_EQ"}, {6, 0, 0, "SCMP_CMP_EQ"}};
	struct spec_syscall rule = {.names = {names, 1}, .action = "SCMP_ACT_LOG", .args = {args, 2}};

	rule_refused(*state, rule, "/linux/seccomp/syscalls/1/args/1/index", "6 is out of range");
	args[1] = (struct spec_syscall_arg){0, 0, 0, "=="};
	rule_refused(*state, rule, "/linux/seccomp/syscalls/1/args/1/op", "\"==\" is no operator");
	for (const char *const *op = (const char *const[]){"NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ", NULL}; *op;
	     op++)
		assert_non_null(seccomp_operator(arena_printf(*state, "SCMP_CMP_%s", *op)));
}

static void architectures_are_those_of_the_specification_that_libseccomp_has(void **state) {
	struct spec_seccomp s = {.default_action = "SCMP_ACT_ALLOW"};
	size_t n = 0;

	s.architectures = (struct strings)LIST("SCMP_ARCH_X86", "SCMP_ARCH_Z80");
	refused(*state, &s, "/linux/seccomp/architectures/1", "\"SCMP_ARCH_Z80\" is no architecture");
	for (; seccomp_architectures[n]; n++) {
		s.architectures = (struct strings){(char **)&seccomp_architectures[n], 1};
		if (!seccomp_architecture(seccomp_architectures[n]))
			refused(*state, &s, "/linux/seccomp/architectures/0", "is not known to the libseccomp");
	}
	assert_int_equal(n, 23);
	assert_true(seccomp_architecture("SCMP_ARCH_X86_64"));
	assert_true(seccomp_architecture("SCMP_ARCH_AARCH64"));
}

static unsigned flags_of(struct arena *a, struct strings flags) {
	struct spec_seccomp s = {.default_action = "SCMP_ACT_ALLOW", .flags = flags};
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};

	assert_int_equal(plan(&p, &s, &root, &e), 0);
	return p.filter->flags;
}

static void flags_are_handed_on_and_without_the_list_it_is_spec_allow(void **state) {
	struct spec_seccomp s = {.default_action = "SCMP_ACT_ALLOW"};
	char *none[] = {NULL};

	assert_int_equal(flags_of(*state, (struct strings){0}), SECCOMP_FILTER_FLAG_SPEC_ALLOW);
	assert_int_equal(flags_of(*state, (struct strings){none, 0}), 0);
	assert_int_equal(flags_of(*state, (struct strings)LIST("SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG")),
			 SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG);
	/* The kernel takes it from who notifies only. */
	assert_int_equal(flags_of(*state, (struct strings)LIST("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")), 0);
	s.flags = (struct strings)LIST("SECCOMP_FILTER_FLAG_LOG", "TSYNC");
	refused(*state, &s, "/linux/seccomp/flags/1", "\"TSYNC\" is no flag");
}

static void notify_is_no_default(void **state) {
	struct spec_seccomp s = {.default_action = "SCMP_ACT_NOTIFY", .listener_path = "/agent"};

	refused(*state, &s, "/linux/seccomp/defaultAction", "single system calls");
}

static void a_filter_needs_no_new_privileges_or_cap_sys_admin(void **state) {
	struct spec_seccomp s = {.default_action = "SCMP_ACT_ALLOW"};
	struct spec_process process = {0};
	struct spec spec = {.process = &process, .linux_.seccomp = &s};
	struct spec_namespace user = {"user", NULL};
	struct host weak = {.cap_effective = ~(UINT64_C(1) << CAP_SYS_ADMIN)};
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};

	is_refused(plan_seccomp(&p, &spec, &weak, &e), &e, "/linux/seccomp",
		   "needs /process/noNewPrivileges, or CAP_SYS_ADMIN");
	process.no_new_privileges = true;
	assert_int_equal(plan_seccomp(&p, &spec, &weak, &e), 0);
	process.no_new_privileges = false;
	spec.linux_.namespaces = (struct spec_namespaces){&user, 1};
	assert_int_equal(plan_seccomp(&p, &spec, &weak, &e), 0);
}

static void without_a_process_the_profile_is_checked_and_no_filter_made(void **state) {
	struct spec_seccomp s = {.default_action = "SCMP_ACT_ALLOW"};
	struct spec spec = {.linux_.seccomp = &s};
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};

	assert_int_equal(plan_seccomp(&p, &spec, &root, &e), 0);
	assert_null(p.filter);
	s.default_action = "x";
	is_refused(plan_seccomp(&p, &spec, &root, &e), &e, "/linux/seccomp/defaultAction", "no action");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(all_nine_actions_are_known),
		arena_test(an_unknown_action_is_refused),
		arena_test(an_errno_is_refused_where_the_action_has_none_and_out_of_its_range),
		arena_test(a_rule_without_names_is_refused),
		arena_test(arguments_are_0_to_5_and_their_operators_seven),
		arena_test(architectures_are_those_of_the_specification_that_libseccomp_has),
		arena_test(flags_are_handed_on_and_without_the_list_it_is_spec_allow),
		arena_test(notify_is_no_default),
		arena_test(a_filter_needs_no_new_privileges_or_cap_sys_admin),
		arena_test(without_a_process_the_profile_is_checked_and_no_filter_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
