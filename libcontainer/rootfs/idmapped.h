/* idmapped.h - inside rootfs/: mounts whose files belong to other users than their file system says. */
#pragma once
#include "mount.h"

struct idmap {
	const char *uid_map, *gid_map; /* as text; NULL: those of the container's user namespace */
	unsigned flags;                /* AT_RECURSIVE or 0 */
};

/* What the options and mappings of a mount ask for: m->idmap; NULL when they ask for nothing. Pure. */
int idmap_read(const struct mounting *g, struct mount *m, struct error *e);

/* HOST: makes the user namespace that holds the mappings, once for each; then maps the ids of a detached tree. That of a source is
 * mapped before it is handed over. */
void plan_idmapped_source(const struct mounting *g, const struct mount *m);

/* The same for a tree that the inside made. It sends it by idmap_send, and goes on when the host is done. */
void plan_idmapped_tree(const struct mounting *g, const struct mount *m);
int idmap_send(const struct run *r, int tree_fd);
