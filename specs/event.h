/* event.h - what `events` prints of a container: a line of JSON, in runc's shape, which go-runc reads.
 *
 * What the kernel does not tell stays 0 or NULL. Times are nanoseconds, sizes bytes; no limit is UINT64_MAX, of processes 0.
 * Strings and arrays belong to an arena. */
#pragma once
#include <stdbool.h>
#include "arena.h"

/* How much of the time somebody waited for the resource, in percent, and microseconds of it in total. */
struct pressure_line {
	double avg10, avg60, avg300;
	uint64_t total;
};
struct pressure {
	struct pressure_line some, full;
};

struct cpu_usage {
	uint64_t total, kernel, user;
	struct uint64s percpu, percpu_kernel, percpu_user; /* v1 only */
};
struct cpu_throttling {
	uint64_t periods, throttled_periods, throttled_time;
};
struct cpu_stats {
	struct cpu_usage usage;
	struct cpu_throttling throttling;
	const struct pressure *pressure; /* of v2; NULL: not told. And so below */
};

/* v1 only. */
struct cpuset_stats {
	struct uint32s cpus, mems;
	uint64_t cpu_exclusive, mem_hardwall, mem_exclusive, memory_migrate, memory_spread_page, memory_spread_slab;
	uint64_t memory_pressure, sched_load_balance;
	int64_t sched_relax_domain_level;
};

struct memory_entry {
	uint64_t limit, usage, max, failures;
};
struct memory_stats {
	uint64_t cache;
	struct memory_entry usage, swap, kernel, kernel_tcp; /* swap: memory and swap together, on v2 too */
	struct counts raw;                                   /* memory.stat */
	const struct pressure *pressure;
};

struct pids_stats {
	uint64_t current, limit;
};

struct io_entry {
	uint64_t major, minor;
	char *operation; /* Read, Write, Sync and so on */
	uint64_t value;
};
struct io_entries {
	struct io_entry *v;
	size_t n;
};
struct io_stats {
	struct io_entries service_bytes, serviced, queued, service_time, wait_time, merged, time, sectors;
	const struct pressure *pressure;
};

struct hugetlb_entry {
	char *key; /* the size of a page: "2MB" */
	uint64_t usage, max, failures;
};

/* linux.intelRdt. What resctrl has for each, and what the container has of that and uses. */
struct rdt_cache_info {
	char *cbm_mask; /* hexadecimal */
	uint64_t min_cbm_bits, num_closids;
};
struct rdt_bandwidth_info {
	uint64_t bandwidth_gran, delay_linear, min_bandwidth, num_closids;
};
struct rdt_bandwidth_use {
	uint64_t total_bytes, local_bytes;
};
struct rdt_cache_use {
	uint64_t occupancy;
};
struct rdt_stats {
	const struct rdt_cache_info *l3_cache_info;
	char *l3_cache_schema_root, *l3_cache_schema;
	const struct rdt_bandwidth_info *mem_bw_info;
	char *mem_bw_schema_root, *mem_bw_schema;
	struct {
		struct rdt_bandwidth_use *v; /* for each L3 cache, as the next */
		size_t n;
	} mbm;
	struct {
		struct rdt_cache_use *v;
		size_t n;
	} cmt;
};

/* A network device in the container, and what went through it. */
struct interface {
	char *name;
	uint64_t rx_bytes, rx_packets, rx_errors, rx_dropped;
	uint64_t tx_bytes, tx_packets, tx_errors, tx_dropped;
};
struct interfaces {
	struct interface *v; /* never NULL in what is written */
	size_t n;
};

struct stats {
	struct cpu_stats cpu;
	struct cpuset_stats cpuset;
	struct memory_stats memory;
	struct pids_stats pids;
	struct io_stats io;
	struct {
		struct hugetlb_entry *v; /* never NULL in what is written */
		size_t n;
	} hugetlb;
	const struct rdt_stats *rdt; /* NULL: the container has no intelRdt */
	struct interfaces interfaces;
};

struct event {
	char *type;                /* "stats", "oom" */
	char *id;                  /* of the container */
	const struct stats *stats; /* NULL: of another type */
};

extern const struct type event_type;
