/* mount_label.c - linux.mountLabel: the SELinux label of all files in the file systems that are made for the container.
 *
 * A file system takes it as an option, whose name decides what it is for: "context", of each file, or what the annotation
 * run.oci.mount_context_type says. A bind shows files that have labels already. */
#include "mount_label.h"
#include "../annotations.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>

/* mount(8), "FILESYSTEM-INDEPENDENT MOUNT OPTIONS". */
static const char *const names[] = {"context", "fscontext", "defcontext", "rootcontext"};
#define N_NAMES (sizeof(names) / sizeof(*names))

static bool is_name(const char *name, size_t length) {
	for (size_t i = 0; i < N_NAMES; i++)
		if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0)
			return true;
	return false;
}

bool mount_label_is_option(const char *option) {
	return is_name(option, strcspn(option, "="));
}

static const char *context_type(const struct plan *p, const struct spec *spec) {
	const char *type = annotation_get(annotations_acting(p, spec), ANNOTATION_MOUNT_CONTEXT_TYPE);

	return type ? type : names[0];
}

int mount_label_check(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	const char *label = spec_label(spec->linux_.mount_label), *type;

	if (!label)
		return 0;
	if (!h->selinux)
		return error_set(e, 0, "/linux/mountLabel",
				 "SELinux is off on this host: the label \"%s\" cannot be given to mounts", label);
	type = context_type(p, spec);
	if (is_name(type, strlen(type)))
		return 0;
	return error_set(e, 0, annotation_field(p->a, ANNOTATION_MOUNT_CONTEXT_TYPE),
			 "unknown type \"%s\": context, fscontext, defcontext or rootcontext is needed", type);
}

char *mount_label_option(const struct plan *p, const struct spec *spec) {
	const char *label = spec_label(spec->linux_.mount_label);

	return label ? arena_printf(p->a, "%s=\"%s\"", context_type(p, spec), label) : NULL;
}

char *mount_label_value(struct arena *a, const char *value) {
	size_t n = strlen(value);
	bool quoted = n >= 2 && value[0] == '"' && value[n - 1] == '"';

	return quoted ? arena_strndup(a, value + 1, n - 2) : arena_strdup(a, value);
}

/* Puts quotes around a label that the config has without, and tells whether there is one. */
static bool quote_own(struct arena *a, struct strings *options) {
	bool any = false;

	for (size_t i = 0; i < options->n; i++) {
		char *option = options->v[i];
		size_t name = strcspn(option, "=");

		if (!option[name] || !mount_label_is_option(option))
			continue;
		any = true;
		options->v[i] =
			arena_printf(a, "%.*s=\"%s\"", (int)name, option, mount_label_value(a, option + name + 1));
	}
	return any;
}

/* A superblock that others have too keeps the labels it has: the kernel refuses another one. */
void mount_label_add(const struct mounting *g, struct mount *m, const char *type) {
	char *option = mount_label_option(g->p, g->spec);

	if (!quote_own(g->p->a, &m->options.data) && option && !superblock_is_shared(type))
		strings_add(g->p->a, &m->options.data, option);
}

int mount_label_write(int tree_fd, const char *label) {
	scratch int root = openat(tree_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return root < 0 || fsetxattr(root, "security.selinux", label, strlen(label) + 1, 0) < 0 ? -errno : 0;
}
