/* host.h - the facts of this machine and this caller that decide how a container is made.
 *
 * Probed once before a plan is compiled, or read from a file in tests; plan_x() functions look at nothing else, so that
 * `explain` shows what will be done and no failing call can weaken a container (a fallback is chosen here, never by errno). */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "../specs/arena.h"
#include "../specs/error.h"

enum cgroup_mode {
	CGROUP_NONE,   /* no cgroup file system is mounted */
	CGROUP_V1,     /* controllers in v1 hierarchies only */
	CGROUP_HYBRID, /* v1 hierarchies, and a cgroup2 beside them */
	CGROUP_V2,     /* one cgroup2 */
};

struct cgroup_hierarchy {
	char *controllers; /* "memory", "cpu,cpuacct", "name=systemd"; "" for a cgroup2 */
	char *mountpoint;  /* /sys/fs/cgroup/memory */
	char *own;         /* the caller's cgroup in it, from its root: /user.slice */
	bool v2;
};
struct cgroup_hierarchies {
	struct cgroup_hierarchy *v;
	size_t n;
};

#define LABEL_SIZE 4097 /* of AppArmor and SELinux: the kernel gives a page at most */

struct host {
	uint32_t euid;
	uint64_t cap_effective, cap_bounding; /* bit n: capability n, of the caller */
	int32_t last_cap;                     /* the highest capability that the kernel knows */
	uint32_t kernel_major, kernel_minor;
	bool in_user_namespace; /* the caller itself is in a user namespace that is not the initial one */
	uint32_t umask;         /* the caller's: the process gets it where config.json has none */
	uint64_t ignored;       /* signals that the caller ignores: bit n for signal n + 1 */
	bool narrow_affinity;   /* the caller may be bound to fewer CPUs than there are */
	char *machine;          /* uname -m */
	char *apparmor; /* the caller's profile, "unconfined" or such as "docker-default (enforce)"; NULL: it is off */
	bool selinux;   /* it is on */
	char *resctrl;  /* where it is mounted; these three only for intelRdt, by rdt_probe; NULL: nowhere */
	char *resctrl_schemata; /* of the container's group; NULL: it is not there */
	bool resctrl_monitored; /* the container's monitoring group is there already */
	struct cgroup_hierarchies cgroups;
	struct strings v2_controllers; /* cgroup.controllers of the cgroup2's root; empty without one */
	bool no_cgroups;               /* --cgroup-manager disabled: the container gets none of its own */
	char *systemd_bus; /* --cgroup-manager systemd: "system", or the address of a user's bus; NULL: another manager */
	char *systemd_root;   /* the cgroup below which that systemd has its units, from the mount point; NULL: that */
	char *systemd_helper; /* husk-systemd, absolute */
};

/* Looks at the running system. The strings belong to the arena. */
int host_probe(struct arena *a, struct host *h, struct error *e);

/* Looks at apparmor and selinux too: for a config that asks for a label. */
int host_probe_labels(struct arena *a, struct host *h, struct error *e);

/* Reads a host written down in a test: JSON, members named as above in camelCase. */
int host_read(struct arena *a, const char *path, struct host *h, struct error *e);

/* Linux major.minor or a later one. */
bool host_kernel_has(const struct host *h, unsigned major, unsigned minor);

enum cgroup_mode host_cgroup_mode(const struct host *h);
