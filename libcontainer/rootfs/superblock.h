/* superblock.h - inside rootfs/: what a file system itself is told by fsconfig, as opposed to the attributes of a
 * mount. */
#pragma once
#include "../plan.h"
#include "mount_options.h"

struct parameter {
	const char *key, *value; /* value is NULL for a flag */
};
struct parameters {
	struct parameter *v;
	size_t n;
};

/* Longest value that fsconfig(2) takes. */
#define PARAMETER_MAX 255

/* "size=64k" or "newinstance". */
void parameters_add_option(struct arena *a, struct parameters *list, const char *option);
void parameters_add(struct arena *a, struct parameters *list, const char *key, const char *value);

/* sync, dirsync, lazytime, mand and MS_RDONLY of these bits; `clear` matters to a remount only. */
void parameters_add_flags(struct arena *a, struct parameters *list, const struct mount_bits *superblock);

/* Tells a context of fsopen or fspick. 0, or -errno after run_hint() with the file system's own words. */
int superblock_set(struct run *r, int context_fd, const struct parameters *list);
int superblock_command(struct run *r, int context_fd, unsigned command);

/* Shell: as options of mount(8); before: what stands before the first, " -o " or ",". */
void shell_parameters(struct text *out, const char *before, const struct parameters *list);

/* In a user namespace, after one of them failed: an id that is not mapped there is the reason, which many file systems do not
 * say. Of a namespace that is joined only this side can find out. */
void superblock_blame_ids(struct run *r, const struct parameters *list);

/* One superblock for everybody, or one for a namespace: ro is for the mount only, or the host's would become
 * read-only too. By type when the plan is made, by magic number of statfs(2) when a remount does not know the
 * type. */
bool superblock_is_shared(const char *type);
bool superblock_is_shared_magic(unsigned magic);
