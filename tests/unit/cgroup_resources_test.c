/* cgroup_resources_test.c - linux.resources as files and values, on cgroup v1, v2 and both. */
#include "../../libcontainer/cgroup/cgroup.h"
#include "test.h"
#include <string.h>

static struct cgroup_hierarchy v1[] = {
	{"cpu,cpuacct", "/c/cpu", "/", false},
	{"cpuset", "/c/cpuset", "/", false},
	{"memory", "/c/memory", "/", false},
	{"pids", "/c/pids", "/", false},
};
static struct cgroup_hierarchy unified[] = {{"", "/c", "/", true}};
static char *controllers[] = {"cpuset", "cpu", "io", "memory", "pids", NULL};

static const struct host v1_host = {.cgroups = {v1, 4}};
static const struct host v2_host = {.cgroups = {unified, 1}, .v2_controllers = {controllers, 5}};

static const int64_t no_limit = -1, zero, million = 1000000, two_million = 2000000, below = -2;
static const uint64_t shares = 512, period = 50000, unsigned_zero;

/* The settings as lines "FILE=VALUE". */
static const char *settings_text(struct arena *a, const struct host *h, const struct spec_resources *r) {
	struct cgroup_settings settings = {0};
	struct error e = {0};
	const char *text = "";

	assert_int_equal(cgroup_settings(a, r, h, &settings, &e), 0);
	for (size_t i = 0; i < settings.n; i++)
		text = arena_printf(a, "%s%s%s=%s", text, i ? "; " : "", settings.v[i].file, settings.v[i].value);
	return text;
}

static void comes_to(struct arena *a, const struct spec_resources *r, const char *on_v1, const char *on_v2) {
	assert_string_equal(settings_text(a, &v1_host, r), on_v1);
	assert_string_equal(settings_text(a, &v2_host, r), on_v2);
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

static void nothing_asked_for_is_nothing_written(void **state) {
	comes_to(*state, &(struct spec_resources){0}, "", "");
}

static void memory_is_written_limit_first_and_v2_counts_swap_alone(void **state) {
	struct spec_resources r = {.memory = {.limit = &million, .swap = &two_million, .reservation = &million}};

	comes_to(
		*state, &r,
		"memory.limit_in_bytes=1000000; memory.memsw.limit_in_bytes=2000000; memory.soft_limit_in_bytes=1000000",
		"memory.max=1000000; memory.swap.max=1000000; memory.low=1000000");
}

static void swap_as_large_as_memory_is_no_swap(void **state) {
	struct spec_resources r = {.memory = {.limit = &million, .swap = &million}};

	comes_to(*state, &r, "memory.limit_in_bytes=1000000; memory.memsw.limit_in_bytes=1000000",
		 "memory.max=1000000; memory.swap.max=0");
}

static void minus_one_is_no_limit(void **state) {
	struct spec_resources r = {.memory = {.limit = &no_limit, .swap = &no_limit}, .pids.limit = &no_limit};

	comes_to(*state, &r, "memory.limit_in_bytes=-1; memory.memsw.limit_in_bytes=-1; pids.max=max",
		 "memory.max=max; memory.swap.max=max; pids.max=max");
}

static void a_memory_limit_of_zero_is_none_but_zero_pids_are_zero(void **state) {
	struct spec_resources r = {.memory = {.limit = &zero, .reservation = &zero}, .pids.limit = &zero};

	comes_to(*state, &r, "pids.max=0", "pids.max=0");
}

static void swap_without_a_memory_limit_is_refused(void **state) {
	struct spec_resources r = {.memory.swap = &million};

	refused(*state, &v1_host, &r, "/linux/resources/memory/swap", "memory/limit is needed");
	r.memory.limit = &no_limit;
	refused(*state, &v2_host, &r, "/linux/resources/memory/swap", "memory/limit is needed");
}

static void less_swap_than_memory_is_refused(void **state) {
	struct spec_resources r = {.memory = {.limit = &two_million, .swap = &million}};

	refused(*state, &v1_host, &r, "/linux/resources/memory/swap", "2000000, is needed");
	r.memory.swap = &zero;
	refused(*state, &v2_host, &r, "/linux/resources/memory/swap", "2000000, is needed");
}

static void a_limit_below_minus_one_is_refused(void **state) {
	refused(*state, &v1_host, &(struct spec_resources){.memory.limit = &below}, "/linux/resources/memory/limit",
		"-2 is no limit");
	refused(*state, &v1_host, &(struct spec_resources){.memory.swap = &below}, "/linux/resources/memory/swap",
		"-2 is no limit");
	refused(*state, &v2_host, &(struct spec_resources){.memory.reservation = &below},
		"/linux/resources/memory/reservation", "-2 is no limit");
	refused(*state, &v2_host, &(struct spec_resources){.pids.limit = &below}, "/linux/resources/pids/limit",
		"-2 is no limit");
}

static void cpu_time_is_two_files_on_v1_and_one_on_v2(void **state) {
	comes_to(*state, &(struct spec_resources){.cpu = {.quota = &million, .period = &period}},
		 "cpu.cfs_period_us=50000; cpu.cfs_quota_us=1000000", "cpu.max=1000000 50000");
	comes_to(*state, &(struct spec_resources){.cpu.quota = &million}, "cpu.cfs_quota_us=1000000",
		 "cpu.max=1000000 100000");
	comes_to(*state, &(struct spec_resources){.cpu.period = &period}, "cpu.cfs_period_us=50000",
		 "cpu.max=max 50000");
}

static void a_quota_of_zero_or_less_is_none(void **state) {
	comes_to(*state, &(struct spec_resources){.cpu.quota = &zero}, "cpu.cfs_quota_us=-1", "cpu.max=max 100000");
	comes_to(*state, &(struct spec_resources){.cpu.quota = &no_limit}, "cpu.cfs_quota_us=-1", "cpu.max=max 100000");
}

static void shares_are_a_weight_on_v2(void **state) {
	static const struct {
		uint64_t shares;
		const char *weight;
	} known[] = {
		{1, "1"},      {2, "1"},      {3, "2"},          {10, "4"},         {512, "59"},          {1024, "100"},
		{1025, "101"}, {8192, "532"}, {262143, "10000"}, {262144, "10000"}, {UINT64_MAX, "10000"}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct spec_resources r = {.cpu.shares = &known[i].shares};

		assert_string_equal(settings_text(*state, &v2_host, &r),
				    arena_printf(*state, "cpu.weight=%s", known[i].weight));
	}
	assert_string_equal(settings_text(*state, &v1_host, &(struct spec_resources){.cpu.shares = &shares}),
			    "cpu.shares=512");
}

static void zero_shares_and_an_empty_cpuset_ask_for_nothing(void **state) {
	comes_to(*state,
		 &(struct spec_resources){
			 .cpu = {.shares = &unsigned_zero, .period = &unsigned_zero, .cpus = "", .mems = ""}},
		 "", "");
}

static void a_cpuset_is_the_same_in_both(void **state) {
	struct spec_resources r = {.cpu = {.cpus = "0-3,7", .mems = "0"}};

	comes_to(*state, &r, "cpuset.cpus=0-3,7; cpuset.mems=0", "cpuset.cpus=0-3,7; cpuset.mems=0");
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

static void no_limit_needs_no_controller(void **state) {
	struct spec_resources r = {.pids.limit = &no_limit, .memory = {.limit = &no_limit, .swap = &no_limit}};

	assert_string_equal(settings_text(*state, &(struct host){0}, &r), "");
	r.pids.limit = &million;
	refused(*state, &(struct host){0}, &r, "/linux/resources/pids/limit", "no cgroup controller \"pids\"");
}

static void what_is_not_supported_yet_is_refused_by_name(void **state) {
	const uint64_t swappiness = 0;
	const uint16_t weight = 100;
	const uint32_t class_id = 1;
	const bool yes = true;
	struct spec_throttle_device throttle = {8, 0, 1};
	struct pair unified_pair = {"memory.high", "1"};
	struct spec_hugepage_limit huge = {"2MB", 0};
	const struct {
		struct spec_resources resources;
		const char *field;
	} all[] = {
		{{.memory.kernel = &million}, "/linux/resources/memory/kernel"},
		{{.memory.swappiness = &swappiness}, "/linux/resources/memory/swappiness"},
		{{.memory.disable_oom_killer = &yes}, "/linux/resources/memory/disableOOMKiller"},
		{{.cpu.burst = &period}, "/linux/resources/cpu/burst"},
		{{.cpu.realtime_runtime = &million}, "/linux/resources/cpu/realtimeRuntime"},
		{{.block_io.weight = &weight}, "/linux/resources/blockIO/weight"},
		{{.block_io.throttle_write_iops_device = {&throttle, 1}},
		 "/linux/resources/blockIO/throttleWriteIOPSDevice"},
		{{.hugepage_limits = {&huge, 1}}, "/linux/resources/hugepageLimits"},
		{{.network.class_id = &class_id}, "/linux/resources/network/classID"},
		{{.unified = {&unified_pair, 1}}, "/linux/resources/unified"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		refused(*state, &v2_host, &all[i].resources, all[i].field, "not supported yet");
}

static void the_zeros_that_docker_sends_for_what_was_not_given_are_accepted(void **state) {
	const uint16_t no_weight = 0;
	const bool no = false;
	struct spec_resources r = {
		.memory = {.disable_oom_killer = &no, .check_before_update = &no},
		.cpu = {.shares = &unsigned_zero,
			.burst = &unsigned_zero,
			.realtime_period = &unsigned_zero,
			.idle = &zero},
		.block_io = {.weight = &no_weight, .leaf_weight = &no_weight},
	};

	comes_to(*state, &r, "", "");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(nothing_asked_for_is_nothing_written),
		arena_test(memory_is_written_limit_first_and_v2_counts_swap_alone),
		arena_test(swap_as_large_as_memory_is_no_swap),
		arena_test(minus_one_is_no_limit),
		arena_test(a_memory_limit_of_zero_is_none_but_zero_pids_are_zero),
		arena_test(swap_without_a_memory_limit_is_refused),
		arena_test(less_swap_than_memory_is_refused),
		arena_test(a_limit_below_minus_one_is_refused),
		arena_test(cpu_time_is_two_files_on_v1_and_one_on_v2),
		arena_test(a_quota_of_zero_or_less_is_none),
		arena_test(shares_are_a_weight_on_v2),
		arena_test(zero_shares_and_an_empty_cpuset_ask_for_nothing),
		arena_test(a_cpuset_is_the_same_in_both),
		arena_test(each_setting_names_its_hierarchy_and_its_field),
		arena_test(on_a_hybrid_host_each_controller_is_looked_for_where_it_is),
		arena_test(no_limit_needs_no_controller),
		arena_test(what_is_not_supported_yet_is_refused_by_name),
		arena_test(the_zeros_that_docker_sends_for_what_was_not_given_are_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
