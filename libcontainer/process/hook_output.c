/* hook_output.c - run.oci.hooks.stdout and run.oci.hooks.stderr: files of the host that hooks print to.
 *
 * Opened by the runtime before there is a container: a hook inside may see another tree, or be another user. */
#include "internal.h"
#include "../annotations.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

static const enum annotation_kind streams[] = {ANNOTATION_HOOKS_STDOUT, ANNOTATION_HOOKS_STDERR};

struct output {
	int stream; /* 0: stdout, 1: stderr */
	const char *path;
};

/* A file of /proc, /sys or another file system of the kernel, where writing is a command. They are what df(1) leaves out: they
 * have no blocks; nor has a tmpfs without a limit. */
static bool is_of_kernel(int fd) {
	struct statfs fs;

	return fstatfs(fd, &fs) < 0 || (fs.f_blocks == 0 && fs.f_type != TMPFS_MAGIC);
}

/* Whoever writes annotations may have a log appended to or made, no more: no device or FIFO, which acts or blocks when it is
 * opened, no switch of the kernel (core_pattern, sysrq-trigger), and no link. */
static int output_open(const char *path) {
	auto_close int fd =
		open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) && !is_of_kernel(fd) ? fd_take(&fd) : -EINVAL;
}

static const char *why_not(int rc) {
	return rc == -EINVAL || rc == -ENXIO || rc == -ELOOP
		       ? "it is no regular file, or one of /proc, /sys or the like"
		       : error_text(-rc);
}

static int run_hook_output(struct run *r, const void *arg) {
	const struct output *o = arg;
	int fd = output_open(o->path);

	if (fd < 0) {
		run_hint(r, "%s", why_not(fd));
		return fd;
	}
	r->hook_fds[o->stream] = fd;
	return 0;
}

static void shell_hook_output(struct text *out, const void *arg) {
	const struct output *o = arg;

	text_add(out, ": >>");
	text_add_quoted(out, o->path);
}

void hook_output_paths(const struct pairs *acting, const char *paths[2]) {
	for (int i = 0; i < 2; i++)
		paths[i] = annotation_get(acting, streams[i]);
}

int plan_hook_output(struct plan *p, const struct spec *spec, struct error *e) {
	const struct spec_hooks *h = &spec->hooks;
	size_t of_plan = h->prestart.n + h->create_runtime.n + h->create_container.n + h->start_container.n;
	const char *paths[2];

	hook_output_paths(annotations_acting(p, spec), paths);
	for (int i = 0; i < 2; i++) {
		struct output *o = arena_new(p->a, struct output);
		const char *field = annotation_field(p->a, streams[i]);

		*o = (struct output){i, paths[i]};
		if (paths[i] && paths[i][0] != '/')
			return error_set(e, 0, field, "\"%s\" is not absolute: it must begin with a slash", paths[i]);
		if (paths[i] && of_plan)
			plan_add(p, HOST, run_hook_output, o, field, NO_INDEX, shell_hook_output,
				 "open %s, where hooks print to", paths[i]);
	}
	return 0;
}

int hooks_open_output(struct run *r, const struct pairs *acting, const struct hook_point *at, struct error *e) {
	const char *paths[2];

	hook_output_paths(acting, paths);
	for (int i = 0; i < 2; i++) {
		if (!paths[i] || r->hook_fds[i] >= 0)
			continue;
		int fd = output_open(paths[i]);
		if (fd < 0)
			return error_set(e, 0, at->field, "%s: cannot open %s, where hooks print to: %s",
					 annotation_names[streams[i]], paths[i], why_not(fd));
		r->hook_fds[i] = fd;
	}
	return 0;
}
