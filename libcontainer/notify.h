/* notify.h - sd_notify(3): what the process tells the service manager that has started husk is handed on to it.
 *
 * NOTIFY_SOCKET of husk's environment names the manager's socket. The process gets another one of that name, husk's own: in
 * notify/ of the state directory, which is bound to NOTIFY_DIR. `run` hands on everything until the process has ended;
 * `run --detach` and `start` until READY=1, and then nobody listens any more. */
#pragma once
#include "attend.h"
#include "container.h"
#include "notify_message.h"
#include "os/fd.h"
#include "state.h"

/* Messages on their way. Belongs to an arena; of one that waits the socket is not read, so that senders wait in their turn. */
struct notify {
	struct watch from;   /* the container's socket; fd -1 while a message waits */
	struct watch to;     /* the manager's, meanwhile */
	int socket;          /* not owned */
	int manager;         /* owned: connected to address */
	const char *address; /* NOTIFY_SOCKET */
	const struct record *record;
	pid_t main_pid;          /* whom the manager is to watch: the init, or who stands for it */
	int64_t clock_ahead;     /* of the container, in microseconds */
	bool ready;              /* READY=1 came, and was handed on or lost */
	int failure;             /* errno of a message that was lost; 0 */
	bool waits, waits_ready; /* there is a message that waits; and it says READY=1 */
	char apart[32];          /* of that message: MAINPID, where it has no room for it; "": it has */
	char text[NOTIFY_SAID_SIZE];
	size_t n_fds;
	int fds[FD_SEND_MAX];
};

/* The manager's socket, connected. -1: there is none; with a warning where one is named that cannot be reached. */
int notify_connect(struct container_env *env);

/* HOST: notify/ with, unless `start` will do that, its socket: r->notify_fd. Nothing without request->notify_dir. */
void plan_notify(struct plan *p);

/* The socket in notify/ of a state directory, in place of one that may be there. A descriptor, or -errno. */
int notify_listen(int state_fd);

/* Removes notify/. 0, also when it is not there, or -errno. */
int notify_remove(int state_fd);

/* Takes *manager. main_pid: whom the manager is to watch: the init, or who stands for it. */
struct notify *notify_new(struct container_env *env, int socket, int *manager, const struct record *record,
			  pid_t main_pid);

/* Hands on what comes until the manager has taken READY=1, or the init (a pidfd) has ended: with a warning when that came first. */
void notify_wait_ready(struct container_env *env, struct notify *n, int init);

/* The process has ended: hands on what it said last, closes, and warns when something was lost. */
void notify_end(struct container_env *env, struct notify *n);
