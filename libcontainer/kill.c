/* kill.c - kill: a signal to the init, by pidfd and start time, or to every process of the container. */
#include "cgroup/cgroup.h"
#include "os/fd.h"
#include "os/syscalls.h"
#include "query.h"
#include <errno.h>
#include <signal.h>
#include <string.h>

#define FROZEN_MS 50 /* a process that is not gone by then may be frozen */

static int signal_init(int init, int signal) {
	if (init < 0)
		return 0;
	return sys_pidfd_send_signal(init, signal) == 0 || errno == ESRCH ? 0 : -errno;
}

int container_kill(struct container_env *env, const char *id, int signal, bool all, struct error *e) {
	auto_close int state_fd = state_open(env->root, id, e), init = -1;
	struct record record = {0};
	int rc;

	if (state_fd < 0 || record_read_existing(env, id, state_fd, &record, e) < 0)
		return -1;
	init = process_open(&record.head.init);
	if (init < 0 && init != -ESRCH)
		return error_set(e, -init, NULL, "cannot tell whether container \"%s\" is running", id);
	if (init < 0 && !all)
		return error_set(e, 0, NULL, "container not running: \"%s\" has stopped or was not made yet", id);
	/* Without a pid namespace of its own the others would outlive the init. */
	if (all || (signal == SIGKILL && record.shares_pid))
		rc = record.cgroups.n ? cgroup_signal(&record.cgroups, signal) : signal_init(init, signal);
	else
		rc = signal_init(init, signal);
	if (rc == 0 && signal == SIGKILL && init >= 0 && process_wait(init, FROZEN_MS) < 0)
		rc = cgroup_kill(&record.cgroups); /* a frozen one dies when it is thawed, which that does */
	return rc == 0 ? 0 : error_set(e, -rc, NULL, "cannot send signal %d to container \"%s\"", signal, id);
}
