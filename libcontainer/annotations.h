/* annotations.h - annotations by which config.json asks husk itself for something: all of them, and the one place that reads
 * them.
 *
 * Engines hand annotations on from whoever describes a container, so they are not trusted as the rest of config.json is: only
 * these act, `features` lists them as potentially unsafe, and --ignore-annotations turns all off. `state` and hooks are told
 * all annotations, as data. */
#pragma once
#include "plan.h"

/* clang-format off */
#define ANNOTATIONS(X) \
	X(SYSTEMD_PROPERTY, "org.systemd.property.") /* the beginning of a name: cgroup/unit_annotations.c */ \
	X(FORCE_CGROUP_V1, "run.oci.systemd.force_cgroup_v1") /* rootfs/cgroup_mount.c */ \
	X(SUBGROUP, "run.oci.systemd.subgroup") /* cgroup/subgroup.c */ \
	X(DELEGATED, "run.oci.delegate-cgroup") /* the same */ \
	X(KEEP_ORIGINAL_GROUPS, "run.oci.keep_original_groups") /* process/user.c */ \
	X(MOUNT_CONTEXT_TYPE, "run.oci.mount_context_type") /* rootfs/mount_label.c */ \
	X(PIDFD_RECEIVER, "run.oci.pidfd_receiver") /* process/pidfd.c */ \
	X(SECCOMP_RECEIVER, "run.oci.seccomp.receiver") /* process/seccomp_notify.c */ \
	X(SECCOMP_FAIL_UNKNOWN, "run.oci.seccomp_fail_unknown_syscall") /* process/seccomp.c */ \
	X(HOOKS_STDOUT, "run.oci.hooks.stdout") /* process/hook_output.c */ \
	X(HOOKS_STDERR, "run.oci.hooks.stderr") /* the same */
/* clang-format on */

#define ANNOTATION_NUMBER(number, name) ANNOTATION_##number,
enum annotation_kind { ANNOTATIONS(ANNOTATION_NUMBER) N_ANNOTATIONS };
#undef ANNOTATION_NUMBER

/* By number; ends in NULL. */
extern const char *const annotation_names[];

/* Those of the config that may act: none with --ignore-annotations. */
const struct pairs *annotations_acting(const struct plan *p, const struct spec *spec);

/* The value; NULL when it is not there. */
const char *annotation_get(const struct pairs *acting, enum annotation_kind which);

/* Whether it is there and is 1 or true, not 0 or false. -1 with *e when it is something else. */
int annotation_is_on(struct plan *p, const struct spec *spec, enum annotation_kind which, bool *on, struct error *e);

/* "/annotations/run.oci.hooks.stdout" */
char *annotation_field(struct arena *a, enum annotation_kind which);

/* Warns of those that are crun's and that husk does not know: whoever wrote them expects something. */
void annotations_warn(struct plan *p, const struct spec *spec);
