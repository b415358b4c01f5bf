/* rlimits.c - process.rlimits: raised by the runtime before, set by the process itself last.
 *
 * A hard limit is raised by the host, since root of a user namespace cannot. Everything else, lowering above all, waits until
 * the runtime's own work is done: a small RLIMIT_NOFILE or RLIMIT_AS would make that fail. */
#include "internal.h"
#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The names are RLIMIT_ and these; in small letters they are the options of prlimit(1). */
#define RLIMIT(name, option) \
	{ "RLIMIT_" #name, option, RLIMIT_##name }

static const struct resource {
	const char *type, *option;
	int number;
} resources[] = {
	RLIMIT(AS, "as"),
	RLIMIT(CORE, "core"),
	RLIMIT(CPU, "cpu"),
	RLIMIT(DATA, "data"),
	RLIMIT(FSIZE, "fsize"),
	RLIMIT(LOCKS, "locks"),
	RLIMIT(MEMLOCK, "memlock"),
	RLIMIT(MSGQUEUE, "msgqueue"),
	RLIMIT(NICE, "nice"),
	RLIMIT(NOFILE, "nofile"),
	RLIMIT(NPROC, "nproc"),
	RLIMIT(RSS, "rss"),
	RLIMIT(RTPRIO, "rtprio"),
	RLIMIT(RTTIME, "rttime"),
	RLIMIT(SIGPENDING, "sigpending"),
	RLIMIT(STACK, "stack"),
	{NULL, NULL, -1},
};

/* struct rlimit64 of the kernel; RLIM64_INFINITY is the largest number, and is written so in config.json. */
struct limits {
	uint64_t soft, hard;
};

static long sys_prlimit(pid_t pid, int resource, const struct limits *new, struct limits *old) {
	return syscall(SYS_prlimit64, pid, resource, new, old);
}

/* The last one, without a type, when it is unknown. */
static const struct resource *resource_of(const char *type) {
	const struct resource *resource = resources;

	while (resource->type && strcmp(resource->type, type) != 0)
		resource++;
	return resource;
}

/* Of the container's init. */
static int run_rlimit_raise(struct run *r, const void *arg) {
	const struct spec_rlimit *l = arg;
	int resource = resource_of(l->type)->number;
	struct limits limits;

	if (sys_prlimit(r->pid, resource, NULL, &limits) < 0)
		return -errno;
	if (limits.hard >= l->hard)
		return 0;
	if (sys_prlimit(r->pid, resource, &(struct limits){limits.soft, l->hard}, NULL) == 0)
		return 0;
	if (errno == EPERM)
		run_hint(r, "%s: the hard limit of the caller is %llu, and more needs CAP_SYS_RESOURCE%s",
			 error_text(EPERM), (unsigned long long)limits.hard,
			 resource == RLIMIT_NOFILE ? " and a larger /proc/sys/fs/nr_open" : "");
	return -errno;
}

static int run_rlimit(struct run *r, const void *arg) {
	const struct spec_rlimit *l = arg;

	(void)r;
	return sys_prlimit(0, resource_of(l->type)->number, &(struct limits){l->soft, l->hard}, NULL) == 0 ? 0 : -errno;
}

static void add_limit(struct text *out, uint64_t limit) {
	if (limit == UINT64_MAX)
		text_add(out, "unlimited");
	else
		text_add(out, "%llu", (unsigned long long)limit);
}

void rlimit_add_option(struct text *out, const struct spec_rlimit *l) {
	text_add(out, " --%s=", resource_of(l->type)->option);
	add_limit(out, l->soft);
	text_add(out, ":");
	add_limit(out, l->hard);
}

static void shell_rlimit_raise(struct text *out, const void *arg) {
	text_add(out, "prlimit --pid \"$init\"");
	rlimit_add_option(out, arg);
}

static int check_rlimit(struct arena *a, const struct spec_rlimits *all, size_t i, struct error *e) {
	const struct spec_rlimit *l = &all->v[i];
	const char *field = arena_printf(a, "/process/rlimits/%zu", i);

	if (!resource_of(l->type)->type)
		return error_set(e, 0, arena_printf(a, "%s/type", field),
				 "unknown type \"%s\": RLIMIT_NOFILE and the others of getrlimit(2) are known",
				 l->type);
	if (l->soft > l->hard)
		return error_set(e, 0, arena_printf(a, "%s/soft", field),
				 "the soft limit %llu is above the hard limit %llu", (unsigned long long)l->soft,
				 (unsigned long long)l->hard);
	for (size_t j = 0; j < i; j++)
		if (strcmp(all->v[j].type, l->type) == 0)
			return error_set(e, 0, field, "a second limit of type %s: one is allowed", l->type);
	return 0;
}

int plan_rlimits_host(struct plan *p, const struct spec_process *process, struct error *e) {
	const struct spec_rlimits *all = &process->rlimits;

	for (size_t i = 0; i < all->n; i++) {
		if (check_rlimit(p->a, all, i, e) < 0)
			return -1;
		plan_add(p, HOST, run_rlimit_raise, &all->v[i], "/process/rlimits", (int)i, shell_rlimit_raise,
			 "raise the hard limit %s", all->v[i].type);
	}
	return 0;
}

void plan_rlimits(struct plan *p, const struct spec_process *process) {
	for (size_t i = 0; i < process->rlimits.n; i++)
		plan_add(p, INSIDE, run_rlimit, &process->rlimits.v[i], "/process/rlimits", (int)i, shell_later,
			 "set the limit %s", process->rlimits.v[i].type);
}
