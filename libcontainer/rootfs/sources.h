/* sources.h - inside rootfs/: what the host opens for a container in a user namespace.
 *
 * Inside, the sources of bind mounts may lie below directories that its users cannot enter. So a helper of the
 * host, with the host's credentials, joins the container's mount namespace (whose locks and propagation the opened
 * trees keep) and opens them all; they are handed in as descriptors: r->source_fds. */
#pragma once
#include "../plan.h"

#define NO_SOURCE (-1)

/* Adds the steps that open, hand over and receive them; the rootfs is the first. Nothing without a user namespace. */
#define ROOTFS_SOURCE 0
void plan_sources(struct plan *p, const struct spec *spec, const struct host *h);

/* Adds a source for who asked at field and index, and returns its place in r->source_fds; NO_SOURCE without a user
 * namespace: the step opens it itself. flags are open_tree's; 0: only opened, not cloned. */
int plan_source(struct plan *p, const char *path, unsigned flags, const char *field, int index);

/* Opens what plan_source() was told: takes the host's descriptor, or does the same call. A descriptor, or -1 and
 * errno. */
int source_open(struct run *r, int source_index, const char *path, unsigned flags);
