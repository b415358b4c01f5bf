/* start.c - start: let a created init execute process.args, and learn whether it did. */
#include "start.h"
#include "bundle.h"
#include "cgroup/cgroup.h"
#include "delete.h"
#include "notify.h"
#include "os/fd.h"
#include "os/tree.h"
#include "os/wait.h"
#include "process/process.h"
#include "query.h"
#include "walk.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_TIMEOUT_MS 10000 /* for an init that was let go to say so */
#define WORD_TIMEOUT_MS 200     /* for who has connected to say what for */
#define GO 's'

static void end(int signal) {
	_exit(128 + signal);
}

/* To the init of a pid namespace a signal comes only where it has a handler, which is gone with execve. */
static int run_hear_endings(struct run *r, const void *arg) {
	static const int endings[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	const struct sigaction action = {.sa_handler = end};

	(void)r, (void)arg;
	if (getpid() != 1)
		return 0;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (sigaction(endings[i], &action, NULL) < 0)
			return -errno;
	return 0;
}

/* A connection that ends without a word is somebody who asked for the state. */
static int run_wait(struct run *r, const void *arg) {
	char word;

	(void)arg;
	for (;;) {
		auto_close int connection = accept4(r->start_fd, NULL, NULL, SOCK_CLOEXEC);

		if (connection < 0 && errno != EINTR && errno != ECONNABORTED)
			return -errno;
		if (connection < 0 || wait_for(connection, -1, WORD_TIMEOUT_MS) < 0 ||
		    recv(connection, &word, 1, MSG_DONTWAIT) != 1 || word != GO)
			continue;
		fd_close(&r->start_fd); /* from here connect is refused: running */
		r->start_fd = fd_take(&connection);
		return fd_send(r->start_fd, &r->report_fd, 1);
	}
}

void plan_hear_endings(struct plan *p) {
	plan_add(p, INSIDE, run_hear_endings, NULL, NULL, NO_INDEX, NULL, "be ready to end by a signal");
}

void plan_wait(struct plan *p) {
	plan_add(p, INSIDE, run_wait, NULL, NULL, NO_INDEX, NULL, "wait for `start`");
}

/* Never waits: the init may be stopped or frozen. EAGAIN: it waits, and does not get to its visitors. */
static int start_connect(int state_fd) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_close int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/start", state_fd);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return fd_take(&fd);
}

bool start_is_awaited(int state_fd) {
	auto_close int fd = start_connect(state_fd);

	return fd >= 0 || errno == EAGAIN;
}

/* From "go" until the init has executed process.args or says why not. */
static int start_release(int connection, int init, const struct record *record, const struct seccomp_agent *agent,
			 struct error *e) {
	auto_close int report_fd = -1;
	struct report *report;
	int rc;

	if (send(connection, &(char){GO}, 1, MSG_NOSIGNAL) != 1)
		return error_set(e, errno, NULL, "cannot start container \"%s\"", record->id);
	if (wait_for(connection, init, ANSWER_TIMEOUT_MS) < 0)
		return error_set(
			e, 0, NULL, "cannot start container \"%s\": its init, process %lld (state %c), does not answer",
			record->id, (long long)record->head.init.pid, process_state((pid_t)record->head.init.pid));
	rc = fd_receive(connection, &report_fd, 1);
	if (rc < 0)
		return error_set(e, -rc, NULL, "cannot start container \"%s\": its init is gone", record->id);
	report = mmap(NULL, sizeof(*report), PROT_READ, MAP_SHARED, report_fd, 0);
	if (report == MAP_FAILED)
		return error_set(e, errno, NULL, "cannot read the init's report");
	rc = seccomp_serve(agent, connection, init, -1, e);
	if (rc == 0)
		rc = walk_wait_exec(connection, init, -1, report, e);
	munmap(report, sizeof(*report));
	return rc;
}

const struct seccomp_agent *start_agent(struct arena *a, const struct spec *spec, const struct record *record) {
	static const struct pairs none;
	struct seccomp_agent *agent;

	if (!record->notifies)
		return NULL;
	agent = arena_new(a, struct seccomp_agent);
	seccomp_agent_find(a, spec, record->ignores_annotations ? &none : &spec->annotations, agent);
	agent->message = seccomp_agent_message(a, spec, record->head.init.pid, query_hook_state(a, record, "created"));
	return agent;
}

static int find_agent(struct container_env *env, int state_fd, const struct record *record,
		      const struct seccomp_agent **agent, struct error *e) {
	struct bundle b;

	if (!record->notifies)
		return 0;
	if (bundle_load_copy(env, state_fd, record, &b, e) < 0)
		return -1;
	*agent = start_agent(env->a, &b.spec, record);
	return 0;
}

static int start_hooks(struct container_env *env, int state_fd, const struct record *record, struct error *e) {
	struct hook_point at = {"/hooks/poststart", record->bundle, query_hook_state(env->a, record, "running")};
	struct bundle b;
	struct run r;
	size_t failed;
	int rc;

	if (!record->poststart)
		return 0;
	if (bundle_load_copy(env, state_fd, record, &b, e) < 0)
		return -1;
	record_attach(env->a, &r, state_fd, record);
	rc = hooks_open_output(&r, &b.spec.annotations, &at, e);
	if (rc == 0)
		rc = hooks_run(&r, &b.spec.hooks.poststart, &at, &failed, e);
	fd_close_all(r.hook_fds, 2);
	return rc;
}

/* One that was created may have been paused since, or killed. */
static int not_created_error(const struct record *record, const char *status, struct error *e) {
	error_set(e, 0, NULL, "cannot start container \"%s\": it is %s, not created", record->id, status);
	if (strcmp(status, "paused") == 0)
		return error_set(e, 0, NULL,
				 "cannot start container \"%s\": it is paused: `husk resume %s` comes first",
				 record->id, record->id);
	if (strcmp(status, "stopped") == 0)
		cgroup_blame_memory(&record->cgroups, e);
	return -1;
}

/* Before the process runs: the socket on which it will say that it is ready, and the manager's who wants to hear it; both -1
 * where nobody does. */
static int start_listen(struct container_env *env, int state_fd, const struct record *record, int *socket, int *manager,
			struct error *e) {
	*manager = notify_connect(env);
	if (*manager >= 0 && !record->has_notify)
		strings_add(env->a, &env->warnings,
			    arena_strdup(env->a, "NOTIFY_SOCKET was not set at `create`: the process cannot notify"));
	if (*manager < 0 || !record->has_notify)
		return 0;
	*socket = notify_listen(state_fd);
	if (*socket < 0)
		return error_set(e, -*socket, NULL, "cannot make the notify socket of container \"%s\"", record->id);
	return 0;
}

static void start_wait_ready(struct container_env *env, const struct record *record, int init, int socket,
			     int *manager) {
	struct notify *notify = notify_new(env, socket, manager, record, (pid_t)record->head.init.pid);

	notify_wait_ready(env, notify, init);
	notify_end(env, notify);
}

int container_start(struct container_env *env, const char *id, struct error *e) {
	struct record record = {0};
	auto_close int lock = -1, init = -1, connection = -1, socket = -1, manager = -1;
	auto_close int state_fd = state_open_locked(env, id, &lock, &record, e);
	const struct seccomp_agent *agent = NULL;
	const char *status;

	if (state_fd < 0 || query_status(state_fd, &record, true, &status, e) < 0)
		return -1;
	if (strcmp(status, "created") != 0)
		return not_created_error(&record, status, e);
	if (!record.process)
		return error_set(e, 0, "/process", "cannot start container \"%s\": its config has no process", id);
	if (find_agent(env, state_fd, &record, &agent, e) < 0 ||
	    start_listen(env, state_fd, &record, &socket, &manager, e) < 0)
		return -1;
	init = process_open(&record.head.init);
	connection = start_connect(state_fd);
	if (init < 0 || connection < 0)
		return error_set(e, init < 0 ? -init : errno, NULL, "cannot reach the init of container \"%s\"", id);
	if (start_release(connection, init, &record, agent, e) < 0 || start_hooks(env, state_fd, &record, e) < 0) {
		if (!e->step[0] && process_wait(init, 0) == 0)
			cgroup_blame_memory(&record.cgroups, e);
		/* runtime.md, lifecycle 7 to 9: what fails here stops the container, and it is destroyed. */
		delete_after_failure(env, state_fd, id, e);
		return -1;
	}
	if (socket < 0)
		return 0;
	fd_close(&lock); /* the process may take as long as it likes to be ready */
	start_wait_ready(env, &record, init, socket, &manager);
	return 0;
}
