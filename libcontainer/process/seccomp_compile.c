/* seccomp_compile.c - a profile as a program.
 *
 * For each architecture a tree of the system call numbers (seccomp_tree.c) decides what depends on the number alone, which is
 * nearly everything. libseccomp gets the rest, and its program stands behind the tree: rules about arguments, and calls that
 * an architecture has also as part of another one (socketcall, ipc). Given everything, and several architectures at once, it
 * would take 15 ms for docker's profile, and this takes one.
 *
 * Numbers greater than all that the profile names get ENOSYS where the default is to deny: these calls are newer than the
 * profile, and a libc that meets EPERM takes it for an answer, where it would use an older call on ENOSYS. Where the default
 * lets calls pass, nothing stands in their way; a tracer among them, who answers for new calls too. As in runc. */
#include "../process/seccomp.h" /* <seccomp.h> is libseccomp's */
#include "../os/fd.h"
#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define X32_BIT 0x40000000U    /* of numbers: x32 shares the architecture of x86_64 */
#define PRIVATE_CALLS 0xf0000U /* numbers from here on are ARM's own, and no newer calls */
#define LAST_PART (-10000)     /* libseccomp's numbers from here to 0 are of calls that are part of others */
#define LAST_MULTIPLEXED 402U  /* of what socketcall and ipc do, the last (msgctl) that got a number of its own */
#define NOT_DECIDED \
	SCMP_ACT_TRACE(SECCOMP_NO_TRACE) /* for libseccomp the default, as it takes no rule with the same action */

/* A system call that the profile names, on one architecture. */
struct call {
	uint32_t number;
	uint32_t value; /* SECCOMP_RET_x with its data, or SECCOMP_ASK */
};

/* Instead of a number. */
enum { PART = -1, NO_SUCH_CALL = -2 };

/* One architecture while it is compiled. */
struct machine {
	struct arena *a;
	const struct spec_seccomp *profile;
	uint32_t token;
	uint32_t default_value;
	struct call *calls;
	size_t n;
	bool multiplexed;      /* some of the names are also part of another call */
	scmp_filter_ctx rules; /* NULL: libseccomp has nothing to decide */
};

static uint32_t base_of(uint32_t token) {
	return token == SCMP_ARCH_X32 ? X32_BIT : 0;
}

static bool is_multiplexer(const char *name) {
	return strcmp(name, "socketcall") == 0 || strcmp(name, "ipc") == 0;
}

static int by_number(const void *a, const void *b) {
	const struct call *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* The number of a system call; PART of another one; NO_SUCH_CALL where libseccomp or the architecture does not know the name:
 * it can be left out, since the call cannot be made. */
static int resolve(const struct machine *m, const char *name) {
	int number = seccomp_syscall_resolve_name_arch(m->token, name);

	if (number >= 0)
		return number;
	return number > LAST_PART && number != __NR_SCMP_ERROR ? PART : NO_SUCH_CALL;
}

/* One for each number: where rules differ, libseccomp knows which one counts. */
static void unite_calls(struct machine *m) {
	size_t n = 0;

	if (m->n)
		qsort(m->calls, m->n, sizeof(*m->calls), by_number);
	for (size_t i = 0; i < m->n; i++) {
		if (n == 0 || m->calls[n - 1].number != m->calls[i].number)
			m->calls[n++] = m->calls[i];
		else if (m->calls[n - 1].value != m->calls[i].value)
			m->calls[n - 1].value = SECCOMP_ASK;
	}
	m->n = n;
}

static void find_calls(struct machine *m) {
	const struct spec_syscalls *rules = &m->profile->syscalls;
	size_t most = 0;

	for (size_t i = 0; i < rules->n; i++)
		most += rules->v[i].names.n;
	m->calls = arena_alloc(m->a, (most + 1) * sizeof(*m->calls));
	for (size_t i = 0; i < rules->n; i++) {
		const struct spec_syscall *rule = &rules->v[i];
		uint32_t value = rule->args.n ? SECCOMP_ASK : seccomp_value(rule->action, rule->errno_ret);

		for (size_t j = 0; j < rule->names.n; j++) {
			int number = resolve(m, rule->names.v[j]);

			m->multiplexed |= number == PART;
			if (number >= 0)
				m->calls[m->n++] = (struct call){
					(uint32_t)number, is_multiplexer(rule->names.v[j]) ? SECCOMP_ASK : value};
		}
	}
	unite_calls(m);
}

static bool must_ask(const struct machine *m, const char *name) {
	int number = resolve(m, name);
	const struct call key = {.number = (uint32_t)number}, *call;

	if (number < 0)
		return number == PART;
	call = bsearch(&key, m->calls, m->n, sizeof(key), by_number);
	return call && call->value == SECCOMP_ASK;
}

static struct scmp_arg_cmp comparison(const struct spec_syscall_arg *arg) {
	return (struct scmp_arg_cmp){arg->index, (enum scmp_compare)seccomp_operator(arg->op)->value, arg->value,
				     arg->value_two};
}

static bool names_an_argument_twice(const struct spec_syscall_args *args) {
	unsigned seen = 0;

	for (size_t i = 0; i < args->n; i++) {
		if (seen & 1U << args->v[i].index)
			return true;
		seen |= 1U << args->v[i].index;
	}
	return false;
}

/* All comparisons must hold; but where two are about the same argument each of them is enough, as in runc and crun. libseccomp
 * wants a call's number on the machine that it runs on, whatever the architecture of the rules. */
static int add_rule(const struct machine *m, const struct spec_syscall *rule, const char *name) {
	int number = seccomp_syscall_resolve_name(name);
	uint32_t value = seccomp_value(rule->action, rule->errno_ret);
	struct scmp_arg_cmp all[6];
	int rc = 0;

	if (!names_an_argument_twice(&rule->args)) {
		for (size_t i = 0; i < rule->args.n; i++)
			all[i] = comparison(&rule->args.v[i]);
		return seccomp_rule_add_array(m->rules, value, number, (unsigned)rule->args.n, all);
	}
	for (size_t i = 0; i < rule->args.n && rc == 0; i++) {
		all[0] = comparison(&rule->args.v[i]);
		rc = seccomp_rule_add_array(m->rules, value, number, 1, all);
	}
	return rc;
}

static int rules_open(struct machine *m) {
	m->rules = seccomp_init(NOT_DECIDED);
	if (!m->rules)
		return -ENOMEM;
	if (m->token == seccomp_arch_native())
		return 0;
	return seccomp_arch_remove(m->rules, SCMP_ARCH_NATIVE) < 0 || seccomp_arch_add(m->rules, m->token) < 0 ? -EINVAL
													       : 0;
}

/* Gives libseccomp what it has to decide. */
static int add_rules(struct machine *m, struct error *e) {
	const struct spec_syscalls *rules = &m->profile->syscalls;
	int rc = 0;

	for (size_t i = 0; i < rules->n; i++)
		for (size_t j = 0; j < rules->v[i].names.n; j++) {
			const char *name = rules->v[i].names.v[j];

			if (!must_ask(m, name))
				continue;
			if (!m->rules)
				rc = rules_open(m);
			if (rc == 0)
				rc = add_rule(m, &rules->v[i], name);
			if (rc < 0)
				return error_set(e, -rc, arena_printf(m->a, "/linux/seccomp/syscalls/%zu", i),
						 "libseccomp does not take this rule for %s", name);
		}
	return 0;
}

/* Takes off what its program begins with, a look at the architecture: the tree has seen to that. What it goes on with, the
 * loading of the number, it sometimes forgets (2.5.4, behind a PART), and the tree has done that too. */
static int cut_head(struct bpf *p, size_t begin) {
	struct sock_filter *v = p->v + begin;
	size_t n = p->n - begin, head;

	if (n < 3 || v[0].k != offsetof(struct seccomp_data, arch) || v[1].code != (BPF_JMP | BPF_JEQ | BPF_K))
		return -EPROTO;
	head = v[1].jt + 2U;
	memmove(v, v + head, (n - head) * sizeof(*v));
	p->n -= head;
	return 0;
}

/* libseccomp writes to a file only. */
static int add_program(const struct machine *m, struct bpf *p) {
	auto_close int fd = fd_memory("husk-seccomp");
	size_t begin = p->n, size;
	int rc = fd < 0 ? -errno : seccomp_export_bpf(m->rules, fd);

	if (rc < 0)
		return rc;
	size = (size_t)lseek(fd, 0, SEEK_END);
	p->n += size / sizeof(*p->v);
	if (p->n > BPF_MAXINSNS)
		return 0; /* seccomp_compile says so */
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	rc = fd_read(fd, p->v + begin, size);
	for (size_t i = begin; rc == 0 && i < p->n; i++)
		if (p->v[i].code == (BPF_RET | BPF_K) && p->v[i].k == NOT_DECIDED)
			p->v[i].k = m->default_value;
	return rc < 0 ? rc : cut_head(p, begin);
}

/* From the first number that may be newer than the profile on. */
static uint32_t first_new(const struct machine *m) {
	uint32_t base = base_of(m->token), last = base;
	bool any = m->multiplexed;

	for (size_t i = 0; i < m->n && m->calls[i].number - base < PRIVATE_CALLS; i++, any = true)
		last = m->calls[i].number;
	if (m->multiplexed && last < base + LAST_MULTIPLEXED)
		last = base + LAST_MULTIPLEXED;
	return any ? last + 1 : base + PRIVATE_CALLS;
}

static bool denies(uint32_t default_value) {
	for (const struct seccomp_action *action = seccomp_actions; action->name; action++)
		if (action->value == (default_value & SECCOMP_RET_ACTION_FULL))
			return !action->passes;
	return false;
}

static void add_ranges(const struct machine *m, struct seccomp_ranges *ranges) {
	uint32_t other = m->rules ? SECCOMP_ASK : m->default_value, base = base_of(m->token);
	uint32_t newer = denies(m->default_value) ? SECCOMP_RET_ERRNO | ENOSYS : other;
	size_t i = 0;

	seccomp_add_range(m->a, ranges, base, other);
	for (; i < m->n && m->calls[i].number - base < PRIVATE_CALLS; i++) {
		seccomp_add_range(m->a, ranges, m->calls[i].number, m->calls[i].value);
		seccomp_add_range(m->a, ranges, m->calls[i].number + 1, other);
	}
	seccomp_add_range(m->a, ranges, first_new(m), newer);
	seccomp_add_range(m->a, ranges, base + PRIVATE_CALLS, other);
	for (; i < m->n; i++) {
		seccomp_add_range(m->a, ranges, m->calls[i].number, m->calls[i].value);
		seccomp_add_range(m->a, ranges, m->calls[i].number + 1, other);
	}
}

#define LOAD(member) BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, member)

/* Where the program goes on when a call is of another architecture: the jump before it, whose length add_machine sets. */
static size_t add_not_here(struct bpf *p) {
	bpf_add(p, BPF_JMP | BPF_JA, 0, 0, 0);
	return p->n - 1;
}

static void jump_here(struct bpf *p, size_t from) {
	if (from < BPF_MAXINSNS)
		p->v[from].k = (uint32_t)(p->n - from - 1);
}

/* One architecture: leaves the number in the accumulator, or jumps over it all. A number of -1 is a call that a tracer wants
 * skipped, and none of x32. */
static int add_machine(const struct machine *m, struct bpf *p) {
	uint32_t audit = m->token == SCMP_ARCH_X32 ? AUDIT_ARCH_X86_64 : m->token;
	struct seccomp_ranges ranges = {0};
	size_t other, other_half = SIZE_MAX;
	int rc = 0;

	bpf_add(p, LOAD(arch));
	bpf_add(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, audit);
	other = add_not_here(p);
	bpf_add(p, LOAD(nr));
	if (m->token == SCMP_ARCH_X86_64) {
		bpf_add(p, BPF_JMP | BPF_JGE | BPF_K, 0, 2, X32_BIT);
		bpf_add(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, UINT32_MAX);
		other_half = add_not_here(p);
	}
	if (m->token == SCMP_ARCH_X32) {
		bpf_add(p, BPF_JMP | BPF_JGE | BPF_K, 1, 0, X32_BIT);
		other_half = add_not_here(p);
	}
	add_ranges(m, &ranges);
	bpf_add_tree(p, &ranges);
	if (m->rules)
		rc = add_program(m, p);
	jump_here(p, other);
	jump_here(p, other_half);
	return rc;
}

static int compile_machine(struct machine *m, struct bpf *p, struct error *e) {
	int rc;

	find_calls(m);
	rc = add_rules(m, e);
	if (rc == 0 && (rc = add_machine(m, p)) < 0)
		error_set(e, -rc, "/linux/seccomp", "libseccomp cannot compile the rules about arguments");
	if (m->rules)
		seccomp_release(m->rules);
	return rc < 0 ? -1 : 0;
}

/* No kernel runs both: such calls cannot be met, and libseccomp would write its program in the other order of bytes. */
static bool is_of_other_byte_order(uint32_t token) {
	return (token ^ seccomp_arch_native()) & __AUDIT_ARCH_LE;
}

/* The machine's own architecture is always one, as in runc and crun; the others each once. */
static size_t list_tokens(const struct strings *names, uint32_t *tokens) {
	size_t n = 0;

	tokens[n++] = seccomp_arch_native();
	for (size_t i = 0; i < names->n; i++) {
		uint32_t token = seccomp_architecture(names->v[i]);
		size_t j = 0;

		while (j < n && tokens[j] != token)
			j++;
		if (j == n && !is_of_other_byte_order(token))
			tokens[n++] = token;
	}
	return n;
}

void seccomp_tell_unknown(struct arena *a, const struct spec_seccomp *profile, struct strings *debug) {
	for (size_t i = 0; profile && i < profile->syscalls.n; i++) {
		const struct strings *names = &profile->syscalls.v[i].names;

		for (size_t j = 0; j < names->n; j++)
			if (!seccomp_call_is_known(names->v[j]))
				strings_add(a, debug,
					    arena_printf(a,
							 "/linux/seccomp/syscalls/%zu/names/%zu: libseccomp knows no "
							 "system call %s, left out",
							 i, j, names->v[j]));
	}
}

int seccomp_compile(struct arena *a, struct seccomp_filter *f, struct error *e) {
	const struct spec_seccomp *profile = f->profile;
	uint32_t *tokens = arena_alloc(a, (profile->architectures.n + 1) * sizeof(*tokens));
	size_t n = list_tokens(&profile->architectures, tokens);
	struct bpf *p = &f->program;

	*p = (struct bpf){.v = arena_alloc(a, BPF_MAXINSNS * sizeof(*p->v))};
	for (size_t i = 0; i < n; i++) {
		struct machine m = {.a = a,
				    .profile = profile,
				    .token = tokens[i],
				    .default_value =
					    seccomp_value(profile->default_action, profile->default_errno_ret)};

		if (compile_machine(&m, p, e) < 0)
			return -1;
	}
	bpf_add(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_THREAD); /* an architecture that the profile does not name */
	if (p->n > BPF_MAXINSNS)
		return error_set(e, 0, "/linux/seccomp",
				 "is too large: a filter of %zu instructions, and the kernel takes %d", p->n,
				 BPF_MAXINSNS);
	return 0;
}
