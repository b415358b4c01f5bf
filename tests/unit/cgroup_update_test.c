/* cgroup_update_test.c - an update of linux.resources: what it is laid over, what is written, in which order, what leads back. */
#include "../../libcontainer/cgroup/update.h"
#include "test.h"
#include <string.h>

static struct cgroup_hierarchy v1[] = {
	{"cpu,cpuacct", "/c/cpu", "/", false},
	{"memory", "/c/memory", "/", false},
	{"blkio", "/c/blkio", "/", false},
};
static struct cgroup_hierarchy unified[] = {{"", "/c", "/", true}};
static char *controllers[] = {"cpu", "io", "memory", "pids", NULL};
static const struct host v1_host = {.cgroups = {v1, 3}, .kernel_major = 6, .kernel_minor = 1};
static const struct host v2_host = {
	.cgroups = {unified, 1}, .v2_controllers = {controllers, 4}, .kernel_major = 6, .kernel_minor = 1};

static const int64_t no_limit = -1, zero, ten = 10, twenty = 20, thirty = 30, forty = 40;
static const uint64_t unsigned_zero, shares = 512;

#define THROTTLES(...)                                                                                             \
	{                                                                                                          \
		(struct spec_throttle_device[]){__VA_ARGS__},                                                      \
			sizeof((struct spec_throttle_device[]){__VA_ARGS__}) / sizeof(struct spec_throttle_device) \
	}

static void what_an_update_says_replaces_and_the_rest_stays(void **state) {
	struct spec_resources r = {.memory = {.limit = &ten, .swap = &twenty}, .cpu.shares = &shares};

	cgroup_resources_merge(*state, &r, &(struct spec_resources){.memory.swap = &thirty, .pids.limit = &zero});
	assert_ptr_equal(r.memory.limit, &ten);
	assert_ptr_equal(r.memory.swap, &thirty);
	assert_ptr_equal(r.cpu.shares, &shares);
	assert_ptr_equal(r.pids.limit, &zero);
}

static void zeros_of_engines_replace_nothing(void **state) {
	struct spec_resources r = {.memory.limit = &ten, .cpu.shares = &shares};

	cgroup_resources_merge(*state, &r,
			       &(struct spec_resources){.memory.limit = &zero, .cpu.shares = &unsigned_zero});
	assert_ptr_equal(r.memory.limit, &ten);
	assert_ptr_equal(r.cpu.shares, &shares);
}

static void no_limit_of_memory_is_none_of_memory_and_swap(void **state) {
	struct spec_resources r = {.memory = {.limit = &ten, .swap = &twenty}};

	cgroup_resources_merge(*state, &r, &(struct spec_resources){.memory.limit = &no_limit});
	assert_int_equal(*r.memory.swap, -1);
}

static void lists_are_merged_by_disk_and_by_name(void **state) {
	struct spec_resources r = {.block_io.throttle_read_bps_device = THROTTLES({8, 0, 1}, {8, 16, 2}),
				   .unified = {(struct pair[]){{"memory.high", "1"}, {"memory.min", "2"}}, 2}};

	cgroup_resources_merge(*state, &r,
			       &(struct spec_resources){.block_io.throttle_read_bps_device =
								THROTTLES({8, 32, 9}, {8, 0, 5}, {8, 32, 3}),
							.unified = {(struct pair[]){{"memory.min", "7"}}, 1}});
	const struct spec_throttle_devices *t = &r.block_io.throttle_read_bps_device;

	assert_int_equal(t->n, 3);
	assert_int_equal(t->v[0].minor, 16);
	assert_int_equal(t->v[1].rate, 5);
	assert_int_equal(t->v[2].minor, 32);
	assert_int_equal(r.unified.n, 2);
	assert_string_equal(r.unified.v[1].text, "7");
}

static void device_rules_are_replaced_as_a_whole(void **state) {
	struct spec_device_rule old[] = {{.allow = true}, {.allow = true}}, new[] = {{.allow = false}};
	struct spec_resources r = {.devices = {old, 2}};

	cgroup_resources_merge(*state, &r, &(struct spec_resources){.devices = {new, 1}});
	assert_int_equal(r.devices.n, 1);
	assert_ptr_equal(r.devices.v, new);
	cgroup_resources_merge(*state, &r, &(struct spec_resources){.devices = {old, 0}});
	assert_ptr_equal(r.devices.v, new);
}

/* The files that change, in order. was: what is in each of them before, or NULL. */
static const char *order(struct arena *a, const struct host *h, const struct spec_resources *before,
			 const struct spec_resources *asked, const char *const was[][2]) {
	struct spec_resources after = *before;
	struct cgroup_changes changes = {0};
	struct error e = {0};
	const char *text = "";

	cgroup_resources_merge(a, &after, asked);
	assert_int_equal(cgroup_changes(a, &(struct cgroup_update){before, asked, &after, h, NULL, NULL}, &changes, &e),
			 0);
	for (size_t i = 0; i < changes.n; i++)
		for (size_t k = 0; was && was[k][0]; k++)
			if (strcmp(changes.v[i].setting.file, was[k][0]) == 0)
				changes.v[i].was = was[k][1];
	cgroup_changes_order(&changes);
	for (size_t i = 0; i < changes.n; i++)
		text = arena_printf(a, "%s%s%s=%s", text, i ? "; " : "", changes.v[i].setting.file,
				    changes.v[i].setting.value);
	return text;
}

static void only_what_changes_is_written(void **state) {
	struct spec_resources before = {.memory.limit = &ten, .cpu.shares = &shares};

	assert_string_equal(order(*state, &v1_host, &before, &(struct spec_resources){.memory.limit = &thirty}, NULL),
			    "memory.limit_in_bytes=30");
}

static void what_is_said_is_written_though_it_was_so_before(void **state) {
	struct spec_resources before = {.memory.limit = &ten, .cpu.shares = &shares};

	assert_string_equal(order(*state, &v2_host, &before, &(struct spec_resources){.memory.limit = &ten}, NULL),
			    "memory.max=10");
}

static void of_lists_only_what_is_named_is_written(void **state) {
	struct spec_resources before = {.block_io.throttle_read_bps_device = THROTTLES({8, 0, 1}, {8, 16, 2})};

	assert_string_equal(order(*state, &v1_host, &before,
				  &(struct spec_resources){.block_io.throttle_read_bps_device = THROTTLES({8, 16, 2})},
				  NULL),
			    "blkio.throttle.read_bps_device=8:16 2");
}

static void swap_alone_changes_with_the_limit_of_memory(void **state) {
	struct spec_resources before = {.memory = {.limit = &ten, .swap = &thirty}};

	assert_string_equal(order(*state, &v2_host, &before, &(struct spec_resources){.memory.limit = &twenty}, NULL),
			    "memory.max=20; memory.swap.max=10");
}

static void a_bound_that_grows_goes_first_and_one_that_shrinks_last(void **state) {
	static const char *const small[][2] = {
		{"memory.limit_in_bytes", "10"}, {"memory.memsw.limit_in_bytes", "20"}, {0}};
	static const char *const large[][2] = {
		{"memory.limit_in_bytes", "50"}, {"memory.memsw.limit_in_bytes", "60"}, {0}};
	struct spec_resources nothing = {0}, asked = {.memory = {.limit = &thirty, .swap = &forty}};

	assert_string_equal(order(*state, &v1_host, &nothing, &asked, small),
			    "memory.memsw.limit_in_bytes=40; memory.limit_in_bytes=30");
	assert_string_equal(order(*state, &v1_host, &nothing, &asked, large),
			    "memory.limit_in_bytes=30; memory.memsw.limit_in_bytes=40");
}

static void period_quota_and_burst_never_exceed_each_other_on_the_way(void **state) {
	static const uint64_t period = 20, burst = 10;
	static const char *const small[][2] = {
		{"cpu.cfs_period_us", "10"}, {"cpu.cfs_quota_us", "5"}, {"cpu.cfs_burst_us", "1"}, {0}};
	static const char *const large[][2] = {
		{"cpu.cfs_period_us", "90"}, {"cpu.cfs_quota_us", "80"}, {"cpu.cfs_burst_us", "70"}, {0}};
	struct spec_resources nothing = {0}, asked = {.cpu = {.quota = &twenty, .period = &period, .burst = &burst}};

	assert_string_equal(order(*state, &v1_host, &nothing, &asked, small),
			    "cpu.cfs_period_us=20; cpu.cfs_quota_us=20; cpu.cfs_burst_us=10");
	assert_string_equal(order(*state, &v1_host, &nothing, &asked, large),
			    "cpu.cfs_burst_us=10; cpu.cfs_quota_us=20; cpu.cfs_period_us=20");
}

static void what_is_idle_gets_its_weight_when_it_is_so_no_more(void **state) {
	static const int64_t yes = 1;
	static const char *const idle[][2] = {{"cpu.idle", "1"}, {0}}, *const awake[][2] = {{"cpu.idle", "0"}, {0}};
	struct spec_resources nothing = {0};

	assert_string_equal(order(*state, &v1_host, &nothing,
				  &(struct spec_resources){.cpu = {.idle = &zero, .shares = &shares}}, idle),
			    "cpu.idle=0; cpu.shares=512");
	assert_string_equal(order(*state, &v1_host, &nothing,
				  &(struct spec_resources){.cpu = {.idle = &yes, .shares = &shares}}, awake),
			    "cpu.shares=512; cpu.idle=1");
}

static void each_file_has_its_way_back(void **state) {
	static const struct {
		const char *file, *value, *text, *back;
	} cases[] = {
		{"memory.max", "10", "max", "max"},
		{"cpu.max", "10 100", "max 100000", "max 100000"},
		{"cpu.max", "max 100", "50 1000", "50 1000"},
		{"cpu.max", "max", "50 1000", "50 1000"},
		{"cpuset.cpus", "0-1", "", ""},
		{"memory.oom_control", "1", "oom_kill_disable 0\nunder_oom 0\noom_kill 0", "0"},
		{"io.weight", "50", "default 100\n8:0 200", "100"},
		{"io.weight", "8:0 50", "default 100\n8:0 200", "8:0 200"},
		{"io.weight", "8:16 50", "default 100\n8:0 200", "8:16 default"},
		{"io.max", "8:0 rbps=5", "8:16 rbps=1 wbps=max\n8:0 rbps=9 wbps=7", "8:0 rbps=9 wbps=7"},
		{"io.max", "8:32 rbps=5 wiops=8", "8:16 rbps=1 wbps=max", "8:32 rbps=max wiops=max"},
		{"blkio.throttle.read_bps_device", "8:0 5", "", "8:0 0"},
		{"blkio.throttle.read_bps_device", "8:0 5", "8:0 77", "8:0 77"},
		{"rdma.max", "mlx4_0 hca_handle=2", "", "mlx4_0 hca_handle=max"},
		{"net_prio.ifpriomap", "lo 5", "lo 0\neth0 3", "lo 0"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(cgroup_value_before(*state, cases[i].file, cases[i].value, cases[i].text),
				    cases[i].back);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(what_an_update_says_replaces_and_the_rest_stays),
		arena_test(zeros_of_engines_replace_nothing),
		arena_test(no_limit_of_memory_is_none_of_memory_and_swap),
		arena_test(lists_are_merged_by_disk_and_by_name),
		arena_test(device_rules_are_replaced_as_a_whole),
		arena_test(only_what_changes_is_written),
		arena_test(what_is_said_is_written_though_it_was_so_before),
		arena_test(of_lists_only_what_is_named_is_written),
		arena_test(swap_alone_changes_with_the_limit_of_memory),
		arena_test(a_bound_that_grows_goes_first_and_one_that_shrinks_last),
		arena_test(period_quota_and_burst_never_exceed_each_other_on_the_way),
		arena_test(what_is_idle_gets_its_weight_when_it_is_so_no_more),
		arena_test(each_file_has_its_way_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
