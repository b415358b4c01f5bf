/* settings.c - from what a property comes to on cgroup v1 and on v2 to the one file that this host has for it. All pure. */
#include "settings.h"
#include <ctype.h>
#include <string.h>

static const char *name_on_v2(const char *controller) {
	return strcmp(controller, "blkio") == 0 ? "io" : controller;
}

size_t settings_find(const struct host *h, const char *controller) {
	for (size_t i = 0; i < h->cgroups.n; i++) {
		const struct cgroup_hierarchy *hierarchy = &h->cgroups.v[i];

		if (!hierarchy->v2 && cgroup_list_has(hierarchy->controllers, controller))
			return i;
		for (size_t k = 0; hierarchy->v2 && k < h->v2_controllers.n; k++)
			if (strcmp(h->v2_controllers.v[k], name_on_v2(controller)) == 0)
				return i;
	}
	return h->cgroups.n;
}

bool settings_have(const struct cgroup_settings *all, const struct cgroup_setting *s) {
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].hierarchy == s->hierarchy && strcmp(all->v[i].file, s->file) == 0 &&
		    strcmp(all->v[i].value, s->value) == 0)
			return true;
	return false;
}

static const char *file_on_v1(const struct resource *resource, const struct host *h) {
	bool gone = resource->v1_until && KERNEL(h->kernel_major, h->kernel_minor) >= resource->v1_until;

	return gone ? NULL : resource->v1_file;
}

static bool is_by_itself(const struct resource *resource, const char *value) {
	return resource->by_itself && cgroup_list_has(resource->by_itself, value);
}

const char *settings_field(struct arena *a, const char *list, int index) {
	return index == NO_INDEX ? list : arena_printf(a, "%s/%d", list, index);
}

static int missing_error(const struct settings_maker *m, const struct resource *resource, int index, size_t hierarchy) {
	const char *field = settings_field(m->a, resource->field, index);

	if (hierarchy == m->host->cgroups.n)
		return error_set(m->e, 0, field,
				 "this machine has no cgroup controller \"%s\": enable it, or leave this out",
				 resource->controller);
	return error_set(m->e, 0, field, "the kernel has no such setting in cgroup v%d: right is %s",
			 m->host->cgroups.v[hierarchy].v2 ? 2 : 1, resource->right);
}

int settings_check_value(const char *value, const char *field, struct error *e) {
	for (const char *c = value; *c; c++)
		if (iscntrl((unsigned char)*c))
			return error_set(e, 0, field,
					 "has a control character in it, which no value for the kernel has");
	return 0;
}

int settings_add(const struct settings_maker *m, const struct resource *resource, int index,
		 const struct values *values) {
	struct cgroup_settings *all = m->settings;
	size_t i = settings_find(m->host, resource->controller);
	bool none = i == m->host->cgroups.n, v2 = !none && m->host->cgroups.v[i].v2;
	const char *file = v2 ? resource->v2_file : file_on_v1(resource, m->host);
	const char *value = v2 && file ? values->v2 : values->v1;

	if (!value || ((none || !file) && is_by_itself(resource, value)))
		return 0;
	if (none || !file)
		return missing_error(m, resource, index, i);
	if (settings_check_value(value, settings_field(m->a, resource->field, index), m->e) < 0)
		return -1;
	all->v = arena_grow(m->a, all->v, all->n, sizeof(*all->v));
	all->v[all->n++] = (struct cgroup_setting){
		.hierarchy = i,
		.controller = v2 ? name_on_v2(resource->controller) : resource->controller,
		.file = file,
		.value = value,
		.other_file = v2 ? resource->v2_other_file : NULL,
		.other_value = values->v2_other,
		.field = resource->field,
		.index = index,
		.right = resource->right,
		.by_itself = is_by_itself(resource, value),
	};
	return 0;
}
