/* resources.c - linux.resources: which file of which controller gets which value, on cgroup v1 and v2. All pure. */
#include "settings.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

static char *number(struct arena *a, const int64_t *n) {
	return n ? arena_printf(a, "%lld", (long long)*n) : NULL;
}

static char *unsigned_number(struct arena *a, const uint64_t *n) {
	return n ? arena_printf(a, "%llu", (unsigned long long)*n) : NULL;
}

static char *yes_or_no(struct arena *a, const bool *yes) {
	return yes ? arena_strdup(a, *yes ? "1" : "0") : NULL;
}

static char *number_or_max(struct arena *a, const int64_t *n) {
	return n && *n < 0 ? arena_strdup(a, "max") : number(a, n);
}

/* Engines send 0 for what was not given, where 0 could mean nothing else. */
#define UNLESS_ZERO(member) \
	{ offsetof(struct spec_resources, member), sizeof(*((struct spec_resources *)0)->member) }
static const struct {
	size_t offset, size;
} unless_zero[] = {
	UNLESS_ZERO(memory.limit),        UNLESS_ZERO(memory.reservation), UNLESS_ZERO(memory.kernel),
	UNLESS_ZERO(memory.kernel_tcp),   UNLESS_ZERO(cpu.shares),         UNLESS_ZERO(cpu.period),
	UNLESS_ZERO(cpu.realtime_period), UNLESS_ZERO(block_io.weight),    UNLESS_ZERO(block_io.leaf_weight),
};
#define N_UNLESS_ZERO (sizeof(unless_zero) / sizeof(*unless_zero))

struct spec_resources cgroup_resources_said(const struct spec_resources *asked) {
	static const char zero[sizeof(uint64_t)];
	struct spec_resources said = *asked;

	for (size_t i = 0; i < N_UNLESS_ZERO; i++) {
		char *member = (char *)&said + unless_zero[i].offset;
		const void *number;

		memcpy(&number, member, sizeof(number));
		if (number && memcmp(number, zero, unless_zero[i].size) == 0)
			memset(member, 0, sizeof(number));
	}
	return said;
}

static char *memory_limit(struct arena *a, const struct spec_resources *r) {
	return number(a, r->memory.limit);
}

static char *memory_max(struct arena *a, const struct spec_resources *r) {
	return number_or_max(a, r->memory.limit);
}

static char *memory_soft_limit(struct arena *a, const struct spec_resources *r) {
	return number(a, r->memory.reservation);
}

static char *memory_low(struct arena *a, const struct spec_resources *r) {
	return number_or_max(a, r->memory.reservation);
}

static char *memory_and_swap(struct arena *a, const struct spec_resources *r) {
	return number(a, r->memory.swap);
}

/* Without a limit of memory there is none of swap either, unless one is given: v1 counts the two together and takes no limit
 * of memory above that of both, which an update may find. */
static bool lifts_swap(const struct spec_memory *m) {
	return m->limit && *m->limit < 0 && !m->swap;
}

static char *memory_and_swap_lifted(struct arena *a, const struct spec_resources *r) {
	return lifts_swap(&r->memory) ? arena_strdup(a, "-1") : NULL;
}

static char *swap_lifted(struct arena *a, const struct spec_resources *r) {
	return lifts_swap(&r->memory) ? arena_strdup(a, "max") : NULL;
}

/* config.json counts memory and swap together, cgroup v2 swap alone. */
static char *swap_alone(struct arena *a, const struct spec_resources *r) {
	const int64_t *both = r->memory.swap;

	if (!both || *both < 0)
		return number_or_max(a, both);
	return arena_printf(a, "%lld", (long long)(*both - *r->memory.limit));
}

static char *kernel_memory(struct arena *a, const struct spec_resources *r) {
	return number(a, r->memory.kernel);
}

static char *kernel_tcp_memory(struct arena *a, const struct spec_resources *r) {
	return number(a, r->memory.kernel_tcp);
}

/* Engines send a -1 for what was not given, which is no uint64 but its largest then. */
static char *swappiness(struct arena *a, const struct spec_resources *r) {
	const uint64_t *n = r->memory.swappiness;

	return n && *n == UINT64_MAX ? NULL : unsigned_number(a, n);
}

static char *oom_killer_disabled(struct arena *a, const struct spec_resources *r) {
	return yes_or_no(a, r->memory.disable_oom_killer);
}

static char *use_hierarchy(struct arena *a, const struct spec_resources *r) {
	return yes_or_no(a, r->memory.use_hierarchy);
}

static char *cpu_shares(struct arena *a, const struct spec_resources *r) {
	return unsigned_number(a, r->cpu.shares);
}

/* Shares 2, 1024, 262144 are weights 1, 100, 10000: a quadratic in their logarithms goes through all three. Every OCI
 * runtime has this formula by now, so that a container weighs the same below each of them. */
static char *cpu_weight(struct arena *a, const struct spec_resources *r) {
	const uint64_t *shares = r->cpu.shares;
	double l;

	if (!shares)
		return NULL;
	if (*shares <= 2 || *shares >= 262144)
		return arena_strdup(a, *shares <= 2 ? "1" : "10000");
	l = log2((double)*shares);
	return arena_printf(a, "%.0f", ceil(pow(10, (l * l + 125 * l) / 612 - 7.0 / 34)));
}

static char *cpu_period(struct arena *a, const struct spec_resources *r) {
	return unsigned_number(a, r->cpu.period);
}

static char *cpu_quota(struct arena *a, const struct spec_resources *r) {
	const int64_t *quota = r->cpu.quota;

	return quota && *quota <= 0 ? arena_strdup(a, "-1") : number(a, quota);
}

/* cpu.max holds both; 100000 is the kernel's period where none is given. */
static char *cpu_max(struct arena *a, const struct spec_resources *r) {
	const char *period = cpu_period(a, r), *quota = cpu_quota(a, r);

	if (!quota)
		return NULL;
	return arena_printf(a, "%s %s", *quota == '-' ? "max" : quota, period ? period : "100000");
}

static char *cpu_max_of_period(struct arena *a, const struct spec_resources *r) {
	const char *period = cpu_period(a, r);

	return period && !r->cpu.quota ? arena_printf(a, "max %s", period) : NULL;
}

static char *cpu_burst(struct arena *a, const struct spec_resources *r) {
	return unsigned_number(a, r->cpu.burst);
}

static char *realtime_period(struct arena *a, const struct spec_resources *r) {
	return unsigned_number(a, r->cpu.realtime_period);
}

static char *realtime_runtime(struct arena *a, const struct spec_resources *r) {
	return number(a, r->cpu.realtime_runtime);
}

static char *cpu_idle(struct arena *a, const struct spec_resources *r) {
	return number(a, r->cpu.idle);
}

static char *cpus(struct arena *a, const struct spec_resources *r) {
	return r->cpu.cpus && *r->cpu.cpus ? arena_strdup(a, r->cpu.cpus) : NULL;
}

static char *mems(struct arena *a, const struct spec_resources *r) {
	return r->cpu.mems && *r->cpu.mems ? arena_strdup(a, r->cpu.mems) : NULL;
}

static char *pids_max(struct arena *a, const struct spec_resources *r) {
	return number_or_max(a, r->pids.limit);
}

static char *class_id(struct arena *a, const struct spec_resources *r) {
	return r->network.class_id ? arena_printf(a, "%u", *r->network.class_id) : NULL;
}

/* In the order of writing, which passes through no state that the kernel refuses for a cgroup just made: memsw is never less
 * than the memory limit, a quota has its period before it and the burst, which may not exceed it, behind it, and what is idle
 * takes no shares any more. */
static const struct resource resources[] = {
	{"/linux/resources/cpu/shares", "cpu", "cpu.shares", cpu_shares, "cpu.weight", cpu_weight,
	 .right = "a number from 2 to 262144, and no cpu.idle beside it"},
	{"/linux/resources/cpu/period", "cpu", "cpu.cfs_period_us", cpu_period, "cpu.max", cpu_max_of_period,
	 .right = "1000 to 1000000 microseconds"},
	{"/linux/resources/cpu/quota", "cpu", "cpu.cfs_quota_us", cpu_quota, "cpu.max", cpu_max,
	 .right = "at least 1000 microseconds a period, and no larger part of it than the parent cgroup has",
	 .by_itself = "-1,max 100000"},
	{"/linux/resources/cpu/burst", "cpu", "cpu.cfs_burst_us", cpu_burst, "cpu.max.burst", cpu_burst,
	 .right = "microseconds, no more than the quota", .by_itself = "0"},
	{"/linux/resources/cpu/realtimePeriod", "cpu", "cpu.rt_period_us", realtime_period, NULL, NULL,
	 .right = "microseconds, in cgroup v1 and a kernel with RT_GROUP_SCHED"},
	{"/linux/resources/cpu/realtimeRuntime", "cpu", "cpu.rt_runtime_us", realtime_runtime, NULL, NULL,
	 .right = "microseconds, no more than the parent cgroup has, in cgroup v1 and a kernel with RT_GROUP_SCHED",
	 .by_itself = "0,-1"},
	{"/linux/resources/cpu/idle", "cpu", "cpu.idle", cpu_idle, "cpu.idle", cpu_idle,
	 .right = "0 or 1, since Linux 5.15", .by_itself = "0"},
	{"/linux/resources/cpu/cpus", "cpuset", "cpuset.cpus", cpus, "cpuset.cpus", cpus,
	 .right = "a list such as 0-3,7 of processors that are online and that the parent cgroup has"},
	{"/linux/resources/cpu/mems", "cpuset", "cpuset.mems", mems, "cpuset.mems", mems,
	 .right = "a list such as 0-1 of memory nodes that are online and that the parent cgroup has"},
	{"/linux/resources/memory/limit", "memory", "memory.memsw.limit_in_bytes", memory_and_swap_lifted,
	 "memory.swap.max", swap_lifted, .right = "bytes, or -1 for no limit", .by_itself = "-1,max"},
	{"/linux/resources/memory/limit", "memory", "memory.limit_in_bytes", memory_limit, "memory.max", memory_max,
	 .right = "bytes, no less than are in use, or -1 for no limit", .by_itself = "-1,max"},
	{"/linux/resources/memory/swap", "memory", "memory.memsw.limit_in_bytes", memory_and_swap, "memory.swap.max",
	 swap_alone, .right = "bytes, or -1 for no limit, in a kernel that accounts swap (boot option swapaccount=1)",
	 .by_itself = "-1,max"},
	{"/linux/resources/memory/reservation", "memory", "memory.soft_limit_in_bytes", memory_soft_limit, "memory.low",
	 memory_low, .right = "bytes, or -1", .by_itself = "-1,max"},
	{"/linux/resources/memory/kernel", "memory", "memory.kmem.limit_in_bytes", kernel_memory, NULL, NULL,
	 .right = "-1: since Linux 5.16 kernel memory is limited only as a part of all", .by_itself = "-1",
	 .v1_until = KERNEL(5, 16)},
	{"/linux/resources/memory/kernelTCP", "memory", "memory.kmem.tcp.limit_in_bytes", kernel_tcp_memory, NULL, NULL,
	 .right = "-1, or bytes in cgroup v1", .by_itself = "-1"},
	{"/linux/resources/memory/swappiness", "memory", "memory.swappiness", swappiness, NULL, NULL,
	 .right = "to leave it out, or 0 to 100 in cgroup v1"},
	{"/linux/resources/memory/disableOOMKiller", "memory", "memory.oom_control", oom_killer_disabled, NULL, NULL,
	 .right = "false, or true in cgroup v1", .by_itself = "0"},
	{"/linux/resources/memory/useHierarchy", "memory", "memory.use_hierarchy", use_hierarchy, NULL, NULL,
	 .right = "true: since Linux 5.11 it is always so", .by_itself = "1"},
	{"/linux/resources/pids/limit", "pids", "pids.max", pids_max, "pids.max", pids_max,
	 .right = "a number of processes and threads, or -1 for no limit", .by_itself = "max"},
	{"/linux/resources/network/classID", "net_cls", "net_cls.classid", class_id, NULL, NULL,
	 .right = "0, or a number in cgroup v1", .by_itself = "0"},
};
#define N_RESOURCES (sizeof(resources) / sizeof(*resources))

static int check_limit(const int64_t *n, const char *field, const char *unit, struct error *e) {
	if (!n || *n >= -1)
		return 0;
	return error_set(e, 0, field, "%lld is no limit: a number of %s is needed, or -1 for no limit", (long long)*n,
			 unit);
}

static int check_swappiness(const uint64_t *n, struct error *e) {
	if (!n || *n <= 100 || *n == UINT64_MAX)
		return 0;
	return error_set(e, 0, "/linux/resources/memory/swappiness", "%llu is out of range: 0 to 100 is needed",
			 (unsigned long long)*n);
}

static int check_memory(const struct spec_memory *m, struct error *e) {
	static const char field[] = "/linux/resources/memory/swap";

	if (check_limit(m->limit, "/linux/resources/memory/limit", "bytes", e) ||
	    check_limit(m->reservation, "/linux/resources/memory/reservation", "bytes", e) ||
	    check_limit(m->kernel, "/linux/resources/memory/kernel", "bytes", e) ||
	    check_limit(m->kernel_tcp, "/linux/resources/memory/kernelTCP", "bytes", e) ||
	    check_limit(m->swap, field, "bytes", e) || check_swappiness(m->swappiness, e))
		return -1;
	if (!m->swap || *m->swap < 0)
		return 0;
	if (!m->limit || *m->limit <= 0)
		return error_set(e, 0, field,
				 "counts memory and swap together: /linux/resources/memory/limit is needed too");
	if (*m->swap < *m->limit)
		return error_set(e, 0, field,
				 "%lld counts memory and swap together: at least the memory limit, %lld, is needed",
				 (long long)*m->swap, (long long)*m->limit);
	return 0;
}

static int check_cpu(const struct spec_cpu *c, struct error *e) {
	if (c->burst && c->quota && *c->quota > 0 && *c->burst > (uint64_t)*c->quota)
		return error_set(e, 0, "/linux/resources/cpu/burst", "%llu is more than the quota, %lld",
				 (unsigned long long)*c->burst, (long long)*c->quota);
	return 0;
}

/* Where v1 refuses a limit below what is used, v2 kills: checkBeforeUpdate asks for the refusal. */
static void check_usage(const struct spec_memory *m, struct cgroup_settings *all) {
	for (size_t i = 0; m->check_before_update && *m->check_before_update && i < all->n; i++)
		if (strcmp(all->v[i].file, "memory.max") == 0 && !all->v[i].by_itself)
			all->v[i].usage_file = "memory.current";
}

int cgroup_settings(struct arena *a, const struct spec_resources *asked, const struct host *h,
		    struct cgroup_settings *settings, struct error *e) {
	const struct spec_resources said = cgroup_resources_said(asked), *r = &said;
	struct cgroup_settings all = {0};
	const struct settings_maker m = {a, h, &all, e};

	if (check_cpu(&r->cpu, e) < 0 || check_memory(&r->memory, e) < 0 ||
	    check_limit(r->pids.limit, "/linux/resources/pids/limit", "processes", e) < 0)
		return -1;
	for (size_t i = 0; i < N_RESOURCES; i++) {
		const struct resource *resource = &resources[i];
		struct values values = {.v1 = resource->v1_value(a, r)};

		if (resource->v2_value)
			values.v2 = resource->v2_value(a, r);
		if (settings_add(&m, resource, NO_INDEX, &values) < 0)
			return -1;
	}
	check_usage(&r->memory, &all);
	if (settings_add_lists(&m, r) < 0 || settings_add_unified(&m, &r->unified) < 0)
		return -1;
	*settings = all;
	return 0;
}
