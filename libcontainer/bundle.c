/* bundle.c - reading config.json, and from it the request, the record and the plan. */
#include "bundle.h"
#include "annotations.h"
#include "../specs/json.h"
#include "../specs/parse.h"
#include "cgroup/freeze.h"
#include "order.h"
#include "os/fd.h"
#include "process/process.h"
#include "rdt/rdt.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONFIG (16 << 20)

static int read_config(struct arena *a, int fd, struct bundle *b, struct error *e) {
	struct stat st;
	int rc;

	if (fstat(fd, &st) < 0)
		return error_set(e, errno, NULL, "cannot read %s", b->config_name);
	if (!S_ISREG(st.st_mode))
		return error_set(e, 0, NULL, "%s is not a regular file", b->config_name);
	if (st.st_size > MAX_CONFIG)
		return error_set(e, 0, NULL, "%s is larger than 16 MiB", b->config_name);
	b->length = (size_t)st.st_size;
	b->text = arena_alloc(a, b->length + 1);
	rc = fd_read(fd, b->text, b->length);
	return rc < 0 ? error_set(e, -rc, NULL, "cannot read %s", b->config_name) : 0;
}

static int parse_config(struct container_env *env, struct bundle *b, struct error *e) {
	struct strings unknown = {0};

	if (parse_object(env->a, &spec_type, b->config_name, b->text, b->length, &b->spec, &unknown, e) < 0)
		return -1;
	for (size_t i = 0; i < unknown.n; i++)
		strings_add(env->a, &env->debug,
			    arena_printf(env->a, "%s: %s is not in the spec, ignored", b->config_name, unknown.v[i]));
	return 0;
}

int bundle_load(struct container_env *env, const char *dir, const char *config, struct bundle *b, struct error *e) {
	char absolute[PATH_MAX];
	const char *path;

	*b = (struct bundle){.config_name = config ? config : "config.json"};
	if (!realpath(dir ? dir : ".", absolute))
		return error_set(e, errno, NULL, "cannot open the bundle %s", dir ? dir : ".");
	b->dir = arena_strdup(env->a, absolute);
	path = config ? config : arena_printf(env->a, "%s/config.json", b->dir);
	auto_close int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a FIFO is refused below */
	if (fd < 0 && errno == ENOENT && !config)
		return error_set(e, ENOENT, NULL, "no config.json in the bundle %s; `husk spec` writes one", b->dir);
	if (fd < 0)
		return error_set(e, errno, NULL, "cannot open %s", path);
	if (read_config(env->a, fd, b, e) < 0)
		return -1;
	return parse_config(env, b, e);
}

int bundle_load_copy(struct container_env *env, int state_fd, const struct record *record, struct bundle *b,
		     struct error *e) {
	auto_close int fd = openat(state_fd, "config.json", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	*b = (struct bundle){.config_name = "config.json"};
	if (fd < 0)
		return error_set(e, errno, NULL, "cannot open the container's copy of config.json");
	if (read_config(env->a, fd, b, e) < 0 || parse_config(env, b, e) < 0)
		return -1;
	if (record->resources)
		b->spec.linux_.resources = *record->resources;
	if (record->ignores_annotations) /* `state` has them from the record */
		b->spec.annotations = (struct pairs){0};
	return 0;
}

int bundle_absolute(struct arena *a, const char *path, const char **absolute, struct error *e) {
	char cwd[PATH_MAX];

	*absolute = path;
	if (!path || path[0] == '/')
		return 0;
	if (!getcwd(cwd, sizeof(cwd)))
		return error_set(e, errno, NULL, "cannot find the working directory");
	*absolute = arena_printf(a, "%s/%s", cwd, path);
	return 0;
}

/* By a name that nobody knows before: whoever made a keyring of that name first, and lets others search it, would get the
 * container to join it. */
static char *keyring_name(struct arena *a, const char *id) {
	uint64_t random; /* of the 16 bytes that the kernel gives each program */

	memcpy(&random, (const void *)getauxval(AT_RANDOM), sizeof(random));
	return arena_printf(a, "_ses.%s.%016" PRIx64, id, random);
}

int bundle_request(struct container_env *env, const struct bundle *b, const struct container_create_options *o,
		   struct request *request, struct error *e) {
	const char *path = b->spec.root.path;

	if (!state_id_valid(o->id, e))
		return -1;
	if (!path[0]) /* it would be the bundle */
		return error_set(e, 0, "/root/path", "is empty: the path of a directory is needed"),
		       bundle_locate(b, e);
	*request = (struct request){
		.id = o->id,
		.bundle = b->dir,
		.root = env->root,
		.no_pivot = o->no_pivot,
		.keyring = o->no_new_keyring ? NULL : keyring_name(env->a, o->id),
		.ignore_annotations = env->ignore_annotations,
		.preserve_fds = o->socket_fds + o->preserve_fds,
		.socket_fds = o->socket_fds,
		.socket_names = o->socket_names,
		.watchdog_usec = o->watchdog_usec,
		.fail_at = o->fail_at,
		.kill_at = o->kill_at,
		.state_dir = arena_printf(env->a, "%s/%s", env->root, o->id),
		.rootfs = path[0] == '/' ? path : arena_printf(env->a, "%s/%s", b->dir, path),
	};
	if (bundle_absolute(env->a, o->pidfd_socket, &request->pidfd_socket, e) < 0 ||
	    bundle_absolute(env->a, o->console_socket, &request->console_socket, e) < 0)
		return -1;
	return bundle_absolute(env->a, o->pid_file, &request->pid_file, e);
}

static char *now_text(struct arena *a) {
	char text[64] = "";
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	text_add_time(&TEXT(text), &now);
	return arena_strdup(a, text);
}

int bundle_locate(const struct bundle *b, struct error *e) {
	if (e->field[0] && parse_locate(b->text, b->length, e->field, &e->line, &e->column) == 0) {
		strncpy(e->file, b->config_name, sizeof(e->file) - 1);
		e->file[sizeof(e->file) - 1] = '\0';
	}
	return -1;
}

static bool is_utf8(const char *s) {
	size_t n = strlen(s), length = 1;

	for (; n > 0 && length > 0; s += length, n -= length)
		length = json_utf8_length(s, n);
	return length > 0;
}

/* The record is JSON, where any other bytes would come back changed; and delete removes what the record says. */
static int check_utf8(const struct record *record, struct error *e) {
	if (!is_utf8(record->bundle))
		return error_set(e, 0, NULL, "the path of the bundle, %s, is not UTF-8", record->bundle);
	for (size_t i = 0; i < record->cgroups.n; i++)
		if (!is_utf8(record->cgroups.v[i]))
			return error_set(e, 0, NULL, "the path of the cgroup, %s, is not UTF-8", record->cgroups.v[i]);
	return 0;
}

int bundle_record(struct container_env *env, const struct bundle *b, const struct request *request,
		  const struct host *h, struct record *record, struct error *e) {
	char boot_id[64];
	int rc = file_read_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot_id, sizeof(boot_id));

	if (rc < 0)
		return error_set(e, -rc, NULL, "cannot read /proc/sys/kernel/random/boot_id");
	*record = (struct record){
		.head.status = "creating",
		.id = (char *)request->id,
		.bundle = b->dir,
		.rootfs = (char *)request->rootfs,
		.created = now_text(env->a),
		.boot_id = arena_strdup(env->a, boot_id),
		.poststart = b->spec.hooks.poststart.n > 0,
		.poststop = b->spec.hooks.poststop.n > 0,
		.process = b->spec.process != NULL,
		.notifies = seccomp_notifies(&b->spec),
		.keyring = (char *)request->keyring,
		.ignores_annotations = request->ignore_annotations,
		.shares_pid = !spec_has_new_namespace(&b->spec, "pid"),
		.annotations = b->spec.annotations,
	};
	if (cgroup_place(env->a, &b->spec, h, request->id, &record->cgroups, e) < 0 ||
	    cgroup_unit_place(env->a, &b->spec, h, request, &record->unit, e) < 0)
		return bundle_locate(b, e);
	if (b->spec.linux_.intel_rdt &&
	    rdt_place(env->a, b->spec.linux_.intel_rdt, h, request->id, &record->rdt, e) < 0)
		return bundle_locate(b, e);
	record->freezer = cgroup_freezer(env->a, h, &record->cgroups);
	return check_utf8(record, e);
}

/* SemVer 2.0.0: three numbers, and what may follow them. */
static bool is_version(const char *s) {
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-+.";

	for (int i = 0; i < 3; i++) {
		size_t digits = strspn(s, "0123456789");

		if (digits == 0 || digits > 9 || (digits > 1 && *s == '0') || (i < 2 && s[digits] != '.'))
			return false;
		s += i < 2 ? digits + 1 : digits;
	}
	return !*s || (strchr("-+", *s) && s[1] && !s[strspn(s, letters)]);
}

/* config.md#specification-version: a later minor version is compatible; another major one may not be. */
static int check_version(struct plan *p, const struct spec *spec, struct error *e) {
	if (!is_version(spec->oci_version))
		return error_set(e, 0, "/ociVersion", "\"%s\" is no version as 1.3.0 is", spec->oci_version);
	if (strtoul(spec->oci_version, NULL, 10) > 1)
		plan_warn(p, "ociVersion %s is of another major version than husk's, %s", spec->oci_version,
			  SPEC_VERSION);
	return 0;
}

int bundle_plan(struct container_env *env, const struct bundle *b, const struct host *h, const struct record *record,
		struct plan *p, struct error *e) {
	if (check_version(p, &b->spec, e) < 0 || plan_container(p, &b->spec, h, record, b->text, e) < 0)
		return bundle_locate(b, e);
	annotations_warn(p, &b->spec);
	for (size_t i = 0; i < p->warnings.n; i++)
		strings_add(env->a, &env->warnings, p->warnings.v[i]);
	return 0;
}
