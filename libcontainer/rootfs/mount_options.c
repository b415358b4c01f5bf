/* mount_options.c - the table of all mount options of config-linux, and the parser that sorts them by it. */
#include "mount_options.h"
#include "rootfs.h"
#include "../os/syscalls.h"
#include <string.h>

enum effect {
	SET,
	CLEAR,
	ATIME,     /* the access time becomes this */
	PROPAGATE, /* behind those that are there */
	NOTHING,   /* accepted, and what happens anyway */
};

/* name, effect, member of struct mount_options, bits. norelatime does nothing as in mount(8): relatime is the
 * kernel's default, and only noatime or strictatime ends it. nostrictatime and atime lead back to it. */
/* clang-format off */
#define OPTIONS(X) \
	X("async", CLEAR, superblock, MS_SYNCHRONOUS) \
	X("atime", CLEAR, top, MOUNT_ATTR_NOATIME) \
	X("bind", SET, switches, MOUNT_BIND) \
	X("copy-symlink", SET, switches, MOUNT_COPY_LINK) \
	X("defaults", NOTHING, top, 0) \
	X("dest-nofollow", SET, switches, MOUNT_TARGET_LINK) \
	X("dev", CLEAR, top, MOUNT_ATTR_NODEV) \
	X("diratime", CLEAR, top, MOUNT_ATTR_NODIRATIME) \
	X("dirsync", SET, superblock, MS_DIRSYNC) \
	X("exec", CLEAR, top, MOUNT_ATTR_NOEXEC) \
	X("idmap", SET, switches, MOUNT_IDMAP) \
	X("iversion", SET, superblock, MS_I_VERSION) \
	X("lazytime", SET, superblock, MS_LAZYTIME) \
	X("loud", NOTHING, top, 0) \
	X("mand", SET, superblock, MS_MANDLOCK) \
	X("noatime", ATIME, top, MOUNT_ATTR_NOATIME) \
	X("nodev", SET, top, MOUNT_ATTR_NODEV) \
	X("nodiratime", SET, top, MOUNT_ATTR_NODIRATIME) \
	X("noexec", SET, top, MOUNT_ATTR_NOEXEC) \
	X("noiversion", CLEAR, superblock, MS_I_VERSION) \
	X("nolazytime", CLEAR, superblock, MS_LAZYTIME) \
	X("nomand", CLEAR, superblock, MS_MANDLOCK) \
	X("norelatime", NOTHING, top, 0) \
	X("nostrictatime", CLEAR, top, MOUNT_ATTR_STRICTATIME) \
	X("nosuid", SET, top, MOUNT_ATTR_NOSUID) \
	X("nosymfollow", SET, top, MOUNT_ATTR_NOSYMFOLLOW) \
	X("private", PROPAGATE, propagation, MS_PRIVATE) \
	X("rasync", CLEAR, superblock, MS_SYNCHRONOUS) \
	X("ratime", CLEAR, all, MOUNT_ATTR_NOATIME) \
	X("rbind", SET, switches, MOUNT_BIND | MOUNT_RECURSIVE) \
	X("rdev", CLEAR, all, MOUNT_ATTR_NODEV) \
	X("rdiratime", CLEAR, all, MOUNT_ATTR_NODIRATIME) \
	X("rdirsync", SET, superblock, MS_DIRSYNC) \
	X("relatime", ATIME, top, MOUNT_ATTR_RELATIME) \
	X("remount", SET, switches, MOUNT_REMOUNT) \
	X("rexec", CLEAR, all, MOUNT_ATTR_NOEXEC) \
	X("ridmap", SET, switches, MOUNT_IDMAP | MOUNT_IDMAP_ALL) \
	X("rmand", SET, superblock, MS_MANDLOCK) \
	X("rnoatime", ATIME, all, MOUNT_ATTR_NOATIME) \
	X("rnodev", SET, all, MOUNT_ATTR_NODEV) \
	X("rnodiratime", SET, all, MOUNT_ATTR_NODIRATIME) \
	X("rnoexec", SET, all, MOUNT_ATTR_NOEXEC) \
	X("rnomand", CLEAR, superblock, MS_MANDLOCK) \
	X("rnorelatime", NOTHING, all, 0) \
	X("rnostrictatime", CLEAR, all, MOUNT_ATTR_STRICTATIME) \
	X("rnosuid", SET, all, MOUNT_ATTR_NOSUID) \
	X("rnosymfollow", SET, all, MOUNT_ATTR_NOSYMFOLLOW) \
	X("ro", SET, top, MOUNT_ATTR_RDONLY) \
	X("rprivate", PROPAGATE, propagation, MS_REC | MS_PRIVATE) \
	X("rrelatime", ATIME, all, MOUNT_ATTR_RELATIME) \
	X("rro", SET, all, MOUNT_ATTR_RDONLY) \
	X("rrw", CLEAR, all, MOUNT_ATTR_RDONLY) \
	X("rshared", PROPAGATE, propagation, MS_REC | MS_SHARED) \
	X("rslave", PROPAGATE, propagation, MS_REC | MS_SLAVE) \
	X("rstrictatime", ATIME, all, MOUNT_ATTR_STRICTATIME) \
	X("rsuid", CLEAR, all, MOUNT_ATTR_NOSUID) \
	X("rsymfollow", CLEAR, all, MOUNT_ATTR_NOSYMFOLLOW) \
	X("rsync", SET, superblock, MS_SYNCHRONOUS) \
	X("runbindable", PROPAGATE, propagation, MS_REC | MS_UNBINDABLE) \
	X("rw", CLEAR, top, MOUNT_ATTR_RDONLY) \
	X("shared", PROPAGATE, propagation, MS_SHARED) \
	X("silent", NOTHING, top, 0) \
	X("slave", PROPAGATE, propagation, MS_SLAVE) \
	X("src-nofollow", SET, switches, MOUNT_SOURCE_LINK) \
	X("strictatime", ATIME, top, MOUNT_ATTR_STRICTATIME) \
	X("suid", CLEAR, top, MOUNT_ATTR_NOSUID) \
	X("symfollow", CLEAR, top, MOUNT_ATTR_NOSYMFOLLOW) \
	X("sync", SET, superblock, MS_SYNCHRONOUS) \
	X("tmpcopyup", SET, switches, MOUNT_COPY_UP) \
	X("unbindable", PROPAGATE, propagation, MS_UNBINDABLE)
/* clang-format on */

#define ROW(name, effect, member, bits) {name, effect, offsetof(struct mount_options, member), bits},
#define NAME(name, effect, member, bits) name,

static const struct option {
	const char *name;
	enum effect effect;
	size_t member;
	uint64_t bits;
} options[] = {OPTIONS(ROW)};

const char *const mount_option_names[] = {OPTIONS(NAME) NULL};

static const struct option *option_find(const char *name) {
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

static void set_bits(struct mount_bits *m, uint64_t bits) {
	m->set |= bits;
	m->clear &= ~bits;
}

static void clear_bits(struct mount_bits *m, uint64_t bits) {
	m->set &= ~bits;
	m->clear |= bits;
}

static void set_atime(struct mount_bits *m, uint64_t atime) {
	m->set = (m->set & ~(uint64_t)MOUNT_ATTR__ATIME) | atime;
	m->clear |= MOUNT_ATTR__ATIME;
}

/* atime ends noatime, but not a strictatime. */
static void clear_atime(struct mount_bits *m, uint64_t atime) {
	set_atime(m, (m->set & MOUNT_ATTR__ATIME) == atime ? MOUNT_ATTR_RELATIME : m->set & MOUNT_ATTR__ATIME);
}

static void add_propagation(struct arena *a, struct mount_options *o, uint64_t propagation) {
	uint64_t *v = arena_grow(a, (void *)o->propagation, o->n_propagation, sizeof(*v));

	v[o->n_propagation++] = propagation;
	o->propagation = v;
}

static void apply(struct arena *a, struct mount_options *o, const struct option *option) {
	struct mount_bits *bits = (struct mount_bits *)((char *)o + option->member);
	bool attribute = bits == &o->top || bits == &o->all;

	switch (option->effect) {
	case SET: set_bits(bits, option->bits); break;
	case CLEAR:
		(attribute && option->bits & MOUNT_ATTR__ATIME ? clear_atime : clear_bits)(bits, option->bits);
		break;
	case ATIME: set_atime(bits, option->bits); break;
	case PROPAGATE: add_propagation(a, o, option->bits); break;
	case NOTHING: break;
	}
}

/* What stands behind idmap= or ridmap=, or NULL. */
static const char *own_mappings(const char *option) {
	const char *equals = strchr(option, '=');
	size_t n = equals ? (size_t)(equals - option) : 0;
	bool is_idmap = (n == 5 && strncmp(option, "idmap", n) == 0) || (n == 6 && strncmp(option, "ridmap", n) == 0);

	return is_idmap ? equals + 1 : NULL;
}

void mount_options_parse(struct arena *a, const struct strings *list, struct mount_options *o) {
	*o = (struct mount_options){0};
	for (size_t i = 0; i < list->n; i++) {
		const char *mappings = own_mappings(list->v[i]);
		const struct option *option =
			mappings ? option_find(list->v[i][0] == 'r' ? "ridmap" : "idmap") : option_find(list->v[i]);

		if (mappings)
			o->mappings = mappings;
		if (option)
			apply(a, o, option);
		else
			strings_add(a, &o->data, list->v[i]);
	}
}

void mount_options_spread(struct mount_options *o) {
	o->all.set |= o->top.set & ~o->all.clear;
	o->all.clear |= o->top.clear & MOUNT_ATTR__ATIME;
	o->top.set = 0;
	o->top.clear &= ~(uint64_t)MOUNT_ATTR__ATIME;
}

bool mount_is_bind(const struct spec_mount *m) {
	bool bind = false;

	for (size_t i = 0; i < m->options.n; i++) {
		if (strcmp(m->options.v[i], "remount") == 0)
			return false;
		bind |= strcmp(m->options.v[i], "bind") == 0 || strcmp(m->options.v[i], "rbind") == 0;
	}
	return bind;
}

bool mount_is_idmapped(const struct spec_mount *m) {
	for (size_t i = 0; i < m->options.n; i++) {
		const char *option = m->options.v[i];

		if (strcmp(option, "idmap") == 0 || strcmp(option, "ridmap") == 0 || own_mappings(option))
			return true;
	}
	return m->uid_mappings.n || m->gid_mappings.n;
}

const char *mount_option_for_shell(const char *name) {
	const struct option *option = option_find(name);

	if (!option || option->member == offsetof(struct mount_options, switches) || option->effect == PROPAGATE)
		return NULL;
	/* Nothing lies below a new file system: rro is ro there, rsync is sync. */
	return option->member != offsetof(struct mount_options, top) && name[0] == 'r' ? name + 1 : name;
}
