/* start.c - start: let a created init execute process.args, and learn whether it did. */
#include "start.h"
#include "bundle.h"
#include "delete.h"
#include "os/fd.h"
#include "os/wait.h"
#include "process/process.h"
#include "query.h"
#include "walk.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LOCK_TIMEOUT_MS 10000
#define GO 's'

/* A connection that ends without a word is somebody who asked for the state. */
static int run_wait(struct run *r, const void *arg) {
	char word;

	(void)arg;
	for (;;) {
		auto_close int connection = accept4(r->start_fd, NULL, NULL, SOCK_CLOEXEC);

		if (connection < 0 && errno != EINTR && errno != ECONNABORTED)
			return -errno;
		if (connection < 0 || recv(connection, &word, 1, 0) != 1 || word != GO)
			continue;
		fd_close(&r->start_fd); /* from here connect is refused: running */
		r->start_fd = fd_take(&connection);
		return fd_send(r->start_fd, &r->report_fd, 1);
	}
}

void plan_wait(struct plan *p) {
	plan_add(p, INSIDE, run_wait, NULL, NULL, NO_INDEX, NULL, "wait for `start`");
}

static int start_connect(int state_fd) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_close int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/start", state_fd);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return fd_take(&fd);
}

bool start_is_awaited(int state_fd) {
	auto_close int fd = start_connect(state_fd);

	return fd >= 0;
}

/* From "go" until the init has executed process.args or says why not. */
static int start_release(int connection, int init, const struct record *record, struct error *e) {
	auto_close int report_fd = -1;
	struct report *report;
	int rc;

	if (send(connection, &(char){GO}, 1, MSG_NOSIGNAL) != 1)
		return error_set(e, errno, NULL, "cannot start container \"%s\"", record->id);
	wait_for(connection, init, -1);
	rc = fd_receive(connection, &report_fd, 1);
	if (rc < 0)
		return error_set(e, -rc, NULL, "cannot start container \"%s\": its init is gone", record->id);
	report = mmap(NULL, sizeof(*report), PROT_READ, MAP_SHARED, report_fd, 0);
	if (report == MAP_FAILED)
		return error_set(e, errno, NULL, "cannot read the init's report");
	rc = walk_wait_exec(connection, init, report, e);
	munmap(report, sizeof(*report));
	return rc;
}

static int start_hooks(struct container_env *env, int state_fd, const struct record *record, struct error *e) {
	struct bundle b;
	size_t failed;

	if (!record->poststart)
		return 0;
	if (bundle_load_copy(env, state_fd, &b, e) < 0)
		return -1;
	return hooks_run(&b.spec.hooks.poststart, "/hooks/poststart", query_hook_state(env->a, record, "running"),
			 &failed, e);
}

int container_start(struct container_env *env, const char *id, struct error *e) {
	auto_close int state_fd = state_open(env->root, id, e), lock = -1, init = -1, connection = -1;
	struct record record = {0};
	const char *status;

	if (state_fd < 0)
		return -1;
	if (state_lock(state_fd, LOCK_TIMEOUT_MS, &lock) < 0)
		return error_set(e, 0, NULL, "container \"%s\" is being changed by another command", id);
	if (record_read(env->a, state_fd, &record, e) < 0)
		return -1;
	status = query_status(state_fd, &record);
	if (strcmp(status, "created") != 0)
		return error_set(e, 0, NULL, "cannot start container \"%s\": it is %s, not created", id, status);
	if (!record.process)
		return error_set(e, 0, "/process", "cannot start container \"%s\": its config has no process", id);
	init = process_open(&record.head.init);
	connection = start_connect(state_fd);
	if (init < 0 || connection < 0)
		return error_set(e, errno, NULL, "cannot reach the init of container \"%s\"", id);
	if (start_release(connection, init, &record, e) < 0 || start_hooks(env, state_fd, &record, e) < 0) {
		/* runtime.md, lifecycle 7 to 9: what fails here stops the container, and it is destroyed. */
		delete_after_failure(env, state_fd, id, true);
		return -1;
	}
	return 0;
}
