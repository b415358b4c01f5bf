/* settings.h - inside cgroup/: how the properties of linux.resources become settings. All pure. */
#pragma once
#include "cgroup.h"

/* The text that a file gets, or NULL when config.json does not ask for it. */
typedef char *(*value_fn)(struct arena *a, const struct spec_resources *r);

#define KERNEL(major, minor) ((major) << 16 | (minor))

/* A property and the file behind it. */
struct resource {
	const char *field, *controller; /* the controller by its v1 name: what v1 calls blkio is io on v2 */
	const char *v1_file;            /* NULL: there is none, and so for v2_file */
	value_fn v1_value;              /* NULL in lists, which have a value for each element; and so for v2_value */
	const char *v2_file;
	value_fn v2_value;
	const char *right;         /* what the kernel takes */
	const char *by_itself;     /* values that ask for what a kernel without the file does too: a list with commas */
	const char *v2_other_file; /* written instead where the kernel has not v2_file */
	uint32_t v1_until;         /* KERNEL(x, y) that gave v1_file up; 0: none */
};

/* What a property, or an element of a list, comes to. NULL: nothing. */
struct values {
	const char *v1, *v2, *v2_other;
};

struct settings_maker {
	struct arena *a;
	const struct host *host;
	struct cgroup_settings *settings; /* grows */
	struct error *e;
};

/* Adds the setting that the values come to on this host. What the host cannot give is an error. */
int settings_add(const struct settings_maker *m, const struct resource *resource, int index,
		 const struct values *values);

/* A value is one line: the kernel reads none of what is behind a newline, and says nothing. */
int settings_check_value(const char *value, const char *field, struct error *e);

/* The properties that are lists, and those of cgroup v2 by the names of its files. */
int settings_add_lists(const struct settings_maker *m, const struct spec_resources *r);
int settings_add_unified(const struct settings_maker *m, const struct pairs *unified);

/* The JSON pointer of an element, or of the whole with NO_INDEX. */
const char *settings_field(struct arena *a, const char *list, int index);

/* Whether a file gets this value among all. */
bool settings_have(const struct cgroup_settings *all, const struct cgroup_setting *s);

/* The hierarchy that has a controller, or h->cgroups.n. */
size_t settings_find(const struct host *h, const char *controller);
