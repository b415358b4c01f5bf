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
#include <string.h>
#include <unistd.h>

static const bool yes = true, no = false;

static struct strings names(struct arena *a, const char *const *table) {
	struct strings list = {0};

	for (size_t i = 0; table[i]; i++)
		strings_add(a, &list, (char *)table[i]);
	return list;
}

/* The properties of an object of config.json. */
static struct strings members(struct arena *a, const struct type *owner, const char *object) {
	struct strings list = {0};

	for (size_t i = 0; i < owner->n; i++)
		for (size_t k = 0; strcmp(owner->fields[i].name, object) == 0 && k < owner->fields[i].type->n; k++)
			strings_add(a, &list, (char *)owner->fields[i].type->fields[k].name);
	return list;
}

/* Not of the host: of what is installed with husk. */
static const bool *has_systemd_helper(const struct container_env *env) {
	return access(env->systemd_helper, X_OK) == 0 ? &yes : &no;
}

/* The caller's, and the library's version, named as runc names it. */
static struct pairs all_annotations(struct arena *a, const struct pairs *callers) {
	const struct pair library = {"io.github.seccomp.libseccomp.version", seccomp_library_version(a)};
	struct pairs all = {.v = arena_alloc(a, (callers->n + 1) * sizeof(*all.v))};

	for (; all.n < callers->n; all.n++)
		all.v[all.n] = callers->v[all.n];
	if (library.text)
		all.v[all.n++] = library;
	return all;
}

char *container_features(struct container_env *env, const struct pairs *annotations) {
	const bool *systemd = has_systemd_helper(env);
	struct features f = {
		.oci_version_min = "1.0.0",
		.oci_version_max = SPEC_VERSION,
		.hooks = members(env->a, &spec_type, "hooks"),
		.mount_options = names(env->a, mount_option_names),
		.annotations = all_annotations(env->a, annotations),
		.potentially_unsafe_config_annotations = names(env->a, annotation_names),
		.linux_ =
			{
				.namespaces = names(env->a, namespace_names),
				.capabilities = names(env->a, capability_names),
				.cgroup = {.v1 = &yes,
					   .v2 = &yes,
					   .systemd = systemd,
					   .systemd_user = systemd,
					   .rdma = &yes},
				.apparmor.enabled = &yes,
				.selinux.enabled = &yes,
				.memory_policy = {.modes = names(env->a, memory_policy_modes),
						  .flags = names(env->a, memory_policy_flags)},
				.intel_rdt = {.enabled = &yes, .schemata = &yes, .monitoring = &yes},
				.mount_extensions.idmap.enabled = &yes,
				.net_devices.enabled = &yes,
			},
	};

	seccomp_features(env->a, &f.linux_.seccomp);
	return emit_object(env->a, &features_type, &f, true);
}
