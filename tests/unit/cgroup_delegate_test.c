/* cgroup_delegate_test.c - whose the container's cgroup is: config-linux.md#cgroup-ownership. */
#include "../../libcontainer/cgroup/cgroup.h"
#include "steps.h"

static struct cgroup_hierarchy unified[] = {{"", "/c", "/", true}};
static struct cgroup_hierarchy hybrid[] = {{"memory", "/c/memory", "/", false}, {"", "/c/unified", "/", true}};
static const struct host v2_host = {.cgroups = {unified, 1}}, hybrid_host = {.cgroups = {hybrid, 2}};
static const struct strings dirs = LIST("/c/x");

static struct spec_namespace cgroup_alone[] = {{.type = "cgroup"}},
			     cgroup_and_user[] = {{.type = "cgroup"}, {.type = "user"}};
static struct spec_mount writable = {
	.destination = "/sys/fs/cgroup", .type = "cgroup", .options = LIST("nosuid", "rw")};
static struct spec_mount read_only = {
	.destination = "/sys/fs/cgroup", .type = "cgroup", .options = LIST("nosuid", "ro")};
static struct spec_id_mapping mapping[] = {{.container_id = 0, .host_id = 100000, .size = 10}};
static const struct spec_process root = {.user.uid = 0}, user = {.user.uid = 7}, stranger = {.user.uid = 10};

static struct spec spec_of(const struct spec_process *process) {
	return (struct spec){.process = process, .mounts = {&writable, 1}, .linux_.namespaces = {cgroup_alone, 1}};
}

static size_t steps(struct arena *a, const struct spec *spec, const struct host *h, struct plan *p) {
	*p = (struct plan){.a = a};
	plan_cgroup_delegate(p, spec, h, &dirs);
	return p->n;
}

static void the_cgroup_is_handed_to_the_user_of_the_process(void **state) {
	struct spec spec = spec_of(&user);
	struct plan p;

	assert_int_equal(steps(*state, &spec, &v2_host, &p), 1);
	is_step(&p, 0, "host delegate /linux/cgroupsPath");
	shell_is(&p, 0, "chown 7 /c/x && (cd /c/x && chown 7 $(cat /sys/kernel/cgroup/delegate) 2>/dev/null) || :");
}

static void in_a_user_namespace_it_is_the_hosts_name_for_the_user(void **state) {
	struct spec spec = spec_of(&root);
	struct plan p;

	spec.linux_.namespaces = (struct spec_namespaces){cgroup_and_user, 2};
	spec.linux_.uid_mappings = (struct spec_id_mappings){mapping, 1};
	assert_int_equal(steps(*state, &spec, &v2_host, &p), 1);
	shell_is(&p, 0,
		 "chown 100000 /c/x && (cd /c/x && chown 100000 $(cat /sys/kernel/cgroup/delegate) 2>/dev/null) || :");
	spec.process = &stranger;
	assert_int_equal(steps(*state, &spec, &v2_host, &p), 0);
	spec.process = &root;
	spec.linux_.uid_mappings.n = 0; /* joined by path: nobody knows */
	assert_int_equal(steps(*state, &spec, &v2_host, &p), 0);
}

static void without_a_cgroup_to_write_in_it_stays_roots(void **state) {
	struct spec spec = spec_of(&user);
	struct plan p;

	assert_int_equal(steps(*state, &spec, &hybrid_host, &p), 0);
	spec.mounts.v = &read_only;
	assert_int_equal(steps(*state, &spec, &v2_host, &p), 0);
	spec.mounts.v = &writable;
	spec.linux_.namespaces.n = 0;
	assert_int_equal(steps(*state, &spec, &v2_host, &p), 0);
	spec = spec_of(&root);
	assert_int_equal(steps(*state, &spec, &v2_host, &p), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(the_cgroup_is_handed_to_the_user_of_the_process),
		arena_test(in_a_user_namespace_it_is_the_hosts_name_for_the_user),
		arena_test(without_a_cgroup_to_write_in_it_stays_roots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
