/* pidfd.c - a pidfd of the container's init for who asks for one: --pidfd-socket, or the annotation run.oci.pidfd_receiver. */
#include "internal.h"
#include "../annotations.h"
#include "../os/fd.h"
#include "../os/socket.h"
#include <errno.h>

#define KIND_OF_PROCESS "standard" /* runc's word for an init; that of exec is another */

static int run_pidfd(struct run *r, const void *path) {
	auto_close int fd = socket_connect(path);
	int rc = fd < 0 ? fd : fd_send_text(fd, KIND_OF_PROCESS, r->pidfd);

	if (fd == -EAGAIN)
		run_hint(r, "%s: nobody accepts connections on %s", error_text(EAGAIN), (const char *)path);
	return rc < 0 ? rc : 0;
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
	plan_add(p, HOST, run_pidfd, path, field, NO_INDEX, NULL, "send a pidfd of the init to %s", path);
	return 0;
}
