/* notify.c - sd_notify(3): the container's socket, and the way of its messages to the service manager. */
#include "notify.h"
#include "notify_host.h"
#include "os/directory.h"
#include "os/socket.h"
#include "os/wait.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LAST_MS 1000     /* for the manager to take what was said last */
#define BARRIER_MS 30000 /* for it to say that it has taken all, as in runc and crun */

static const char dir[] = "notify", file[] = "notify/" NOTIFY_FILE;

int notify_connect(struct container_env *env) {
	const char *address = env->notify_socket;
	int fd = -EINVAL;

	if (!address || !*address)
		return -1;
	if (address[0] == '/' || address[0] == '@')
		fd = socket_connect_datagram(address);
	if (fd >= 0)
		return fd;
	strings_add(env->a, &env->warnings,
		    arena_printf(env->a, "NOTIFY_SOCKET %s: %s: nobody is notified", address,
				 fd == -EINVAL ? "an absolute path or @NAME is needed" : error_text(-fd)));
	return -1;
}

/* Who may write to it, the process may: it is in no other's reach, behind a directory of mode 0700. */
int notify_listen(int state_fd) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_close int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t before;
	int rc;

	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", state_fd, file);
	unlinkat(state_fd, file, 0);
	if (fd < 0)
		return -errno;
	before = umask(0);
	rc = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	umask(before);
	return rc < 0 ? rc : fd_take(&fd);
}

/* Who is root in the container, and remounts it there, can have made anything in it. */
int notify_remove(int state_fd) {
	int rc = directory_remove(state_fd, dir);

	return rc == -ENOENT ? 0 : rc;
}

static int run_notify_dir(struct run *r, const void *arg) {
	(void)arg;
	return mkdirat(r->state_fd, dir, 0755) < 0 || fchmodat(r->state_fd, dir, 0755, 0) < 0 ? -errno : 0;
}

static void shell_notify_dir(struct text *out, const void *path) {
	text_add(out, "mkdir -p -m 755 ");
	text_add_quoted(out, path);
}

static int run_notify_socket(struct run *r, const void *arg) {
	(void)arg;
	r->notify_fd = notify_listen(r->state_fd);
	return r->notify_fd < 0 ? r->notify_fd : 0;
}

void plan_notify(struct plan *p) {
	if (!p->request->notify_dir)
		return;
	plan_add(p, HOST, run_notify_dir, p->request->notify_dir, NULL, NO_INDEX, shell_notify_dir,
		 "make the directory %s", p->request->notify_dir);
	if (!p->request->wait_for_start)
		plan_add(p, HOST, run_notify_socket, NULL, NULL, NO_INDEX, NULL, "make the socket " NOTIFY_FILE);
}

static void forget(struct notify *n) {
	fd_close_foreign(n->fds, n->n_fds);
	n->n_fds = 0;
	n->apart[0] = '\0';
	n->waits = false;
}

/* How long it is for the host, where it may be longer by a pid, and then that goes before it. -EMSGSIZE: still too long. */
static int say(struct notify *n, const char *message, struct notify_host host) {
	struct text text = TEXT(n->text);

	if (notify_say(message, &host, &text))
		return (int)text.n;
	snprintf(n->apart, sizeof(n->apart), "MAINPID=%d", (int)host.main_pid);
	host.main_pid = 0;
	text.n = 0;
	return notify_say(message, &host, &text) ? (int)text.n : -EMSGSIZE;
}

/* As systemd does with it, a message that is longer, or is no text, is lost. */
static void prepare(struct notify *n, const char *message, int length) {
	struct notify_said said = notify_read(message);
	struct notify_host host = {notify_main_pid(&said, n->record, n->main_pid), n->clock_ahead};
	int rc = strlen(message) == (size_t)length ? say(n, message, host) : -EBADMSG;

	n->waits_ready = said.ready;
	n->waits = rc > 0;
	if (rc < 0)
		n->failure = -rc;
	if (!n->waits)
		forget(n);
}

/* The next message. -EAGAIN: there is none; else one waits now, or was lost. */
static int take(struct notify *n) {
	char message[NOTIFY_SIZE + 1];
	int length = fd_receive_message(n->socket, message, NOTIFY_SIZE, n->fds, &n->n_fds);

	if (length == -EAGAIN)
		return length;
	if (length < 0) {
		n->failure = -length;
		return 0;
	}
	message[length] = '\0';
	prepare(n, message, length);
	return 0;
}

static int send_waiting(struct notify *n) {
	int rc = n->apart[0] ? fd_send_message(n->manager, n->apart, strlen(n->apart), NULL, 0) : 0;

	if (rc < 0)
		return rc;
	n->apart[0] = '\0';
	rc = fd_send_message(n->manager, n->text, strlen(n->text), n->fds, n->n_fds);
	return rc < 0 ? rc : 0;
}

/* One that was started again has another socket at the same place. */
static int reconnect(struct notify *n) {
	fd_close(&n->manager);
	n->manager = socket_connect_datagram(n->address);
	return n->manager < 0 ? n->manager : send_waiting(n);
}

/* -EAGAIN: the manager has no room. Its copies of descriptors are the manager's alone then: the end of a barrier is when that has
 * closed them. */
static int give(struct notify *n) {
	int rc = send_waiting(n);

	if (rc < 0 && rc != -EAGAIN && rc != -EMSGSIZE)
		rc = reconnect(n);
	if (rc == -EAGAIN)
		return rc;
	if (rc < 0)
		n->failure = -rc;
	n->ready |= n->waits_ready;
	forget(n);
	return 0;
}

static void hand_on(struct notify *n) {
	if (!n->waits)
		take(n);
	if (n->waits)
		give(n);
	n->from.fd = n->waits ? -1 : n->socket;
	n->to.fd = n->waits ? n->manager : -1;
}

static void from_ready(struct watch *w, short seen) {
	(void)seen;
	hand_on((struct notify *)((char *)w - offsetof(struct notify, from)));
}

static void to_ready(struct watch *w, short seen) {
	(void)seen;
	hand_on((struct notify *)((char *)w - offsetof(struct notify, to)));
}

struct notify *notify_new(struct container_env *env, int socket, int *manager, const struct record *record,
			  pid_t main_pid) {
	struct notify *n = arena_new(env->a, struct notify);

	n->from = (struct watch){.fd = socket, .events = POLLIN, .ready = from_ready};
	n->to = (struct watch){.fd = -1, .events = POLLOUT, .ready = to_ready};
	n->socket = socket;
	n->manager = fd_take(manager);
	n->address = env->notify_socket;
	n->record = record;
	n->main_pid = main_pid;
	n->clock_ahead = notify_clock_ahead(record);
	return n;
}

static void give_until(struct notify *n, int64_t deadline) {
	while (n->waits && give(n) == -EAGAIN && remaining_ms(deadline) > 0)
		wait_for_room(n->manager, -1, remaining_ms(deadline));
}

static void hand_on_last(struct notify *n) {
	int64_t deadline = clock_ms() + LAST_MS;

	do
		give_until(n, deadline);
	while (!n->waits && take(n) == 0 && remaining_ms(deadline) > 0);
	if (n->waits)
		n->failure = EAGAIN;
	forget(n);
}

/* sd_notify_barrier(3). What a process that is gone has said, systemd may not know where to put. */
static void wait_taken(struct notify *n) {
	int64_t deadline = clock_ms() + BARRIER_MS;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	strcpy(n->text, "BARRIER=1");
	n->fds[0] = ends[1];
	n->n_fds = 1;
	n->waits = true;
	give_until(n, deadline);
	forget(n);
	wait_for(ends[0], -1, remaining_ms(deadline));
	fd_close(&ends[0]);
}

void notify_wait_ready(struct container_env *env, struct notify *n, int init) {
	while (!n->ready && process_wait(init, 0) < 0) {
		if (n->waits)
			wait_for_room(n->manager, init, -1);
		else
			wait_for(n->socket, init, -1);
		hand_on(n);
	}
	if (!n->ready)
		hand_on_last(n);
	if (n->ready)
		wait_taken(n);
	else
		strings_add(env->a, &env->warnings,
			    arena_strdup(env->a, "NOTIFY_SOCKET: the process ended before it said READY=1"));
}

void notify_end(struct container_env *env, struct notify *n) {
	hand_on_last(n);
	if (n->failure)
		strings_add(env->a, &env->warnings,
			    arena_printf(env->a, "NOTIFY_SOCKET %s: %s: notifications were lost", n->address,
					 error_text(n->failure)));
	shutdown(n->socket, SHUT_RD); /* nothing more comes, and what came is not left to the end of the socket */
	while (take(n) == 0)
		forget(n);
	fd_close(&n->manager);
}
