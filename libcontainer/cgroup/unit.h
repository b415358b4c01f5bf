/* unit.h - inside cgroup/: the scope that systemd makes for a container. All pure but the steps of unit.c. */
#pragma once
#include "update.h"

/* The slice and the name that linux.cgroupsPath asks for. */
struct unit_place {
	const char *slice, *name;
};
int unit_place_read(struct arena *a, const char *path, const struct host *h, const char *id, struct unit_place *place,
		    struct error *e);

/* Its cgroup as systemd calls it. */
char *unit_group(struct arena *a, const struct unit_place *place, const struct host *h);

/* A property of a unit as busctl(1) takes it: the value as words. */
struct unit_property {
	const char *name, *signature;
	struct strings value;
};
struct unit_properties {
	struct unit_property *v;
	size_t n;
};

/* HOST: the unit around the init, with what the settings, device rules and annotations come to. */
int plan_unit(struct plan *p, const struct spec *spec, const struct host *h, const struct cgroup_unit *unit,
	      const struct cgroup_settings *settings, struct error *e);

/* HOST: tells the unit of an update, if there is one, what has become of its resources. */
int plan_unit_change(struct plan *p, const struct cgroup_update *u, const struct spec_resources *from,
		     const struct spec_resources *to, struct error *e);

/* Adds one, or replaces that of the same name: with the word as its value, or with NULL without any yet. Returns the value, whose
 * words are kept. */
struct strings *unit_property_set(struct arena *a, struct unit_properties *all, const char *name, const char *signature,
				  const char *word);

/* What the settings of linux.resources come to. Those without a property are left out: the file alone has them then. */
int unit_properties_limit(struct arena *a, const struct cgroup_settings *settings, const struct host *h,
			  struct unit_properties *all, struct error *e);

/* The device rules, where systemd can say the same. */
int unit_properties_devices(struct arena *a, const struct spec_device_rules *asked, struct unit_properties *all,
			    struct error *e);

/* The annotations org.systemd.property.NAME. */
int unit_properties_annotate(struct arena *a, const struct pairs *annotations, struct unit_properties *all,
			     struct error *e);

/* What a unit that was told from is to be told, so that it is as if it had been told to: all that was said is unset, and then the
 * new is set, since systemd adds to lists. */
void unit_properties_change(struct arena *a, const struct unit_properties *from, const struct unit_properties *to,
			    struct unit_properties *change);
