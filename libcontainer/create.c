/* create.c - create: from a bundle to an init that waits for `start`. */
#include "create.h"
#include "cgroup/cgroup.h"
#include "delete.h"
#include "namespace/namespace.h"
#include "notify.h"
#include "os/fd.h"
#include "os/process.h"
#include "os/syscalls.h"
#include "process/process.h"
#include "rdt/rdt.h"
#include "walk.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define KILL_GRACE_MS 1000

int preserved_fds_check(unsigned sockets, unsigned preserved, struct error *e) {
	unsigned sockets_end = 3 + sockets, end = sockets_end + preserved;

	for (unsigned fd = 3; fd < end; fd++)
		if (fcntl((int)fd, F_GETFD) < 0)
			return fd < sockets_end
				       ? error_set(e, errno, NULL, "LISTEN_FDS %u: descriptor %u is not open", sockets,
						   fd)
				       : error_set(e, errno, NULL, "--preserve-fds %u: descriptor %u is not open",
						   preserved, fd);
	return 0;
}

/* A better word than "its cgroup is not empty" for an id that is taken. */
static int occupied_error(const struct request *request, struct error *e) {
	if (access(request->state_dir, F_OK) < 0)
		return -1;
	return error_set(e, 0, NULL, "cannot create container \"%s\": container with given ID already exists",
			 request->id);
}

static bool asks_for_label(const struct spec *spec) {
	return process_has_label(spec) || spec_label(spec->linux_.mount_label);
}

static int probe(struct container_env *env, const struct bundle *b, const char *id, struct host *h, struct error *e) {
	const struct spec *spec = &b->spec;

	if (host_probe(env->a, h, e) < 0 || (asks_for_label(spec) && host_probe_labels(env->a, h, e) < 0))
		return -1;
	if (spec->linux_.intel_rdt && rdt_probe(env->a, spec->linux_.intel_rdt, id, h, e) < 0)
		return bundle_locate(b, e);
	h->no_cgroups = env->cgroups == CONTAINER_NO_CGROUPS;
	return env->cgroups == CONTAINER_SYSTEMD ? cgroup_find_systemd(env->a, env->systemd_helper, h, e) : 0;
}

/* A manager that cannot be reached is not one that the process could notify. */
static void find_manager(struct container_env *env, struct making *m) {
	const struct spec *spec = &m->bundle.spec;

	m->manager_fd = notify_connect(env);
	if (m->manager_fd < 0 || !spec->process)
		return;
	if (!spec_has_new_namespace(spec, "mount")) {
		strings_add(env->a, &env->warnings,
			    arena_strdup(env->a, "NOTIFY_SOCKET: without a new mount namespace the process has none"));
		return;
	}
	m->request.notify_dir = arena_printf(env->a, "%s/notify", m->request.state_dir);
	m->record.has_notify = true;
}

int making_read(struct container_env *env, const struct container_create_options *o, bool wait_for_start,
		struct making *m, struct error *e) {
	m->manager_fd = -1;
	if (preserved_fds_check(o->socket_fds, o->preserve_fds, e) < 0 ||
	    bundle_load(env, o->bundle, o->config, &m->bundle, e) < 0 ||
	    bundle_request(env, &m->bundle, o, &m->request, e) < 0 || probe(env, &m->bundle, o->id, &m->host, e) < 0)
		return -1;
	if (!wait_for_start && !m->bundle.spec.process)
		return error_set(e, 0, "/process", "is required: there is nothing to run"),
		       bundle_locate(&m->bundle, e);
	m->request.wait_for_start = wait_for_start;
	m->request.interruptible = o->interruptible;
	m->request.foreground = o->foreground;
	if (bundle_record(env, &m->bundle, &m->request, &m->host, &m->record, e) < 0)
		return -1;
	find_manager(env, m);
	return 0;
}

int making_plan(struct container_env *env, struct making *m, struct error *e) {
	m->plan = (struct plan){.a = env->a, .request = &m->request};
	return bundle_plan(env, &m->bundle, &m->host, &m->record, &m->plan, e);
}

/* The init may not be in the record or its cgroup yet, so it is killed by what only we have: its pidfd. It may be frozen, which
 * the delete that follows sees to. */
static void kill_init(const struct run *r) {
	if (r->pidfd < 0)
		return;
	sys_pidfd_send_signal(r->pidfd, SIGKILL);
	process_wait(r->pidfd, KILL_GRACE_MS);
}

/* What the walk holds open is given up first: the undoing needs descriptors too. */
void making_undo(struct container_env *env, struct making *m, struct error *e) {
	auto_close int state_fd = fd_take(&m->run.state_fd);
	auto_close int lock_fd = fd_take(&m->run.lock_fd); /* held until it is undone */

	/* Who failed in a step has said why; who is gone without a word may have been killed. */
	if (!e->step[0] && m->run.pidfd >= 0 && process_wait(m->run.pidfd, 0) == 0)
		cgroup_blame_memory(&m->record.cgroups, e);
	bundle_locate(&m->bundle, e);
	net_devices_give_back(&m->run, e);
	kill_init(&m->run);
	making_done(m);
	if (state_fd >= 0)
		delete_after_failure(env, state_fd, m->request.id, e);
	fd_close(&lock_fd);
	if (m->run.pid > 0)
		waitpid(m->run.pid, NULL, WNOHANG);
	if (m->run.pid_file_written)
		unlink(m->request.pid_file);
}

void making_done(struct making *m) {
	fd_close(&m->manager_fd);
	walk_done(&m->run);
}

/* All that can be known to be wrong before anything is made. */
static int compile(struct container_env *env, struct making *m, struct error *e) {
	if (m->host.euid != 0)
		return error_set(e, 0, NULL, "not root, and containers without root are not supported yet: use sudo");
	if (cgroup_missing(env->a, &m->host, &m->record.cgroups, &m->record.cgroups_made, e) < 0)
		return occupied_error(&m->request, e);
	if (making_plan(env, m, e) < 0)
		return -1;
	if (seccomp_prepare(&m->plan, &m->host, e) < 0)
		return bundle_locate(&m->bundle, e);
	if (env->debugging)
		seccomp_tell_unknown(env->a, m->bundle.spec.linux_.seccomp, &env->debug);
	return 0;
}

int making_create(struct container_env *env, const struct container_create_options *o, bool wait_for_start,
		  struct making *m, struct error *e) {
	if (making_read(env, o, wait_for_start, m, e) < 0 || compile(env, m, e) < 0)
		return fd_close(&m->manager_fd), -1;
	if (walk_init(&m->run, &m->plan, e) == 0 && walk_host(&m->run, e) == 0)
		return 0;
	making_undo(env, m, e);
	return -1;
}

int container_create(struct container_env *env, const struct container_create_options *o, struct error *e) {
	struct making *m = arena_new(env->a, struct making);

	if (making_create(env, o, true, m, e) < 0)
		return -1;
	making_done(m);
	return 0;
}
