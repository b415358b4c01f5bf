/* fields.c - config.json: which property is which member, and which are required. In the order of spec.h.
 * Required is what config.md and config-linux.md say of Linux. */
/* clang-format off */
#include "fields.h"
#include "spec.h"

#define T struct spec_root
TYPE(root, R("path", path), F("readonly", readonly));
#undef T

#define T struct spec_id_mapping
TYPE(id_mapping, R("containerID", container_id), R("hostID", host_id), R("size", size));
#undef T

#define T struct spec_mount
TYPE(mount,
	R("destination", destination),
	F("type", type),
	F("source", source),
	F("options", options),
	A("uidMappings", uid_mappings, id_mapping),
	A("gidMappings", gid_mappings, id_mapping));
#undef T

#define T struct spec_console_size
TYPE(console_size, R("height", height), R("width", width));
#undef T

#define T struct spec_user
TYPE(user,
	R("uid", uid),
	R("gid", gid),
	F("umask", umask),
	F("additionalGids", additional_gids),
	IGNORED("username"));
#undef T

#define T struct spec_capabilities
TYPE(capabilities,
	F("bounding", bounding),
	F("effective", effective),
	F("inheritable", inheritable),
	F("permitted", permitted),
	F("ambient", ambient));
#undef T

#define T struct spec_rlimit
TYPE(rlimit, R("type", type), R("soft", soft), R("hard", hard));
#undef T

#define T struct spec_scheduler
TYPE(scheduler,
	R("policy", policy),
	F("nice", nice),
	F("priority", priority),
	F("flags", flags),
	F("runtime", runtime),
	F("deadline", deadline),
	F("period", period));
#undef T

#define T struct spec_io_priority
TYPE(io_priority, R("class", class), R("priority", priority));
#undef T

#define T struct spec_exec_cpu_affinity
TYPE(exec_cpu_affinity, F("initial", initial), F("final", final));
#undef T

#define T struct spec_process
PUBLIC_TYPE(spec_process,
	F("terminal", terminal),
	P("consoleSize", console_size, console_size),
	O("user", user, user),
	F("args", args),
	F("env", env),
	R("cwd", cwd),
	P("capabilities", capabilities, capabilities),
	A("rlimits", rlimits, rlimit),
	F("noNewPrivileges", no_new_privileges),
	F("apparmorProfile", apparmor_profile),
	F("oomScoreAdj", oom_score_adj),
	P("scheduler", scheduler, scheduler),
	F("selinuxLabel", selinux_label),
	P("ioPriority", io_priority, io_priority),
	P("execCPUAffinity", exec_cpu_affinity, exec_cpu_affinity),
	IGNORED("commandLine"));
#undef T

#define T struct spec_hook
TYPE(hook, R("path", path), F("args", args), F("env", env), F("timeout", timeout));
#undef T

#define T struct spec_hooks
TYPE(hooks,
	A("prestart", prestart, hook),
	A("createRuntime", create_runtime, hook),
	A("createContainer", create_container, hook),
	A("startContainer", start_container, hook),
	A("poststart", poststart, hook),
	A("poststop", poststop, hook));
#undef T

#define T struct spec_namespace
TYPE(namespace, R("type", type), F("path", path));
#undef T

#define T struct spec_time_offset
TYPE(time_offset, F("secs", secs), F("nanosecs", nanosecs));
#undef T

/* The names are clocks, and time_namespaces(7) has just these: another one is a wrong value, not an extension. */
#define T struct spec_time_offsets
CLOSED_TYPE(time_offsets,
	P("monotonic", monotonic, time_offset),
	P("boottime", boottime, time_offset));
#undef T

/* major and minor: required of c, b and u, which libcontainer/rootfs checks. */
#define T struct spec_device
TYPE(device,
	R("type", type),
	R("path", path),
	F("major", major),
	F("minor", minor),
	F("fileMode", file_mode),
	F("uid", uid),
	F("gid", gid));
#undef T

#define T struct spec_net_device
TYPE(net_device, F("name", name));
#undef T

#define T struct spec_device_rule
TYPE(device_rule,
	R("allow", allow),
	F("type", type),
	F("major", major),
	F("minor", minor),
	F("access", access));
#undef T

#define T struct spec_memory
TYPE(memory,
	F("limit", limit),
	F("reservation", reservation),
	F("swap", swap),
	F("kernel", kernel),
	F("kernelTCP", kernel_tcp),
	F("swappiness", swappiness),
	F("disableOOMKiller", disable_oom_killer),
	F("useHierarchy", use_hierarchy),
	F("checkBeforeUpdate", check_before_update));
#undef T

#define T struct spec_cpu
TYPE(cpu,
	F("shares", shares),
	F("quota", quota),
	F("burst", burst),
	F("period", period),
	F("realtimeRuntime", realtime_runtime),
	F("realtimePeriod", realtime_period),
	F("cpus", cpus),
	F("mems", mems),
	F("idle", idle));
#undef T

#define T struct spec_weight_device
TYPE(weight_device,
	R("major", major),
	R("minor", minor),
	F("weight", weight),
	F("leafWeight", leaf_weight));
#undef T

#define T struct spec_throttle_device
TYPE(throttle_device, R("major", major), R("minor", minor), R("rate", rate));
#undef T

#define T struct spec_block_io
TYPE(block_io,
	F("weight", weight),
	F("leafWeight", leaf_weight),
	A("weightDevice", weight_device, weight_device),
	A("throttleReadBpsDevice", throttle_read_bps_device, throttle_device),
	A("throttleWriteBpsDevice", throttle_write_bps_device, throttle_device),
	A("throttleReadIOPSDevice", throttle_read_iops_device, throttle_device),
	A("throttleWriteIOPSDevice", throttle_write_iops_device, throttle_device));
#undef T

#define T struct spec_hugepage_limit
TYPE(hugepage_limit, R("pageSize", page_size), R("limit", limit));
#undef T

#define T struct spec_interface_priority
TYPE(interface_priority, R("name", name), R("priority", priority));
#undef T

#define T struct spec_network
TYPE(network, F("classID", class_id), A("priorities", priorities, interface_priority));
#undef T

#define T struct spec_rdma
TYPE(rdma, F("hcaHandles", hca_handles), F("hcaObjects", hca_objects));
#undef T

#define T struct spec_pids
TYPE(pids, F("limit", limit));
#undef T

#define T struct spec_resources
PUBLIC_TYPE(spec_resources,
	A("devices", devices, device_rule),
	O("memory", memory, memory),
	O("cpu", cpu, cpu),
	O("pids", pids, pids),
	O("blockIO", block_io, block_io),
	A("hugepageLimits", hugepage_limits, hugepage_limit),
	O("network", network, network),
	M("rdma", rdma, rdma),
	F("unified", unified));
#undef T

#define T struct spec_syscall_arg
TYPE(syscall_arg, R("index", index), R("value", value), F("valueTwo", value_two), R("op", op));
#undef T

#define T struct spec_syscall
TYPE(syscall,
	R("names", names),
	R("action", action),
	F("errnoRet", errno_ret),
	A("args", args, syscall_arg));
#undef T

#define T struct spec_seccomp
TYPE(seccomp,
	R("defaultAction", default_action),
	F("defaultErrnoRet", default_errno_ret),
	F("architectures", architectures),
	F("flags", flags),
	F("listenerPath", listener_path),
	F("listenerMetadata", listener_metadata),
	A("syscalls", syscalls, syscall));
#undef T

#define T struct spec_intel_rdt
TYPE(intel_rdt,
	F("closID", clos_id),
	F("schemata", schemata),
	F("l3CacheSchema", l3_cache_schema),
	F("memBwSchema", mem_bw_schema),
	F("enableMonitoring", enable_monitoring));
#undef T

#define T struct spec_memory_policy
TYPE(memory_policy, R("mode", mode), F("nodes", nodes), F("flags", flags));
#undef T

#define T struct spec_personality
TYPE(personality, R("domain", domain), F("flags", flags));
#undef T

#define T struct spec_linux
TYPE(linux_,
	A("uidMappings", uid_mappings, id_mapping),
	A("gidMappings", gid_mappings, id_mapping),
	F("sysctl", sysctl),
	O("resources", resources, spec_resources),
	F("cgroupsPath", cgroups_path),
	A("namespaces", namespaces, namespace),
	A("devices", devices, device),
	M("netDevices", net_devices, net_device),
	P("seccomp", seccomp, seccomp),
	F("rootfsPropagation", rootfs_propagation),
	F("maskedPaths", masked_paths),
	F("readonlyPaths", readonly_paths),
	F("mountLabel", mount_label),
	P("intelRdt", intel_rdt, intel_rdt),
	P("memoryPolicy", memory_policy, memory_policy),
	P("personality", personality, personality),
	O("timeOffsets", time_offsets, time_offsets));
#undef T

#define T struct spec
PUBLIC_TYPE(spec,
	R("ociVersion", oci_version),
	RO("root", root, root),
	F("hostname", hostname),
	F("domainname", domainname),
	A("mounts", mounts, mount),
	P("process", process, spec_process),
	O("hooks", hooks, hooks),
	F("annotations", annotations),
	O("linux", linux_, linux_),
	IGNORED("solaris"),
	IGNORED("windows"),
	IGNORED("vm"),
	IGNORED("zos"),
	IGNORED("freebsd"));
#undef T

#define T struct spec_mounts_file
PUBLIC_TYPE(spec_mounts_file, A("mounts", mounts, mount));
#undef T
