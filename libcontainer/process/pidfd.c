/* pidfd.c - a pidfd of the process for who asks for one: --pidfd-socket, or the annotation run.oci.pidfd_receiver. */
#include "internal.h"
#include "../annotations.h"
#include "../os/fd.h"
#include "../os/socket.h"
#include <errno.h>

struct receiver {
	const char *path;
	const char *kind; /* runc's word for the process */
};

static int run_pidfd(struct run *r, const void *arg) {
	const struct receiver *to = arg;
	auto_close int fd = socket_connect(to->path);
	int rc = fd < 0 ? fd : fd_send_text(fd, to->kind, r->pidfd);

	if (fd == -EAGAIN)
		run_hint(r, "%s: nobody accepts connections on %s", error_text(EAGAIN), to->path);
	return rc < 0 ? rc : 0;
}

static void plan_send(struct plan *p, const char *path, const char *kind, const char *field, const char *says) {
	struct receiver *to = arena_new(p->a, struct receiver);

	*to = (struct receiver){path, kind};
	plan_add(p, HOST, run_pidfd, to, field, NO_INDEX, NULL, says, path);
}

int plan_pidfd(struct plan *p, const struct spec *spec, struct error *e) {
	const char *path = p->request->pidfd_socket, *field = NULL;

	if (!path) {
		path = annotation_get(annotations_acting(p, spec), ANNOTATION_PIDFD_RECEIVER);
		field = annotation_field(p->a, ANNOTATION_PIDFD_RECEIVER);
	}
	if (!path)
		return 0;
	if (path[0] != '/')
		return error_set(e, 0, field, "\"%s\" is not absolute: it must begin with a slash", path);
	plan_send(p, path, "standard", field, "send a pidfd of the init to %s");
	return 0;
}

void plan_pidfd_joined(struct plan *p) {
	if (p->request->pidfd_socket)
		plan_send(p, p->request->pidfd_socket, "setns", NULL, "send a pidfd of the process to %s");
}
