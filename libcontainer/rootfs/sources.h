/* sources.h - inside rootfs/: what the host opens for a container in a user namespace, and what it changes on the way.
 *
 * In a user namespace the sources of bind mounts may lie below directories that its users cannot enter, and only the host may
 * say whom the files of a mount belong to. So a helper of the host, with the host's credentials, joins the container's mount
 * namespace (whose locks and propagation the opened trees keep) and opens them all; they are handed in as descriptors:
 * r->source_fds. A container that is there has left the host's mounts behind: then the helper joins a copy of the host's mount
 * namespace, made as the container's own was. */
#pragma once
#include "../plan.h"

#define NO_SOURCE (-1)

/* Adds the steps that open, hand over and receive them. Nothing where no source needs it. */
void plan_sources(struct plan *p, const struct spec *spec, const struct host *h);

/* Adds a source for who asked at field and index, and returns its place in r->source_fds; NO_SOURCE without a user
 * namespace: the step opens it itself. flags are open_tree's; 0: only opened, not cloned. */
int plan_source(struct plan *p, const char *path, unsigned flags, const char *field, int index);

/* The same, by the host always. */
int plan_host_source(struct plan *p, const char *path, unsigned flags, const char *field, int index);

/* HOST, before they are handed over: where the descriptor is then; and the step that was added last is moved to that time (and stays
 * where there are no sources). */
const int *source_fd(const struct plan *p, int source_index);
void sources_take_step(struct plan *p);

/* Opens what plan_source() was told: takes the host's descriptor, or does the same call. A descriptor, or -1 and
 * errno. */
int source_open(struct run *r, int source_index, const char *path, unsigned flags);
