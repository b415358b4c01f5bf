/* namespaces.c - linux.namespaces: what is opened and joined, what is made new, and the one place that spawns.
 *
 * A new namespace is a flag of the clone. A joined one is entered by a short-lived helper that shares the runtime's memory and
 * descriptors and then clones the init as its own sister (CLONE_PARENT): the runtime itself never changes its namespaces, its
 * root or its user, and stays the parent. Only time namespaces refuse a process that shares memory: the runtime
 * itself enters those, and goes back. */
#include "internal.h"
#include "../annotations.h"
#include "../os/fd.h"
#include "../os/syscalls.h"
#include "../os/wait.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define INIT_STACK_SIZE (1 << 20) /* address space: the helper's, and the init walks its whole plan on it */

/* The order in which namespaces are joined by a privileged runtime: the user namespace last, since those of the host could
 * not be joined from inside it. A runtime without privilege gets its rights from the user namespace: first. */
static const struct kind {
	const char *type, *proc, *option;
	int flag;
} kinds[] = {
	{"mount", "mnt", "--mount", CLONE_NEWNS},  {"pid", "pid", "--pid", CLONE_NEWPID},
	{"network", "net", "--net", CLONE_NEWNET}, {"ipc", "ipc", "--ipc", CLONE_NEWIPC},
	{"uts", "uts", "--uts", CLONE_NEWUTS},     {"cgroup", "cgroup", "--cgroup", CLONE_NEWCGROUP},
	{"time", "time", "--time", CLONE_NEWTIME}, {"user", "user", "--user", CLONE_NEWUSER},
};
#define N_KINDS (sizeof(kinds) / sizeof(*kinds))
#define USER (N_KINDS - 1)
#define TIME (N_KINDS - 2)

const char *const namespace_names[] = {"mount", "pid", "network", "ipc", "uts", "cgroup", "time", "user", NULL};

/* What the spawn needs to know. */
struct spawn {
	uint64_t new;    /* new namespaces */
	uint64_t flags;  /* those of them that the clone makes */
	bool helper;     /* something is joined */
	bool user_first; /* join the user namespace before the others */
	bool no_groups;  /* leave the caller's groups: a user namespace that is joined may deny that */
	bool hidden;     /* not dumpable: no process of another container may look into the init before execve */
	const struct spec_time_offsets *offsets; /* of a new time namespace */
	const char *offsets_text;                /* the same for timens_offsets; NULL: none */
};

/* A namespace to join. */
struct join {
	size_t kind;
	const char *path;
	const char *changed_by; /* refuse the runtime's own, which this field would change; NULL: none would */
};

static bool same_as_ours(int fd, const struct kind *kind) {
	char own[32];
	struct stat theirs, ours;

	snprintf(own, sizeof(own), "/proc/self/ns/%s", kind->proc);
	return fstat(fd, &theirs) == 0 && stat(own, &ours) == 0 && theirs.st_ino == ours.st_ino &&
	       theirs.st_dev == ours.st_dev;
}

/* Left at -1 where the namespace is the one we are in: setns() into one's own user namespace is EINVAL. */
static int run_namespace(struct run *r, const void *arg) {
	const struct join *join = arg;
	const struct kind *kind = &kinds[join->kind];
	auto_close int fd = open(join->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (ioctl(fd, NS_GET_NSTYPE) != kind->flag)
		return run_hint(r, "%s is no %s namespace", join->path, kind->type), -EINVAL;
	if (!same_as_ours(fd, kind)) {
		r->namespace_fds[join->kind] = fd_take(&fd);
		return 0;
	}
	if (join->changed_by)
		return run_hint(r, "it is the runtime's own, and %s would change the host", join->changed_by), -EINVAL;
	return 0;
}

static void shell_namespace(struct text *out, const void *arg) {
	const struct join *join = arg;

	text_add(out, "join %s=", kinds[join->kind].option);
	text_add_quoted(out, join->path);
}

/* First acts of the inside: die with the runtime until the record names us, and look whether it is already dead. */
static _Noreturn void inside(struct run *r, int runtime) {
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	umask(0); /* what is made for the container has its mode at once; the process gets its umask at the end */
	if (wait_for(-1, runtime, 0) != -ETIMEDOUT)
		_exit(1);
	r->pidfd = runtime;
	r->inside(r);
	_exit(1);
}

static int spawn_init(struct run *r, const struct spawn *s, int runtime, uint64_t parent) {
	int pidfd = -1;
	struct clone_args args = {
		.flags = s->flags | parent | CLONE_PIDFD | CLONE_CLEAR_SIGHAND |
			 (r->cgroup_fd >= 0 ? CLONE_INTO_CGROUP : 0),
		.pidfd = (uintptr_t)&pidfd,
		.exit_signal = parent ? 0 : SIGCHLD, /* a sister inherits the helper's */
		.cgroup = r->cgroup_fd >= 0 ? (uint64_t)r->cgroup_fd : 0,
	};
	pid_t pid = sys_clone3(&args);

	if (pid < 0)
		return -errno;
	if (pid == 0)
		inside(r, runtime);
	r->pid = pid;
	r->pidfd = pidfd;
	return 0;
}

static int join_kind(const struct run *r, size_t kind) {
	if (kind == TIME || r->namespace_fds[kind] < 0)
		return 0;
	return setns(r->namespace_fds[kind], kinds[kind].flag) == 0 ? 0 : -errno;
}

struct helper {
	struct run *r;
	const struct spawn *spawn;
	int runtime, rc;
};

static int helper_main(void *arg) {
	struct helper *h = arg;

	if (h->spawn->no_groups && syscall(SYS_setgroups, 0, NULL) < 0)
		h->rc = -errno;
	if (h->spawn->user_first && h->rc == 0)
		h->rc = join_kind(h->r, USER);
	for (size_t kind = 0; kind < USER && h->rc == 0; kind++)
		h->rc = join_kind(h->r, kind);
	if (!h->spawn->user_first && h->rc == 0)
		h->rc = join_kind(h->r, USER);
	if (h->rc == 0)
		h->rc = spawn_init(h->r, h->spawn, h->runtime, CLONE_PARENT);
	_exit(0);
}

static int spawn_by_helper(struct run *r, const struct spawn *s, int runtime) {
	struct helper h = {.r = r, .spawn = s, .runtime = runtime};
	char *stack =
		mmap(NULL, INIT_STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (stack == MAP_FAILED)
		return -errno;
	pid_t pid = clone(helper_main, stack + INIT_STACK_SIZE, CLONE_VM | CLONE_FILES | CLONE_VFORK | SIGCHLD, &h);
	if (pid < 0)
		h.rc = -errno;
	else
		waitpid(pid, NULL, 0);
	munmap(stack, INIT_STACK_SIZE);
	return h.rc;
}

/* Makes children be born into another time namespace. *own is how to come back. timens_offsets is written by the process
 * that unshared, before its first child: after clone3(CLONE_NEWTIME) it would be EACCES. */
static int time_enter(struct run *r, const struct spawn *s, int *own) {
	if (r->namespace_fds[TIME] < 0 && !s->offsets_text)
		return 0;
	*own = open("/proc/self/ns/time", O_RDONLY | O_CLOEXEC);
	if (*own < 0)
		return -errno;
	if (r->namespace_fds[TIME] >= 0)
		return setns(r->namespace_fds[TIME], CLONE_NEWTIME) == 0 ? 0 : -errno;
	if (unshare(CLONE_NEWTIME) < 0)
		return -errno;
	return time_offsets_write(r, s->offsets, s->offsets_text);
}

static int run_spawn(struct run *r, const void *arg) {
	const struct spawn *s = arg;
	auto_close int runtime = sys_pidfd_open(getpid(), 0), own_time = -1;
	int rc;

	if (runtime < 0)
		return -errno;
	if (s->hidden && prctl(PR_SET_DUMPABLE, 0) < 0)
		return -errno;
	rc = time_enter(r, s, &own_time);
	if (rc == 0)
		rc = s->helper ? spawn_by_helper(r, s, runtime) : spawn_init(r, s, runtime, 0);
	if (own_time >= 0 && setns(own_time, CLONE_NEWTIME) < 0 && rc == 0)
		rc = -errno;
	for (size_t i = 0; i < N_KINDS; i++)
		fd_close(&r->namespace_fds[i]);
	return rc;
}

static long long seconds(const struct spec_time_offset *offset) {
	return offset ? (long long)offset->secs : 0;
}

static void shell_spawn(struct text *out, const void *arg) {
	const struct spawn *s = arg;

	text_add(out, "spawn");
	for (size_t i = 0; i < N_KINDS; i++)
		if (s->new &(uint64_t)kinds[i].flag)
			text_add(out, " %s", kinds[i].option);
	if (s->offsets_text)
		text_add(out, " --monotonic %lld --boottime %lld", seconds(s->offsets->monotonic),
			 seconds(s->offsets->boottime));
}

/* INSIDE: the record names us now and is the guard; a runtime that ends in peace must not take us with it. */
static int run_disarm(struct run *r, const void *arg) {
	(void)r, (void)arg;
	return prctl(PR_SET_PDEATHSIG, 0) == 0 ? 0 : -errno;
}

void plan_disarm(struct plan *p) {
	plan_add(p, INSIDE, run_disarm, NULL, NULL, NO_INDEX, NULL, "outlive the runtime");
}

static size_t kind_find(const char *type) {
	size_t kind = 0;

	while (kind < N_KINDS && strcmp(kinds[kind].type, type) != 0)
		kind++;
	return kind;
}

static int check_namespace(const struct spec *spec, size_t i, const char *field, struct error *e) {
	const struct spec_namespace *n = &spec->linux_.namespaces.v[i];

	if (kind_find(n->type) == N_KINDS)
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

static void plan_join(struct plan *p, const struct spec *spec, size_t i) {
	const struct spec_namespace *n = &spec->linux_.namespaces.v[i];
	struct join *join = arena_new(p->a, struct join);

	*join = (struct join){.kind = kind_find(n->type), .path = n->path};
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

/* The annotation is for who wants the caller's groups to stay. */
static int plan_no_groups(struct plan *p, const struct spec *spec, const struct host *h, bool *no_groups,
			  struct error *e) {
	const struct spec_namespace *user = spec_namespace(spec, "user");
	bool keep = false;

	if (!user || !user->path)
		return 0;
	if (annotation_is_on(p, spec, ANNOTATION_KEEP_ORIGINAL_GROUPS, &keep, e) < 0)
		return -1;
	*no_groups = !keep && h->cap_effective & 1ULL << CAP_SETGID;
	return 0;
}

int plan_namespaces(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	const struct spec_namespaces *all = &spec->linux_.namespaces;
	struct spawn *s = arena_new(p->a, struct spawn);

	*s = (struct spawn){.hidden = h->euid == 0, .user_first = h->euid != 0};
	s->offsets = &spec->linux_.time_offsets;
	if (time_offsets_read(p->a, spec, &s->offsets_text, e) || plan_no_groups(p, spec, h, &s->no_groups, e))
		return -1;
	for (size_t i = 0; i < all->n; i++) {
		if (check_namespace(spec, i, arena_printf(p->a, "/linux/namespaces/%zu", i), e) < 0)
			return -1;
		if (all->v[i].path)
			plan_join(p, spec, i);
		else
			s->new |= (uint64_t)kinds[kind_find(all->v[i].type)].flag;
		s->helper |= all->v[i].path && strcmp(all->v[i].type, "time") != 0;
	}
	s->flags = s->new & ~later_flags(spec, s, h);
	plan_add(p, HOST, run_spawn, s, "/linux/namespaces", NO_INDEX, shell_spawn, "spawn the container's init");
	return 0;
}
