/* seccomp_compile_test.c - the program of a profile, run by an interpreter: it decides as libseccomp's own linear one does, for
 * every number on every architecture; and what libseccomp does not do: ENOSYS for calls newer than the profile. */
#include "../../libcontainer/process/seccomp.h"
#include "../../libcontainer/os/fd.h"
#include "steps.h"
#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <unistd.h>

#define X32 0x40000000U
#define MOST_NUMBERS 480 /* of an architecture: more than Linux 6.18 has */
#define ALLOW SECCOMP_RET_ALLOW
#define FAIL(errnum) (SECCOMP_RET_ERRNO | (errnum))

static char *const architectures[] = {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86",     "SCMP_ARCH_X32",
				      "SCMP_ARCH_ARM",    "SCMP_ARCH_AARCH64", "SCMP_ARCH_PPC64LE",
				      "SCMP_ARCH_MIPSEL", "SCMP_ARCH_RISCV64"};
#define N_ARCHITECTURES (sizeof(architectures) / sizeof(*architectures))

/* What the kernel does with a program (bpf(4), seccomp(2)); only what libseccomp and husk make use of. */
static uint32_t run(const struct bpf *p, const struct seccomp_data *call) {
	uint32_t accumulator = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct sock_filter *s = &p->v[i];
		bool jumps = false;

		switch (s->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&accumulator, (const char *)call + s->k, sizeof(accumulator));
			continue;
		case BPF_ALU | BPF_AND | BPF_K: accumulator &= s->k; continue;
		case BPF_RET | BPF_K: return s->k;
		case BPF_JMP | BPF_JA: i += s->k; continue;
		case BPF_JMP | BPF_JEQ | BPF_K: jumps = accumulator == s->k; break;
		case BPF_JMP | BPF_JGT | BPF_K: jumps = accumulator > s->k; break;
		case BPF_JMP | BPF_JGE | BPF_K: jumps = accumulator >= s->k; break;
		case BPF_JMP | BPF_JSET | BPF_K: jumps = accumulator & s->k; break;
		default: fail_msg("instruction %zu: unknown code %#x", i, s->code);
		}
		i += jumps ? s->jt : s->jf;
	}
	fail_msg("the program does not return");
	return 0;
}

static struct bpf compile(struct arena *a, const struct spec_seccomp *profile) {
	struct seccomp_filter f = {.profile = profile};
	struct error e = {0};

	if (seccomp_compile(a, &f, &e) < 0)
		fail_msg("%s: %s", e.field, e.text);
	return f.program;
}

static uint32_t call_of(const struct bpf *p, uint32_t arch, uint32_t number, uint64_t argument) {
	return run(p, &(struct seccomp_data){.nr = (int)number, .arch = arch, .args = {argument, 7, argument}});
}

static uint32_t native(const struct bpf *p, const char *name, uint64_t argument) {
	return call_of(p, seccomp_arch_native(), (uint32_t)seccomp_syscall_resolve_name(name), argument);
}

/* --- beside libseccomp ------------------------------------------------------------------------------------------------ */

static struct bpf compile_linear(struct arena *a, const struct spec_seccomp *s) {
	struct bpf p = {.v = arena_alloc(a, BPF_MAXINSNS * sizeof(*p.v))};
	scmp_filter_ctx rules = seccomp_init(seccomp_value(s->default_action, s->default_errno_ret));
	auto_close int fd = fd_memory("linear");

	for (size_t i = 0; i < s->architectures.n; i++)
		seccomp_arch_add(rules, seccomp_architecture(s->architectures.v[i]));
	for (size_t i = 0; i < s->syscalls.n; i++) {
		const struct spec_syscall *rule = &s->syscalls.v[i];
		struct scmp_arg_cmp arg = {0};

		if (rule->args.n)
			arg = SCMP_CMP64(rule->args.v->index,
					 (enum scmp_compare)seccomp_operator(rule->args.v->op)->value,
					 rule->args.v->value, rule->args.v->value_two);
		for (size_t j = 0; j < rule->names.n; j++)
			assert_int_equal(seccomp_rule_add_array(rules, seccomp_value(rule->action, rule->errno_ret),
								seccomp_syscall_resolve_name(rule->names.v[j]),
								rule->args.n ? 1 : 0, &arg),
					 0);
	}
	assert_int_equal(seccomp_export_bpf(rules, fd), 0);
	seccomp_release(rules);
	p.n = (size_t)lseek(fd, 0, SEEK_END) / sizeof(*p.v);
	assert_true(p.n < BPF_MAXINSNS);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(fd_read(fd, p.v, p.n * sizeof(*p.v)), 0);
	return p;
}

static void same_for_number(const struct bpf *ours, const struct bpf *linear, const char *name, uint32_t number) {
	static const uint64_t arguments[] = {0, 1, 5, 16, 17, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX};
	uint32_t token = seccomp_architecture(name), arch = token == SCMP_ARCH_X32 ? AUDIT_ARCH_X86_64 : token;

	for (size_t i = 0; i < sizeof(arguments) / sizeof(*arguments); i++) {
		uint32_t is = call_of(ours, arch, number, arguments[i]),
			 expected = call_of(linear, arch, number, arguments[i]);

		if (is != expected)
			fail_msg("%s, call %#x, argument %#llx: %#x, and %#x by libseccomp", name, number,
				 (unsigned long long)arguments[i], is, expected);
	}
}

static void same_as_linear(struct arena *a, const struct spec_seccomp *profile) {
	struct bpf ours = compile(a, profile), linear = compile_linear(a, profile);

	for (size_t i = 0; i < N_ARCHITECTURES; i++) {
		uint32_t base = strcmp(architectures[i], "SCMP_ARCH_X32") == 0 ? X32 : 0;

		for (uint32_t number = 0; number < MOST_NUMBERS; number++)
			same_for_number(&ours, &linear, architectures[i], base + number);
		same_for_number(&ours, &linear, architectures[i], 0xf0000); /* the first of ARM's private ones */
		same_for_number(&ours, &linear, architectures[i], 0xf0005);
		same_for_number(&ours, &linear, architectures[i], UINT32_MAX);
	}
}

static uint32_t random_number; /* of this file's own generator: the same ones each time */

static uint32_t below(uint32_t n) {
	random_number = random_number * 1664525U + 1013904223U;
	return (random_number >> 8) % n;
}

/* Each rule has an action, and maybe an argument. The default is one
 * behind which no number gets ENOSYS. */
static void random_rules(struct arena *a, struct spec_seccomp *s) {
	static char *const actions[] = {"SCMP_ACT_ERRNO", "SCMP_ACT_TRAP", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_LOG"};
	static const char *const operators[] = {"SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE",       "SCMP_CMP_EQ",
						"SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"};
	size_t n = 1 + below(20);

	s->syscalls = (struct spec_syscalls){arena_alloc(a, n * sizeof(*s->syscalls.v)), n};
	for (size_t i = 0; i < n; i++) {
		struct spec_syscall *rule = &s->syscalls.v[i];

		rule->action = actions[below(4)];
		if (below(3) == 0)
			continue;
		rule->args = (struct spec_syscall_args){arena_new(a, struct spec_syscall_arg), 1};
		*rule->args.v = (struct spec_syscall_arg){below(3), below(20), below(20), (char *)operators[below(7)]};
	}
}

static bool is_named(const struct spec_seccomp *s, const char *name) {
	for (size_t i = 0; i < s->syscalls.n; i++)
		for (size_t j = 0; j < s->syscalls.v[i].names.n; j++)
			if (strcmp(s->syscalls.v[i].names.v[j], name) == 0)
				return true;
	return false;
}

/* The names of all architectures, each in one rule at most. Not those whose own rules are made by them; and not the one that
 * libseccomp 2.5.4 takes for another. */
static void give_names(struct arena *a, struct spec_seccomp *s) {
	for (uint32_t number = 0; number < MOST_NUMBERS; number++) {
		char *name = seccomp_syscall_resolve_num_arch(
			seccomp_architecture(architectures[below(N_ARCHITECTURES)]), (int)number);

		if (name && below(3) && !is_named(s, name) && strcmp(name, "socketcall") != 0 &&
		    strcmp(name, "ipc") != 0 && strcmp(name, "sys_debug_setcontext") != 0)
			strings_add(a, &s->syscalls.v[below((uint32_t)s->syscalls.n)].names, arena_strdup(a, name));
		free(name);
	}
}

static void any_profile_decides_as_libseccomp_does(void **state) {
	for (random_number = 1; random_number < 40;) {
		uint32_t seed = random_number;
		struct spec_seccomp s = {.default_action = "SCMP_ACT_ALLOW",
					 .architectures = {(char **)architectures, 1 + seed % N_ARCHITECTURES}};

		random_rules(*state, &s);
		give_names(*state, &s);
		same_as_linear(*state, &s);
		arena_free(*state);
		*(struct arena *)*state = (struct arena){0};
		random_number = seed + 1;
	}
}

/* --- what libseccomp does not do -------------------------------------------------------------------------------------- */

/* One rule, and a default. */
static struct spec_seccomp *profile(struct arena *a, char *default_action, char *action, char **names, size_t n) {
	struct spec_seccomp *s = arena_new(a, struct spec_seccomp);

	s->default_action = default_action;
	s->syscalls = (struct spec_syscalls){arena_new(a, struct spec_syscall), 1};
	*s->syscalls.v = (struct spec_syscall){.names = {names, n}, .action = action};
	return s;
}

static void calls_newer_than_the_profile_get_enosys_where_the_default_denies(void **state) {
	static char *const deny[] = {"SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
				     "SCMP_ACT_TRAP"};
	char *names[] = {"openat2", "read"};

	for (size_t i = 0; i < sizeof(deny) / sizeof(*deny); i++) {
		struct spec_seccomp *s = profile(*state, deny[i], "SCMP_ACT_ALLOW", names, 2);
		struct bpf p = compile(*state, s);

		assert_int_equal(native(&p, "read", 0), ALLOW);
		assert_int_equal(native(&p, "clone3", 0), seccomp_value(deny[i], NULL)); /* older than openat2 */
		assert_int_equal(native(&p, "faccessat2", 0), FAIL(ENOSYS));             /* newer */
		assert_int_equal(call_of(&p, seccomp_arch_native(), 0x7fff0, 0), FAIL(ENOSYS));
		assert_int_equal(call_of(&p, seccomp_arch_native(), UINT32_MAX, 0), seccomp_value(deny[i], NULL));
	}
}

static void no_call_is_too_new_where_the_default_lets_it_pass(void **state) {
	static char *const pass[] = {"SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRACE"};
	char *names[] = {"read"};

	for (size_t i = 0; i < sizeof(pass) / sizeof(*pass); i++) {
		struct bpf p = compile(*state, profile(*state, pass[i], "SCMP_ACT_ERRNO", names, 1));

		assert_int_equal(native(&p, "read", 0), FAIL(EPERM));
		assert_int_equal(native(&p, "faccessat2", 0), seccomp_value(pass[i], NULL));
	}
}

static void each_architecture_has_its_own_last_number(void **state) {
	char *names[] = {"openat2", "semget", "breakpoint"};
	struct spec_seccomp *s = profile(*state, "SCMP_ACT_TRAP", "SCMP_ACT_ALLOW", names, 3);
	struct bpf p;

	s->architectures = (struct strings){(char *[]){"SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_ARM"}, 3};
	p = compile(*state, s);
	assert_int_equal(call_of(&p, AUDIT_ARCH_X86_64, X32 | 437, 0), ALLOW);
	assert_int_equal(call_of(&p, AUDIT_ARCH_X86_64, X32 | 436, 0), SECCOMP_RET_TRAP);
	assert_int_equal(call_of(&p, AUDIT_ARCH_X86_64, X32 | 438, 0), FAIL(ENOSYS));
	assert_int_equal(call_of(&p, AUDIT_ARCH_ARM, 438, 0), FAIL(ENOSYS));
	assert_int_equal(call_of(&p, AUDIT_ARCH_ARM, 0xf0001, 0), ALLOW); /* ARM's own are not newer calls */
	assert_int_equal(call_of(&p, AUDIT_ARCH_ARM, 0xf0002, 0), SECCOMP_RET_TRAP);
}

static void calls_that_are_part_of_another_count_as_old(void **state) {
	char *names[] = {"socket"};
	struct spec_seccomp *s = profile(*state, "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", names, 1);
	struct bpf p;

	s->architectures = (struct strings){(char *[]){"SCMP_ARCH_X86"}, 1};
	p = compile(*state, s);
	assert_int_equal(call_of(&p, AUDIT_ARCH_I386, 359, 0), ALLOW);       /* socket */
	assert_int_equal(call_of(&p, AUDIT_ARCH_I386, 102, 1), ALLOW);       /* socketcall(SYS_SOCKET) */
	assert_int_equal(call_of(&p, AUDIT_ARCH_I386, 102, 2), FAIL(EPERM)); /* socketcall(SYS_BIND) */
	assert_int_equal(call_of(&p, AUDIT_ARCH_I386, 403, 0), FAIL(ENOSYS));
}

static void a_profile_that_names_no_call_denies_them_all(void **state) {
	struct bpf p = compile(*state, &(struct spec_seccomp){.default_action = "SCMP_ACT_ERRNO"});

	assert_int_equal(native(&p, "read", 0), FAIL(EPERM));
	assert_int_equal(call_of(&p, seccomp_arch_native(), 1000, 0), FAIL(EPERM));
}

static void other_architectures_and_x32_are_killed_unless_named(void **state) {
	char *names[] = {"read"};
	struct bpf p = compile(*state, profile(*state, "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", names, 1));

	assert_int_equal(call_of(&p, AUDIT_ARCH_PPC64LE, 0, 0), SECCOMP_RET_KILL_THREAD);
	assert_int_equal(call_of(&p, AUDIT_ARCH_X86_64, X32, 0), SECCOMP_RET_KILL_THREAD);
}

static void the_same_argument_twice_in_a_rule_means_either(void **state) {
	char *names[] = {"personality"};
	struct spec_seccomp *s = profile(*state, "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", names, 1);
	struct spec_syscall_arg either[] = {{0, 1, 0, "SCMP_CMP_EQ"}, {0, 8, 0, "SCMP_CMP_EQ"}},
				both[] = {{0, 1, 0, "SCMP_CMP_GE"}, {1, 7, 0, "SCMP_CMP_EQ"}, {2, 8, 0, "SCMP_CMP_NE"}};
	struct bpf p;

	s->syscalls.v->args = (struct spec_syscall_args){either, 2};
	p = compile(*state, s);
	assert_int_equal(native(&p, "personality", 1), ALLOW);
	assert_int_equal(native(&p, "personality", 8), ALLOW);
	assert_int_equal(native(&p, "personality", 2), FAIL(EPERM));
	s->syscalls.v->args = (struct spec_syscall_args){both, 3};
	p = compile(*state, s);
	assert_int_equal(native(&p, "personality", 1), ALLOW);
	assert_int_equal(native(&p, "personality", 0), FAIL(EPERM));
	assert_int_equal(native(&p, "personality", 8), FAIL(EPERM));
}

/* libseccomp alone would refuse the second rule; runc and crun leave it out, and so allow what it denies. */
static void a_rule_with_the_action_of_the_default_is_a_rule(void **state) {
	char *names[] = {"personality"};
	struct spec_syscall_arg eight = {0, 8, 0, "SCMP_CMP_EQ"}, other = {0, 8, 0, "SCMP_CMP_NE"};
	struct spec_syscall rules[] = {{.names = {names, 1}, .action = "SCMP_ACT_ALLOW", .args = {&other, 1}},
				       {.names = {names, 1}, .action = "SCMP_ACT_ERRNO", .args = {&eight, 1}}};
	struct spec_seccomp s = {.default_action = "SCMP_ACT_ERRNO", .syscalls = {rules, 2}};
	struct bpf p = compile(*state, &s);

	assert_int_equal(native(&p, "personality", 1), ALLOW);
	assert_int_equal(native(&p, "personality", 8), FAIL(EPERM));
}

static void names_that_nobody_knows_are_left_out(void **state) {
	char *names[] = {"frobnicate", "", "read", "cacheflush"};
	struct bpf p = compile(*state, profile(*state, "SCMP_ACT_TRAP", "SCMP_ACT_ALLOW", names, 4));

	assert_int_equal(native(&p, "read", 0), ALLOW);
	assert_int_equal(native(&p, "write", 0), FAIL(ENOSYS));
}

static void values_carry_their_errno(void **state) {
	uint32_t seven = 7;

	(void)state;
	assert_int_equal(seccomp_value("SCMP_ACT_ERRNO", NULL), FAIL(EPERM));
	assert_int_equal(seccomp_value("SCMP_ACT_ERRNO", &seven), FAIL(7));
	assert_int_equal(seccomp_value("SCMP_ACT_TRACE", &seven), SECCOMP_RET_TRACE | 7);
	assert_int_equal(seccomp_value("SCMP_ACT_KILL", NULL), SECCOMP_RET_KILL_THREAD);
}

static void what_the_kernel_would_not_take_is_refused(void **state) {
	struct spec_seccomp *s = profile(*state, "SCMP_ACT_TRAP", "SCMP_ACT_ALLOW", NULL, 0);
	struct seccomp_filter f = {.profile = s};
	struct error e = {0};

	for (int number = 0; number < 330; number += 2)
		strings_add(*state, &s->syscalls.v->names, seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, number));
	for (size_t i = 0; seccomp_architectures[i]; i++)
		if (seccomp_architecture(seccomp_architectures[i]))
			strings_add(*state, &s->architectures, (char *)seccomp_architectures[i]);
	assert_int_equal(seccomp_compile(*state, &f, &e), -1);
	assert_string_equal(e.field, "/linux/seccomp");
	assert_non_null(strstr(e.text, "too large"));
	for (size_t i = 0; i < s->syscalls.v->names.n; i++)
		free(s->syscalls.v->names.v[i]);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(any_profile_decides_as_libseccomp_does),
		arena_test(calls_newer_than_the_profile_get_enosys_where_the_default_denies),
		arena_test(no_call_is_too_new_where_the_default_lets_it_pass),
		arena_test(each_architecture_has_its_own_last_number),
		arena_test(calls_that_are_part_of_another_count_as_old),
		arena_test(a_profile_that_names_no_call_denies_them_all),
		arena_test(other_architectures_and_x32_are_killed_unless_named),
		arena_test(the_same_argument_twice_in_a_rule_means_either),
		arena_test(a_rule_with_the_action_of_the_default_is_a_rule),
		arena_test(names_that_nobody_knows_are_left_out),
		arena_test(values_carry_their_errno),
		arena_test(what_the_kernel_would_not_take_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
