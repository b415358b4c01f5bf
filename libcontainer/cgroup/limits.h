/* limits.h - inside cgroup/: the steps that write settings. */
#pragma once
#include "settings.h"

/* HOST: writes a setting into the container's cgroup. */
void plan_limit(struct plan *p, const char *dir, const struct cgroup_setting *asked);

/* HOST: of v2. Each of the levels but the last, the container's own, gives its children the controllers that the settings of this
 * hierarchy need; where it is the only hierarchy (offers) all others too. */
void plan_controllers(struct plan *p, const struct strings *levels, const struct cgroup_settings *settings,
		      size_t hierarchy, bool offers);
