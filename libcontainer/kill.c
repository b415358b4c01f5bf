/* kill.c - kill: a signal to the init, by pidfd and start time, or to every process of the container. */
#include "cgroup/cgroup.h"
#include "os/fd.h"
#include "os/syscalls.h"
#include "query.h"
#include <errno.h>
#include <signal.h>
#include <string.h>

int container_kill(struct container_env *env, const char *id, int signal, bool all, struct error *e) {
	auto_close int state_fd = state_open(env->root, id, e), init = -1;
	struct record record = {0};
	int rc = 0;

	if (state_fd < 0 || record_read(env->a, state_fd, &record, e) < 0)
		return -1;
	init = process_open(&record.head.init);
	if (init < 0 && !all)
		return error_set(e, 0, NULL, "container not running: \"%s\" is %s", id,
				 query_status(state_fd, &record));
	if (all)
		rc = cgroup_signal(&record.cgroups, signal);
	else if (signal == SIGKILL &&
		 record.shares_pid) /* without a pid namespace of its own the others would live on */
		rc = cgroup_kill(&record.cgroups);
	if (rc == 0 && init >= 0 && sys_pidfd_send_signal(init, signal) < 0 && errno != ESRCH)
		rc = -errno;
	return rc == 0 ? 0 : error_set(e, -rc, NULL, "cannot send signal %d to container \"%s\"", signal, id);
}
