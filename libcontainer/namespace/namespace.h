/* namespace.h - linux.namespaces and what lives in them: spawn, id mappings, host and domain name, sysctl. */
#pragma once
#include "../os/process.h"
#include "../plan.h"

/* HOST: open the namespaces to join, then spawn: from here there is an inside. */
int plan_namespaces(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);

/* HOST: opens the init of a container that is there, and spawns a process in its namespaces, as far as they are those of its
 * config, spec, and not `outside` (flags of clone). */
int plan_join(struct plan *p, const struct spec *spec, const struct host *h, const struct process_name *init,
	      int outside, struct error *e);
/* INSIDE, in the container's cgroup: the namespace of that, the user namespace, and the container's root as r->root_fd. */
int plan_join_later(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);

/* INSIDE, its first step: the process no longer dies with the runtime. Until then it waits for the record. */
void plan_disarm(struct plan *p);

/* HOST: uid_map and gid_map of a new user namespace. */
int plan_idmap(struct plan *p, const struct spec *spec, struct error *e);
/* INSIDE: become root of a user namespace, and make what it is to own. */
void plan_become_root(struct plan *p, const struct spec *spec);

/* INSIDE: hostname and domainname; loopback up in a new network namespace. */
int plan_names(struct plan *p, const struct spec *spec, struct error *e);
void plan_loopback(struct plan *p, const struct spec *spec);

/* HOST: linux.netDevices into the container's network namespace. */
int plan_net_devices(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);
/* Back to the host, as they were, for a container that could not be made. Adds to *e what could not be given back. */
void net_devices_give_back(struct run *r, struct error *e);

/* INSIDE, through the private procfs. Refuses keys that the container's own namespaces do not cover. */
int plan_sysctl(struct plan *p, const struct spec *spec, struct error *e);
/* Whether linux.sysctl sets a parameter that belongs to namespaces of this type. */
bool sysctl_in_namespace(struct arena *a, const struct spec *spec, const char *type);

/* All names, in the order of the tables; ends in NULL. */
extern const char *const namespace_names[];
