/* seccomp_notify.c - SCMP_ACT_NOTIFY: the agent that decides about system calls, and how it gets the listener of a filter.
 *
 *   inside   load the filter | its listener (fd), close |                                       | read | execve
 *   host                                                | connect, tell the agent, close | "delivered"
 *
 * The agent has the listener before process.args is executed, and may decide about that too; without an agent the program never
 * runs. It is connected to when there is something to tell it, since each connection has to carry exactly one state. The inside
 * keeps no copy of the listener: when the agent goes away, calls fail with ENOSYS instead of waiting for ever. A startContainer
 * hook runs under a filter of its own, with a listener of its own. */
#include "seccomp.h"
#include "../annotations.h"
#include "../../specs/emit.h"
#include "../../specs/fields.h"
#include "../os/fd.h"
#include "../os/process.h"
#include "../os/socket.h"
#include "../os/wait.h"
#include <errno.h>
#include <string.h>

#define SECCOMP "/linux/seccomp"
#define AGENT_TIMEOUT_MS 10000 /* for an agent to take a connection, and the state */
#define AGENT_RETRY_MS 10

/* What the inside calls between the filter and execve: for a notified one nobody could answer yet. */
static const char *const needed_calls[] = {"sendmsg", "close", "read", NULL};

/* config-linux.md#containerprocessstate, but for the state, which is JSON already. */
struct process_state {
	const char *oci_version;
	struct strings fds;
	int64_t pid;
	const char *metadata;
};

#define T struct process_state
TYPE(process_state, R("ociVersion", oci_version), F("fds", fds), R("pid", pid), F("metadata", metadata));
#undef T

int seccomp_confine(const struct seccomp_filter *f, const struct run *r) {
	int host = r->start_fd >= 0 ? r->start_fd : r->turn_fds[INSIDE];
	int listener = -1, rc = seccomp_enter(f, &listener);
	char delivered;

	if (rc < 0 || !f->agent)
		return rc;
	rc = fd_send(host, &listener, 1);
	fd_close(&listener);
	return rc < 0 ? rc : fd_read(host, &delivered, 1);
}

/* For an agent that is busy: the kernel has nothing to wait on for a place in its queue. */
static int agent_pause(int pidfd, int64_t deadline) {
	if (remaining_ms(deadline) == 0)
		return -ETIMEDOUT;
	return wait_for(-1, pidfd, AGENT_RETRY_MS) == 0 ? -ESRCH : 0;
}

static int agent_connect(const char *path, int pidfd, int64_t deadline) {
	int rc;

	do {
		int fd = socket_connect(path);

		if (fd != -EAGAIN)
			return fd;
		rc = agent_pause(pidfd, deadline);
	} while (rc == 0);
	return rc;
}

/* In one message if it fits, as agents expect it; the descriptor goes with the first. */
static int agent_send(int connection, const char *message, int listener, int pidfd, int64_t deadline) {
	int rc = 0;

	while (*message && rc == 0) {
		int n = fd_send_text(connection, message, listener);

		if (n > 0) {
			message += n;
			listener = -1;
		} else {
			rc = n == -EAGAIN ? agent_pause(pidfd, deadline) : n;
		}
	}
	return rc;
}

static int agent_tell(const struct seccomp_agent *agent, int listener, int pidfd) {
	int64_t deadline = clock_ms() + AGENT_TIMEOUT_MS;
	auto_close int connection = agent_connect(agent->path, pidfd, deadline);

	if (connection < 0)
		return connection;
	return agent_send(connection, agent->message, listener, pidfd, deadline);
}

static int agent_error(const struct seccomp_agent *agent, int rc, struct error *e) {
	if (rc == -ETIMEDOUT)
		return error_set(e, 0, agent->field, "the seccomp agent at %s has not taken the listener for %d s",
				 agent->path, AGENT_TIMEOUT_MS / 1000);
	return error_set(e, -rc, agent->field, "cannot give the listener to the seccomp agent at %s", agent->path);
}

/* The next one, or -ENODATA: there is none to come, or a signal ends the waiting. */
static int listener_receive(int socket, int pidfd, int interrupt_fd) {
	int listener, rc;

	wait_any((const int[]){socket, pidfd, interrupt_fd}, 3, -1);
	if (wait_for(socket, -1, 0) < 0)
		return -ENODATA;
	rc = fd_receive(socket, &listener, 1);
	if (rc == -ECONNRESET)
		return -ENODATA;
	return rc < 0 ? rc : listener;
}

int seccomp_serve(const struct seccomp_agent *agent, int socket, int pidfd, int interrupt_fd, struct error *e) {
	int rc = 0;

	while (agent && rc == 0) {
		auto_close int listener = listener_receive(socket, pidfd, interrupt_fd);

		if (listener == -ENODATA)
			return 0;
		rc = listener < 0 ? listener : agent_tell(agent, listener, pidfd);
		fd_close(&listener);
		if (rc == 0)
			rc = fd_send(socket, NULL, 0);
	}
	if (rc == 0 || process_wait(pidfd, 0) == 0)
		return 0;
	return agent_error(agent, rc, e);
}

/* --- what is asked for, all pure -------------------------------------------------------------------------------------- */

static bool is_notify(const struct spec_syscall *rule) {
	return strcmp(rule->action, "SCMP_ACT_NOTIFY") == 0;
}

bool seccomp_notifies(const struct spec *spec) {
	const struct spec_seccomp *s = spec->linux_.seccomp;

	for (size_t i = 0; s && i < s->syscalls.n; i++)
		if (is_notify(&s->syscalls.v[i]))
			return true;
	return false;
}

void seccomp_agent_find(struct arena *a, const struct spec *spec, const struct pairs *acting,
			struct seccomp_agent *agent) {
	agent->path = spec->linux_.seccomp->listener_path;
	agent->field = SECCOMP "/listenerPath";
	if (agent->path)
		return;
	agent->path = annotation_get(acting, ANNOTATION_SECCOMP_RECEIVER);
	if (agent->path)
		agent->field = annotation_field(a, ANNOTATION_SECCOMP_RECEIVER);
}

char *seccomp_agent_message(struct arena *a, const struct spec *spec, int64_t pid, const char *state) {
	static char *names[] = {"seccompFd"};
	struct process_state head = {SPEC_VERSION, {names, 1}, pid, spec->linux_.seccomp->listener_metadata};
	char *json = emit_object(a, &process_state_type, &head, false);

	json[strlen(json) - 1] = '\0';
	return arena_printf(a, "%s,\"state\":%s}", json, state);
}

static bool passes(const char *action) {
	return strcmp(action, "SCMP_ACT_ALLOW") == 0 || strcmp(action, "SCMP_ACT_LOG") == 0;
}

static int needed_error(const char *field, const char *action, const char *call, struct error *e) {
	return error_set(
		e, 0, field,
		"%s for %s does not go with SCMP_ACT_NOTIFY: sendmsg, close and read, by which the listener gets to its "
		"agent, must be allowed, whatever their arguments",
		action, call);
}

static int check_needed(struct arena *a, const struct spec_seccomp *s, const char *call, struct error *e) {
	bool allowed = passes(s->default_action);

	for (size_t i = 0; i < s->syscalls.n; i++) {
		const struct spec_syscall *rule = &s->syscalls.v[i];

		if (!strings_have(&rule->names, call))
			continue;
		if (!passes(rule->action))
			return needed_error(arena_printf(a, SECCOMP "/syscalls/%zu/action", i), rule->action, call, e);
		allowed |= rule->args.n == 0;
	}
	return allowed ? 0 : needed_error(SECCOMP "/defaultAction", s->default_action, call, e);
}

int seccomp_check_agent(struct plan *p, const struct spec *spec, struct seccomp_agent *agent, struct error *e) {
	const struct spec_seccomp *s = spec->linux_.seccomp;
	size_t rule = 0;

	if (s->listener_metadata && !s->listener_path)
		return error_set(e, 0, SECCOMP "/listenerMetadata", "is only allowed beside " SECCOMP "/listenerPath");
	if (!seccomp_notifies(spec))
		return 0;
	while (!is_notify(&s->syscalls.v[rule]))
		rule++;
	seccomp_agent_find(p->a, spec, annotations_acting(p, spec), agent);
	if (!agent->path)
		return error_set(e, 0, arena_printf(p->a, SECCOMP "/syscalls/%zu/action", rule),
				 "SCMP_ACT_NOTIFY needs " SECCOMP "/listenerPath, where the agent listens");
	if (agent->path[0] != '/')
		return error_set(e, 0, agent->field, "\"%s\" is not absolute: it must begin with a slash", agent->path);
	for (const char *const *call = needed_calls; *call; call++)
		if (check_needed(p->a, s, *call, e) < 0)
			return -1;
	return 0;
}
