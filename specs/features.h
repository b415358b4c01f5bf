/* features.h - what `husk features` says: features.md and features-linux.md of runtime-spec 1.3.
 * NULL, also of a list's v, means that nothing is said, which is not the same as false or empty. */
#pragma once
#include <stdbool.h>
#include "arena.h"

struct features_cgroup {
	const bool *v1, *v2, *systemd, *systemd_user, *rdma;
};

struct features_seccomp {
	const bool *enabled;
	struct strings actions, operators, archs, known_flags, supported_flags;
};

struct features_apparmor {
	const bool *enabled;
};

struct features_selinux {
	const bool *enabled;
};

struct features_intel_rdt {
	const bool *enabled, *schemata, *monitoring;
};

struct features_memory_policy {
	struct strings modes, flags;
};

struct features_idmap {
	const bool *enabled;
};
struct features_mount_extensions {
	struct features_idmap idmap;
};

struct features_net_devices {
	const bool *enabled;
};

struct features_linux {
	struct strings namespaces, capabilities;
	struct features_cgroup cgroup;
	struct features_seccomp seccomp;
	struct features_apparmor apparmor;
	struct features_selinux selinux;
	struct features_intel_rdt intel_rdt;
	struct features_memory_policy memory_policy;
	struct features_mount_extensions mount_extensions;
	struct features_net_devices net_devices;
};

struct features {
	char *oci_version_min, *oci_version_max;
	struct strings hooks, mount_options;
	struct features_linux linux_;
	struct pairs annotations;
	struct strings potentially_unsafe_config_annotations;
};

/* For emit.h. */
extern const struct type features_type;
