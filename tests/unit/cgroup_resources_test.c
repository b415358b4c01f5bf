/* cgroup_resources_test.c - linux.resources on cgroup v1, v2 and both: where its files are. What each property comes to is in
 * the table tests/golden/resources. */
#include "../../libcontainer/cgroup/cgroup.h"
#include "test.h"
#include <string.h>

static struct cgroup_hierarchy v1[] = {
	{"cpu,cpuacct", "/c/cpu", "/", false},      {"cpuset", "/c/cpuset", "/", false},
	{"memory", "/c/memory", "/", false},        {"pids", "/c/pids", "/", false},
	{"blkio", "/c/blkio", "/", false},          {"hugetlb", "/c/hugetlb", "/", false},
	{"net_cls,net_prio", "/c/net", "/", false}, {"rdma", "/c/rdma", "/", false},
};
static struct cgroup_hierarchy unified[] = {{"", "/c", "/", true}};
static char *controllers[] = {"cpuset", "cpu", "io", "memory", "pids", "hugetlb", "rdma", "misc", NULL};

#define V1 .cgroups = {v1, 8}
static const struct host v1_host = {V1, .kernel_major = 6, .kernel_minor = 1};
static const struct host old_v1_host = {V1, .kernel_major = 5, .kernel_minor = 15};
static const struct host v2_host = {
	.cgroups = {unified, 1}, .v2_controllers = {controllers, 8}, .kernel_major = 6, .kernel_minor = 1};

static const int64_t million = 1000000;
static const uint64_t shares = 512;
static const uint16_t weight = 500;
static struct pair high = {"memory.high", "1000"}, every = {"cgroup.max.depth", "3"};

/* The settings as "FILE=VALUE; FILE=VALUE". */
static const char *settings_text(struct arena *a, const struct host *h, const struct spec_resources *r) {
	struct cgroup_settings settings = {0};
	struct error e = {0};
	const char *text = "";

	assert_int_equal(cgroup_settings(a, r, h, &settings, &e), 0);
	for (size_t i = 0; i < settings.n; i++)
		text = arena_printf(a, "%s%s%s=%s", text, i ? "; " : "", settings.v[i].file, settings.v[i].value);
	return text;
}

static void refused(struct arena *a, const struct host *h, const struct spec_resources *r, const char *field,
		    const char *words) {
	struct cgroup_settings settings = {0};
	struct error e = {0};

	assert_int_equal(cgroup_settings(a, r, h, &settings, &e), -1);
	assert_string_equal(e.field, field);
	assert_non_null(strstr(e.text, words));
	assert_int_equal(settings.n, 0);
}

static void each_setting_names_its_hierarchy_and_its_field(void **state) {
	struct spec_resources r = {.cpu.shares = &shares, .pids.limit = &million};
	struct cgroup_settings settings = {0};
	struct error e = {0};

	assert_int_equal(cgroup_settings(*state, &r, &v1_host, &settings, &e), 0);
	assert_int_equal(settings.n, 2);
	assert_int_equal(settings.v[0].hierarchy, 0);
	assert_string_equal(settings.v[0].field, "/linux/resources/cpu/shares");
	assert_int_equal(settings.v[1].hierarchy, 3);
	assert_string_equal(settings.v[1].field, "/linux/resources/pids/limit");
}

static void on_a_hybrid_host_each_controller_is_looked_for_where_it_is(void **state) {
	struct cgroup_hierarchy both[] = {{"memory", "/c/memory", "/", false}, {"", "/c/unified", "/", true}};
	struct host h = {.cgroups = {both, 2}, .v2_controllers = {(char *[]){"pids", NULL}, 1}};
	struct spec_resources r = {.memory.limit = &million, .pids.limit = &million};

	assert_string_equal(settings_text(*state, &h, &r), "memory.limit_in_bytes=1000000; pids.max=1000000");
	r.cpu.shares = &shares;
	refused(*state, &h, &r, "/linux/resources/cpu/shares", "no cgroup controller \"cpu\"");
}

static void kernel_memory_has_a_limit_of_its_own_before_5_16(void **state) {
	const struct host first_without = {V1, .kernel_major = 5, .kernel_minor = 16};
	struct spec_resources r = {.memory.kernel = &million};

	refused(*state, &first_without, &r, "/linux/resources/memory/kernel", "since Linux 5.16");
	assert_string_equal(settings_text(*state, &old_v1_host, &r), "memory.kmem.limit_in_bytes=1000000");
	refused(*state, &v1_host, &r, "/linux/resources/memory/kernel", "in cgroup v1: right is -1");
}

static void what_v1_calls_blkio_is_the_controller_io_of_v2(void **state) {
	struct spec_resources r = {.block_io = {.weight = &weight}};
	struct cgroup_settings settings = {0};
	struct error e = {0};

	assert_int_equal(cgroup_settings(*state, &r, &v2_host, &settings, &e), 0);
	assert_string_equal(settings.v[0].controller, "io");
	assert_int_equal(cgroup_settings(*state, &r, &v1_host, &settings, &e), 0);
	assert_string_equal(settings.v[0].controller, "blkio");
	assert_int_equal(settings.v[0].hierarchy, 4);
}

static void unified_needs_the_controller_before_the_dot_and_none_for_cgroup(void **state) {
	struct pair pairs[] = {high, every};
	struct spec_resources r = {.unified = {pairs, 2}};
	struct cgroup_settings settings = {0};
	struct error e = {0};

	assert_int_equal(cgroup_settings(*state, &r, &v2_host, &settings, &e), 0);
	assert_string_equal(settings.v[0].controller, "memory");
	assert_string_equal(settings.v[0].field, "/linux/resources/unified/memory.high");
	assert_null(settings.v[1].controller);
}

static void unified_is_refused_for_what_is_in_v1(void **state) {
	struct cgroup_hierarchy both[] = {{"memory", "/c/memory", "/", false}, {"", "/c/unified", "/", true}};
	struct host hybrid = {.cgroups = {both, 2}, .v2_controllers = {(char *[]){"hugetlb", NULL}, 1}};
	struct pair pair = {"hugetlb.2MB.max", "0"};
	struct spec_resources of_memory = {.unified = {&high, 1}}, of_hugetlb = {.unified = {&pair, 1}};
	struct spec_resources of_every = {.unified = {&every, 1}};

	refused(*state, &hybrid, &of_memory, "/linux/resources/unified/memory.high", "\"memory\" in cgroup v1");
	assert_string_equal(settings_text(*state, &hybrid, &of_hugetlb), "hugetlb.2MB.max=0");
	assert_string_equal(settings_text(*state, &hybrid, &of_every), "cgroup.max.depth=3");
	refused(*state, &v1_host, &of_every, "/linux/resources/unified/cgroup.max.depth", "none is mounted here");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(each_setting_names_its_hierarchy_and_its_field),
		arena_test(on_a_hybrid_host_each_controller_is_looked_for_where_it_is),
		arena_test(kernel_memory_has_a_limit_of_its_own_before_5_16),
		arena_test(what_v1_calls_blkio_is_the_controller_io_of_v2),
		arena_test(unified_needs_the_controller_before_the_dot_and_none_for_cgroup),
		arena_test(unified_is_refused_for_what_is_in_v1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
