/* features.c - the features document (features.md): what this husk can do, from the tables that do it. */
#include "../specs/features.h"
#include "../specs/emit.h"
#include "../specs/fields.h"
#include "../specs/spec.h"
#include "annotations.h"
#include "container.h"
#include "namespace/namespace.h"
#include "process/process.h"
#include "rootfs/rootfs.h"

static const char *const hook_names[] = {
	"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop", NULL};
static const bool yes = true, no = false;

static struct strings names(struct arena *a, const char *const *table) {
	struct strings list = {0};

	for (size_t i = 0; table[i]; i++)
		strings_add(a, &list, (char *)table[i]);
	return list;
}

char *container_features(struct container_env *env) {
	struct features f = {
		.oci_version_min = "1.0.0",
		.oci_version_max = SPEC_VERSION,
		.hooks = names(env->a, hook_names),
		.mount_options = names(env->a, mount_option_names),
		.potentially_unsafe_config_annotations = names(env->a, annotation_names),
		.linux_ =
			{
				.namespaces = names(env->a, namespace_names),
				.capabilities = names(env->a, capability_names),
				.cgroup = {.v1 = &yes, .v2 = &yes, .systemd = &yes, .systemd_user = &yes, .rdma = &yes},
				.seccomp.enabled = &no,
				.apparmor.enabled = &yes,
				.selinux.enabled = &no,
				.intel_rdt.enabled = &no,
				.mount_extensions.idmap.enabled = &no,
				.net_devices.enabled = &no,
			},
	};

	return emit_object(env->a, &features_type, &f, true);
}
