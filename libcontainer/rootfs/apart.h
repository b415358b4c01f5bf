/* apart.h - inside rootfs/: mounts of a container that has no new mount namespace. */
#pragma once
#include "../plan.h"

/* INSIDE: into a mount namespace where all is mounted; needs r->procfs_fd. */
void plan_apart(struct plan *p);

/* INSIDE: back, with what was mounted as the root, and no other way to it. */
void plan_back(struct plan *p);
