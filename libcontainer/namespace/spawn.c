/* spawn.c - the one place that spawns: the container's init, or a process that joins it.
 *
 * A new namespace is a flag of the clone. A joined one is entered by a short-lived helper that shares the runtime's memory and
 * descriptors and then clones the process as its own sister (CLONE_PARENT): the runtime itself never changes its namespaces, its
 * root or its user, and stays the parent. Only time namespaces refuse a process that shares memory: the runtime
 * itself enters those, and goes back. */
#include "internal.h"
#include "../os/syscalls.h"
#include "../os/fd.h"
#include "../os/wait.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define INIT_STACK_SIZE (1 << 20) /* address space: the helper's, and the init walks its whole plan on it */

const struct namespace_kind namespace_kinds[] = {
	{"mount", "mnt", "--mount", CLONE_NEWNS},  {"pid", "pid", "--pid", CLONE_NEWPID},
	{"network", "net", "--net", CLONE_NEWNET}, {"ipc", "ipc", "--ipc", CLONE_NEWIPC},
	{"uts", "uts", "--uts", CLONE_NEWUTS},     {"cgroup", "cgroup", "--cgroup", CLONE_NEWCGROUP},
	{"time", "time", "--time", CLONE_NEWTIME}, {"user", "user", "--user", CLONE_NEWUSER},
};

const char *const namespace_names[] = {"mount", "pid", "network", "ipc", "uts", "cgroup", "time", "user", NULL};

bool namespace_is_ours(int fd, size_t kind) {
	char own[32];
	struct stat theirs, ours;

	snprintf(own, sizeof(own), "/proc/self/ns/%s", namespace_kinds[kind].proc);
	return fstat(fd, &theirs) == 0 && stat(own, &ours) == 0 && theirs.st_ino == ours.st_ino &&
	       theirs.st_dev == ours.st_dev;
}

size_t namespace_kind_find(const char *type) {
	size_t kind = 0;

	while (kind < N_NAMESPACE_KINDS && strcmp(namespace_kinds[kind].type, type) != 0)
		kind++;
	return kind;
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
	if (kind == NAMESPACE_TIME || r->namespace_fds[kind] < 0)
		return 0;
	return setns(r->namespace_fds[kind], namespace_kinds[kind].flag) == 0 ? 0 : -errno;
}

struct helper {
	struct run *r;
	const struct spawn *spawn;
	int runtime, rc;
};

/* Of a container's init, with one call: all that differs but its time namespace, which the runtime has entered, and its user
 * namespace, which is entered last (join.c). */
static int join_init(const struct run *r) {
	int flags = r->join & ~(CLONE_NEWTIME | CLONE_NEWUSER);

	return r->init_fd < 0 || flags == 0 || setns(r->init_fd, flags) == 0 ? 0 : -errno;
}

static int helper_main(void *arg) {
	struct helper *h = arg;

	h->rc = 0;
	if (h->spawn->no_groups && syscall(SYS_setgroups, 0, NULL) < 0)
		h->rc = -errno;
	if (h->spawn->user_first && h->rc == 0)
		h->rc = join_kind(h->r, NAMESPACE_USER);
	for (size_t kind = 0; kind < NAMESPACE_USER && h->rc == 0; kind++)
		h->rc = join_kind(h->r, kind);
	if (!h->spawn->user_first && h->rc == 0)
		h->rc = join_kind(h->r, NAMESPACE_USER);
	if (h->rc == 0)
		h->rc = join_init(h->r);
	if (h->rc == 0)
		h->rc = spawn_init(h->r, h->spawn, h->runtime, CLONE_PARENT);
	return 0; /* clone(2) ends it with this */
}

static int spawn_by_helper(struct run *r, const struct spawn *s, int runtime) {
	struct helper h = {.r = r, .spawn = s, .runtime = runtime, .rc = -ECHILD}; /* of one that is killed */
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
	bool init = r->init_fd >= 0 && (r->join & CLONE_NEWTIME);

	if (!init && r->namespace_fds[NAMESPACE_TIME] < 0 && !s->offsets_text)
		return 0;
	*own = open("/proc/self/ns/time", O_RDONLY | O_CLOEXEC);
	if (*own < 0)
		return -errno;
	if (init)
		return setns(r->init_fd, CLONE_NEWTIME) == 0 ? 0 : -errno;
	if (r->namespace_fds[NAMESPACE_TIME] >= 0)
		return setns(r->namespace_fds[NAMESPACE_TIME], CLONE_NEWTIME) == 0 ? 0 : -errno;
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
	for (size_t i = 0; i < N_NAMESPACE_KINDS; i++)
		fd_close(&r->namespace_fds[i]);
	return rc;
}

static long long seconds(const struct spec_time_offset *offset) {
	return offset ? (long long)offset->secs : 0;
}

static void shell_spawn(struct text *out, const void *arg) {
	const struct spawn *s = arg;

	text_add(out, "spawn");
	for (size_t i = 0; i < N_NAMESPACE_KINDS; i++)
		if (s->new &(uint64_t)namespace_kinds[i].flag)
			text_add(out, " %s", namespace_kinds[i].option);
	if (s->offsets_text)
		text_add(out, " --monotonic %lld --boottime %lld", seconds(s->offsets->monotonic),
			 seconds(s->offsets->boottime));
}

void plan_spawn(struct plan *p, const struct spawn *s, const char *says) {
	plan_add(p, HOST, run_spawn, s, "/linux/namespaces", NO_INDEX, shell_spawn, says);
}

/* INSIDE: the record names us now and is the guard; a runtime that ends in peace must not take us with it. */
static int run_disarm(struct run *r, const void *arg) {
	(void)r, (void)arg;
	return prctl(PR_SET_PDEATHSIG, 0) == 0 ? 0 : -errno;
}

void plan_disarm(struct plan *p) {
	plan_add(p, INSIDE, run_disarm, NULL, NULL, NO_INDEX, NULL, "outlive the runtime");
}
