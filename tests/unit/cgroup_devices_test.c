/* cgroup_devices_test.c - linux.resources.devices: what the lists of cgroup v1 and the program of cgroup v2 decide, beside a
 * plain reading of the rules. */
#include "../../libcontainer/cgroup/device_rules.h"
#include "../../libcontainer/cgroup/cgroup.h"
#include "test.h"
#include <stdio.h>
#include <string.h>

#define M BPF_DEVCG_ACC_MKNOD
#define R BPF_DEVCG_ACC_READ
#define W BPF_DEVCG_ACC_WRITE

/* Rules as lines "-a *:* rwm", '+' to allow and '-' to deny. */
static const char *const default_rules[] = {
	"+c *:* m",   "+b *:* m",   "+c 1:3 rwm",   "+c 1:5 rwm", "+c 1:7 rwm",    "+c 1:8 rwm",
	"+c 1:9 rwm", "+c 5:0 rwm", "+c 136:* rwm", "+c 5:2 rwm", "+c 10:200 rwm", NULL,
};

struct access {
	char type;
	unsigned major, minor, access;
};

static int64_t *read_number(struct arena *a, const char *text) {
	int64_t *n = *text == '*' ? NULL : arena_new(a, int64_t);

	if (n)
		*n = strtol(text, NULL, 10);
	return n;
}

static struct spec_device_rule read_rule(struct arena *a, const char *line) {
	struct spec_device_rule rule = {.allow = line[0] == '+', .type = arena_strndup(a, line + 1, 1)};

	rule.major = read_number(a, line + 3);
	rule.minor = read_number(a, strchr(line, ':') + 1);
	rule.access = arena_strdup(a, strrchr(line, ' ') + 1);
	return rule;
}

static struct spec_device_rules read_rules(struct arena *a, const char *const *lines) {
	struct spec_device_rules rules = {0};

	for (; *lines; lines++) {
		rules.v = arena_grow(a, rules.v, rules.n, sizeof(*rules.v));
		rules.v[rules.n++] = read_rule(a, *lines);
	}
	return rules;
}

/* The meaning: each way of access by the last rule that names it and the device. */
static bool names(const char *rule, const struct access *q, unsigned way) {
	char type, major[8], minor[8], access[8];

	assert_int_equal(sscanf(rule, "%c %7[^:]:%7s %7s", &type, major, minor, access), 4);
	return (type == 'a' || type == q->type) && (*major == '*' || (unsigned)atoi(major) == q->major) &&
	       (*minor == '*' || (unsigned)atoi(minor) == q->minor) &&
	       strchr(access, way == M   ? 'm'
			      : way == R ? 'r'
					 : 'w');
}

static bool is_meant_to_be_allowed(const char *const *lines, const struct access *q) {
	for (unsigned way = M; way <= W; way <<= 1) {
		bool allowed = false;

		for (size_t i = 0; lines[i]; i++)
			allowed = names(lines[i] + 1, q, way) ? lines[i][0] == '+' : allowed;
		for (size_t i = 0; default_rules[i]; i++)
			allowed = names(default_rules[i] + 1, q, way) || allowed;
		if (q->access & way && !allowed)
			return false;
	}
	return true;
}

/* The kernel's, for the instructions that such a program has. */
static bool jumps(const struct bpf_insn *i, uint32_t value) {
	if (i->code == (BPF_JMP32 | BPF_JNE | BPF_K))
		return value != (uint32_t)i->imm;
	if (i->code == (BPF_JMP32 | BPF_JSET | BPF_K))
		return value & (uint32_t)i->imm;
	assert_int_equal(i->code, BPF_JMP | BPF_JA);
	return true;
}

static uint32_t computed(const struct bpf_insn *i, uint32_t value) {
	switch (i->code) {
	case BPF_ALU | BPF_MOV | BPF_K: return (uint32_t)i->imm;
	case BPF_ALU | BPF_AND | BPF_K: return value & (uint32_t)i->imm;
	case BPF_ALU | BPF_RSH | BPF_K: return value >> i->imm;
	default: fail_msg("unknown instruction %x", i->code); return 0;
	}
}

static bool program_allows(const struct device_program *p, const struct access *q) {
	const struct bpf_cgroup_dev_ctx ctx = {
		q->access << 16 | (q->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR), q->major, q->minor};
	uint32_t registers[11] = {0};

	for (size_t at = 0; at < p->n; at++) {
		const struct bpf_insn *i = &p->v[at];

		if (i->code == (BPF_JMP | BPF_EXIT))
			return registers[0];
		if (i->code == (BPF_LDX | BPF_W | BPF_MEM))
			memcpy(&registers[i->dst_reg], (const char *)&ctx + i->off, 4);
		else if (BPF_CLASS(i->code) == BPF_ALU)
			registers[i->dst_reg] = computed(i, registers[i->dst_reg]);
		else if (jumps(i, registers[i->dst_reg]))
			at += (size_t)i->off;
	}
	fail_msg("the program runs over its end");
	return false;
}

/* The kernel's too: all at once by one exception, or nothing in any. */
static bool list_allows(const struct strings *lines, bool all_allowed, const struct access *q) {
	for (size_t i = 0; i < lines->n; i++) {
		unsigned named = 0;

		for (unsigned way = M; way <= W; way <<= 1)
			named |= names(lines->v[i], q, way) ? way : 0;
		if (all_allowed ? (named & q->access) != 0 : (named & q->access) == q->access)
			return !all_allowed;
	}
	return all_allowed;
}

static struct device_rules compile(struct arena *a, const char *const *lines) {
	struct spec_device_rules asked = read_rules(a, lines);
	struct device_rules rules = {0};
	struct error e = {0};

	assert_int_equal(device_rules_read(a, &asked, &rules, &e), 0);
	return rules;
}

static const char *lines_text(struct arena *a, const char *const *rules_asked) {
	struct device_rules rules = compile(a, rules_asked);
	struct strings lines = {0};
	struct error e = {0};
	const char *text = rules.allow ? "+" : "-";

	assert_int_equal(device_list_lines(a, &rules, &lines, &e), 0);
	for (size_t i = 0; i < lines.n; i++)
		text = arena_printf(a, "%s; %s", text, lines.v[i]);
	return text;
}
#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define WRITTEN_DEFAULTS                                                                                               \
	"c *:* m; b *:* m; c 1:3 rwm; c 1:5 rwm; c 1:7 rwm; c 1:8 rwm; c 1:9 rwm; c 5:0 rwm; c 136:* rwm; c 5:2 rwm; " \
	"c 10:200 rwm"

static void denying_all_leaves_the_default_devices(void **state) {
	assert_string_equal(lines_text(*state, LINES("-a *:* rwm")), "-; " WRITTEN_DEFAULTS);
}

static void what_no_rule_names_is_denied(void **state) {
	assert_string_equal(lines_text(*state, LINES("+b 8:0 r")), "-; b 8:0 r; " WRITTEN_DEFAULTS);
	assert_string_equal(lines_text(*state, LINES("-b 8:0 r")), "-; " WRITTEN_DEFAULTS);
}

static void a_rule_for_all_begins_anew(void **state) {
	assert_string_equal(lines_text(*state, LINES("+b 8:0 rwm", "+c 4:* rwm", "-a *:* rwm", "+b 8:1 rw")),
			    "-; b 8:1 rw; " WRITTEN_DEFAULTS);
}

static void allowing_all_needs_no_rule(void **state) {
	struct device_rules rules = compile(*state, LINES("-a *:* rwm", "+a *:* rwm"));

	assert_true(rules.allow);
	assert_int_equal(rules.n, 0);
}

static void a_denial_in_all_that_is_allowed_is_an_exception(void **state) {
	assert_string_equal(lines_text(*state, LINES("+a *:* rwm", "-b 8:* rw", "-c 10:229 rwm")),
			    "+; b 8:* rw; c 10:229 rw");
}

static void rules_for_one_device_are_one_line(void **state) {
	assert_string_equal(lines_text(*state, LINES("-a *:* rwm", "+b 8:0 r", "+b 8:0 w")),
			    "-; b 8:0 rw; " WRITTEN_DEFAULTS);
	assert_string_equal(lines_text(*state, LINES("-a *:* rwm", "+b 8:* rwm", "+b 8:0 rw")),
			    "-; b 8:* rwm; " WRITTEN_DEFAULTS);
	assert_string_equal(lines_text(*state, LINES("-a *:* rwm", "+c 1:3 r", "+c 136:7 rw")), "-; " WRITTEN_DEFAULTS);
}

static void reading_by_one_rule_and_writing_by_a_wider_one_is_one_exception(void **state) {
	assert_string_equal(lines_text(*state, LINES("-a *:* rwm", "+b 8:* r", "+b 8:0 w")),
			    "-; b 8:* r; b 8:0 rw; " WRITTEN_DEFAULTS);
}

static void a_later_denial_takes_back_an_earlier_permission(void **state) {
	assert_string_equal(lines_text(*state, LINES("-a *:* rwm", "+b 8:0 rw", "+b 8:1 rw", "-b 8:* w", "-b 8:1 r")),
			    "-; b 8:0 r; " WRITTEN_DEFAULTS);
}

static void a_rule_for_one_type_does_not_touch_the_other(void **state) {
	assert_string_equal(lines_text(*state, LINES("-a *:* rwm", "+b 8:0 rw", "-c 8:* rw")),
			    "-; b 8:0 rw; " WRITTEN_DEFAULTS);
	assert_string_equal(lines_text(*state, LINES("-a *:* rwm", "+b 8:* rw", "-c 8:0 rw")),
			    "-; b 8:* rw; " WRITTEN_DEFAULTS);
}

static void a_rule_for_all_types_but_not_all_access_is_one_for_each(void **state) {
	struct device_rules rules = compile(*state, LINES("-a *:* rwm", "+a 8:* r"));

	assert_int_equal(rules.v[0].type, 'b');
	assert_int_equal(rules.v[1].type, 'c');
	assert_int_equal(rules.v[0].access, R);
	assert_int_equal(rules.v[1].access, R);
}

static void cgroup_v1_cannot_take_back_a_part(void **state) {
	const char *const *const all[] = {LINES("-a *:* rwm", "+b 8:* rw", "-b 8:0 w"),
					  LINES("+a *:* rwm", "-c 10:* rw", "+c 10:229 rw")};

	for (size_t i = 0; i < 2; i++) {
		struct device_rules rules = compile(*state, all[i]);
		struct strings lines = {0};
		struct error e = {0};

		assert_int_equal(device_list_lines(*state, &rules, &lines, &e), -1);
		assert_string_equal(e.field, "/linux/resources/devices/2");
		assert_non_null(strstr(e.text, i ? "cannot allow a part of what an earlier rule denies"
						 : "cannot deny a part of what an earlier rule allows"));
	}
}

static void minus_one_is_an_asterisk(void **state) {
	const int64_t minus_one = -1, eight = 8;
	struct spec_device_rule rule = {true, "b", &eight, &minus_one, "r"};
	struct device_rules rules = {0};
	struct strings lines = {0};
	struct error e = {0};

	assert_int_equal(device_rules_read(*state, &(struct spec_device_rules){&rule, 1}, &rules, &e), 0);
	assert_int_equal(device_list_lines(*state, &rules, &lines, &e), 0);
	assert_string_equal(lines.v[0], "b 8:* r");
}

static void a_rule_that_says_nothing_clear_is_refused(void **state) {
	const int64_t too_large = 4096, too_small = -2, eight = 8;
	const struct {
		struct spec_device_rule rule;
		const char *words;
	} all[] = {
		{{true, "b", &eight, NULL, NULL}, "access is needed"},
		{{true, "b", &eight, NULL, ""}, "access is needed"},
		{{true, "b", &eight, NULL, "rx"}, "unknown access \"rx\""},
		{{true, "p", &eight, NULL, "r"}, "unknown type \"p\""},
		{{true, "", &eight, NULL, "r"}, "unknown type \"\""},
		{{true, "bc", &eight, NULL, "r"}, "unknown type \"bc\""},
		{{true, "b", &too_large, NULL, "r"}, "4096 is no number"},
		{{true, "b", &eight, &too_small, "r"}, "-2 is no number"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct spec_device_rule rules[] = {{false, NULL, NULL, NULL, "rwm"}, all[i].rule};
		struct device_rules read = {0};
		struct error e = {0};

		assert_int_equal(device_rules_read(*state, &(struct spec_device_rules){rules, 2}, &read, &e), -1);
		assert_string_equal(e.field, "/linux/resources/devices/1");
		assert_non_null(strstr(e.text, all[i].words));
		assert_int_equal(read.n, 0);
	}
}

static void more_rules_than_can_be_compared_are_refused(void **state) {
	struct spec_device_rule *many = arena_alloc(*state, 4097 * sizeof(*many));
	struct device_rules rules = {0};
	struct error e = {0};

	for (size_t i = 0; i < 4097; i++)
		many[i] = (struct spec_device_rule){.access = "rwm"};
	assert_int_equal(device_rules_read(*state, &(struct spec_device_rules){many, 4096}, &rules, &e), 0);
	assert_int_equal(device_rules_read(*state, &(struct spec_device_rules){many, 4097}, &rules, &e), -1);
	assert_string_equal(e.field, "/linux/resources/devices");
}

/* --- from one list to another --------------------------------------------------------------------------------------- */

static char *joined(struct arena *a, const struct strings *lines) {
	char *text = arena_strdup(a, "");

	for (size_t i = 0; i < lines->n; i++)
		text = arena_printf(a, "%s%s%s", text, i ? "; " : "", lines->v[i]);
	return text;
}

static void changes_to(struct arena *a, const char *const *before, const char *const *after, const char *added,
		       const char *removed) {
	struct device_rules old = compile(a, before), new = compile(a, after);
	struct strings add = {0}, take = {0};
	struct error e = {0};

	assert_int_equal(device_list_change(a, &old, &new, &add, &take, &e), 0);
	assert_string_equal(joined(a, &add), added);
	assert_string_equal(joined(a, &take), removed);
}

static void a_list_changes_by_its_differences_alone(void **state) {
	changes_to(*state, LINES("-a *:* rwm", "+c 10:229 rw"), LINES("-a *:* rwm", "+c 10:229 rw"), "", "");
	changes_to(*state, LINES("-a *:* rwm"), LINES("-a *:* rwm", "+c 10:229 rw"), "c 10:229 rw", "");
	changes_to(*state, LINES("-a *:* rwm", "+c 10:229 rw"), LINES("-a *:* rwm"), "", "c 10:229 rw");
	changes_to(*state, LINES("-a *:* rwm", "+b 8:0 rw", "+b 8:1 r"), LINES("-a *:* rwm", "+b 8:0 r", "+b 8:2 r"),
		   "b 8:2 r", "b 8:0 w; b 8:1 r");
	changes_to(*state, LINES("+a *:* rwm", "-b 8:0 r"), LINES("+a *:* rwm", "-b 8:0 w"), "b 8:0 w", "b 8:0 r");
}

static void what_the_kernel_lists_is_read(void **state) {
	struct device_rules rules = {0};
	struct strings lines = {0};
	struct error e = {0};

	assert_true(device_list_read(*state, "c 1:3 rwm\nb *:* m\nc 136:* rw", &rules));
	assert_false(rules.allow);
	assert_int_equal(device_list_lines(*state, &rules, &lines, &e), 0);
	assert_string_equal(joined(*state, &lines), "c 1:3 rwm; b *:* m; c 136:* rw");
	assert_true(device_list_read(*state, "", &rules));
	assert_int_equal(rules.n, 0);
	assert_false(device_list_read(*state, "a *:* rwm", &rules));
}

/* --- both forms against the meaning ---------------------------------------------------------------------------------- */

static const unsigned ways[] = {M, R, W, R | W};
static const unsigned numbers[] = {1, 3, 5, 8, 10, 136, 229};

/* Both forms of some rules; has_list: cgroup v1 can express them. */
struct forms {
	struct device_program program;
	struct strings list;
	bool has_list, all_allowed;
};

/* Returns whether the list denies what is meant to be allowed. */
static bool check_request(const char *const *lines, const struct forms *forms, const struct access *q) {
	bool meant = is_meant_to_be_allowed(lines, q);

	assert_int_equal(program_allows(&forms->program, q), meant);
	if (!forms->has_list || list_allows(&forms->list, forms->all_allowed, q) == meant)
		return false;
	assert_true(meant);
	return true;
}

static bool check_all_requests(struct arena *a, const char *const *lines) {
	struct device_rules rules = compile(a, lines);
	struct forms forms = {.all_allowed = rules.allow};
	struct error e = {0};
	bool stricter = false;

	device_program_write(a, &rules, &forms.program);
	forms.has_list = device_list_lines(a, &rules, &forms.list, &e) == 0;
	for (size_t i = 0; i < 7 * 7 * 8; i++)
		stricter |= check_request(
			lines, &forms,
			&(struct access){"bc"[i & 1], numbers[i / 8 % 7], numbers[i / 56], ways[i / 2 % 4]});
	return stricter;
}

static void known_rules_mean_the_same_in_both_forms(void **state) {
	const char *const *const all[] = {
		LINES("-a *:* rwm"),
		LINES("+a *:* rwm"),
		LINES("-a *:* rwm", "+c 10:229 rw", "+b 8:* r", "+b 8:3 w"),
		LINES("-a *:* rwm", "+c 10:* rw", "-c 10:229 w"),
		LINES("+a *:* rwm", "-b 8:* rw", "+b 8:1 r", "-c *:* rw"),
		LINES("-c 1:3 rwm", "+a 8:* rw", "-a *:* w"),
		LINES("+a *:* rw", "-b *:* rwm", "+b *:8 r"),
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_false(check_all_requests(*state, all[i]));
}

static unsigned next_random(unsigned *seed, unsigned n) {
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % n;
}

/* Where rules such as *:3 and 1:* cross, the lists of v1 may deny more than is meant, and never less. */
static void random_rules_mean_the_same_in_both_forms(void **state) {
	static const char *const accesses[] = {"r", "w", "m", "rw", "rwm", "rm"};
	unsigned seed = 1;

	for (size_t turn = 0; turn < 200; turn++) {
		const char *lines[9] = {NULL};
		bool crossing = false;

		for (unsigned i = 0, n = 1 + next_random(&seed, 8); i < n; i++) {
			unsigned major = next_random(&seed, 9), minor = next_random(&seed, 9);
			char sign = "+-"[next_random(&seed, 2)], type = "abc"[next_random(&seed, 3)];

			crossing |= major >= 7 && minor < 7;
			lines[i] = arena_printf(*state, "%c%c %s:%s %s", sign, type,
						major < 7 ? arena_printf(*state, "%u", numbers[major]) : "*",
						minor < 7 ? arena_printf(*state, "%u", numbers[minor]) : "*",
						accesses[next_random(&seed, 6)]);
		}
		assert_true(!check_all_requests(*state, lines) || crossing);
	}
}

static void each_jump_of_a_program_stays_in_it(void **state) {
	struct device_rules rules = compile(*state, LINES("-a *:* rwm", "+c 10:* rw", "-c 10:229 w", "-b 8:1 m"));
	struct device_program p = {0};

	device_program_write(*state, &rules, &p);
	for (size_t i = 0; i < p.n; i++)
		if (p.v[i].off > 0 && BPF_CLASS(p.v[i].code) != BPF_LDX)
			assert_true(i + 1 + (size_t)p.v[i].off < p.n);
	assert_int_equal(p.v[p.n - 1].code, BPF_JMP | BPF_EXIT);
}

/* --- on which hierarchy ---------------------------------------------------------------------------------------------- */

static struct cgroup_hierarchy v1[] = {{"pids", "/c/pids", "/", false}, {"devices", "/c/devices", "/", false}};
static struct cgroup_hierarchy hybrid[] = {{"", "/c/unified", "/", true}, {"devices", "/c/devices", "/", false}};
static struct cgroup_hierarchy unified[] = {{"memory", "/c/memory", "/", false}, {"", "/c/unified", "/", true}};

static int plan(struct plan *p, struct cgroup_hierarchy *hierarchies, const char *const *lines, struct error *e) {
	struct spec spec = {.linux_.resources.devices = read_rules(p->a, lines)};
	struct host h = {.cgroups = {hierarchies, hierarchies ? 2 : 0}};
	struct strings dirs = {0};

	for (size_t i = 0; i < h.cgroups.n; i++)
		strings_add(p->a, &dirs, arena_printf(p->a, "%s/c1", hierarchies[i].mountpoint));
	return plan_device_rules(p, &spec, &h, &dirs, e);
}

static void on_v1_and_hybrid_hosts_the_controller_gets_the_lists(void **state) {
	struct cgroup_hierarchy *const hosts[] = {v1, hybrid};

	for (size_t i = 0; i < 2; i++) {
		struct plan p = {.a = *state};
		struct error e = {0};
		char shell[1024] = "", field[64] = "";

		assert_int_equal(plan(&p, hosts[i], LINES("-a *:* rwm", "+b 8:0 r"), &e), 0);
		assert_int_equal(p.n, 1);
		assert_string_equal(p.v[0].name, "device_rules");
		step_field(&p.v[0], &TEXT(field));
		assert_string_equal(field, "/linux/resources/devices");
		p.v[0].shell(&TEXT(shell), p.v[0].arg);
		assert_int_equal(strncmp(shell,
					 "echo a >/c/devices/c1/devices.deny\n"
					 "echo 'b 8:0 r' >/c/devices/c1/devices.allow\n"
					 "echo 'c *:* m' >/c/devices/c1/devices.allow\n",
					 122),
				 0);
	}
}

static void without_the_controller_a_program_is_attached(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};
	const struct device_program *program;

	assert_int_equal(plan(&p, unified, LINES("-a *:* rwm"), &e), 0);
	assert_int_equal(p.n, 1);
	assert_string_equal(p.v[0].name, "device_rules");
	assert_null(p.v[0].shell);
	program = p.v[0].arg;
	assert_string_equal(program->dir, "/c/unified/c1");
	assert_true(program_allows(program, &(struct access){'c', 1, 3, R | W}));
	assert_false(program_allows(program, &(struct access){'c', 10, 229, R}));
}

static void where_nothing_can_deny_only_allowing_all_is_possible(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan(&p, NULL, LINES("+a *:* rwm"), &e), 0);
	assert_int_equal(plan(&p, NULL, LINES("-a *:* rwm"), &e), -1);
	assert_string_equal(e.field, "/linux/resources/devices");
	assert_int_equal(p.n, 0);
}

static void only_rules_that_deny_something_are_a_step(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan(&p, v1, (const char *const[]){NULL}, &e), 0);
	assert_int_equal(plan(&p, v1, LINES("+a *:* rwm"), &e), 0);
	assert_int_equal(p.n, 0);
	assert_int_equal(plan(&p, v1, LINES("+a *:* rwm", "-b 8:0 w"), &e), 0);
	assert_int_equal(p.n, 1);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(denying_all_leaves_the_default_devices),
		arena_test(what_no_rule_names_is_denied),
		arena_test(a_rule_for_all_begins_anew),
		arena_test(allowing_all_needs_no_rule),
		arena_test(a_denial_in_all_that_is_allowed_is_an_exception),
		arena_test(rules_for_one_device_are_one_line),
		arena_test(reading_by_one_rule_and_writing_by_a_wider_one_is_one_exception),
		arena_test(a_later_denial_takes_back_an_earlier_permission),
		arena_test(a_rule_for_one_type_does_not_touch_the_other),
		arena_test(a_rule_for_all_types_but_not_all_access_is_one_for_each),
		arena_test(cgroup_v1_cannot_take_back_a_part),
		arena_test(minus_one_is_an_asterisk),
		arena_test(a_rule_that_says_nothing_clear_is_refused),
		arena_test(more_rules_than_can_be_compared_are_refused),
		arena_test(a_list_changes_by_its_differences_alone),
		arena_test(what_the_kernel_lists_is_read),
		arena_test(known_rules_mean_the_same_in_both_forms),
		arena_test(random_rules_mean_the_same_in_both_forms),
		arena_test(each_jump_of_a_program_stays_in_it),
		arena_test(on_v1_and_hybrid_hosts_the_controller_gets_the_lists),
		arena_test(without_the_controller_a_program_is_attached),
		arena_test(where_nothing_can_deny_only_allowing_all_is_possible),
		arena_test(only_rules_that_deny_something_are_a_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
