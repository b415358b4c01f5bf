/* mount_options.h - the options of one mount, sorted by what the kernel wants them as. Pure. */
#pragma once
#include "../../specs/arena.h"
#include "../../specs/spec.h"
#include <stdbool.h>
#include <stdint.h>

/* Bits to set and bits to clear; the later option wins. An access time (MOUNT_ATTR__ATIME) is one value: whoever
 * sets or clears it has the whole field in `clear`, as mount_setattr(2) wants it. */
struct mount_bits {
	uint64_t set, clear;
};

/* struct mount_options.switches */
#define MOUNT_BIND (1 << 0)
#define MOUNT_RECURSIVE (1 << 1) /* rbind */
#define MOUNT_REMOUNT (1 << 2)
#define MOUNT_COPY_UP (1 << 3)     /* tmpcopyup */
#define MOUNT_SOURCE_LINK (1 << 4) /* src-nofollow: a symbolic link is itself the source */
#define MOUNT_TARGET_LINK (1 << 5) /* dest-nofollow: and itself what is mounted on */
#define MOUNT_COPY_LINK (1 << 6)   /* copy-symlink: a symbolic link is not followed but made again */
#define MOUNT_IDMAP (1 << 7)       /* idmap and ridmap */
#define MOUNT_IDMAP_ALL (1 << 8)   /* ridmap: of all mounts below too */

struct mount_options {
	struct mount_bits top;        /* MOUNT_ATTR_*, of this mount: ro, nosuid ... */
	struct mount_bits all;        /* the same of it and every mount below it: rro, rnosuid ... */
	struct mount_bits superblock; /* MS_*, of the file system: sync, dirsync, lazytime, mand, iversion */
	struct mount_bits switches;   /* MOUNT_*; only `set` is used */
	const uint64_t *propagation;  /* MS_SHARED ... with or without MS_REC, in the order given */
	size_t n_propagation;
	const char *mappings; /* crun's idmap=MAPPINGS; NULL: none */
	struct strings data;  /* what husk does not know: for the file system, whose refusal is the error */
};

void mount_options_parse(struct arena *a, const struct strings *list, struct mount_options *o);

/* What is to be set on the mount is to be set on all below it too. What is to be cleared is not: it may be locked
 * there. */
void mount_options_spread(struct mount_options *o);

/* A mount is a bind if it has one of the options bind and rbind; its type means nothing then. A remount binds nothing. */
bool mount_is_bind(const struct spec_mount *m);

/* Whether its files are to belong to others than its file system says: by an option, or by mappings of its own. */
bool mount_is_idmapped(const struct spec_mount *m);

/* What mount(8) calls this option of a new file system; NULL for what it does not know or is told in another way. */
const char *mount_option_for_shell(const char *name);
