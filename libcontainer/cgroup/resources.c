/* resources.c - linux.resources: which file of which controller gets which value, on cgroup v1 and v2. All pure. */
#include "cgroup.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

/* The text that a file gets, or NULL when config.json does not ask for it. */
typedef char *(*value_fn)(struct arena *a, const struct spec_resources *r);

static char *number(struct arena *a, const int64_t *n) {
	return n ? arena_printf(a, "%lld", (long long)*n) : NULL;
}

static char *number_or_max(struct arena *a, const int64_t *n) {
	return n && *n < 0 ? arena_strdup(a, "max") : number(a, n);
}

/* Engines send 0 for limits that were not given, where 0 could mean nothing else. */
static const int64_t *unless_zero(const int64_t *n) {
	return n && *n ? n : NULL;
}

static char *memory_limit(struct arena *a, const struct spec_resources *r) {
	return number(a, unless_zero(r->memory.limit));
}

static char *memory_max(struct arena *a, const struct spec_resources *r) {
	return number_or_max(a, unless_zero(r->memory.limit));
}

static char *memory_soft_limit(struct arena *a, const struct spec_resources *r) {
	return number(a, unless_zero(r->memory.reservation));
}

static char *memory_low(struct arena *a, const struct spec_resources *r) {
	return number_or_max(a, unless_zero(r->memory.reservation));
}

static char *memory_and_swap(struct arena *a, const struct spec_resources *r) {
	return number(a, r->memory.swap);
}

/* config.json counts memory and swap together, cgroup v2 swap alone. */
static char *swap_alone(struct arena *a, const struct spec_resources *r) {
	const int64_t *both = r->memory.swap;

	if (!both || *both < 0)
		return number_or_max(a, both);
	return arena_printf(a, "%lld", (long long)(*both - *r->memory.limit));
}

static char *cpu_shares(struct arena *a, const struct spec_resources *r) {
	const uint64_t *shares = r->cpu.shares;

	return shares && *shares ? arena_printf(a, "%llu", (unsigned long long)*shares) : NULL;
}

/* Shares 2, 1024, 262144 are weights 1, 100, 10000: a quadratic in their logarithms goes through all three. Every OCI
 * runtime has this formula by now, so that a container weighs the same below each of them. */
static char *cpu_weight(struct arena *a, const struct spec_resources *r) {
	const uint64_t *shares = r->cpu.shares;
	double l;

	if (!shares || !*shares)
		return NULL;
	if (*shares <= 2 || *shares >= 262144)
		return arena_strdup(a, *shares <= 2 ? "1" : "10000");
	l = log2((double)*shares);
	return arena_printf(a, "%.0f", ceil(pow(10, (l * l + 125 * l) / 612 - 7.0 / 34)));
}

static char *cpu_period(struct arena *a, const struct spec_resources *r) {
	const uint64_t *period = r->cpu.period;

	return period && *period ? arena_printf(a, "%llu", (unsigned long long)*period) : NULL;
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

static char *cpus(struct arena *a, const struct spec_resources *r) {
	return r->cpu.cpus && *r->cpu.cpus ? arena_strdup(a, r->cpu.cpus) : NULL;
}

static char *mems(struct arena *a, const struct spec_resources *r) {
	return r->cpu.mems && *r->cpu.mems ? arena_strdup(a, r->cpu.mems) : NULL;
}

static char *pids_max(struct arena *a, const struct spec_resources *r) {
	return number_or_max(a, r->pids.limit);
}

/* In the order of writing, which passes through no state that the kernel refuses for a cgroup just made: memsw is never less
 * than the memory limit, and a quota has its period before it. */
static const struct resource {
	const char *field, *controller;
	const char *v1_file;
	value_fn v1_value;
	const char *v2_file;
	value_fn v2_value;
	const char *right; /* what the kernel takes */
} resources[] = {
	{"/linux/resources/cpu/shares", "cpu", "cpu.shares", cpu_shares, "cpu.weight", cpu_weight,
	 "a number from 2 to 262144"},
	{"/linux/resources/cpu/period", "cpu", "cpu.cfs_period_us", cpu_period, "cpu.max", cpu_max_of_period,
	 "1000 to 1000000 microseconds"},
	{"/linux/resources/cpu/quota", "cpu", "cpu.cfs_quota_us", cpu_quota, "cpu.max", cpu_max,
	 "at least 1000 microseconds a period, and no larger part of it than the parent cgroup has"},
	{"/linux/resources/cpu/cpus", "cpuset", "cpuset.cpus", cpus, "cpuset.cpus", cpus,
	 "a list such as 0-3,7 of processors that are online and that the parent cgroup has"},
	{"/linux/resources/cpu/mems", "cpuset", "cpuset.mems", mems, "cpuset.mems", mems,
	 "a list such as 0-1 of memory nodes that are online and that the parent cgroup has"},
	{"/linux/resources/memory/limit", "memory", "memory.limit_in_bytes", memory_limit, "memory.max", memory_max,
	 "bytes, or -1 for no limit"},
	{"/linux/resources/memory/swap", "memory", "memory.memsw.limit_in_bytes", memory_and_swap, "memory.swap.max",
	 swap_alone, "bytes, or -1 for no limit, in a kernel that accounts swap (boot option swapaccount=1)"},
	{"/linux/resources/memory/reservation", "memory", "memory.soft_limit_in_bytes", memory_soft_limit, "memory.low",
	 memory_low, "bytes, or -1"},
	{"/linux/resources/pids/limit", "pids", "pids.max", pids_max, "pids.max", pids_max,
	 "a number of processes and threads, or -1 for no limit"},
};
#define N_RESOURCES (sizeof(resources) / sizeof(*resources))

/* Asked for when the pointer is not NULL, or the list not empty. With zero_size, a number of that size that is 0 (a false)
 * asks for nothing: it is the kernel's default, and docker sends such for options that were not given. */
#define POINTER(path, member, zero_is_default)                                                \
	{                                                                                     \
		"/linux/resources/" path, offsetof(struct spec_resources, member),            \
			(zero_is_default) ? sizeof(*((struct spec_resources *)0)->member) : 0 \
	}
#define LIST(path, member) \
	{ "/linux/resources/" path, offsetof(struct spec_resources, member.n), 0 }

static const struct unsupported {
	const char *field;
	size_t offset, zero_size;
} unsupported[] = {
	POINTER("memory/kernel", memory.kernel, false),
	POINTER("memory/kernelTCP", memory.kernel_tcp, false),
	POINTER("memory/swappiness", memory.swappiness, false),
	POINTER("memory/disableOOMKiller", memory.disable_oom_killer, true),
	POINTER("memory/useHierarchy", memory.use_hierarchy, false),
	POINTER("memory/checkBeforeUpdate", memory.check_before_update, true),
	POINTER("cpu/burst", cpu.burst, true),
	POINTER("cpu/realtimeRuntime", cpu.realtime_runtime, true),
	POINTER("cpu/realtimePeriod", cpu.realtime_period, true),
	POINTER("cpu/idle", cpu.idle, true),
	POINTER("blockIO/weight", block_io.weight, true),
	POINTER("blockIO/leafWeight", block_io.leaf_weight, true),
	LIST("blockIO/weightDevice", block_io.weight_device),
	LIST("blockIO/throttleReadBpsDevice", block_io.throttle_read_bps_device),
	LIST("blockIO/throttleWriteBpsDevice", block_io.throttle_write_bps_device),
	LIST("blockIO/throttleReadIOPSDevice", block_io.throttle_read_iops_device),
	LIST("blockIO/throttleWriteIOPSDevice", block_io.throttle_write_iops_device),
	LIST("hugepageLimits", hugepage_limits),
	POINTER("network/classID", network.class_id, true),
	LIST("network/priorities", network.priorities),
	LIST("rdma", rdma),
	LIST("unified", unified),
};
#define N_UNSUPPORTED (sizeof(unsupported) / sizeof(*unsupported))

static bool asks_for(const struct spec_resources *r, const struct unsupported *u) {
	static const char zero[sizeof(int64_t)];
	const void *pointer; /* of a list: its length, as large as a pointer */

	memcpy(&pointer, (const char *)r + u->offset, sizeof(pointer));
	return pointer && !(u->zero_size && memcmp(pointer, zero, u->zero_size) == 0);
}

static int check_supported(const struct spec_resources *r, struct error *e) {
	for (size_t i = 0; i < N_UNSUPPORTED; i++)
		if (asks_for(r, &unsupported[i]))
			return error_set(e, 0, unsupported[i].field, "is not supported yet: leave it out");
	return 0;
}

static int check_limit(const int64_t *n, const char *field, const char *unit, struct error *e) {
	if (!n || *n >= -1)
		return 0;
	return error_set(e, 0, field, "%lld is no limit: a number of %s is needed, or -1 for no limit", (long long)*n,
			 unit);
}

static int check_memory(const struct spec_memory *m, struct error *e) {
	static const char field[] = "/linux/resources/memory/swap";

	if (check_limit(m->limit, "/linux/resources/memory/limit", "bytes", e) ||
	    check_limit(m->reservation, "/linux/resources/memory/reservation", "bytes", e) ||
	    check_limit(m->swap, field, "bytes", e))
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

static size_t find_hierarchy(const struct host *h, const char *controller) {
	for (size_t i = 0; i < h->cgroups.n; i++) {
		const struct cgroup_hierarchy *hierarchy = &h->cgroups.v[i];

		if (!hierarchy->v2 && cgroup_list_has(hierarchy->controllers, controller))
			return i;
		for (size_t k = 0; hierarchy->v2 && k < h->v2_controllers.n; k++)
			if (strcmp(h->v2_controllers.v[k], controller) == 0)
				return i;
	}
	return h->cgroups.n;
}

static bool is_unlimited(const char *value) {
	return value && (strcmp(value, "-1") == 0 || strcmp(value, "max") == 0);
}

static int add_setting(struct arena *a, const struct resource *resource, const struct spec_resources *r,
		       const struct host *h, struct cgroup_settings *settings, struct error *e) {
	size_t i = find_hierarchy(h, resource->controller);
	bool v2 = i < h->cgroups.n && h->cgroups.v[i].v2;
	const char *value = v2 ? resource->v2_value(a, r) : resource->v1_value(a, r);

	if (!value || (i == h->cgroups.n && is_unlimited(value)))
		return 0;
	if (i == h->cgroups.n)
		return error_set(e, 0, resource->field,
				 "this machine has no cgroup controller \"%s\": enable it, or leave this out",
				 resource->controller);
	settings->v = arena_grow(a, settings->v, settings->n, sizeof(*settings->v));
	settings->v[settings->n++] = (struct cgroup_setting){
		.hierarchy = i,
		.controller = resource->controller,
		.file = v2 ? resource->v2_file : resource->v1_file,
		.value = value,
		.field = resource->field,
		.right = resource->right,
		.unlimited = is_unlimited(value),
	};
	return 0;
}

int cgroup_settings(struct arena *a, const struct spec_resources *r, const struct host *h,
		    struct cgroup_settings *settings, struct error *e) {
	struct cgroup_settings all = {0};

	if (check_supported(r, e) < 0 || check_memory(&r->memory, e) < 0 ||
	    check_limit(r->pids.limit, "/linux/resources/pids/limit", "processes", e) < 0)
		return -1;
	for (size_t i = 0; i < N_RESOURCES; i++)
		if (add_setting(a, &resources[i], r, h, &all, e) < 0)
			return -1;
	*settings = all;
	return 0;
}
