/* rootfs.h - root, mounts, devices, maskedPaths, readonlyPaths: what the process will see as /. */
#pragma once
#include "../plan.h"

/* INSIDE: propagation of the new mount namespace, then the rootfs attached as a mount of its own: r->root_fd. HOST,
 * between the two: what mounts and devices bind is opened with the host's credentials, in a user namespace all of it
 * (sources.h), and idmapped mounts get their mappings, for which r->procfs_fd is needed. */
int plan_rootfs(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);

/* Whether there is a place for mounts: a new mount namespace, or where config.json asks for none and for mounts (or masked paths, or a
 * read-only root) nevertheless, one that is left again. Not so in a user namespace. For the latter plan_rootfs() needs
 * r->procfs_fd INSIDE. */
bool rootfs_can_mount(const struct spec *spec);
bool rootfs_is_apart(const struct spec *spec);

bool mounts_are_idmapped(const struct spec *spec); /* whether any is */

/* INSIDE: each mount, in order. cgroup_dirs: the container's cgroup in each of h->cgroups, for mounts of type
 * cgroup. */
int plan_mounts(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *cgroup_dirs,
		struct error *e);

/* The same for a container that is there, all or none: HOST opens the sources, too. spec: as it was created by, but for the
 * mounts. */
int plan_mounts_running(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);
/* INSIDE: takes away what is mounted on the destination of each mount, the innermost first; all have to be there. */
int plan_unmounts(struct plan *p, const struct spec *spec, struct error *e);

/* INSIDE: linux.devices, the default devices and the links in /dev. */
int plan_devices(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);

/* INSIDE, behind plan_terminal(): /dev/console is the process's terminal, if it has one. */
void plan_console(struct plan *p, const struct spec *spec);

/* INSIDE: linux.readonlyPaths and linux.maskedPaths. */
int plan_masks(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);

/* INSIDE: what is read-only at last, root.readonly too; then pivot_root (or MS_MOVE, or chroot where there is no
 * new mount namespace), and the propagation of the container's "/". */
int plan_pivot(struct plan *p, const struct spec *spec, struct error *e);

/* The names of all mount options that husk knows, for `features`; ends in NULL. */
extern const char *const mount_option_names[];

/* Functions that the shell forms of these steps call: explain defines them first, where the inside's commands run.
 * $ROOT is the rootfs, as a shell word. */
extern const char rootfs_shell_functions[];
