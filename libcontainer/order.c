/* order.c - plan_container(): how a container is made, from config.json to execve; plan_exec_container(), how a process comes
 * into one; and plan_running_mounts(), how mounts do. */
#include "order.h"
#include "cgroup/cgroup.h"
#include "namespace/namespace.h"
#include "notify.h"
#include "os/fd.h"
#include "os/procfs.h"
#include "process/process.h"
#include "rdt/rdt.h"
#include "rootfs/rootfs.h"
#include "start.h"
#include <errno.h>
#include <sched.h>
#include <string.h>

static int run_procfs(struct run *r, const void *arg) {
	const enum procfs_kind *kind = arg;

	fd_close(&r->procfs_fd);
	r->procfs_fd = procfs_open(*kind);
	return r->procfs_fd < 0 ? -errno : 0;
}

/* fsopen("proc") needs privilege over the pid namespace, and is refused to who is itself in a container (kernel.md). */
static void plan_procfs(struct plan *p, enum side side, const struct spec *spec, const struct host *h) {
	static const enum procfs_kind private = PROCFS_PRIVATE, caller = PROCFS_CALLER;
	bool own_user = side == INSIDE && spec_namespace(spec, "user") && !spec_has_new_namespace(spec, "pid");
	bool use_caller = h->euid != 0 || h->in_user_namespace || own_user;

	plan_add(p, side, run_procfs, use_caller ? &caller : &private, NULL, NO_INDEX, NULL, "open a procfs");
}

/* INSIDE, with everything in place: what it needed for that goes, and what it has of the host's. */
static int run_let_go(struct run *r, const void *preserve_fds) {
	const int kept[] = {r->turn_fds[INSIDE], r->pidfd,       r->report_fd,  r->start_fd,
			    r->root_fd,          r->hook_fds[0], r->hook_fds[1]};
	int first = 3 + (int)*(const unsigned *)preserve_fds;

	return fd_close_others(first, kept, sizeof(kept) / sizeof(*kept));
}

/* Where nobody is waited for on the way, not `start`, no hook and no agent, execve does it. */
static void plan_let_go(struct plan *p, const struct spec *spec) {
	if (p->request->wait_for_start || spec->hooks.start_container.n || seccomp_notifies(spec))
		plan_add(p, INSIDE, run_let_go, &p->request->preserve_fds, NULL, NO_INDEX, NULL,
			 "close what it needs no longer");
}

/* Host: all that is made before there is a process, the spawn, and what only the host may do for it. */
static int plan_outside(struct plan *p, const struct spec *spec, const struct host *h, const struct record *record,
			struct error *e) {
	if (plan_hook_output(p, spec, e) || plan_cgroup(p, spec, h, &record->cgroups, e) ||
	    plan_namespaces(p, spec, h, e)) /* limits, then spawn */
		return -1;
	plan_record_init(p); /* from here the record names the init; until then it waits */
	if (plan_cgroup_unit(p, spec, h, &record->unit, &record->cgroups, e) || /* systemd's scope, then limits */
	    plan_rdt(p, spec, h, &record->rdt, e)) /* its part of the cache and of the memory's bandwidth */
		return -1;
	if (spec_namespace(spec, "user") || mounts_are_idmapped(spec) ||
	    (spec->process && spec->process->oom_score_adj))
		plan_procfs(p, HOST, spec, h);
	return plan_idmap(p, spec, e) || plan_net_devices(p, spec, h, e) || plan_process_host(p, spec, h, e) ? -1 : 0;
}

/* Inside: the root file system with all that is in it; and the hooks that may still see the host's. */
static int plan_file_systems(struct plan *p, const struct spec *spec, const struct host *h, const struct record *record,
			     struct error *e) {
	if (rootfs_is_apart(spec))
		plan_procfs(p, INSIDE, spec, h);
	if (plan_rootfs(p, spec, h, e) || plan_mounts(p, spec, h, &record->cgroups, e) || plan_devices(p, spec, h, e) ||
	    plan_terminal(p, spec->process, e))
		return -1;
	plan_console(p, spec);
	if (plan_hooks(p, spec, h, HOOK_PRESTART, e) ||
	    plan_hooks(p, spec, h, HOOK_CREATE_RUNTIME, e) || /* host, inside: hooks */
	    plan_hooks(p, spec, h, HOOK_CREATE_CONTAINER, e))
		return -1;
	return plan_masks(p, spec, h, e);
}

int plan_container(struct plan *p, const struct spec *spec, const struct host *h, const struct record *record,
		   const char *config, struct error *e) {
	if (plan_console_socket(p, spec->process, e) || /* host: is somebody there who receives the terminal? */
	    plan_state(p, record, config, e))           /* host: the record, before anything that it must undo */
		return -1;
	plan_notify(p); /* host: the socket on which the process notifies */
	if (plan_outside(p, spec, h, record, e))
		return -1;

	plan_disarm(p); /* inside: its first step */
	plan_cgroup_join(p, spec, h, &record->cgroups);
	plan_affinity(p, h);
	plan_become_root(p, spec);
	plan_loopback(p, spec);
	if (plan_file_systems(p, spec, h, record, e) || plan_names(p, spec, e))
		return -1;
	if (spec->linux_.sysctl.n || process_has_label(spec))
		plan_procfs(p, INSIDE, spec, h);
	plan_cwd(p, spec);
	if (plan_sysctl(p, spec, e) || plan_pivot(p, spec, e) || plan_process(p, spec, h, e))
		return -1;

	if (p->request->wait_for_start)
		plan_hear_endings(p);
	plan_let_go(p, spec);
	if (plan_scheduling(p, spec, e) < 0 || plan_pidfd(p, spec, e) < 0) /* host: last, when the init forks no more */
		return -1;
	plan_hand_terminal(p, spec->process);
	plan_created(p); /* host: `create` ends here */
	if (p->request->wait_for_start)
		plan_wait(p); /* inside: until `start` */
	return plan_exec(p, spec, h, e);
}

/* INSIDE: from here on it holds nothing of the host's but what it still needs. Nobody may look: it is not dumpable. */
static int run_leave_host(struct run *r, const void *preserve_fds) {
	const int kept[] = {r->turn_fds[INSIDE], r->pass_fds[INSIDE], r->pidfd, r->report_fd, r->root_fd, r->procfs_fd};
	int first = 3 + (int)*(const unsigned *)preserve_fds;

	return fd_close_others(first, kept, sizeof(kept) / sizeof(*kept));
}

/* In exec every namespace of the config is one that is joined: none of them is made, and none belongs to the process alone. */
static struct spec *spec_of_joined(struct arena *a, const struct spec *spec) {
	struct spec *joined = arena_new(a, struct spec);
	const struct spec_namespaces *all = &spec->linux_.namespaces;
	struct spec_namespace *v = arena_alloc(a, (all->n + 1) * sizeof(*v));
	static char of_the_init[] = "the init's";

	*joined = *spec;
	for (size_t i = 0; i < all->n; i++)
		v[i] = (struct spec_namespace){all->v[i].type, of_the_init};
	joined->linux_.namespaces = (struct spec_namespaces){v, all->n};
	return joined;
}

int plan_exec_container(struct plan *p, const struct spec *container, const struct host *h,
			const struct joined_container *at, struct error *e) {
	const struct spec *spec = spec_of_joined(p->a, container);
	const struct record *record = at->record;

	if (plan_console_socket(p, spec->process, e) ||
	    plan_cgroup_enter(p, h, &record->cgroups, at->cgroups, (pid_t)record->head.init.pid, e))
		return -1;
	if (process_has_label(spec) || spec_namespace(spec, "user") || spec->process->oom_score_adj)
		plan_procfs(p, HOST, spec, h); /* host: before the spawn, since the inside needs it for its label */
	plan_affinity_initial(p, spec);
	if (plan_join(p, container, h, &record->head.init, 0, e)) /* host: spawn, in the namespaces of the init */
		return -1;
	plan_rdt_enter(p, &record->rdt);
	if (plan_process_host(p, spec, h, e))
		return -1;

	plan_cgroup_entered(p, &record->cgroups); /* inside: its first step */
	plan_affinity_final(p, spec, h);
	if (plan_join_later(p, spec, h, e))
		return -1;
	plan_add(p, INSIDE, run_leave_host, &p->request->preserve_fds, NULL, NO_INDEX, NULL, "leave the host behind");
	plan_become_root(p, spec);
	if (plan_terminal(p, spec->process, e) || plan_process(p, spec, h, e))
		return -1;

	plan_let_go(p, spec);
	if (plan_scheduling(p, spec, e) < 0)
		return -1;
	plan_pidfd_joined(p); /* host: last */
	plan_hand_terminal(p, spec->process);
	plan_disarm(p); /* inside: until execve */
	return plan_exec(p, spec, h, e);
}

/* INSIDE, last: there is no execve to tell that all went well. */
static int run_done(struct run *r, const void *arg) {
	(void)arg;
	r->report->exec_called = 1;
	return 0;
}

/* A new procfs shows the pid namespace of who makes it. Else the process stays out of that: nobody there can look into it. */
static bool shows_processes(const struct spec *spec) {
	for (size_t i = 0; i < spec->mounts.n; i++)
		if (spec->mounts.v[i].type && strcmp(spec->mounts.v[i].type, "proc") == 0)
			return true;
	return false;
}

int plan_running_mounts(struct plan *p, const struct spec *spec, const struct host *h, const struct record *record,
			bool add, struct error *e) {
	bool seen = add && shows_processes(spec);
	const struct spec *joined = spec_of_joined(p->a, spec);

	plan_procfs(p, HOST, spec, h);
	if (plan_join(p, spec, h, &record->head.init, seen ? 0 : CLONE_NEWPID,
		      e)) /* host: spawn, in the others of the init */
		return -1;
	plan_disarm(p); /* inside: should the runtime be killed, it ends what it does, or undoes it */
	if (plan_join_later(p, joined, h, e))
		return -1;
	plan_become_root(p, joined);
	if (seen)
		plan_add(p, INSIDE, run_leave_host, &p->request->preserve_fds, NULL, NO_INDEX, NULL,
			 "leave the host behind");
	if (add ? plan_mounts_running(p, spec, h, e) : plan_unmounts(p, spec, e))
		return -1;
	plan_add(p, INSIDE, run_done, NULL, NULL, NO_INDEX, NULL, "say that it is done");
	return 0;
}
