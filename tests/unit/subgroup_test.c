/* subgroup_test.c - cgroups below the container's own, where annotations ask for them. */
#include "../../libcontainer/cgroup/subgroup.h"
#include "steps.h"

static struct cgroup_hierarchy unified[] = {{"", "/c", "/", true}};
static struct cgroup_hierarchy hybrid[] = {{"memory", "/c/memory", "/", false}, {"", "/c/unified", "/", true}};
static const struct host v2 = {.cgroups = {unified, 1}}, hybrid_host = {.cgroups = {hybrid, 2}};
static const struct host with_systemd = {.cgroups = {unified, 1}, .systemd_bus = "system"};
static const struct host without_cgroups = {.cgroups = {unified, 1}, .no_cgroups = true};
static const struct strings dirs = LIST("/c/x");
static const struct request request = {.id = "x"};

static struct pair both[] = {{"run.oci.systemd.subgroup", "sub"}, {"run.oci.delegate-cgroup", "own"}};

/* The steps of a config with these annotations. */
static struct plan plan(struct arena *a, struct pair *pairs, size_t n, const struct host *h) {
	struct plan p = {.a = a, .request = &request};
	struct spec spec = {.annotations = {pairs, n}};
	struct error e = {0};

	assert_int_equal(subgroups_check(&p, &spec, h, &e), 0);
	plan_scope_subgroup(&p, &spec, h, &dirs);
	plan_delegated_subgroup(&p, &spec, h, &dirs);
	return p;
}

static void refused(struct arena *a, char *annotation, char *name, const struct host *h, const char *words) {
	struct plan p = {.a = a, .request = &request};
	struct pair pair = {annotation, name};
	struct spec spec = {.annotations = {&pair, 1}};
	struct error e = {0};

	is_refused(subgroups_check(&p, &spec, h, &e), &e, arena_printf(a, "/annotations/%s", annotation), words);
}

static void a_scope_has_both_the_second_below_the_first(void **state) {
	struct plan p = plan(*state, both, 2, &with_systemd);

	are_steps(&p, "host subgroup /annotations/run.oci.systemd.subgroup",
		  "host subgroup /annotations/run.oci.delegate-cgroup");
	shell_is(&p, 0, "mkdir -p /c/x/sub && echo \"$init\" >/c/x/sub/cgroup.procs");
	shell_is(&p, 1, "mkdir -p /c/x/sub/own && echo \"$init\" >/c/x/sub/own/cgroup.procs");
}

static void without_a_scope_there_is_the_delegated_one_alone(void **state) {
	struct plan p = plan(*state, both, 2, &v2);

	are_steps(&p, "host subgroup /annotations/run.oci.delegate-cgroup");
	shell_is(&p, 0, "mkdir -p /c/x/own && echo \"$init\" >/c/x/own/cgroup.procs");
	warned(&p, 0, "run.oci.systemd.subgroup: has no effect");
}

static void an_empty_name_asks_for_none(void **state) {
	struct pair empty[] = {{"run.oci.systemd.subgroup", ""}, {"run.oci.delegate-cgroup", ""}};
	struct plan p = plan(*state, empty, 2, &with_systemd);

	assert_int_equal(p.n, 0);
	assert_int_equal(p.warnings.n, 0);
}

static void what_is_no_name_or_no_v2_is_refused(void **state) {
	char *wrong[] = {"a/b", "..", ".", "a\nb", "cgroup.procs"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		refused(*state, "run.oci.systemd.subgroup", wrong[i], &with_systemd, "no name of a cgroup");
		refused(*state, "run.oci.delegate-cgroup", wrong[i], &v2, "no name of a cgroup");
	}
	refused(*state, "run.oci.delegate-cgroup", "own", &hybrid_host, "cgroup v2");
	refused(*state, "run.oci.delegate-cgroup", "own", &without_cgroups, "cgroup v2");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_scope_has_both_the_second_below_the_first),
		arena_test(without_a_scope_there_is_the_delegated_one_alone),
		arena_test(an_empty_name_asks_for_none),
		arena_test(what_is_no_name_or_no_v2_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
