/* rdt_test.c - linux.intelRdt: where the group is and whose, what is written and in which order, what is refused. */
#include "../../libcontainer/rdt/rdt.h"
#include "steps.h"

static struct host without_group(void) {
	return (struct host){.resctrl = "/res"};
}

static int plan(struct plan *p, struct spec_intel_rdt s, const struct host *h, struct rdt *rdt, struct error *e) {
	struct spec *spec = arena_new(p->a, struct spec);
	struct spec_intel_rdt *copy = arena_new(p->a, struct spec_intel_rdt);

	*copy = s;
	spec->linux_.intel_rdt = copy;
	p->n = 0;
	*rdt = (struct rdt){0};
	return rdt_place(p->a, copy, h, "id", rdt, e) < 0 ? -1 : plan_rdt(p, spec, h, rdt, e);
}

static void without_it_resctrl_is_left_alone(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_rdt(&p, &(struct spec){0}, &(struct host){0}, &(struct rdt){0}, &e), 0);
	assert_int_equal(p.n, 0);
}

static void a_group_of_its_own_is_made_filled_and_joined(void **state) {
	struct plan p = {.a = *state};
	struct host h = without_group();
	struct error e = {0};
	struct rdt rdt;

	assert_int_equal(plan(&p,
			      (struct spec_intel_rdt){.l3_cache_schema = "L3:0=f",
						      .mem_bw_schema = "MB:0=50",
						      .schemata = LIST("L2:0=1", "L3:1=3"),
						      .enable_monitoring = true},
			      &h, &rdt, &e),
			 0);
	are_steps(&p, "host rdt_group /linux/intelRdt", "host rdt_schema /linux/intelRdt/l3CacheSchema",
		  "host rdt_schema /linux/intelRdt/memBwSchema", "host rdt_schema /linux/intelRdt/schemata/0",
		  "host rdt_schema /linux/intelRdt/schemata/1", "host rdt_join /linux/intelRdt",
		  "host rdt_group /linux/intelRdt/enableMonitoring", "host rdt_join /linux/intelRdt/enableMonitoring");
	shell_is(&p, 0, "mkdir /res/id");
	shell_is(&p, 1, "echo L3:0=f >/res/id/schemata");
	shell_is(&p, 5, "echo \"$init\" >/res/id/tasks");
	shell_is(&p, 6, "mkdir /res/id/mon_groups/id");
	assert_true(rdt.made);
	assert_string_equal(rdt.group, "/res/id");
	assert_string_equal(rdt.monitor, "/res/id/mon_groups/id");
}

static void a_named_group_is_never_its_own(void **state) {
	struct plan p = {.a = *state};
	struct host h = without_group();
	struct error e = {0};
	struct rdt rdt;

	assert_int_equal(
		plan(&p, (struct spec_intel_rdt){.clos_id = "gold", .l3_cache_schema = "L3:0=f"}, &h, &rdt, &e), 0);
	assert_int_equal(p.n, 3);
	assert_string_equal(rdt.group, "/res/gold");
	assert_false(rdt.made);
	assert_null(rdt.monitor);
	h.resctrl_schemata = "L3:0=f";
	assert_int_equal(plan(&p, (struct spec_intel_rdt){0}, &h, &rdt, &e), 0);
	assert_int_equal(p.n, 1);
	assert_false(rdt.made); /* somebody else's, of the same name */
}

static void a_group_that_is_there_must_match(void **state) {
	struct plan p = {.a = *state};
	struct host h = {.resctrl = "/res", .resctrl_schemata = "    MB:0=100\n    L3:0=7ff;1=f\n"};
	struct error e = {0};
	struct rdt rdt;
	int rc = plan(&p, (struct spec_intel_rdt){.clos_id = "/", .l3_cache_schema = "L3:1=7"}, &h, &rdt, &e);

	is_refused(rc, &e, "/linux/intelRdt", "/res is there, and has not L3:1=7");
	/* what schemata say later counts */
	assert_int_equal(
		plan(&p,
		     (struct spec_intel_rdt){.clos_id = "/", .l3_cache_schema = "L3:1=7", .schemata = LIST("L3:1=f")},
		     &h, &rdt, &e),
		0);
	are_steps(&p, "host rdt_join /linux/intelRdt");
	shell_is(&p, 0, "echo \"$init\" >/res/tasks");
}

static void a_name_alone_and_a_second_monitoring_group_are_refused(void **state) {
	struct plan p = {.a = *state};
	struct host h = without_group();
	struct error e = {0};
	struct rdt rdt;
	int rc = plan(&p, (struct spec_intel_rdt){.clos_id = "gold"}, &h, &rdt, &e);

	is_refused(rc, &e, "/linux/intelRdt/closID", "there is no group /res/gold");
	h.resctrl_schemata = "";
	h.resctrl_monitored = true;
	rc = plan(&p, (struct spec_intel_rdt){.clos_id = "gold", .enable_monitoring = true}, &h, &rdt, &e);
	is_refused(rc, &e, "/linux/intelRdt/enableMonitoring", "/res/gold/mon_groups/id is there already");
}

static void an_update_leads_back_to_what_was_there(void **state) {
	static const char present[] = "    MB:0=100;1=100\n    L3:0=7ff;1=f\n";
	struct plan there = {.a = *state}, back = {.a = *state};
	struct rdt rdt = {.mountpoint = "/res", .group = "/res/id"};
	struct error e = {0};

	assert_int_equal(plan_rdt_update(&there, &back, &rdt, present, NULL, "L3", &e), 0);
	assert_int_equal(there.n, 0);
	assert_int_equal(plan_rdt_update(&there, &back, &rdt, present, "L3:1=3", "L3", &e), 0);
	assert_int_equal(plan_rdt_update(&there, &back, &rdt, present, "MB:0=10", "MB:", &e), 0);
	shell_is(&there, 0, "echo L3:1=3 >/res/id/schemata");
	shell_is(&back, 0, "echo 'L3:0=7ff;1=f' >/res/id/schemata");
	shell_is(&back, 1, "echo 'MB:0=100;1=100' >/res/id/schemata");
	int rc = plan_rdt_update(&there, &back, &rdt, present, "L3CODE:1=3", "L3", &e);
	is_refused(rc, &e, "", "no such resource");
	rc = plan_rdt_update(&there, &back, &rdt, present, "MB:0=1\n", "MB:", &e);
	is_refused(rc, &e, "", "newline");
	rc = plan_rdt_update(&there, &back, &rdt, present, "L3:0=1", "MB:", &e);
	is_refused(rc, &e, "", "no schema such as MB:0");
}

static void names_and_lines_that_cannot_be_are_refused(void **state) {
	static const struct {
		struct spec_intel_rdt s;
		const char *field;
	} wrong[] = {
		{{.clos_id = "."}, "/linux/intelRdt/closID"},
		{{.clos_id = "a/b"}, "/linux/intelRdt/closID"},
		{{.clos_id = "mon_groups"}, "/linux/intelRdt/closID"},
		{{.clos_id = "a\nb"}, "/linux/intelRdt/closID"},
		{{.l3_cache_schema = "L3:0"}, "/linux/intelRdt/l3CacheSchema"},
		{{.mem_bw_schema = "L3:0=1"}, "/linux/intelRdt/memBwSchema"},
	};
	struct host h = without_group();
	struct rdt rdt;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct error e = {0};

		assert_int_equal(rdt_place(*state, &wrong[i].s, &h, "id", &rdt, &e), -1);
		assert_string_equal(e.field, wrong[i].field);
	}
	struct error e = {0};
	int rc = rdt_place(*state, &(struct spec_intel_rdt){0}, &h, "info", &rdt, &e);
	is_refused(rc, &e, "/linux/intelRdt", "no name of a group");
	rc = rdt_place(*state, &(struct spec_intel_rdt){0}, &(struct host){0}, "id", &rdt, &e);
	is_refused(rc, &e, "/linux/intelRdt", "not mounted");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(without_it_resctrl_is_left_alone),
		arena_test(a_group_of_its_own_is_made_filled_and_joined),
		arena_test(a_named_group_is_never_its_own),
		arena_test(a_group_that_is_there_must_match),
		arena_test(a_name_alone_and_a_second_monitoring_group_are_refused),
		arena_test(an_update_leads_back_to_what_was_there),
		arena_test(names_and_lines_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
