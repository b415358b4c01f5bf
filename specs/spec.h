/* spec.h - config.json of runtime-spec 1.3 as C structs: the common part and Linux.
 *
 * A struct is named after its property, a member after its JSON name: maskedPaths is masked_paths. Objects that code walks
 * are members by value and so always exist (empty when absent). A pointer is NULL when the property is absent; those are
 * optional scalars whose absence means something, strings, and objects that are there as a whole or not at all.
 * All memory belongs to the arena that the spec was parsed into. specs/fields.c says which properties are required. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "arena.h"
#include "error.h"

/* config.md#root */
struct spec_root {
	char *path; /* as written: absolute, or relative to the bundle */
	bool readonly;
};

struct spec_id_mapping {
	uint32_t container_id, host_id, size;
};
struct spec_id_mappings {
	struct spec_id_mapping *v;
	size_t n;
};

/* config.md#mounts */
struct spec_mount {
	char *destination, *type, *source;
	struct strings options;
	struct spec_id_mappings uid_mappings, gid_mappings;
};
struct spec_mounts {
	struct spec_mount *v;
	size_t n;
};

/* config.md#process */
struct spec_console_size {
	uint64_t height, width; /* characters */
};

struct spec_user {
	uint32_t uid, gid;
	const uint32_t *umask;
	struct uint32s additional_gids;
};

struct spec_capabilities {
	struct strings bounding, effective, inheritable, permitted, ambient;
};

struct spec_rlimit {
	char *type; /* RLIMIT_NOFILE ... */
	uint64_t soft, hard;
};
struct spec_rlimits {
	struct spec_rlimit *v;
	size_t n;
};

struct spec_scheduler {
	char *policy;
	int32_t nice, priority;
	struct strings flags;
	uint64_t runtime, deadline, period; /* nanoseconds */
};

struct spec_io_priority {
	char *class;
	int32_t priority;
};

struct spec_exec_cpu_affinity {
	char *initial, *final; /* lists such as 0-3,7 */
};

struct spec_process {
	bool terminal;
	const struct spec_console_size *console_size;
	struct spec_user user;
	struct strings args, env;
	char *cwd;
	const struct spec_capabilities *capabilities;
	struct spec_rlimits rlimits;
	bool no_new_privileges;
	char *apparmor_profile;
	const int32_t *oom_score_adj;
	const struct spec_scheduler *scheduler;
	char *selinux_label;
	const struct spec_io_priority *io_priority;
	const struct spec_exec_cpu_affinity *exec_cpu_affinity;
};

/* config.md#posix-platform-hooks */
struct spec_hook {
	char *path;
	struct strings args, env; /* v is NULL when absent: no env means the caller's, an empty one means none */
	const int64_t *timeout;   /* seconds */
};
struct spec_hook_list {
	struct spec_hook *v;
	size_t n;
};

struct spec_hooks {
	struct spec_hook_list prestart, create_runtime, create_container, start_container, poststart, poststop;
};

/* config-linux.md#namespaces */
struct spec_namespace {
	char *type;
	char *path; /* NULL: a new one */
};
struct spec_namespaces {
	struct spec_namespace *v;
	size_t n;
};

struct spec_time_offset {
	int64_t secs;
	uint32_t nanosecs;
};
struct spec_time_offsets {
	const struct spec_time_offset *monotonic, *boottime;
};

/* config-linux.md#devices */
struct spec_device {
	char *type; /* c, b, u or p */
	char *path;
	const int64_t *major, *minor;
	const uint32_t *file_mode, *uid, *gid;
};
struct spec_devices {
	struct spec_device *v;
	size_t n;
};

struct spec_net_device {
	char *key;  /* name on the host: the key in linux.netDevices */
	char *name; /* name in the container; NULL: the same */
};
struct spec_net_devices {
	struct spec_net_device *v;
	size_t n;
};

/* config-linux.md#control-groups */
struct spec_device_rule {
	bool allow;
	char *type; /* a, c or b; NULL: a */
	const int64_t *major, *minor;
	char *access;
};
struct spec_device_rules {
	struct spec_device_rule *v;
	size_t n;
};

struct spec_memory {
	const int64_t *limit, *reservation, *swap, *kernel, *kernel_tcp; /* bytes, -1: no limit */
	const uint64_t *swappiness;
	const bool *disable_oom_killer, *use_hierarchy, *check_before_update;
};

struct spec_cpu {
	const uint64_t *shares;
	const int64_t *quota;
	const uint64_t *burst, *period;
	const int64_t *realtime_runtime;
	const uint64_t *realtime_period; /* times in microseconds */
	char *cpus, *mems;
	const int64_t *idle;
};

struct spec_weight_device {
	int64_t major, minor;
	const uint16_t *weight, *leaf_weight;
};
struct spec_weight_devices {
	struct spec_weight_device *v;
	size_t n;
};
struct spec_throttle_device {
	int64_t major, minor;
	uint64_t rate; /* bytes or operations a second */
};
struct spec_throttle_devices {
	struct spec_throttle_device *v;
	size_t n;
};
struct spec_block_io {
	const uint16_t *weight, *leaf_weight;
	struct spec_weight_devices weight_device;
	struct spec_throttle_devices throttle_read_bps_device, throttle_write_bps_device;
	struct spec_throttle_devices throttle_read_iops_device, throttle_write_iops_device;
};

struct spec_hugepage_limit {
	char *page_size; /* 2MB, 1GB */
	uint64_t limit;  /* bytes */
};
struct spec_hugepage_limits {
	struct spec_hugepage_limit *v;
	size_t n;
};

struct spec_interface_priority {
	char *name;
	uint32_t priority;
};
struct spec_interface_priorities {
	struct spec_interface_priority *v;
	size_t n;
};
struct spec_network {
	const uint32_t *class_id;
	struct spec_interface_priorities priorities;
};

struct spec_rdma {
	char *key; /* device name: the key in linux.resources.rdma */
	const uint32_t *hca_handles, *hca_objects;
};
struct spec_rdmas {
	struct spec_rdma *v;
	size_t n;
};

struct spec_pids {
	const int64_t *limit; /* -1: no limit */
};

struct spec_resources {
	struct spec_device_rules devices;
	struct spec_memory memory;
	struct spec_cpu cpu;
	struct spec_pids pids;
	struct spec_block_io block_io;
	struct spec_hugepage_limits hugepage_limits;
	struct spec_network network;
	struct spec_rdmas rdma;
	struct pairs unified;
};

/* config-linux.md#seccomp */
struct spec_syscall_arg {
	uint32_t index;
	uint64_t value, value_two;
	char *op;
};
struct spec_syscall_args {
	struct spec_syscall_arg *v;
	size_t n;
};
struct spec_syscall {
	struct strings names;
	char *action;
	const uint32_t *errno_ret;
	struct spec_syscall_args args;
};
struct spec_syscalls {
	struct spec_syscall *v;
	size_t n;
};
struct spec_seccomp {
	char *default_action;
	const uint32_t *default_errno_ret;
	struct strings architectures, flags;
	char *listener_path, *listener_metadata;
	struct spec_syscalls syscalls;
};

struct spec_intel_rdt {
	char *clos_id;
	struct strings schemata;
	char *l3_cache_schema, *mem_bw_schema;
	bool enable_monitoring;
};

struct spec_memory_policy {
	char *mode, *nodes;
	struct strings flags;
};

struct spec_personality {
	char *domain;
	struct strings flags;
};

/* config-linux.md; `linux` is a macro of gnu17, hence the underscore where a member carries the name. */
struct spec_linux {
	struct spec_id_mappings uid_mappings, gid_mappings;
	struct pairs sysctl;
	struct spec_resources resources;
	char *cgroups_path;
	struct spec_namespaces namespaces;
	struct spec_devices devices;
	struct spec_net_devices net_devices;
	const struct spec_seccomp *seccomp;
	char *rootfs_propagation;
	struct strings masked_paths, readonly_paths;
	char *mount_label;
	const struct spec_intel_rdt *intel_rdt;
	const struct spec_memory_policy *memory_policy;
	const struct spec_personality *personality;
	struct spec_time_offsets time_offsets;
};

struct spec {
	char *oci_version;
	struct spec_root root;
	char *hostname, *domainname;
	struct spec_mounts mounts;
	const struct spec_process *process; /* NULL: create accepts that, start does not */
	struct spec_hooks hooks;
	struct pairs annotations;
	struct spec_linux linux_;
};

#define SPEC_VERSION "1.3.0"

/* The namespace entry of a type ("mount", "network", ...), or NULL; and whether it is there and new. */
const struct spec_namespace *spec_namespace(const struct spec *spec, const char *type);
bool spec_has_new_namespace(const struct spec *spec, const char *type);

/* A label of AppArmor or SELinux, or NULL: an empty one asks for none. */
const char *spec_label(const char *label);

/* A document of mounts alone, for `mounts`. */
struct spec_mounts_file {
	struct spec_mounts mounts;
};

/* For parse.h and emit.h: config.json, and its parts that are read alone (`exec --process`, `update --resources`, `mounts`). */
extern const struct type spec_type, spec_process_type, spec_resources_type, spec_mounts_file_type;
