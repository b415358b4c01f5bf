/* namespaces.c - linux.namespaces: what is opened and joined, and what is made new. */
#include "internal.h"
#include "../annotations.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

/* A namespace to join. */
struct join {
	size_t kind;
	const char *path;
	const char *changed_by; /* refuse the runtime's own, which this field would change; NULL: none would */
};

/* Left at -1 where the namespace is the one we are in: setns() into one's own user namespace is EINVAL. */
static int run_namespace(struct run *r, const void *arg) {
	const struct join *join = arg;
	const struct namespace_kind *kind = &namespace_kinds[join->kind];
	auto_close int fd = open(join->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (ioctl(fd, NS_GET_NSTYPE) != kind->flag)
		return run_hint(r, "%s is no %s namespace", join->path, kind->type), -EINVAL;
	if (!namespace_is_ours(fd, join->kind)) {
		r->namespace_fds[join->kind] = fd_take(&fd);
		return 0;
	}
	if (join->changed_by)
		return run_hint(r, "it is the runtime's own, and %s would change the host", join->changed_by), -EINVAL;
	return 0;
}

static void shell_namespace(struct text *out, const void *arg) {
	const struct join *join = arg;

	text_add(out, "join %s=", namespace_kinds[join->kind].option);
	text_add_quoted(out, join->path);
}

static int check_namespace(const struct spec *spec, size_t i, const char *field, struct error *e) {
	const struct spec_namespace *n = &spec->linux_.namespaces.v[i];

	if (namespace_kind_find(n->type) == N_NAMESPACE_KINDS)
		return error_set(
			e, 0, field,
			"unknown namespace type \"%s\": one of mount, pid, network, ipc, uts, cgroup, time, user",
			n->type);
	if (spec_namespace(spec, n->type) != n)
		return error_set(e, 0, field, "a second namespace of type %s; one is allowed", n->type);
	if (n->path && n->path[0] != '/')
		return error_set(e, 0, field, "the path \"%s\" is not absolute", n->path);
	return 0;
}

static const char *changing_field(struct arena *a, const struct spec *spec, const char *type) {
	bool uts = strcmp(type, "uts") == 0;

	if (uts && spec->hostname && spec->hostname[0])
		return "/hostname";
	if (uts && spec->domainname && spec->domainname[0])
		return "/domainname";
	if (strcmp(type, "network") == 0 && spec->linux_.net_devices.n)
		return "/linux/netDevices";
	return sysctl_in_namespace(a, spec, type) ? "/linux/sysctl" : NULL;
}

static void plan_open(struct plan *p, const struct spec *spec, size_t i) {
	const struct spec_namespace *n = &spec->linux_.namespaces.v[i];
	struct join *join = arena_new(p->a, struct join);

	*join = (struct join){.kind = namespace_kind_find(n->type), .path = n->path};
	join->changed_by = changing_field(p->a, spec, n->type);
	plan_add(p, HOST, run_namespace, join, "/linux/namespaces", (int)i, shell_namespace, "join the %s namespace %s",
		 n->type, n->path);
}

/* New namespaces that are made otherwise than by the clone. */
static uint64_t later_flags(const struct spec *spec, const struct spawn *s, const struct host *h) {
	uint64_t later = 0;

	if (s->offsets_text)
		later |= CLONE_NEWTIME; /* unshared by the runtime */
	if (host_cgroup_mode(h) != CGROUP_V2 || h->systemd_bus)
		later |= CLONE_NEWCGROUP; /* inside, after the last move, or its root is wrong */
	if (spec_namespace(spec, "user"))
		later |= CLONE_NEWIPC; /* inside, by the namespace's root, who then owns its mqueue */
	return later;
}

int namespace_groups_go(struct plan *p, const struct spec *spec, const struct host *h, bool *go, struct error *e) {
	bool keep = false;

	if (annotation_is_on(p, spec, ANNOTATION_KEEP_ORIGINAL_GROUPS, &keep, e) < 0)
		return -1;
	*go = !keep && h->cap_effective & 1ULL << CAP_SETGID;
	return 0;
}

int plan_namespaces(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	const struct spec_namespaces *all = &spec->linux_.namespaces;
	const struct spec_namespace *user = spec_namespace(spec, "user");
	struct spawn *s = arena_new(p->a, struct spawn);

	*s = (struct spawn){.hidden = h->euid == 0, .user_first = h->euid != 0};
	s->offsets = &spec->linux_.time_offsets;
	if (time_offsets_read(p->a, spec, &s->offsets_text, e))
		return -1;
	if (user && user->path && namespace_groups_go(p, spec, h, &s->no_groups, e) < 0)
		return -1;
	for (size_t i = 0; i < all->n; i++) {
		if (check_namespace(spec, i, arena_printf(p->a, "/linux/namespaces/%zu", i), e) < 0)
			return -1;
		if (all->v[i].path)
			plan_open(p, spec, i);
		else
			s->new |= (uint64_t)namespace_kinds[namespace_kind_find(all->v[i].type)].flag;
		s->helper |= all->v[i].path && strcmp(all->v[i].type, "time") != 0;
	}
	s->flags = s->new & ~later_flags(spec, s, h);
	plan_spawn(p, s, "spawn the container's init");
	return 0;
}
