/* cgroup_resources_test.c - linux.resources as files and values, on cgroup v1, v2 and both. */
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

static const int64_t no_limit = -1, zero, one = 1, million = 1000000, two_million = 2000000, below = -2;
static const uint64_t shares = 512, period = 50000, unsigned_zero, sixty = 60, unsigned_no_limit = UINT64_MAX;
static const uint16_t no_weight, weight = 500;
static const bool yes = true, no = false;

/* The settings as "FILE=VALUE", with "|FILE=VALUE" behind it where another file may be written instead. */
static const char *settings_text(struct arena *a, const struct host *h, const struct spec_resources *r) {
	struct cgroup_settings settings = {0};
	struct error e = {0};
	const char *text = "";

	assert_int_equal(cgroup_settings(a, r, h, &settings, &e), 0);
	for (size_t i = 0; i < settings.n; i++) {
		const struct cgroup_setting *s = &settings.v[i];

		text = arena_printf(a, "%s%s%s=%s", text, i ? "; " : "", s->file, s->value);
		if (s->other_file)
			text = arena_printf(a, "%s|%s=%s", text, s->other_file, s->other_value);
	}
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

/* --- each property for itself: what it comes to on cgroup v1 and on v2, "" for nothing, "!" for an error that names it -- */

static struct spec_weight_device disk_weight = {8, 16, &weight, NULL};
static struct spec_weight_device disk_leaf_weight = {8, 16, NULL, &weight};
static struct spec_throttle_device throttle = {8, 0, 600}, unthrottle = {8, 0, 0};
static struct spec_hugepage_limit huge = {"2MB", 4194304};
static const uint32_t class_id = 1048577, no_class, handles = 3, objects = 10000;
static struct spec_interface_priority priorities[] = {{"lo", 5}, {"eth0", 500}};
static struct spec_rdma rdma[] = {{"mlx5_1", &handles, &objects}, {"mlx4_0", NULL, &objects}};
static struct pair high = {"memory.high", "1000"};

#define BLOCK_IO(...) .block_io = {__VA_ARGS__}
static const struct property {
	struct spec_resources resources;
	const char *field, *on_v1, *on_v2;
} properties[] = {
	{{.memory.kernel = &million}, "memory/kernel", "!", "!"},
	{{.memory.kernel = &no_limit}, "memory/kernel", "", ""},
	{{.memory.kernel = &zero}, "memory/kernel", "", ""},
	{{.memory.kernel_tcp = &million}, "memory/kernelTCP", "memory.kmem.tcp.limit_in_bytes=1000000", "!"},
	{{.memory.kernel_tcp = &no_limit}, "memory/kernelTCP", "memory.kmem.tcp.limit_in_bytes=-1", ""},
	{{.memory.kernel_tcp = &zero}, "memory/kernelTCP", "", ""},
	{{.memory.swappiness = &sixty}, "memory/swappiness", "memory.swappiness=60", "!"},
	{{.memory.swappiness = &unsigned_zero}, "memory/swappiness", "memory.swappiness=0", "!"},
	{{.memory.swappiness = &unsigned_no_limit}, "memory/swappiness", "", ""},
	{{.memory.disable_oom_killer = &yes}, "memory/disableOOMKiller", "memory.oom_control=1", "!"},
	{{.memory.disable_oom_killer = &no}, "memory/disableOOMKiller", "memory.oom_control=0", ""},
	{{.memory.use_hierarchy = &yes}, "memory/useHierarchy", "memory.use_hierarchy=1", ""},
	{{.memory.use_hierarchy = &no}, "memory/useHierarchy", "memory.use_hierarchy=0", "!"},
	{{.memory.check_before_update = &yes}, "memory/checkBeforeUpdate", "", ""},
	{{.cpu.burst = &period}, "cpu/burst", "cpu.cfs_burst_us=50000", "cpu.max.burst=50000"},
	{{.cpu.burst = &unsigned_zero}, "cpu/burst", "cpu.cfs_burst_us=0", "cpu.max.burst=0"},
	{{.cpu.realtime_period = &period}, "cpu/realtimePeriod", "cpu.rt_period_us=50000", "!"},
	{{.cpu.realtime_period = &unsigned_zero}, "cpu/realtimePeriod", "", ""},
	{{.cpu.realtime_runtime = &million}, "cpu/realtimeRuntime", "cpu.rt_runtime_us=1000000", "!"},
	{{.cpu.realtime_runtime = &zero}, "cpu/realtimeRuntime", "cpu.rt_runtime_us=0", ""},
	{{.cpu.realtime_runtime = &no_limit}, "cpu/realtimeRuntime", "cpu.rt_runtime_us=-1", ""},
	{{.cpu.idle = &one}, "cpu/idle", "cpu.idle=1", "cpu.idle=1"},
	{{.cpu.idle = &zero}, "cpu/idle", "cpu.idle=0", "cpu.idle=0"},
	{{BLOCK_IO(.weight = &weight)}, "blockIO/weight", "blkio.bfq.weight=500", "io.bfq.weight=500|io.weight=4950"},
	{{BLOCK_IO(.weight = &no_weight)}, "blockIO/weight", "", ""},
	{{BLOCK_IO(.leaf_weight = &weight)}, "blockIO/leafWeight", "!", "!"},
	{{BLOCK_IO(.leaf_weight = &no_weight)}, "blockIO/leafWeight", "", ""},
	{{BLOCK_IO(.weight_device = {&disk_weight, 1})},
	 "blockIO/weightDevice/0",
	 "blkio.bfq.weight_device=8:16 500",
	 "io.bfq.weight=8:16 500|io.weight=8:16 4950"},
	{{BLOCK_IO(.weight_device = {&disk_leaf_weight, 1})}, "blockIO/weightDevice/0", "!", "!"},
	{{BLOCK_IO(.throttle_read_bps_device = {&throttle, 1})},
	 "blockIO/throttleReadBpsDevice/0",
	 "blkio.throttle.read_bps_device=8:0 600",
	 "io.max=8:0 rbps=600"},
	{{BLOCK_IO(.throttle_write_bps_device = {&throttle, 1})},
	 "blockIO/throttleWriteBpsDevice/0",
	 "blkio.throttle.write_bps_device=8:0 600",
	 "io.max=8:0 wbps=600"},
	{{BLOCK_IO(.throttle_read_iops_device = {&throttle, 1})},
	 "blockIO/throttleReadIOPSDevice/0",
	 "blkio.throttle.read_iops_device=8:0 600",
	 "io.max=8:0 riops=600"},
	{{BLOCK_IO(.throttle_write_iops_device = {&unthrottle, 1})},
	 "blockIO/throttleWriteIOPSDevice/0",
	 "blkio.throttle.write_iops_device=8:0 0",
	 "io.max=8:0 wiops=max"},
	{{.hugepage_limits = {&huge, 1}},
	 "hugepageLimits/0",
	 "hugetlb.2MB.rsvd.limit_in_bytes=4194304; hugetlb.2MB.limit_in_bytes=4194304",
	 "hugetlb.2MB.rsvd.max=4194304; hugetlb.2MB.max=4194304"},
	{{.network.class_id = &class_id}, "network/classID", "net_cls.classid=1048577", "!"},
	{{.network.class_id = &no_class}, "network/classID", "net_cls.classid=0", ""},
	{{.network.priorities = {priorities, 2}},
	 "network/priorities/0",
	 "net_prio.ifpriomap=lo 5; net_prio.ifpriomap=eth0 500",
	 "!"},
	{{.rdma = {rdma, 2}},
	 "rdma/mlx5_1",
	 "rdma.max=mlx5_1 hca_handle=3 hca_object=10000; rdma.max=mlx4_0 hca_object=10000",
	 "rdma.max=mlx5_1 hca_handle=3 hca_object=10000; rdma.max=mlx4_0 hca_object=10000"},
	{{.unified = {&high, 1}}, "unified/memory.high", "!", "memory.high=1000"},
};

static const char *setting_field(struct arena *a, const struct cgroup_setting *s) {
	return s->index == NO_INDEX ? s->field : arena_printf(a, "%s/%d", s->field, s->index);
}

static void property_comes_to(struct arena *a, const struct property *p, const struct host *h, const char *expected) {
	const char *field = arena_printf(a, "/linux/resources/%s", p->field);
	struct cgroup_settings settings = {0};
	struct error e = {0};
	const char *text;

	if (*expected == '!') {
		refused(a, h, &p->resources, field, "");
		return;
	}
	text = settings_text(a, h, &p->resources);
	assert_string_equal(text, expected);
	assert_int_equal(cgroup_settings(a, &p->resources, h, &settings, &e), 0);
	if (settings.n)
		assert_string_equal(setting_field(a, &settings.v[0]), field);
}

static void each_property_has_its_file_on_v1_and_on_v2_or_is_refused_by_name(void **state) {
	for (size_t i = 0; i < sizeof(properties) / sizeof(*properties); i++) {
		property_comes_to(*state, &properties[i], &v1_host, properties[i].on_v1);
		property_comes_to(*state, &properties[i], &v2_host, properties[i].on_v2);
	}
}

static void what_no_kernel_is_needed_for_is_accepted_without_cgroups(void **state) {
	struct spec_resources r = {
		.memory = {.kernel = &no_limit, .disable_oom_killer = &no, .use_hierarchy = &yes},
		.cpu = {.burst = &unsigned_zero, .realtime_runtime = &zero, .idle = &zero, .quota = &no_limit},
		.network.class_id = &no_class,
	};

	assert_string_equal(settings_text(*state, &(struct host){0}, &r), "");
}

static void kernel_memory_has_a_limit_of_its_own_before_5_16(void **state) {
	const struct host first_without = {V1, .kernel_major = 5, .kernel_minor = 16};
	struct spec_resources r = {.memory.kernel = &million};

	refused(*state, &first_without, &r, "/linux/resources/memory/kernel", "since Linux 5.16");
	assert_string_equal(settings_text(*state, &old_v1_host, &r), "memory.kmem.limit_in_bytes=1000000");
	refused(*state, &v1_host, &r, "/linux/resources/memory/kernel", "in cgroup v1: right is -1");
}

static void the_burst_is_written_behind_the_quota_and_idle_behind_shares(void **state) {
	struct spec_resources r = {
		.cpu = {.shares = &shares, .quota = &million, .period = &period, .burst = &period, .idle = &one}};

	comes_to(
		*state, &r,
		"cpu.shares=512; cpu.cfs_period_us=50000; cpu.cfs_quota_us=1000000; cpu.cfs_burst_us=50000; cpu.idle=1",
		"cpu.weight=59; cpu.max=1000000 50000; cpu.max.burst=50000; cpu.idle=1");
}

static void more_burst_than_quota_is_refused(void **state) {
	const int64_t quota = 49999, same = 50000;

	refused(*state, &v2_host, &(struct spec_resources){.cpu = {.quota = &quota, .burst = &period}},
		"/linux/resources/cpu/burst", "50000 is more than the quota, 49999");
	comes_to(*state, &(struct spec_resources){.cpu = {.quota = &same, .burst = &period}},
		 "cpu.cfs_quota_us=50000; cpu.cfs_burst_us=50000", "cpu.max=50000 100000; cpu.max.burst=50000");
	comes_to(*state, &(struct spec_resources){.cpu = {.quota = &zero, .burst = &period}},
		 "cpu.cfs_quota_us=-1; cpu.cfs_burst_us=50000", "cpu.max=max 100000; cpu.max.burst=50000");
	comes_to(*state, &(struct spec_resources){.cpu = {.quota = &no_limit, .burst = &period}},
		 "cpu.cfs_quota_us=-1; cpu.cfs_burst_us=50000", "cpu.max=max 100000; cpu.max.burst=50000");
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

static void a_block_io_weight_has_a_range(void **state) {
	static const struct {
		uint16_t weight;
		const char *io_weight; /* NULL: out of range */
	} known[] = {{9, NULL}, {10, "1"}, {11, "11"}, {999, "9989"}, {1000, "10000"}, {1001, NULL}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct spec_weight_device device = {8, 0, &known[i].weight, NULL};
		struct spec_resources r = {.block_io = {.weight = &known[i].weight}};
		struct spec_resources of_device = {.block_io = {.weight_device = {&device, 1}}};

		if (known[i].io_weight) {
			assert_non_null(strstr(settings_text(*state, &v2_host, &r),
					       arena_printf(*state, "|io.weight=%s", known[i].io_weight)));
			continue;
		}
		refused(*state, &v1_host, &r, "/linux/resources/blockIO/weight", "10 to 1000");
		refused(*state, &v2_host, &of_device, "/linux/resources/blockIO/weightDevice/0", "10 to 1000");
	}
}

static void a_device_without_a_weight_is_refused(void **state) {
	struct spec_weight_device devices[] = {{8, 0, &weight, NULL}, {8, 16, NULL, NULL}};

	refused(*state, &v2_host, &(struct spec_resources){.block_io.weight_device = {devices, 2}},
		"/linux/resources/blockIO/weightDevice/1", "weight or leafWeight is needed");
}

static void a_page_size_is_a_number_and_a_unit(void **state) {
	static char *const bad[] = {"", "MB", "2", "2B", "2M", "2MBs", "2mb", "../2MB", "2TB"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct spec_hugepage_limit limits[] = {{"1GB", 0}, {bad[i], 0}};

		refused(*state, &v2_host, &(struct spec_resources){.hugepage_limits = {limits, 2}},
			"/linux/resources/hugepageLimits/1", "64KB, 2MB or 1GB");
	}
}

static void names_that_would_end_in_the_middle_of_a_line_are_refused(void **state) {
	struct spec_rdma device = {"mlx 5", &handles, NULL}, slash = {"a/b", &handles, NULL},
			 nothing = {"mlx5", NULL, NULL};
	static char *const names[] = {"eth0 1", "eth0\nlo", "eth0\tlo", ""};

	for (size_t i = 0; i < 4; i++) {
		struct spec_interface_priority interface = {names[i], 5};

		refused(*state, &v1_host, &(struct spec_resources){.network.priorities = {&interface, 1}},
			"/linux/resources/network/priorities/0", "no name of a network interface");
	}
	refused(*state, &v1_host, &(struct spec_resources){.rdma = {&device, 1}}, "/linux/resources/rdma", "mlx 5");
	refused(*state, &v2_host, &(struct spec_resources){.rdma = {&slash, 1}}, "/linux/resources/rdma", "a/b");
	refused(*state, &v2_host, &(struct spec_resources){.rdma = {&nothing, 1}}, "/linux/resources/rdma/mlx5",
		"hcaHandles or hcaObjects is needed");
}

static void swappiness_is_a_percentage(void **state) {
	const uint64_t too_much = 101;

	refused(*state, &v1_host, &(struct spec_resources){.memory.swappiness = &too_much},
		"/linux/resources/memory/swappiness", "0 to 100");
}

static void usage_is_looked_at_before_a_memory_limit_of_v2_if_asked_for(void **state) {
	struct spec_resources r = {.memory = {.limit = &million, .swap = &million, .check_before_update = &yes}};
	struct cgroup_settings settings = {0};
	struct error e = {0};

	assert_int_equal(cgroup_settings(*state, &r, &v2_host, &settings, &e), 0);
	assert_string_equal(settings.v[0].usage_file, "memory.current");
	assert_null(settings.v[1].usage_file);
	r.memory = (struct spec_memory){.limit = &no_limit, .check_before_update = &yes};
	assert_int_equal(cgroup_settings(*state, &r, &v2_host, &settings, &e), 0);
	assert_null(settings.v[0].usage_file);
	r.memory = (struct spec_memory){.limit = &million, .check_before_update = &no};
	assert_int_equal(cgroup_settings(*state, &r, &v2_host, &settings, &e), 0);
	assert_null(settings.v[0].usage_file);
}

static void unified_is_written_last_and_line_by_line(void **state) {
	struct pair pairs[] = {
		{"io.max", "8:0 rbps=1\n8:16 wiops=2\n"}, {"cgroup.max.depth", "3"}, {"misc.max", "x 1"}};
	struct spec_resources r = {.unified = {pairs, 3}, .pids.limit = &million};
	struct cgroup_settings settings = {0};
	struct error e = {0};

	assert_string_equal(
		settings_text(*state, &v2_host, &r),
		"pids.max=1000000; io.max=8:0 rbps=1; io.max=8:16 wiops=2; cgroup.max.depth=3; misc.max=x 1");
	assert_int_equal(cgroup_settings(*state, &r, &v2_host, &settings, &e), 0);
	assert_string_equal(settings.v[2].controller, "io");
	assert_string_equal(settings.v[2].field, "/linux/resources/unified/io.max");
	assert_null(settings.v[3].controller);
}

static void a_unified_name_that_is_none_is_refused(void **state) {
	static const struct {
		char *name, *text;
		const char *field, *words;
	} bad[] = {
		{"../memory.high", "1", "", "no name of a cgroup file"},
		{"memory/high", "1", "", "no name of a cgroup file"},
		{"memory..high", "1", "", "no name of a cgroup file"},
		{"memory.high\n", "1", "", "no name of a cgroup file"},
		{"", "1", "", "no name of a cgroup file"},
		{"memory", "1", "", "names no controller"},
		{".high", "1", "", "names no controller"},
		{"cgroup.procs", "1", "", "moves, stops or ends"},
		{"cgroup.freeze", "1", "", "moves, stops or ends"},
		{"memory.high", "\n", "/memory.high", "is empty"},
		{"wine.max", "1", "/wine.max", "no cgroup controller \"wine\""},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct pair pair = {bad[i].name, bad[i].text};

		refused(*state, &v2_host, &(struct spec_resources){.unified = {&pair, 1}},
			arena_printf(*state, "/linux/resources/unified%s", bad[i].field), bad[i].words);
	}
}

static void unified_is_refused_for_what_is_in_v1(void **state) {
	struct cgroup_hierarchy both[] = {{"memory", "/c/memory", "/", false}, {"", "/c/unified", "/", true}};
	struct host hybrid = {.cgroups = {both, 2}, .v2_controllers = {(char *[]){"hugetlb", NULL}, 1}};
	struct pair pair = {"hugetlb.2MB.max", "0"}, every = {"cgroup.max.depth", "3"};
	struct spec_resources of_memory = {.unified = {&high, 1}}, of_hugetlb = {.unified = {&pair, 1}};
	struct spec_resources of_every = {.unified = {&every, 1}};

	refused(*state, &hybrid, &of_memory, "/linux/resources/unified/memory.high", "\"memory\" in cgroup v1");
	assert_string_equal(settings_text(*state, &hybrid, &of_hugetlb), "hugetlb.2MB.max=0");
	assert_string_equal(settings_text(*state, &hybrid, &of_every), "cgroup.max.depth=3");
	refused(*state, &v1_host, &of_every, "/linux/resources/unified/cgroup.max.depth", "none is mounted here");
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
		arena_test(each_property_has_its_file_on_v1_and_on_v2_or_is_refused_by_name),
		arena_test(what_no_kernel_is_needed_for_is_accepted_without_cgroups),
		arena_test(kernel_memory_has_a_limit_of_its_own_before_5_16),
		arena_test(the_burst_is_written_behind_the_quota_and_idle_behind_shares),
		arena_test(more_burst_than_quota_is_refused),
		arena_test(what_v1_calls_blkio_is_the_controller_io_of_v2),
		arena_test(a_block_io_weight_has_a_range),
		arena_test(a_device_without_a_weight_is_refused),
		arena_test(a_page_size_is_a_number_and_a_unit),
		arena_test(names_that_would_end_in_the_middle_of_a_line_are_refused),
		arena_test(swappiness_is_a_percentage),
		arena_test(usage_is_looked_at_before_a_memory_limit_of_v2_if_asked_for),
		arena_test(unified_is_written_last_and_line_by_line),
		arena_test(a_unified_name_that_is_none_is_refused),
		arena_test(unified_is_refused_for_what_is_in_v1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
