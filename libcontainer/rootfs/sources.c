/* sources.c - bind sources of a container in a user namespace or of one that is there, and idmapped ones: opened by the host, handed
 * to the inside. */
#include "sources.h"
#include "mount.h"
#include "../os/fd.h"
#include "../os/procfs.h"
#include "../os/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>

#define HELPER_STACK_SIZE 16384

struct source {
	const char *path;
	unsigned flags;
	int fd; /* written by the helper: a descriptor or -errno */
};

/* The argument of the three steps; each source is also that of a step of its own, which says what became of it. */
struct sources {
	struct source **v;
	size_t n;
	bool all;       /* those that ask for nothing but to be opened, too: a user namespace could not open them */
	int namespaces; /* that the helper joins: mount; without privilege also the user namespace that owns it */
	uint64_t propagation; /* of a copy of the host's mount namespace */
	int copy_fd;          /* that copy, for a container that has left the host's mounts behind; -1 */
	char *stack;
};

static int open_source(const char *path, unsigned flags) {
	if (!flags)
		return open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return sys_open_tree(AT_FDCWD, path, flags | OPEN_TREE_CLOEXEC);
}

struct opening {
	const struct run *r;
	const struct sources *sources;
	int rc;
};

/* Shares memory and descriptors with the runtime, not its working directory, root and namespaces. */
static int helper_main(void *arg) {
	struct opening *o = arg;
	int copy = o->sources->copy_fd;

	if ((copy < 0 ? setns(o->r->pidfd, o->sources->namespaces) : setns(copy, CLONE_NEWNS)) < 0) {
		o->rc = -errno;
		return 0;
	}
	for (size_t i = 0; i < o->sources->n; i++) {
		struct source *s = o->sources->v[i];

		s->fd = open_source(s->path, s->flags);
		if (s->fd < 0)
			s->fd = -errno;
	}
	return 0;
}

/* 0 or -errno when it could not be started. */
static int run_helper(const struct sources *s, int (*main)(void *), void *arg) {
	pid_t pid = clone(main, s->stack + HELPER_STACK_SIZE, CLONE_VM | CLONE_FILES | CLONE_VFORK, arg);

	return pid < 0 || waitpid(pid, NULL, __WALL) < 0 ? -errno : 0;
}

static int run_sources(struct run *r, const void *arg) {
	const struct sources *s = arg;
	struct opening opening = {.r = r, .sources = s};
	int rc = run_helper(s, helper_main, &opening);

	return rc < 0 ? rc : opening.rc;
}

struct copying {
	struct sources *sources;
	int user_fd, rc;
};

/* It belongs to who makes it: in the container's user namespace the kernel locks there what the host's mounts forbid. */
static int copy_main(void *arg) {
	struct copying *c = arg;
	struct mount_attr attributes = {.propagation = c->sources->propagation};
	bool shared = attributes.propagation == MS_SHARED;

	if ((c->user_fd >= 0 && setns(c->user_fd, CLONE_NEWUSER) < 0) || unshare(CLONE_NEWNS) < 0 ||
	    (!shared && sys_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attributes) < 0) ||
	    (c->sources->copy_fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC)) < 0)
		c->rc = -errno;
	return 0;
}

/* The host's mounts as the container's init found them before its first step. */
static int run_copy_mounts(struct run *r, const void *arg) {
	auto_close int user_fd = -1;
	struct copying c = {.sources = (struct sources *)arg, .user_fd = -1};
	int rc;

	if (r->join & CLONE_NEWUSER) {
		user_fd = procfs_open_namespace(r->procfs_fd, r->pid, "user");
		if (user_fd < 0)
			return -errno;
		c.user_fd = user_fd;
	}
	rc = run_helper(c.sources, copy_main, &c);
	return rc < 0 ? rc : c.rc;
}

/* A mount that came with the user namespace hides what it covers, and so has to be in the clone. */
static int run_source(struct run *r, const void *arg) {
	const struct source *s = arg;

	if (s->fd == -EINVAL && s->flags & OPEN_TREE_CLONE && !(s->flags & AT_RECURSIVE))
		run_hint(r,
			 "%s: it is unbindable, or something is mounted below it, which in a user namespace has to "
			 "come too: rbind",
			 error_text(EINVAL));
	return s->fd < 0 ? s->fd : 0;
}

static int run_sources_send(struct run *r, const void *arg) {
	const struct sources *s = arg;
	int fds[FD_SEND_MAX], rc = 0;

	for (size_t from = 0; from < s->n && rc == 0; from += FD_SEND_MAX) {
		size_t n = s->n - from < FD_SEND_MAX ? s->n - from : FD_SEND_MAX;

		for (size_t i = 0; i < n; i++)
			fds[i] = s->v[from + i]->fd;
		rc = fd_send(r->pass_fds[HOST], fds, n);
	}
	for (size_t i = 0; i < s->n; i++)
		fd_close(&s->v[i]->fd);
	fd_close(&((struct sources *)arg)->copy_fd);
	return rc;
}

static int run_sources_receive(struct run *r, const void *arg) {
	const struct sources *s = arg;
	int rc = 0;

	for (size_t from = 0; from < s->n && rc == 0; from += FD_SEND_MAX)
		rc = fd_receive(r->pass_fds[INSIDE], r->source_fds + from,
				s->n - from < FD_SEND_MAX ? s->n - from : FD_SEND_MAX);
	return rc;
}

int source_open(struct run *r, int source_index, const char *path, unsigned flags) {
	return source_index == NO_SOURCE ? open_source(path, flags) : fd_take(&r->source_fds[source_index]);
}

/* In the shell each mount opens its source itself. */
static void shell_sources(struct text *out, const void *arg) {
	(void)arg;
	text_add(out, ":");
}

/* The step that hands them over; p->n where there is none. Its argument is the list. */
static size_t find_sending(const struct plan *p) {
	size_t i = 0;

	while (i < p->n && p->v[i].run != run_sources_send)
		i++;
	return i;
}

void sources_take_step(struct plan *p) {
	const struct step step = p->v[p->n - 1];
	size_t sending = find_sending(p);

	if (sending == p->n)
		return;
	memmove(&p->v[sending + 1], &p->v[sending], (p->n - 1 - sending) * sizeof(step));
	p->v[sending] = step;
}

int plan_host_source(struct plan *p, const char *path, unsigned flags, const char *field, int index) {
	struct source *source = arena_new(p->a, struct source);
	struct sources *all = (struct sources *)p->v[find_sending(p)].arg;

	*source = (struct source){path, flags, -1};
	all->v = arena_grow(p->a, all->v, all->n, sizeof(struct source *));
	all->v[all->n++] = source;
	plan_add(p, HOST, run_source, source, field, index, shell_sources, "open %s", path);
	sources_take_step(p);
	return (int)p->n_sources++;
}

int plan_source(struct plan *p, const char *path, unsigned flags, const char *field, int index) {
	size_t sending = find_sending(p);

	if (sending == p->n || !((const struct sources *)p->v[sending].arg)->all)
		return NO_SOURCE;
	return plan_host_source(p, path, flags, field, index);
}

const int *source_fd(const struct plan *p, int source_index) {
	const struct sources *all = p->v[find_sending(p)].arg;

	return &all->v[source_index]->fd;
}

/* In a user namespace all of them, and for a container that is there; else those that the host changes on the way. */
static bool are_needed(const struct spec *spec) {
	bool needed = spec_namespace(spec, "user");

	for (size_t i = 0; i < spec->mounts.n; i++)
		needed |= mount_is_bind(&spec->mounts.v[i]) && mount_is_idmapped(&spec->mounts.v[i]);
	return needed;
}

void plan_sources(struct plan *p, const struct spec *spec, const struct host *h) {
	struct sources *s;

	if (!p->into_running && !are_needed(spec))
		return;
	s = arena_new(p->a, struct sources);
	s->all = p->into_running || spec_namespace(spec, "user");
	s->propagation = rootfs_propagation(p, spec);
	s->copy_fd = -1;
	s->namespaces = CLONE_NEWNS | (h->euid == 0 ? 0 : CLONE_NEWUSER);
	s->stack = arena_alloc(p->a, HELPER_STACK_SIZE);
	if (p->into_running)
		plan_add(p, HOST, run_copy_mounts, s, NULL, NO_INDEX, NULL, "copy the host's mount namespace");
	plan_add(p, HOST, run_sources, s, NULL, NO_INDEX, shell_sources, "open the sources of bind mounts");
	plan_add(p, HOST, run_sources_send, s, NULL, NO_INDEX, shell_sources, "hand the sources to the container");
	plan_add(p, INSIDE, run_sources_receive, s, NULL, NO_INDEX, shell_sources, "receive the sources");
}
