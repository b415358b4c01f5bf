/* subgroup.h - inside cgroup/: cgroups below the container's own, where annotations ask for them. */
#pragma once
#include "cgroup.h"

/* Their names, and whether they can be given. Pure. */
int subgroups_check(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);

/* HOST, behind systemd's scope and before a cgroup namespace. */
void plan_scope_subgroup(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs);

/* HOST, behind the making of a cgroup namespace. */
void plan_delegated_subgroup(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs);
