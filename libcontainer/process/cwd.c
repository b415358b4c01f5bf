/* cwd.c - process.cwd: made where it is missing, entered as the process's user, and seen to be inside. */
#include "internal.h"
#include "../os/fd.h"
#include "../os/path.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* EACCES: a directory that not even root may look into, as on NFS. Whether the user may is seen when it is entered. */
static int run_make_cwd(struct run *r, const void *path) {
	scratch int fd = root_make_dir(r->root_fd, path, 0755);

	return fd < 0 && errno != EACCES ? -errno : 0;
}

static void shell_make_cwd(struct text *out, const void *path) {
	text_add(out, "mkdir -p \"$ROOT\"");
	text_add_quoted(out, path);
}

/* Resolved below the root and without magic links: /proc/self/fd/N of the host's cannot be meant (CVE-2024-21626). The
 * kernel's own word comes last: the path of a directory that is not below our root does not begin with a slash. */
static int run_cwd(struct run *r, const void *path) {
	scratch int fd = root_open(r->root_fd, path, O_PATH | O_DIRECTORY);
	char real[PATH_MAX];

	if (fd < 0 && errno == ELOOP)
		run_hint(r, "%s: the links of /proc, which can lead out of the container, are refused",
			 error_text(ELOOP));
	if (fd < 0 || fchdir(fd) < 0 || syscall(SYS_getcwd, real, sizeof(real)) < 0)
		return -errno;
	if (real[0] != '/') {
		run_hint(r, "%s lies outside of the container", (const char *)path);
		return -EXDEV;
	}
	return 0;
}

/* On its own, since the root may be read-only by the time the directory is entered. */
void plan_cwd(struct plan *p, const struct spec *spec) {
	const char *cwd = spec->process ? spec->process->cwd : "/";

	if (strcmp(cwd, "/") != 0)
		plan_add(p, INSIDE, run_make_cwd, cwd, "/process/cwd", NO_INDEX, shell_make_cwd,
			 "make the working directory %s", cwd);
}

int plan_enter_cwd(struct plan *p, const struct spec_process *process, struct error *e) {
	const char *cwd = process->cwd;

	if (cwd[0] != '/')
		return error_set(e, 0, "/process/cwd", "\"%s\" is not absolute: it must begin with a slash", cwd);
	if (strcmp(cwd, "/") == 0) /* we are there since the root is the container's */
		return 0;
	plan_add(p, INSIDE, run_cwd, cwd, "/process/cwd", NO_INDEX, shell_later, "enter the working directory %s", cwd);
	return 0;
}
