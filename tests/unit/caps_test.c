/* caps_test.c - what of the five sets can be granted, and the warnings for the rest. */
#include "../../libcontainer/process/internal.h"
#include "test.h"
#include <linux/capability.h>

#define SET(...) \
	{ (char *[]){__VA_ARGS__, NULL}, sizeof((char *[]){__VA_ARGS__}) / sizeof(char *) }
#define BIT(cap) (UINT64_C(1) << (cap))
#define ALL ((UINT64_C(1) << 41) - 1)

static const struct host root = {.cap_effective = ALL, .cap_bounding = ALL, .last_cap = 40};

static const struct capability_sets *sets(struct plan *p, const struct spec_capabilities *asked, const struct host *h) {
	struct spec_process process = {.capabilities = asked};

	return capabilities_plan(p, &(struct spec){.process = &process}, h);
}

static void warned(const struct plan *p, size_t i, const char *words) {
	assert_true(i < p->warnings.n);
	if (!strstr(p->warnings.v[i], words))
		fail_msg("\"%s\" is not in \"%s\"", words, p->warnings.v[i]);
}

static void the_names_are_those_of_the_kernel_in_its_order(void **state) {
	size_t n = 0;

	(void)state;
	while (capability_names[n])
		n++;
	assert_int_equal(n, 41);
	assert_string_equal(capability_names[CAP_CHOWN], "CAP_CHOWN");
	assert_string_equal(capability_names[CAP_SETFCAP], "CAP_SETFCAP");
	assert_string_equal(capability_names[CAP_SYS_RESOURCE], "CAP_SYS_RESOURCE");
	assert_string_equal(capability_names[CAP_AUDIT_READ], "CAP_AUDIT_READ");
	assert_string_equal(capability_names[40], "CAP_CHECKPOINT_RESTORE");
}

static void each_set_is_what_the_config_says(void **state) {
	struct plan p = {.a = *state};
	struct spec_capabilities asked = {
		.bounding = SET("CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"),
		.permitted = SET("CAP_CHOWN", "CAP_KILL"),
		.effective = SET("CAP_CHOWN"),
		.inheritable = SET("CAP_KILL"),
		.ambient = SET("CAP_KILL"),
	};
	const struct capability_sets *s = sets(&p, &asked, &root);

	assert_true(s->bounding == (BIT(CAP_CHOWN) | BIT(CAP_KILL) | BIT(CAP_NET_RAW)));
	assert_true(s->drop == (ALL & ~s->bounding));
	assert_true(s->permitted == (BIT(CAP_CHOWN) | BIT(CAP_KILL)));
	assert_true(s->effective == BIT(CAP_CHOWN));
	assert_true(s->inheritable == BIT(CAP_KILL));
	assert_true(s->ambient == BIT(CAP_KILL));
	assert_int_equal(p.warnings.n, 0);
}

static void without_the_object_there_are_none(void **state) {
	struct plan p = {.a = *state};
	const struct capability_sets *s = sets(&p, NULL, &root);

	assert_true(s->drop == ALL);
	assert_true((s->bounding | s->permitted | s->effective | s->inheritable | s->ambient) == 0);
}

static void an_unknown_name_is_one_warning_however_often_it_is_used(void **state) {
	struct plan p = {.a = *state};
	struct spec_capabilities asked = {.bounding = SET("CAP_FOO", "CAP_KILL", "CAP_FOO"),
					  .permitted = SET("CAP_FOO"),
					  .effective = SET("cap_kill", "KILL")};
	const struct capability_sets *s = sets(&p, &asked, &root);

	assert_true(s->bounding == BIT(CAP_KILL));
	assert_int_equal(p.warnings.n, 3);
	warned(&p, 0, "CAP_FOO");
	warned(&p, 1, "cap_kill");
	warned(&p, 2, "KILL");
}

static void a_capability_newer_than_the_kernel_is_a_warning(void **state) {
	struct plan p = {.a = *state};
	struct host old = {.cap_effective = BIT(38) - 1, .cap_bounding = BIT(38) - 1, .last_cap = 37};
	struct spec_capabilities asked = {.bounding = SET("CAP_BPF", "CAP_AUDIT_READ")};
	const struct capability_sets *s = sets(&p, &asked, &old);

	assert_true(s->bounding == BIT(CAP_AUDIT_READ));
	warned(&p, 0, "CAP_BPF is not known");
}

static void what_the_caller_lacks_is_one_warning_for_all_sets(void **state) {
	struct plan p = {.a = *state};
	struct host poor = {.cap_effective = ALL & ~BIT(CAP_SYS_RESOURCE) & ~BIT(CAP_BPF),
			    .cap_bounding = ALL & ~BIT(CAP_SYS_RESOURCE),
			    .last_cap = 40};
	struct spec_capabilities asked = {.bounding = SET("CAP_SYS_RESOURCE", "CAP_BPF"),
					  .permitted = SET("CAP_SYS_RESOURCE", "CAP_BPF", "CAP_KILL"),
					  .effective = SET("CAP_SYS_RESOURCE")};
	const struct capability_sets *s = sets(&p, &asked, &poor);

	assert_true(s->bounding == BIT(CAP_BPF));
	assert_true(s->permitted == BIT(CAP_KILL));
	assert_true(s->effective == 0);
	assert_true((s->drop & BIT(CAP_SYS_RESOURCE)) == 0);
	assert_int_equal(p.warnings.n, 1);
	warned(&p, 0, "CAP_SYS_RESOURCE,CAP_BPF");
}

static void in_a_user_namespace_the_callers_own_do_not_matter(void **state) {
	struct plan p = {.a = *state};
	struct host nobody = {.last_cap = 40};
	struct spec_namespace user = {"user", NULL};
	struct spec_capabilities asked = {.bounding = SET("CAP_SYS_RESOURCE"), .permitted = SET("CAP_SYS_RESOURCE")};
	struct spec_process process = {.capabilities = &asked};
	struct spec spec = {.process = &process, .linux_.namespaces = {&user, 1}};
	const struct capability_sets *s = capabilities_plan(&p, &spec, &nobody);

	assert_true(s->permitted == BIT(CAP_SYS_RESOURCE));
	assert_true(s->drop == (ALL & ~BIT(CAP_SYS_RESOURCE)));
	assert_int_equal(p.warnings.n, 0);
}

static void sets_that_the_kernel_would_refuse_shrink_with_a_warning(void **state) {
	struct plan p = {.a = *state};
	struct spec_capabilities asked = {
		.bounding = SET("CAP_KILL"),
		.permitted = SET("CAP_KILL"),
		.effective = SET("CAP_KILL", "CAP_CHOWN"),
		.inheritable = SET("CAP_NET_RAW"),
		.ambient = SET("CAP_KILL"),
	};
	const struct capability_sets *s = sets(&p, &asked, &root);

	assert_true(s->effective == BIT(CAP_KILL));
	assert_true(s->inheritable == 0);
	assert_true(s->ambient == 0);
	assert_int_equal(p.warnings.n, 3);
	warned(&p, 0, "/effective: left out, since they are not in permitted: CAP_CHOWN");
	warned(&p, 1, "/inheritable: left out, since they are not in bounding: CAP_NET_RAW");
	warned(&p, 2, "/ambient: left out, since they are not in both permitted and inheritable: CAP_KILL");
}

static void a_bounding_set_with_everything_drops_nothing(void **state) {
	struct plan p = {.a = *state};
	struct spec_capabilities asked = {.bounding = {(char **)capability_names, 41}};

	plan_bounding(&p, sets(&p, &asked, &root));
	assert_int_equal(p.n, 0);
	plan_bounding(&p, sets(&p, NULL, &root));
	assert_int_equal(p.n, 1);
	assert_string_equal(p.v[0].name, "bounding");
}

/* With noNewPrivileges none: there execve goes by what was permitted before. */
static void until_execve_stays_what_a_filter_and_a_hook_need(void **state) {
	struct plan p = {.a = *state};
	struct spec_seccomp filter = {0};
	struct spec_hook hook = {.path = "/hook"};
	struct spec_namespace user = {"user", NULL};
	struct spec_capabilities asked = {.bounding = SET("CAP_SYS_PTRACE")};
	struct spec_process process = {.capabilities = &asked};
	struct spec spec = {.process = &process};

	assert_true(capabilities_plan(&p, &spec, &root)->until_execve == 0);
	spec.linux_.seccomp = &filter;
	assert_true(capabilities_plan(&p, &spec, &root)->until_execve == BIT(CAP_SYS_ADMIN));
	spec.hooks.start_container = (struct spec_hook_list){&hook, 1};
	assert_true(capabilities_plan(&p, &spec, &root)->until_execve == (BIT(CAP_SYS_ADMIN) | BIT(CAP_SETPCAP)));
	spec.linux_.namespaces = (struct spec_namespaces){&user, 1};
	assert_true(capabilities_plan(&p, &spec, &root)->until_execve == BIT(CAP_SYS_ADMIN));
	spec.linux_.namespaces.n = 0;
	process.no_new_privileges = true;
	assert_true(capabilities_plan(&p, &spec, &root)->until_execve == 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(the_names_are_those_of_the_kernel_in_its_order),
		arena_test(each_set_is_what_the_config_says),
		arena_test(without_the_object_there_are_none),
		arena_test(an_unknown_name_is_one_warning_however_often_it_is_used),
		arena_test(a_capability_newer_than_the_kernel_is_a_warning),
		arena_test(what_the_caller_lacks_is_one_warning_for_all_sets),
		arena_test(in_a_user_namespace_the_callers_own_do_not_matter),
		arena_test(sets_that_the_kernel_would_refuse_shrink_with_a_warning),
		arena_test(a_bounding_set_with_everything_drops_nothing),
		arena_test(until_execve_stays_what_a_filter_and_a_hook_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
