/* ps.c - ps: the processes of a container, as the host numbers them. */
#include "cgroup/cgroup.h"
#include "os/fd.h"
#include "query.h"
#include <string.h>

int container_ps(struct container_env *env, const char *id, struct uint32s *pids, struct error *e) {
	auto_close int state_fd = state_open(env->root, id, e);
	struct record record = {0};
	const char *status;
	int rc;

	if (state_fd < 0 || record_read_existing(env, id, state_fd, &record, e) < 0 ||
	    query_status(state_fd, &record, false, &status, e) < 0)
		return -1;
	if (strcmp(status, "stopped") == 0)
		return error_set(e, 0, NULL, "container not running: \"%s\" is stopped", id);
	if (record.cgroups.n == 0)
		return error_set(e, 0, NULL,
				 "container \"%s\" has no cgroup that tells its processes; its first is %lld", id,
				 (long long)record.head.init.pid);
	rc = cgroup_pids(env->a, &record.cgroups, pids);
	return rc < 0 ? error_set(e, -rc, NULL, "cannot read the cgroup of container \"%s\"", id) : 0;
}
