/* cgroup.h - linux.cgroupsPath and linux.resources: where a container's cgroup is, its limits, its end. */
#pragma once
#include "../plan.h"

/* Fills h->cgroups and h->v2_controllers: what is mounted, and where the caller is in it. No cgroup at all is no error. */
int cgroup_detect(struct arena *a, struct host *h, struct error *e);

/* The same from the texts of /proc/self/mountinfo and /proc/self/cgroup. Pure. */
struct cgroup_hierarchies cgroup_parse(struct arena *a, const char *mountinfo, const char *own);

/* For --cgroup-manager systemd: fills h->systemd_bus and h->systemd_root. An error when there is no systemd, or no helper. */
int cgroup_find_systemd(struct arena *a, const char *helper, struct host *h, struct error *e);

/* Where the container's cgroup is in each hierarchy: absolute directories in the order of h->cgroups; none at all where
 * husk is to make none. Pure. An absolute cgroupsPath starts at the mount point, a relative or absent one at the caller's own
 * cgroup (v2: at its parent, since a cgroup with processes cannot give controllers to children). A path with '..' is refused.
 * For systemd it is slice:prefix:name. */
int cgroup_place(struct arena *a, const struct spec *spec, const struct host *h, const char *id, struct strings *dirs,
		 struct error *e);

/* The scope that systemd makes for a container; the strings belong to the record. */
struct cgroup_unit {
	char *name; /* NULL: the cgroup is not systemd's */
	char *slice;
	char *group;        /* its cgroup, as systemd calls it: /system.slice/husk-c1.scope */
	char *description;  /* says whose it is: delete stops no other unit */
	char *bus, *helper; /* as in struct host */
};

/* Pure. Leaves unit->name at NULL where the cgroup is not systemd's. */
int cgroup_unit_place(struct arena *a, const struct spec *spec, const struct host *h, const struct request *request,
		      struct cgroup_unit *unit, struct error *e);

/* Of dirs and their parents, those that are not there yet: what the container will make and delete will remove again.
 * Parents first. Also refuses a cgroup that is there and frozen or not empty (a child born into it would hang), or where only
 * threads may be. */
int cgroup_missing(struct arena *a, const struct host *h, const struct strings *dirs, struct strings *missing,
		   struct error *e);

/* One file of the container's cgroup, and what linux.resources wants in it. */
struct cgroup_setting {
	size_t hierarchy;       /* index in h->cgroups */
	const char *controller; /* NULL: a file that every cgroup has */
	const char *file, *value;
	const char *other_file, *other_value; /* written instead where the kernel has not `file`; NULL: no other */
	const char *usage_file; /* holds what is in use, of which the value must not be less; NULL: not looked at */
	const char *field;      /* JSON pointer of the property behind it */
	int index;              /* a further member of the pointer, or NO_INDEX */
	const char *right;      /* what the kernel takes, as a phrase */
	bool by_itself;         /* the value asks for no more than what a kernel without the file does too */
};
struct cgroup_settings {
	struct cgroup_setting *v;
	size_t n;
};

/* The resources without the zeros by which engines say that nothing was given. Pure. */
struct spec_resources cgroup_resources_said(const struct spec_resources *asked);

/* What linux.resources comes to on this host, in the order of writing. Pure. What cannot be given is an error. */
int cgroup_settings(struct arena *a, const struct spec_resources *asked, const struct host *h,
		    struct cgroup_settings *settings, struct error *e);

/* True when a comma-separated list such as "cpu,cpuacct" has the name. */
bool cgroup_list_has(const char *list, const char *name);

/* HOST: linux.resources.devices, by the devices controller of v1 or a program of v2. */
int plan_device_rules(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs,
		      struct error *e);

/* HOST: hands the container's cgroup to the user of its process, where config-linux.md#cgroup-ownership says so. */
void plan_cgroup_delegate(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs);

/* HOST: make the cgroups, write the limits and device rules, open what the spawn needs (r->cgroup_fd, r->cgroup_tasks). */
int plan_cgroup(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs,
		struct error *e);

/* HOST, behind the spawn: let systemd make the scope around the init, and then do what plan_cgroup does elsewhere. systemd
 * refuses a scope without a process. Adds nothing where the cgroup is not systemd's, as plan_cgroup does where it is. */
int plan_cgroup_unit(struct plan *p, const struct spec *spec, const struct host *h, const struct cgroup_unit *unit,
		     const struct strings *dirs, struct error *e);

/* INSIDE: join the v1 hierarchies through r->cgroup_tasks, and after that make a cgroup namespace if one is asked for that
 * the clone could not make. HOST: move the init into a cgroup below, if an annotation asks for one. */
void plan_cgroup_join(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs);

/* HOST, before the spawn: opens the cgroups of a container that is there, dirs, for another process: as they are, or below, as
 * --cgroup asks ([CONTROLLER,..:]PATH). Of a cgroup2 that hands controllers down it opens the one that the init is in. */
int plan_cgroup_enter(struct plan *p, const struct host *h, const struct strings *dirs, const struct strings *options,
		      pid_t init, struct error *e);
/* INSIDE: goes into those of v1; into a cgroup2 it was born. */
void plan_cgroup_entered(struct plan *p, const struct strings *dirs);

/* Sends SIGKILL to every process in and below the cgroups, also frozen ones. 0 or -errno; a missing cgroup is no error. */
int cgroup_kill(const struct strings *dirs);

/* Sends a signal once to every process in and below the container's cgroup, as the first hierarchy that has any tells. */
int cgroup_signal(const struct strings *dirs, int signal);

/* Removes the directories (parents first in the list, so from its end), killing what is left in them, until deadline_ms of
 * CLOCK_MONOTONIC. A parent that others use by now stays. The error names the pid and state that block it. */
int cgroup_remove(const struct strings *made, const struct strings *dirs, int64_t deadline_ms, struct error *e);

/* The processes in and below the container's cgroup, by number, without those of a pid namespace that we do not see. Who is in
 * it in any hierarchy is: a process may have left one of them. 0 or -errno. */
int cgroup_pids(struct arena *a, const struct strings *dirs, struct uint32s *pids);

/* Has systemd stop and forget the unit, until deadline_ms. One that is not there, or is somebody else's, is no error. */
int cgroup_unit_stop(const struct cgroup_unit *unit, int64_t deadline_ms, struct error *e);

/* The number of processes in and below a cgroup, and one of them; 0 when it is not there. */
size_t cgroup_count(const char *dir, pid_t *one);

/* Where the kernel killed a process of the container for lack of memory, adds that to an error, with the limit and what was in
 * use, and blames the limit. */
void cgroup_blame_memory(const struct strings *dirs, struct error *e);
