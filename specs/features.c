/* features.c - the features document: which property is which member. In the order of features.h. */
/* clang-format off */
#include "features.h"
#include "fields.h"

#define T struct features_cgroup
TYPE(cgroup,
	F("v1", v1),
	F("v2", v2),
	F("systemd", systemd),
	F("systemdUser", systemd_user),
	F("rdma", rdma));
#undef T

#define T struct features_seccomp
TYPE(seccomp,
	F("enabled", enabled),
	F("actions", actions),
	F("operators", operators),
	F("archs", archs),
	F("knownFlags", known_flags),
	F("supportedFlags", supported_flags));
#undef T

#define T struct features_apparmor
TYPE(apparmor, F("enabled", enabled));
#undef T

#define T struct features_selinux
TYPE(selinux, F("enabled", enabled));
#undef T

#define T struct features_intel_rdt
TYPE(intel_rdt, F("enabled", enabled), F("schemata", schemata), F("monitoring", monitoring));
#undef T

#define T struct features_memory_policy
TYPE(memory_policy, F("modes", modes), F("flags", flags));
#undef T

#define T struct features_idmap
TYPE(idmap, F("enabled", enabled));
#undef T

#define T struct features_mount_extensions
TYPE(mount_extensions, O("idmap", idmap, idmap));
#undef T

#define T struct features_net_devices
TYPE(net_devices, F("enabled", enabled));
#undef T

#define T struct features_linux
TYPE(linux_,
	F("namespaces", namespaces),
	F("capabilities", capabilities),
	O("cgroup", cgroup, cgroup),
	O("seccomp", seccomp, seccomp),
	O("apparmor", apparmor, apparmor),
	O("selinux", selinux, selinux),
	O("intelRdt", intel_rdt, intel_rdt),
	O("memoryPolicy", memory_policy, memory_policy),
	O("mountExtensions", mount_extensions, mount_extensions),
	O("netDevices", net_devices, net_devices));
#undef T

#define T struct features
PUBLIC_TYPE(features,
	R("ociVersionMin", oci_version_min),
	R("ociVersionMax", oci_version_max),
	F("hooks", hooks),
	F("mountOptions", mount_options),
	O("linux", linux_, linux_),
	F("annotations", annotations),
	F("potentiallyUnsafeConfigAnnotations", potentially_unsafe_config_annotations));
#undef T
