/* pause.c - pause and resume: all processes of a container stop where they are, and go on. Whether they do is asked of the
 * kernel each time (query.c). */
#include "cgroup/freeze.h"
#include "os/fd.h"
#include "os/process.h"
#include "query.h"
#include <errno.h>
#include <string.h>

#define FREEZE_MS 5000 /* a process in the kernel stops when it comes back from there */

static int check_freezer(const struct record *record, struct error *e) {
	if (record->freezer)
		return 0;
	return error_set(e, 0, NULL, "container \"%s\" cannot be paused: it has no cgroup that freezes", record->id);
}

static int freeze_error(const struct record *record, int rc, const struct busy *busy, struct error *e) {
	if (rc == -ESRCH) /* meanwhile */
		return error_set(e, 0, NULL, "container not running: \"%s\" is stopped", record->id);
	if (rc == -ETIMEDOUT && busy->pid > 0)
		return error_set(e, 0, NULL,
				 "cannot pause container \"%s\": process %d (state %c) does not stop; it goes on",
				 record->id, (int)busy->pid, busy->state);
	return error_set(e, -rc, NULL, "cannot pause container \"%s\"", record->id);
}

int container_pause(struct container_env *env, const char *id, struct error *e) {
	struct record record = {0};
	auto_close int lock = -1, state_fd = state_open_locked(env, id, &lock, &record, e), init = -1;
	const char *status;
	struct busy busy = {0};
	int rc;

	if (state_fd < 0 || query_status(state_fd, &record, true, &status, e) < 0)
		return -1;
	if (strcmp(status, "running") != 0 && strcmp(status, "created") != 0)
		return error_set(e, 0, NULL, "container not running: \"%s\" is %s", id, status);
	if (check_freezer(&record, e) < 0)
		return -1;
	init = process_open(&record.head.init);
	if (init < 0 && init != -ESRCH)
		return error_set(e, -init, NULL, "cannot tell whether container \"%s\" is running", id);
	rc = init < 0 ? -ESRCH : cgroup_freeze(record.freezer, init, FREEZE_MS, &busy);
	return rc < 0 ? freeze_error(&record, rc, &busy, e) : 0;
}

int container_resume(struct container_env *env, const char *id, struct error *e) {
	struct record record = {0};
	auto_close int lock = -1, state_fd = state_open_locked(env, id, &lock, &record, e);
	const char *status;
	int rc;

	if (state_fd < 0 || query_status(state_fd, &record, true, &status, e) < 0)
		return -1;
	if (strcmp(status, "paused") != 0)
		return error_set(e, 0, NULL, "container not paused: \"%s\" is %s", id, status);
	rc = cgroup_thaw(record.freezer);
	if (rc == -EBUSY)
		return error_set(e, 0, NULL, "cannot resume container \"%s\": a cgroup above its own is frozen; see %s",
				 id, record.freezer);
	return rc < 0 ? error_set(e, -rc, NULL, "cannot resume container \"%s\"", id) : 0;
}
