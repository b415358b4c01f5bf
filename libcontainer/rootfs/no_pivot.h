/* no_pivot.h - inside rootfs/: --no-pivot, where "/" is a ramfs that cannot be pivoted away. */
#pragma once
#include "../plan.h"

/* INSIDE: the rootfs is moved over "/" and the root changed to it. What is left behind it must not help the
 * container: its procfs and sysfs mounts, which may show more than its own, are taken away first. */
void plan_no_pivot(struct plan *p);
