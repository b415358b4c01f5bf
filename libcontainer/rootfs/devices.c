/* devices.c - linux.devices, the default devices, and the links in /dev.
 *
 * A device is made with mknod, or, where that is not allowed (user namespaces, no CAP_MKNOD), the host's node of
 * the same path is bound, after a look at its numbers. */
#include "rootfs.h"
#include "mount.h"
#include "sources.h"
#include "../os/fd.h"
#include "../os/path.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define MAX_MAJOR 4095
#define MAX_MINOR 1048575
#define DEFAULT_MODE 0666

struct device {
	const char *path;
	mode_t mode; /* with the type */
	dev_t number;
	uid_t uid;
	gid_t gid;
	bool bind;     /* do not even try mknod */
	bool may_bind; /* there is a mount namespace to bind in */
	bool unshare;  /* a clone of the host's node would be a peer of it */
	int source_index;
};

/* config-linux.md#default-devices */
static const struct {
	const char *path;
	unsigned major, minor;
} defaults[] = {
	{"/dev/null", 1, 3},   {"/dev/zero", 1, 5},    {"/dev/full", 1, 7},
	{"/dev/random", 1, 8}, {"/dev/urandom", 1, 9}, {"/dev/tty", 5, 0},
};
#define N_DEFAULTS (sizeof(defaults) / sizeof(*defaults))

static const struct link {
	const char *target, *name;
} links[] = {
	{"/proc/self/fd", "fd"},       {"/proc/self/fd/0", "stdin"}, {"/proc/self/fd/1", "stdout"},
	{"/proc/self/fd/2", "stderr"}, {"pts/ptmx", "ptmx"},
};
#define N_LINKS (sizeof(links) / sizeof(*links))

struct default_devices {
	struct device v[N_DEFAULTS];
	size_t n; /* less those that linux.devices names */
};

static bool is_device(const struct stat *st, const struct device *d) {
	return (st->st_mode & S_IFMT) == (d->mode & S_IFMT) && (S_ISFIFO(st->st_mode) || st->st_rdev == d->number);
}

/* A descriptor of what is there under that name, if it is the device; else -errno after run_hint(). */
static int open_device(struct run *r, const struct device *d, int dir, const char *name) {
	scratch int fd = root_open(dir, name, O_PATH | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (is_device(&st, d))
		return fd_take(&fd);
	run_hint(r, "%s exists and is not this device", d->path);
	return -EEXIST;
}

/* No program is run from a device, and a peer of the host's node is wanted by nobody. */
static int open_host_device(struct run *r, const struct device *d) {
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
					.propagation = d->unshare ? MS_PRIVATE : 0};
	scratch int tree = source_open(r, d->source_index, d->path, OPEN_TREE_CLONE);
	struct stat st;

	if (tree < 0 || fstat(tree, &st) < 0) {
		int errnum = errno;

		run_hint(r, "mknod is not allowed, and the host's %s: %s", d->path, error_text(errnum));
		return -errnum;
	}
	if (!is_device(&st, d))
		return run_hint(r, "mknod is not allowed, and the host's %s is another device", d->path), -ENODEV;
	if (sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attributes) < 0)
		return -errno;
	return fd_take(&tree);
}

/* A file to bind on: made, or left by an earlier container on the same rootfs and so empty. 1 when it is the
 * device itself. */
static int open_place(struct run *r, const struct device *d, int dir, const char *name, int *place) {
	struct stat st;

	if (mknodat(dir, name, S_IFREG | 0644, 0) < 0 && errno != EEXIST)
		return -errno;
	*place = root_open(dir, name, O_PATH | O_NOFOLLOW);
	if (*place < 0 || fstat(*place, &st) < 0)
		return -errno;
	if (is_device(&st, d))
		return 1;
	if (S_ISREG(st.st_mode) && st.st_size == 0)
		return 0;
	run_hint(r, "%s exists and is not this device", d->path);
	return -EEXIST;
}

static int bind_device(struct run *r, const struct device *d, int dir, const char *name) {
	scratch int place = -1, tree = -1;
	int rc = open_place(r, d, dir, name, &place);

	if (rc != 0)
		return rc < 0 ? rc : 0;
	tree = open_host_device(r, d);
	if (tree < 0)
		return tree;
	return sys_move_mount(tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0 ? -errno : 0;
}

/* Given away on a descriptor that was looked at: the name could be another file by now. */
static int give_device(struct run *r, const struct device *d, int dir, const char *name) {
	scratch int fd = open_device(r, d, dir, name);

	if (fd < 0)
		return fd;
	return fchownat(fd, "", d->uid, d->gid, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

/* umask is 0 here: the mode is right at once. */
static int make_device(struct run *r, const struct device *d, int dir, const char *name) {
	if (d->bind)
		return bind_device(r, d, dir, name);
	if (mknodat(dir, name, d->mode, d->number) == 0)
		return d->uid || d->gid ? give_device(r, d, dir, name) : 0;
	if (errno == EEXIST) {
		scratch int fd = open_device(r, d, dir, name);

		return fd < 0 ? fd : 0;
	}
	/* The one fallback by errno: a device cgroup can forbid mknod, and a bind of the same numbers gives no
	 * more. */
	if (errno == EPERM && d->may_bind && !S_ISFIFO(d->mode))
		return bind_device(r, d, dir, name);
	return -errno;
}

static int run_device(struct run *r, const void *arg) {
	const struct device *d = arg;
	char name[NAME_MAX + 1];
	scratch int dir = root_make_parent(r->root_fd, d->path, name);

	return dir < 0 ? -errno : make_device(r, d, dir, name);
}

/* A link that says the same is fine, and so is a ptmx device: it finds the pts beside it. */
static int check_link(struct run *r, int dir, const struct link *link) {
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, link->name, target, sizeof(target) - 1);
	struct stat st;

	if (n >= 0) {
		target[n] = '\0';
		if (strcmp(target, link->target) == 0 || strcmp(target, "/dev/pts/ptmx") == 0)
			return 0;
	} else if (strcmp(link->name, "ptmx") == 0 && fstatat(dir, link->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		   S_ISCHR(st.st_mode) && st.st_rdev == makedev(5, 2)) {
		return 0;
	}
	run_hint(r, "/dev/%s exists and is not a link to %s", link->name, link->target);
	return -EEXIST;
}

static int make_link(struct run *r, int dir, const struct link *link) {
	if (symlinkat(link->target, dir, link->name) == 0)
		return 0;
	return errno == EEXIST ? check_link(r, dir, link) : -errno;
}

static int make_links(struct run *r, int dir) {
	static const struct link core = {"/proc/kcore", "core"};

	for (size_t i = 0; i < N_LINKS; i++) {
		int rc = make_link(r, dir, &links[i]);

		if (rc < 0)
			return rc;
	}
	/* Not every kernel has one; this is still the host's /proc. */
	if (access(core.target, F_OK) < 0)
		return errno == ENOENT ? 0 : -errno;
	return make_link(r, dir, &core);
}

static int run_default_devices(struct run *r, const void *arg) {
	const struct default_devices *d = arg;
	scratch int dir = root_make_dir(r->root_fd, "/dev", 0755);
	int rc = 0;

	if (dir < 0)
		return -errno;
	for (size_t i = 0; i < d->n && rc == 0; i++)
		rc = make_device(r, &d->v[i], dir, strrchr(d->v[i].path, '/') + 1);
	return rc < 0 ? rc : make_links(r, dir);
}

static char type_letter(mode_t mode) {
	return S_ISFIFO(mode) ? 'p' : S_ISBLK(mode) ? 'b' : 'c';
}

static void shell_place(struct text *out, const struct device *d) {
	text_add(out, " \"$ROOT\"");
	text_add_quoted(out, d->path);
}

static void shell_bind(struct text *out, const struct device *d) {
	text_add(out, "place ");
	text_add_quoted(out, d->path);
	shell_place(out, d);
	text_add(out, " && mount --bind ");
	text_add_quoted(out, d->path);
	shell_place(out, d);
	text_add(out, " && mount -o remount,bind,nosuid,noexec");
	shell_place(out, d);
}

static void shell_device(struct text *out, const void *arg) {
	const struct device *d = arg;

	if (d->bind) {
		shell_bind(out, d);
		return;
	}
	text_add(out, "node");
	shell_place(out, d);
	text_add(out, " %o %c", d->mode & 07777, type_letter(d->mode));
	if (!S_ISFIFO(d->mode))
		text_add(out, " %u %u", major(d->number), minor(d->number));
	if (d->uid || d->gid) {
		text_add(out, " && chown %u:%u", d->uid, d->gid);
		shell_place(out, d);
	}
}

static void shell_default_devices(struct text *out, const void *arg) {
	const struct default_devices *d = arg;

	for (size_t i = 0; i < d->n; i++) {
		shell_device(out, &d->v[i]);
		text_add(out, "\n");
	}
	for (size_t i = 0; i < N_LINKS; i++)
		text_add(out, "link %s \"$ROOT\"/dev/%s\n", links[i].target, links[i].name);
	text_add(out, "! [ -e /proc/kcore ] || link /proc/kcore \"$ROOT\"/dev/core");
}

static const struct {
	const char *letter;
	mode_t type;
} types[] = {{"c", S_IFCHR}, {"u", S_IFCHR}, {"b", S_IFBLK}, {"p", S_IFIFO}};

static int read_type(const struct spec_device *s, mode_t *type, const char *field, struct error *e) {
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(types[i].letter, s->type) == 0) {
			*type = types[i].type;
			return 0;
		}
	}
	return error_set(e, 0, field, "unknown type \"%s\": c, b, u or p is needed", s->type);
}

static int read_number(const struct spec_device *s, dev_t *number, const char *field, struct error *e) {
	if (!s->major || !s->minor)
		return error_set(e, 0, field, "a device of type %s needs major and minor", s->type);
	if (*s->major < 0 || *s->major > MAX_MAJOR || *s->minor < 0 || *s->minor > MAX_MINOR)
		return error_set(e, 0, field, "major runs from 0 to %d, and minor from 0 to %d", MAX_MAJOR, MAX_MINOR);
	*number = makedev((unsigned)*s->major, (unsigned)*s->minor);
	return 0;
}

/* To chown(2) it is -1: "leave it as it is". */
static int read_owner(const uint32_t *id, uint32_t *owner, const char *field, struct error *e) {
	if (id && *id == UINT32_MAX)
		return error_set(e, 0, field, "4294967295 is no id: ids run from 0 to 4294967294");
	*owner = id ? *id : 0;
	return 0;
}

/* How devices come into this container. */
static struct device device_template(const struct plan *p, const struct spec *spec, const struct host *h) {
	struct device d = {.source_index = NO_SOURCE, .may_bind = rootfs_can_mount(spec)};

	d.bind = d.may_bind &&
		 (spec_namespace(spec, "user") || h->in_user_namespace || !(h->cap_effective & 1ULL << CAP_MKNOD));
	d.unshare = rootfs_propagation(p, spec) == MS_SHARED;
	return d;
}

static int read_device(struct arena *a, const struct spec_device *s, int index, struct device *d, struct error *e) {
	const char *field = arena_printf(a, "/linux/devices/%d", index);

	d->path = arena_clean_path(a, s->path);
	if (s->path[0] != '/')
		return error_set(e, 0, arena_printf(a, "%s/path", field), "the path \"%s\" is not absolute", s->path);
	if (read_type(s, &d->mode, arena_printf(a, "%s/type", field), e) < 0)
		return -1;
	if (!S_ISFIFO(d->mode) && read_number(s, &d->number, field, e) < 0)
		return -1;
	d->mode |= s->file_mode ? *s->file_mode & 07777 : DEFAULT_MODE;
	if (read_owner(s->uid, &d->uid, arena_printf(a, "%s/uid", field), e) ||
	    read_owner(s->gid, &d->gid, arena_printf(a, "%s/gid", field), e))
		return -1;
	return 0;
}

/* The host's node has the host's mode and owner: to change them would change the host. */
static void warn_of_bound(struct plan *p, const struct device *d, int index) {
	if ((d->mode & 07777) != DEFAULT_MODE || d->uid || d->gid)
		plan_warn(p, "/linux/devices/%d: fileMode, uid and gid have no effect: the host's %s is bound", index,
			  d->path);
}

static void plan_device(struct plan *p, struct device *d, int index) {
	d->bind = d->bind && !S_ISFIFO(d->mode);
	if (d->bind) {
		warn_of_bound(p, d, index);
		d->source_index = plan_source(p, d->path, OPEN_TREE_CLONE, "/linux/devices", index);
	}
	plan_add(p, INSIDE, run_device, d, "/linux/devices", index, shell_device, "make the device %s", d->path);
}

static bool is_listed(const struct spec_devices *devices, const char *path) {
	for (size_t i = 0; i < devices->n; i++)
		if (strcmp(devices->v[i].path, path) == 0)
			return true;
	return false;
}

static void plan_default_devices(struct plan *p, const struct device *template, const struct spec *spec) {
	struct default_devices *all = arena_new(p->a, struct default_devices);

	for (size_t i = 0; i < N_DEFAULTS; i++) {
		struct device *d = &all->v[all->n];

		if (is_listed(&spec->linux_.devices, defaults[i].path))
			continue;
		all->n++;
		*d = *template;
		d->path = defaults[i].path;
		d->mode = S_IFCHR | DEFAULT_MODE;
		d->number = makedev(defaults[i].major, defaults[i].minor);
		if (d->bind)
			d->source_index = plan_source(p, d->path, OPEN_TREE_CLONE, NULL, NO_INDEX);
	}
	plan_add(p, INSIDE, run_default_devices, all, NULL, NO_INDEX, shell_default_devices,
		 "make the default devices in /dev");
}

/* The host's /dev has its devices, and nothing is made in it. */
static bool binds_dev(struct arena *a, const struct spec *spec) {
	for (size_t i = 0; i < spec->mounts.n; i++)
		if (mount_is_bind(&spec->mounts.v[i]) &&
		    strcmp(arena_clean_path(a, spec->mounts.v[i].destination), "/dev") == 0)
			return true;
	return false;
}

int plan_devices(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	const struct spec_devices *devices = &spec->linux_.devices;
	const struct device template = device_template(p, spec, h);
	bool dev_is_bound = binds_dev(p->a, spec);

	for (size_t i = 0; i < devices->n; i++) {
		struct device *d = arena_new(p->a, struct device);

		*d = template;
		if (read_device(p->a, &devices->v[i], (int)i, d, e) < 0)
			return -1;
		if (!dev_is_bound || strncmp(d->path, "/dev/", 5) != 0)
			plan_device(p, d, (int)i);
	}
	if (!dev_is_bound)
		plan_default_devices(p, &template, spec);
	return 0;
}
