/* mount.h - inside rootfs/: one entry of /mounts, compiled for its step, and what the kinds of mounts have in
 * common. */
#pragma once
#include "../os/syscalls.h"
#include "../plan.h"
#include "mount_options.h"
#include "superblock.h"

/* One call of mount_setattr. */
struct mount_change {
	unsigned flags; /* AT_RECURSIVE or 0 */
	struct mount_attr attributes;
};
struct mount_changes {
	struct mount_change *v;
	size_t n;
};

struct mount {
	const struct spec_mount *spec;
	const char *list;          /* "/mounts"; NULL: husk's own */
	int index;                 /* in that; NO_INDEX */
	const char *destination;   /* absolute; no ".", ".." or doubled slash in it */
	const char *source;        /* of a bind: absolute */
	int source_index;          /* its place in r->source_fds; NO_SOURCE: the step opens it itself */
	bool plain;                /* the destination must be a plain directory, without symbolic links in its path */
	bool only_procfs;          /* a bind on /proc: the source must be the root of a procfs */
	bool late_readonly;        /* attached writable, and read-only before the pivot */
	const struct idmap *idmap; /* how its ids are mapped (idmapped.h); NULL: they are not */
	struct mount_options options;
	struct mount_changes changes; /* made before it is attached, in this order */
};

/* What mounts are compiled from. */
struct mounting {
	struct plan *p;
	const struct spec *spec;
	const struct host *host;
	const struct strings *cgroup_dirs; /* the container's cgroup in each of host->cgroups */
};

/* The kinds; each adds the steps of one mount. */
int plan_bind(const struct mounting *g, struct mount *m, struct error *e);
int plan_remount(const struct mounting *g, struct mount *m, struct error *e);
int plan_file_system(const struct mounting *g, struct mount *m, const char *type, struct error *e);
int plan_cgroup_mount(const struct mounting *g, struct mount *m, struct error *e);

/* Warns of an annotation that asks for cgroup v1 at a place where no mount of type cgroup is. */
void cgroup_mount_warn(const struct mounting *g);

/* Makes read-only at last what had to be attached writable: a tmpfs, /dev. For plan_pivot(). */
void plan_mounts_readonly(struct plan *p);

/* "/mounts/3/source"; member may be NULL. */
char *mount_field(struct arena *a, const struct mount *m, const char *member);

/* The calls that the options ask for, less what fsmount does already (attributes is false). A list of propagation
 * types that a mount has anyway in a namespace whose mounts are private is left out. */
void mount_changes_add(const struct mounting *g, struct mount *m, bool attributes);

/* In a namespace whose mounts are still the host's peers, only a clone that is asked to be shared stays one. */
void mount_unshare_clone(const struct mounting *g, struct mount *m);

/* Makes the changes of a mount that is not attached yet. 0, or -errno after run_hint() for what is locked. */
int mount_change(struct run *r, int tree_fd, const struct mount *m);

/* The place to mount on, made when it is missing: a file when tree_fd is not a directory, else a directory.
 * tree_fd may be -1. Returns an O_PATH descriptor, or -errno after run_hint(). */
int mount_open_target(struct run *r, const struct mount *m, int tree_fd);

/* Attaches the tree to the target. A mount on "/" becomes r->root_fd, and *tree_fd -1. 0 or -errno. */
int mount_attach(struct run *r, const struct mount *m, int *tree_fd, int target_fd);

/* Warns of what a bind, which has no file system of its own, cannot take. */
void mount_warn_ignored(const struct mounting *g, const struct mount *m);

/* Shell: ` -o x,y` of a new file system; `mkdir -p "$ROOT"/target && `; ` "$ROOT"/target`. */
void shell_options(struct text *out, const struct mount *m);
void shell_make_target(struct text *out, const struct mount *m);
void shell_target(struct text *out, const struct mount *m);

/* Shell: the changes of the mount that is there now; before: what stands before the first, "" or " && ". */
void shell_changes(struct text *out, const struct mount *m, const char *before);

/* running.c: of a container that is there, which sees each mount at once. Whether this one can be added. Pure. */
int running_check(const struct mounting *g, const struct mount *m, struct error *e);
/* Notes a tree that is about to be attached, for plan->undo. 0 or -errno. */
int running_note(struct run *r, int tree_fd);
/* Detaches the mount that this descriptor is in the root of, or one that covers it. Changes the working directory. 0 or -errno. */
int running_detach(const struct run *r, int fd);

/* Whether it is open at the root of a mount: 1, 0, or -1 and errno. */
int mount_is_root(int fd);

/* copy_up.c: copies the content of a directory, with modes, owners and times. 0 or -errno after run_hint(). */
int directory_copy(struct run *r, int from_fd, int to_fd);

/* How the mounts of the container's mount namespace propagate: MS_PRIVATE, MS_SLAVE or MS_SHARED. */
uint64_t rootfs_propagation(const struct plan *p, const struct spec *spec);

/* The root of a private tmpfs that is attached nowhere, or -errno. */
int detached_open(struct run *r, unsigned attributes, const struct parameters *parameters);

/* A private tmpfs, laid over the root for a moment: nothing that resolves from r->root_fd sees it. For what must
 * be attached somewhere to be used: before Linux 6.15 a mount can be neither cloned from nor mounted on while it
 * is detached. Returns its root, or -errno. stage_close takes it away again, with all that is mounted below it. */
int stage_open(struct run *r, unsigned attributes, const struct parameters *parameters);
int stage_close(const struct run *r, int *stage_fd);
