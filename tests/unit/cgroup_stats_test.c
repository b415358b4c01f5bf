/* cgroup_stats_test.c - the texts of the files of cgroups, and what they say a container uses. */
#include "../../libcontainer/cgroup/stats.h"
#include "../../specs/emit.h"
#include "test.h"
#include <string.h>

enum { V1, V2 };

static void take(struct arena *a, int version, const char *file, const char *text, struct stats *s) {
	stats_take(a, version == V2, file, arena_strdup(a, text), s);
}

static void v1_tells_times_in_nanoseconds_and_ticks(void **state) {
	struct stats s = {0};

	take(*state, V1, "cpuacct.usage", "15761384", &s);
	take(*state, V1, "cpuacct.usage_percpu", "2829557 12931827 ", &s);
	take(*state, V1, "cpuacct.usage_all", "cpu user system\n0 7 4000000\n1 9 15956409", &s);
	take(*state, V1, "cpuacct.stat", "user 3\nsystem 1", &s);
	take(*state, V1, "cpu.stat", "nr_periods 5\nnr_throttled 2\nthrottled_time 700\nnr_bursts 1\nburst_time 9", &s);

	assert_int_equal(s.cpu.usage.total, 15761384);
	assert_int_equal(s.cpu.usage.percpu.n, 2);
	assert_int_equal(s.cpu.usage.percpu.v[1], 12931827);
	assert_int_equal(s.cpu.usage.percpu_user.v[1], 9);
	assert_int_equal(s.cpu.usage.percpu_kernel.v[0], 4000000);
	assert_int_equal(s.cpu.usage.user, 30000000);
	assert_int_equal(s.cpu.usage.kernel, 10000000);
	assert_int_equal(s.cpu.throttling.periods, 5);
	assert_int_equal(s.cpu.throttling.throttled_periods, 2);
	assert_int_equal(s.cpu.throttling.throttled_time, 700);
}

static void v2_tells_times_in_microseconds(void **state) {
	struct stats s = {0};

	take(*state, V2, "cpu.stat",
	     "usage_usec 31\nuser_usec 20\nsystem_usec 11\nnr_periods 4\nnr_throttled 1\nthrottled_usec 8\n", &s);

	assert_int_equal(s.cpu.usage.total, 31000);
	assert_int_equal(s.cpu.usage.user, 20000);
	assert_int_equal(s.cpu.usage.kernel, 11000);
	assert_int_equal(s.cpu.throttling.throttled_time, 8000);
}

static void sets_of_processors_are_lists(void **state) {
	struct stats s = {0};

	take(*state, V1, "cpuset.cpus", "0-2,5", &s);
	take(*state, V1, "cpuset.mems", "", &s);
	take(*state, V1, "cpuset.sched_relax_domain_level", "-1", &s);

	assert_int_equal(s.cpuset.cpus.n, 4);
	assert_int_equal(s.cpuset.cpus.v[2], 2);
	assert_int_equal(s.cpuset.cpus.v[3], 5);
	assert_int_equal(s.cpuset.mems.n, 0);
	assert_int_equal(s.cpuset.sched_relax_domain_level, -1);
}

static void memory_of_v1_has_a_file_for_each_number(void **state) {
	struct stats s = {0};

	take(*state, V1, "memory.stat", "cache 4096\nrss 53248\nmapped_file 0", &s);
	take(*state, V1, "memory.limit_in_bytes", "52428800", &s);
	take(*state, V1, "memory.memsw.failcnt", "6", &s);
	take(*state, V1, "memory.kmem.tcp.usage_in_bytes", "8", &s);

	assert_int_equal(s.memory.cache, 4096);
	assert_int_equal(s.memory.raw.n, 3);
	assert_string_equal(s.memory.raw.v[1].name, "rss");
	assert_int_equal(s.memory.raw.v[1].n, 53248);
	assert_int_equal(s.memory.usage.limit, 52428800);
	assert_int_equal(s.memory.swap.failures, 6);
	assert_int_equal(s.memory.kernel_tcp.usage, 8);
}

static void swap_of_v2_is_shown_with_the_memory_as_on_v1(void **state) {
	struct stats s = {0};

	take(*state, V2, "memory.max", "1000", &s);
	take(*state, V2, "memory.current", "300", &s);
	take(*state, V2, "memory.swap.max", "100", &s);
	assert_int_equal(s.memory.swap.limit, 1100);
	take(*state, V2, "memory.swap.max", "max", &s);
	take(*state, V2, "memory.swap.current", "50", &s);
	take(*state, V2, "memory.stat", "anon 1\nfile 2\nfile_mapped 3\n", &s);
	take(*state, V2, "memory.events", "low 0\nhigh 0\nmax 17\noom 1\noom_kill 1\n", &s);

	assert_true(s.memory.swap.limit == UINT64_MAX);
	assert_int_equal(s.memory.swap.usage, 350);
	assert_int_equal(s.memory.cache, 2);
	assert_int_equal(s.memory.usage.failures, 17);
}

static void no_limit_of_processes_is_zero(void **state) {
	struct stats s = {.pids.limit = 1};

	take(*state, V2, "pids.max", "max", &s);
	assert_int_equal(s.pids.limit, 0);
	take(*state, V1, "pids.max", "20", &s);
	assert_int_equal(s.pids.limit, 20);
}

static void lines_without_a_disk_are_passed_over(void **state) {
	struct stats s = {0};

	take(*state, V1, "blkio.bfq.io_serviced_recursive", "Total 0", &s);
	take(*state, V1, "blkio.throttle.io_serviced_recursive",
	     "254:0 Read 12\n254:0 Write 3\n254:0 Total 15\nTotal 15", &s);
	take(*state, V1, "blkio.bfq.sectors_recursive", "8:16 99", &s);

	assert_int_equal(s.io.serviced.n, 3);
	assert_int_equal(s.io.serviced.v[1].major, 254);
	assert_string_equal(s.io.serviced.v[1].operation, "Write");
	assert_int_equal(s.io.serviced.v[1].value, 3);
	assert_int_equal(s.io.sectors.v[0].minor, 16);
	assert_null(s.io.sectors.v[0].operation);
	assert_int_equal(s.io.sectors.v[0].value, 99);
}

static void what_bfq_tells_is_not_counted_twice(void **state) {
	struct stats s = {0};

	take(*state, V1, "blkio.bfq.io_service_bytes_recursive", "8:0 Read 5", &s);
	take(*state, V1, "blkio.throttle.io_service_bytes_recursive", "8:0 Read 5", &s);

	assert_int_equal(s.io.service_bytes.n, 1);
}

static void io_of_v2_is_told_as_v1_does(void **state) {
	struct stats s = {0};

	take(*state, V2, "io.stat",
	     "8:0 rbytes=4096 wbytes=512 rios=1 wios=2 dbytes=7 dios=8\n7:3 \n254:1 rbytes=1 wbytes=0 rios=1 wios=0\n",
	     &s);

	assert_int_equal(s.io.service_bytes.n, 4);
	assert_string_equal(s.io.service_bytes.v[1].operation, "Write");
	assert_int_equal(s.io.service_bytes.v[1].value, 512);
	assert_int_equal(s.io.serviced.v[1].value, 2);
	assert_int_equal(s.io.serviced.v[2].major, 254);
	assert_int_equal(s.io.serviced.v[2].minor, 1);
}

static void pressure_is_in_percent_and_microseconds(void **state) {
	struct stats s = {0};

	take(*state, V2, "memory.pressure",
	     "some avg10=1.50 avg60=0.25 avg300=0.07 total=1234\nfull avg10=0.00 avg60=0.00 avg300=0.01 total=9\n", &s);

	assert_non_null(s.memory.pressure);
	assert_true(s.memory.pressure->some.avg10 == 1.5);
	assert_true(s.memory.pressure->some.avg60 == 0.25);
	assert_int_equal(s.memory.pressure->some.total, 1234);
	assert_true(s.memory.pressure->full.avg300 == 0.01);
	assert_int_equal(s.memory.pressure->full.total, 9);
	assert_null(s.cpu.pressure);
}

static void each_size_of_huge_pages_is_an_entry(void **state) {
	struct stats s = {0};

	stats_take_hugetlb(*state, "hugetlb.2MB.current", "4194304", &s);
	stats_take_hugetlb(*state, "hugetlb.1GB.failcnt", "3", &s);
	stats_take_hugetlb(*state, "hugetlb.2MB.events", "max 5", &s);
	stats_take_hugetlb(*state, "hugetlb.2MB.rsvd.current", "1", &s);
	stats_take_hugetlb(*state, "hugetlb.2MB.max", "max", &s);

	assert_int_equal(s.hugetlb.n, 2);
	assert_string_equal(s.hugetlb.v[0].key, "2MB");
	assert_int_equal(s.hugetlb.v[0].usage, 4194304);
	assert_int_equal(s.hugetlb.v[0].failures, 5);
	assert_int_equal(s.hugetlb.v[1].failures, 3);
}

/* What runc prints of a container of which the kernel tells nothing: go-runc wants these objects to be there. */
static void what_runc_always_writes_is_always_written(void **state) {
	static struct hugetlb_entry none[1];
	struct stats s = {.hugetlb.v = none};
	struct event event = {.type = arena_strdup(*state, "stats"), .id = arena_strdup(*state, "a"), .stats = &s};

	assert_string_equal(
		emit_object(*state, &event_type, &event, false),
		"{\"type\":\"stats\",\"id\":\"a\",\"data\":{\"cpu\":{\"usage\":{\"kernel\":0,\"user\":0},\"throttling\":{}},"
		"\"cpuset\":{\"cpu_exclusive\":0,\"mem_hardwall\":0,\"mem_exclusive\":0,\"memory_migrate\":0,"
		"\"memory_spread_page\":0,\"memory_spread_slab\":0,\"memory_pressure\":0,\"sched_load_balance\":0,"
		"\"sched_relax_domain_level\":0},\"memory\":{\"usage\":{\"limit\":0,\"failcnt\":0},"
		"\"swap\":{\"limit\":0,\"failcnt\":0},\"kernel\":{\"limit\":0,\"failcnt\":0},"
		"\"kernelTCP\":{\"limit\":0,\"failcnt\":0}},\"pids\":{},\"blkio\":{},\"hugetlb\":{}}}");
	event.stats = NULL;
	assert_string_equal(emit_object(*state, &event_type, &event, false), "{\"type\":\"stats\",\"id\":\"a\"}");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(v1_tells_times_in_nanoseconds_and_ticks),
		arena_test(v2_tells_times_in_microseconds),
		arena_test(sets_of_processors_are_lists),
		arena_test(memory_of_v1_has_a_file_for_each_number),
		arena_test(swap_of_v2_is_shown_with_the_memory_as_on_v1),
		arena_test(no_limit_of_processes_is_zero),
		arena_test(lines_without_a_disk_are_passed_over),
		arena_test(what_bfq_tells_is_not_counted_twice),
		arena_test(io_of_v2_is_told_as_v1_does),
		arena_test(pressure_is_in_percent_and_microseconds),
		arena_test(each_size_of_huge_pages_is_an_entry),
		arena_test(what_runc_always_writes_is_always_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
