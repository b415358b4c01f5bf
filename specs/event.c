/* event.c - events: which property is which member. Required is what runc always writes. In the order of event.h. */
/* clang-format off */
#include "event.h"
#include "fields.h"

#define T struct pressure_line
TYPE(pressure_line, R("avg10", avg10), R("avg60", avg60), R("avg300", avg300), R("total", total));
#undef T

#define T struct pressure
TYPE(pressure, RO("some", some, pressure_line), RO("full", full, pressure_line));
#undef T

#define T struct cpu_usage
TYPE(cpu_usage,
	F("total", total),
	F("percpu", percpu),
	F("percpu_kernel", percpu_kernel),
	F("percpu_user", percpu_user),
	R("kernel", kernel),
	R("user", user));
#undef T

#define T struct cpu_throttling
TYPE(cpu_throttling,
	F("periods", periods),
	F("throttledPeriods", throttled_periods),
	F("throttledTime", throttled_time));
#undef T

#define T struct cpu_stats
TYPE(cpu, RO("usage", usage, cpu_usage), RO("throttling", throttling, cpu_throttling), P("psi", pressure, pressure));
#undef T

#define T struct cpuset_stats
TYPE(cpuset,
	F("cpus", cpus),
	R("cpu_exclusive", cpu_exclusive),
	F("mems", mems),
	R("mem_hardwall", mem_hardwall),
	R("mem_exclusive", mem_exclusive),
	R("memory_migrate", memory_migrate),
	R("memory_spread_page", memory_spread_page),
	R("memory_spread_slab", memory_spread_slab),
	R("memory_pressure", memory_pressure),
	R("sched_load_balance", sched_load_balance),
	R("sched_relax_domain_level", sched_relax_domain_level));
#undef T

#define T struct memory_entry
TYPE(memory_entry, R("limit", limit), F("usage", usage), F("max", max), R("failcnt", failures));
#undef T

#define T struct memory_stats
TYPE(memory,
	F("cache", cache),
	RO("usage", usage, memory_entry),
	RO("swap", swap, memory_entry),
	RO("kernel", kernel, memory_entry),
	RO("kernelTCP", kernel_tcp, memory_entry),
	F("raw", raw),
	P("psi", pressure, pressure));
#undef T

#define T struct pids_stats
TYPE(pids, F("current", current), F("limit", limit));
#undef T

#define T struct io_entry
TYPE(io_entry, F("major", major), F("minor", minor), F("op", operation), F("value", value));
#undef T

#define T struct io_stats
TYPE(io,
	A("ioServiceBytesRecursive", service_bytes, io_entry),
	A("ioServicedRecursive", serviced, io_entry),
	A("ioQueueRecursive", queued, io_entry),
	A("ioServiceTimeRecursive", service_time, io_entry),
	A("ioWaitTimeRecursive", wait_time, io_entry),
	A("ioMergedRecursive", merged, io_entry),
	A("ioTimeRecursive", time, io_entry),
	A("sectorsRecursive", sectors, io_entry),
	P("psi", pressure, pressure));
#undef T

#define T struct hugetlb_entry
TYPE(hugetlb_entry, F("usage", usage), F("max", max), R("failcnt", failures));
#undef T

#define T struct rdt_cache_info
TYPE(rdt_cache_info, F("cbm_mask", cbm_mask), F("min_cbm_bits", min_cbm_bits), F("num_closids", num_closids));
#undef T

#define T struct rdt_bandwidth_info
TYPE(rdt_bandwidth_info,
	F("bandwidth_gran", bandwidth_gran),
	F("delay_linear", delay_linear),
	F("min_bandwidth", min_bandwidth),
	F("num_closids", num_closids));
#undef T

#define T struct rdt_bandwidth_use
TYPE(rdt_bandwidth_use, F("mbm_total_bytes", total_bytes), F("mbm_local_bytes", local_bytes));
#undef T

#define T struct rdt_cache_use
TYPE(rdt_cache_use, F("llc_occupancy", occupancy));
#undef T

#define T struct rdt_stats
TYPE(rdt_stats,
	P("l3_cache_info", l3_cache_info, rdt_cache_info),
	F("l3_cache_schema_root", l3_cache_schema_root),
	F("l3_cache_schema", l3_cache_schema),
	P("mem_bw_info", mem_bw_info, rdt_bandwidth_info),
	F("mem_bw_schema_root", mem_bw_schema_root),
	F("mem_bw_schema", mem_bw_schema),
	A("mbm_stats", mbm, rdt_bandwidth_use),
	A("cmt_stats", cmt, rdt_cache_use));
#undef T

/* The names of runc's Go type, which has no others. */
#define T struct interface
TYPE(interface,
	R("Name", name),
	R("RxBytes", rx_bytes),
	R("RxPackets", rx_packets),
	R("RxErrors", rx_errors),
	R("RxDropped", rx_dropped),
	R("TxBytes", tx_bytes),
	R("TxPackets", tx_packets),
	R("TxErrors", tx_errors),
	R("TxDropped", tx_dropped));
#undef T

#define T struct stats
TYPE(stats,
	RO("cpu", cpu, cpu),
	RO("cpuset", cpuset, cpuset),
	RO("memory", memory, memory),
	RO("pids", pids, pids),
	RO("blkio", io, io),
	M("hugetlb", hugetlb, hugetlb_entry),
	P("intel_rdt", rdt, rdt_stats),
	A("network_interfaces", interfaces, interface));
#undef T

#define T struct event
PUBLIC_TYPE(event, R("type", type), R("id", id), P("data", stats, stats));
#undef T
