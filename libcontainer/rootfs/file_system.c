/* file_system.c - mounts that bring a file system of their own: tmpfs, proc, overlay and whatever the kernel
 * knows. */
#include "idmapped.h"
#include "mount_label.h"
#include "superblock.h"
#include "../os/fd.h"
#include "../os/id_map.h"
#include "../../specs/number.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_DATA 4095     /* of mount(2): the kernel cuts the rest off without a word */
#define OVERFLOW_ID 65534 /* what an id looks like that the user namespace does not map */
#define ID_SIZE sizeof("4294967295")

struct file_system {
	struct mount *mount;
	const char *type;
	struct parameters parameters;
	unsigned attributes; /* of fsmount: a new /proc in a user namespace must have them from the start */
	bool inherit_mode;   /* a tmpfs without mode=: that of the directory which it covers */
	bool inherit_owner;  /* the same without uid= and gid= */
	bool user_namespace;
	bool readonly_last;  /* by a change of the mount that is made */
	const char *needs;   /* a namespace that the config lacks, and a user namespace may not mount this without */
	const char *label;   /* of the root of a file system that takes it only there; else NULL */
	const char *data;    /* for mount(2), where fsconfig cannot say it; else NULL */
	unsigned long flags; /* the same */
	int *made_fd;        /* with an idmap: run_mount_make leaves the mount here for run_mount_attach; else NULL */
	int *late_fd;        /* with late_readonly: run_mount leaves the mount here for run_mount_readonly; else NULL */
};

/* Owner and mode of a covered directory, as parameters. */
struct covered {
	char text[3][ID_SIZE];
	struct parameter v[3];
	struct parameters parameters;
};

static void cover(struct covered *c, const char *key, const char *format, unsigned value) {
	size_t n = c->parameters.n++;

	snprintf(c->text[n], sizeof(c->text[n]), format, value);
	c->v[n] = (struct parameter){key, c->text[n]};
	c->parameters.v = c->v;
}

static int look_at_covered(const struct file_system *fs, int target, struct covered *c) {
	struct stat st;

	c->parameters = (struct parameters){0};
	if (!fs->inherit_mode && !fs->inherit_owner)
		return 0;
	if (fstat(target, &st) < 0)
		return -errno;
	if (fs->inherit_mode)
		cover(c, "mode", "%o", st.st_mode & 07777);
	if (fs->inherit_owner && st.st_uid && !(fs->user_namespace && st.st_uid == OVERFLOW_ID))
		cover(c, "uid", "%u", st.st_uid);
	if (fs->inherit_owner && st.st_gid && !(fs->user_namespace && st.st_gid == OVERFLOW_ID))
		cover(c, "gid", "%u", st.st_gid);
	return 0;
}

/* A detached mount of the new file system, or -errno. */
static int make(struct run *r, const struct file_system *fs, const struct covered *c) {
	scratch int context = sys_fsopen(fs->type, FSOPEN_CLOEXEC);
	int rc = context < 0 ? -errno : superblock_set(r, context, &fs->parameters), tree;

	if (rc == 0)
		rc = superblock_set(r, context, &c->parameters);
	if (rc == 0)
		rc = superblock_command(r, context, FSCONFIG_CMD_CREATE);
	if (rc == -ENODEV && context < 0)
		run_hint(r, "the kernel knows no file system \"%s\": %s", fs->type, error_text(ENODEV));
	if (rc == -EPERM && fs->needs)
		run_hint(r, "%s: in a user namespace this needs a namespace of type %s too, or a bind of the host's",
			 error_text(EPERM), fs->needs);
	if (rc < 0 && fs->user_namespace)
		superblock_blame_ids(r, &fs->parameters);
	if (rc < 0)
		return rc;
	tree = sys_fsmount(context, FSMOUNT_CLOEXEC, fs->attributes);
	return tree < 0 ? -errno : tree;
}

static int mount_by_name(const struct file_system *fs, int stage, const struct covered *c) {
	char buffer[MAX_DATA + 1];
	struct text data = TEXT(buffer);

	buffer[0] = '\0';
	text_add(&data, "%s", fs->data);
	for (size_t i = 0; i < c->parameters.n; i++)
		text_add(&data, "%s%s=%s", data.n ? "," : "", c->v[i].key, c->v[i].value);
	if (data.n == MAX_DATA)
		return -E2BIG;
	if (mkdirat(stage, "mount", 0700) < 0 || fchdir(stage) < 0)
		return -errno;
	return sys_mount(fs->mount->spec->source, "mount", fs->type, fs->flags, data.at) < 0 ? -errno : 0;
}

/* The same by mount(2), which wants a path: in a staging directory of our own. */
static int make_by_name(struct run *r, const struct file_system *fs, const struct covered *c) {
	struct mount_attr attributes = {.attr_set = fs->attributes, .attr_clr = MOUNT_ATTR__ATIME};
	scratch int stage = stage_open(r, 0, &(struct parameters){0}), tree = -1;
	int rc;

	if (stage < 0)
		return stage;
	rc = mount_by_name(fs, stage, c);
	if (rc < 0)
		return rc;
	tree = sys_open_tree(stage, "mount", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree < 0 || sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attributes) < 0)
		return -errno;
	rc = stage_close(r, &stage);
	return rc < 0 ? rc : fd_take(&tree);
}

/* Ready to be attached, or -errno. */
static int make_mount(struct run *r, const struct file_system *fs, int target) {
	scratch int tree = -1;
	struct covered covered;
	int rc = look_at_covered(fs, target, &covered);

	if (rc < 0)
		return rc;
	tree = fs->data ? make_by_name(r, fs, &covered) : make(r, fs, &covered);
	if (tree < 0)
		return tree;
	if (fs->label)
		rc = mount_label_write(tree, fs->label);
	if (rc == 0 && fs->mount->options.switches.set & MOUNT_COPY_UP)
		rc = directory_copy(r, target, tree);
	if (rc == 0)
		rc = mount_change(r, tree, fs->mount);
	if (rc == 0 && fs->late_fd)
		*fs->late_fd = fcntl(tree, F_DUPFD_CLOEXEC, 0);
	return rc < 0 ? rc : fd_take(&tree);
}

static int run_mount(struct run *r, const void *arg) {
	const struct file_system *fs = arg;
	scratch int target = mount_open_target(r, fs->mount, -1), tree = -1;

	if (target < 0)
		return target;
	tree = make_mount(r, fs, target);
	return tree < 0 ? tree : mount_attach(r, fs->mount, &tree, target);
}

/* The same in two steps: between them the host maps its ids. */
static int run_mount_make(struct run *r, const void *arg) {
	const struct file_system *fs = arg;
	scratch int target = mount_open_target(r, fs->mount, -1);

	if (target < 0)
		return target;
	*fs->made_fd = make_mount(r, fs, target);
	return *fs->made_fd < 0 ? *fs->made_fd : idmap_send(r, *fs->made_fd);
}

static int run_mount_attach(struct run *r, const void *arg) {
	const struct file_system *fs = arg;
	scratch int tree = fd_take(fs->made_fd), target = mount_open_target(r, fs->mount, tree);

	return target < 0 ? target : mount_attach(r, fs->mount, &tree, target);
}

static int run_mount_readonly(struct run *r, const void *arg) {
	const struct file_system *fs = arg;
	struct mount_attr readonly = {.attr_set = MOUNT_ATTR_RDONLY};

	(void)r;
	if (sys_mount_setattr(*fs->late_fd, "", AT_EMPTY_PATH, &readonly) < 0)
		return -errno;
	fd_leave(fs->late_fd);
	return 0;
}

static void shell_mount(struct text *out, const void *arg) {
	const struct file_system *fs = arg;
	const struct mount *m = fs->mount;
	bool copy_up = m->options.switches.set & MOUNT_COPY_UP;

	shell_make_target(out, m);
	text_add(out, "%smount -t ", copy_up ? "STAGE=$(mktemp -d) && " : "");
	text_add_quoted(out, fs->type);
	shell_options(out, m);
	if (fs->inherit_mode) {
		text_add(out, " -o \"$(covered");
		shell_target(out, m);
		text_add(out, ")\"");
	}
	text_add(out, " ");
	text_add_quoted(out, m->spec->source ? m->spec->source : "none");
	if (copy_up)
		text_add(out, " \"$STAGE\" && copy_up");
	shell_target(out, m);
	if (fs->label) {
		text_add(out, " && chcon ");
		text_add_quoted(out, fs->label);
		shell_target(out, m);
	}
	shell_changes(out, m, " && ");
}

static void shell_mount_readonly(struct text *out, const void *arg) {
	const struct file_system *fs = arg;

	text_add(out, "mount -o remount,bind,ro");
	shell_target(out, fs->mount);
}

static const struct { const char *type, *namespace; } owners[] = {{"proc", "pid"}, {"mqueue", "ipc"}};

static const char *missing_namespace(const struct spec *spec, const char *type) {
	for (size_t i = 0; i < sizeof(owners) / sizeof(*owners); i++)
		if (strcmp(owners[i].type, type) == 0 && !spec_namespace(spec, owners[i].namespace))
			return owners[i].namespace;
	return NULL;
}

static bool has_option(const struct strings *options, const char *prefix) {
	for (size_t i = 0; i < options->n; i++)
		if (strncmp(options->v[i], prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

/* Below a new file system there is nothing: the recursive ones are for itself, and come last as on a bind. */
static unsigned fsmount_attributes(const struct mount_options *o) {
	return (unsigned)((o->top.set & ~o->all.clear) | o->all.set);
}

/* gid=5 is in every engine's devpts, and cannot be given where the user namespace has no group 5. Of a joined one nothing
 * but group 0 is known to be mapped, unless the config repeats the mappings. */
static bool is_unmapped_gid(const struct mounting *g, const char *option) {
	const struct spec_id_mappings *maps = &g->spec->linux_.gid_mappings;
	uint32_t outside;
	uint64_t gid;

	if (!spec_namespace(g->spec, "user") || strncmp(option, "gid=", 4) != 0 ||
	    !number_unsigned(option + 4, strlen(option + 4), UINT32_MAX, &gid) || gid == 0)
		return false;
	return !id_map_find(maps, (uint32_t)gid, &outside);
}

static void drop_unmapped_gid(const struct mounting *g, struct mount *m) {
	const char *why = g->spec->linux_.gid_mappings.n
				  ? "the group has no mapping in the user namespace"
				  : "the joined user namespace may not map it, and no /linux/gidMappings tells";
	struct strings kept = {0};

	for (size_t i = 0; i < m->options.data.n; i++) {
		char *option = m->options.data.v[i];

		if (is_unmapped_gid(g, option))
			plan_warn(g->p, "%s: %s is left out: %s", mount_field(g->p->a, m, "options"), option, why);
		else
			strings_add(g->p->a, &kept, option);
	}
	m->options.data = kept;
}

/* Linux 6.7: one parameter for each layer. Backslashes and data-only layers ("::") are left to mount(2). */
static bool add_lower_layers(const struct mounting *g, struct file_system *fs, const char *option) {
	const struct host *h = g->host;
	const char *layers = option + strlen("lowerdir=");

	if (strncmp(option, "lowerdir=", strlen("lowerdir=")) != 0 || strpbrk(layers, "\\") || strstr(layers, "::"))
		return false;
	if (!host_kernel_has(h, 6, 7))
		return false;
	for (const char *at = layers; *at; at += strspn(at, ":")) {
		size_t n = strcspn(at, ":");

		if (n > PARAMETER_MAX)
			return false;
		parameters_add(g->p->a, &fs->parameters, "lowerdir+", arena_strndup(g->p->a, at, n));
		at += n;
	}
	return true;
}

/* False where fsconfig cannot say it. */
static bool add_parameters(const struct mounting *g, struct file_system *fs, const struct mount_bits *superblock) {
	const struct mount_options *o = &fs->mount->options;
	const char *source = fs->mount->spec->source;
	struct mount_bits set = {.set = superblock->set};
	bool overlay = strcmp(fs->type, "overlay") == 0;

	if (superblock->set & MS_I_VERSION || (source && strlen(source) > PARAMETER_MAX))
		return false;
	if (source)
		parameters_add(g->p->a, &fs->parameters, "source", source);
	parameters_add_flags(g->p->a, &fs->parameters, &set);
	for (size_t i = 0; i < o->data.n; i++) {
		const char *value = strchr(o->data.v[i], '=');

		if (!value || strlen(value + 1) <= PARAMETER_MAX)
			parameters_add_option(g->p->a, &fs->parameters, o->data.v[i]);
		else if (!overlay || !add_lower_layers(g, fs, o->data.v[i]))
			return false;
	}
	return true;
}

static int use_mount_call(const struct mounting *g, struct file_system *fs, uint64_t superblock, struct error *e) {
	const struct strings *data = &fs->mount->options.data;
	char buffer[MAX_DATA + 2] = "";
	struct text joined = TEXT(buffer);

	if (g->p->into_running) /* the staging directory covers the root */
		return error_set(
			e, 0, mount_field(g->p->a, fs->mount, "options"),
			"in a container that is there, options and source have at most %d bytes each, and iversion "
			"cannot be set",
			PARAMETER_MAX);
	for (size_t i = 0; i < data->n; i++)
		text_add(&joined, "%s%s", i ? "," : "", data->v[i]);
	if (joined.n > MAX_DATA)
		return error_set(e, 0, mount_field(g->p->a, fs->mount, "options"),
				 "the options for %s are longer than the %d bytes that the kernel takes", fs->type,
				 MAX_DATA);
	fs->data = arena_strdup(g->p->a, buffer);
	fs->flags = superblock;
	return 0;
}

static void plan_idmapped(const struct mounting *g, struct file_system *fs) {
	const struct mount *m = fs->mount;

	fs->made_fd = arena_new(g->p->a, int);
	*fs->made_fd = -1;
	plan_add(g->p, INSIDE, run_mount_make, fs, "/mounts", m->index, NULL, "make a %s for %s", fs->type,
		 m->destination);
	plan_idmapped_tree(g, m);
	plan_add(g->p, INSIDE, run_mount_attach, fs, "/mounts", m->index, NULL, "mount the %s on %s", fs->type,
		 m->destination);
}

/* The message queues of an IPC namespace: one superblock, but only the container's when it has one. */
static const char *root_label(const struct spec *spec, const char *type) {
	return strcmp(type, "mqueue") == 0 && spec_namespace(spec, "ipc") ? spec_label(spec->linux_.mount_label) : NULL;
}

/* In a tmpfs and in /dev something is still to be made: mount points, devices. They become read-only before the pivot. In a
 * container that is there a process could write meanwhile: the tree is read-only when it is filled, before it is attached. */
static void plan_readonly_last(const struct mounting *g, struct file_system *fs) {
	fs->attributes &= ~(unsigned)MOUNT_ATTR_RDONLY;
	fs->readonly_last = g->p->into_running;
	if (fs->readonly_last)
		return;
	fs->mount->late_readonly = true;
	fs->late_fd = arena_new(g->p->a, int);
	*fs->late_fd = -1;
}

int plan_file_system(const struct mounting *g, struct mount *m, const char *type, struct error *e) {
	struct file_system *fs = arena_new(g->p->a, struct file_system);
	struct mount_bits superblock = m->options.superblock;
	bool tmpfs = strcmp(type, "tmpfs") == 0;

	*fs = (struct file_system){.mount = m, .type = type, .attributes = fsmount_attributes(&m->options)};
	fs->user_namespace = spec_namespace(g->spec, "user");
	fs->needs = fs->user_namespace ? missing_namespace(g->spec, type) : NULL;
	fs->inherit_mode = tmpfs && !has_option(&m->options.data, "mode=");
	fs->inherit_owner = tmpfs && !has_option(&m->options.data, "uid=") && !has_option(&m->options.data, "gid=");
	if (fs->attributes & MOUNT_ATTR_RDONLY && (tmpfs || strcmp(m->destination, "/dev") == 0))
		plan_readonly_last(g, fs);
	if (fs->attributes & MOUNT_ATTR_RDONLY && !superblock_is_shared(type))
		superblock.set |= MS_RDONLY;
	if (strcmp(type, "devpts") == 0)
		drop_unmapped_gid(g, m);
	mount_label_add(g, m, type);
	fs->label = root_label(g->spec, type);
	if (!add_parameters(g, fs, &superblock) && use_mount_call(g, fs, superblock.set, e) < 0)
		return -1;
	mount_changes_add(g, m, fs->readonly_last);
	if (m->idmap)
		plan_idmapped(g, fs);
	else
		plan_add(g->p, INSIDE, run_mount, fs, "/mounts", m->index, shell_mount, "mount %s on %s", type,
			 m->destination);
	return 0;
}

void plan_mounts_readonly(struct plan *p) {
	size_t n = p->n;

	for (size_t i = 0; i < n; i++) {
		const struct step *s = &p->v[i];
		const struct file_system *fs = s->run == run_mount || s->run == run_mount_attach ? s->arg : NULL;

		if (fs && fs->late_fd)
			plan_add(p, INSIDE, run_mount_readonly, fs, s->field, s->index,
				 s->shell ? shell_mount_readonly : NULL, "make %s read-only", fs->mount->destination);
	}
}
