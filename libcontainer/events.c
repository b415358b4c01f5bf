/* events.c - events: what containers use, once or again and again, and when they are out of memory. */
#include "cgroup/oom_watch.h"
#include "cgroup/stats.h"
#include "namespace/interfaces.h"
#include "os/fd.h"
#include "os/wait.h"
#include "query.h"
#include "rdt/rdt.h"
#include <errno.h>
#include <poll.h>
#include <string.h>

/* A container that is looked at. */
struct watched {
	struct record record;
	int init; /* pidfd; -1: it has ended */
	struct oom_watch oom;
};
struct watch {
	struct container_env *env;
	const struct container_events_options *options;
	struct host host;
	struct watched *v;
	size_t n;
};

static int not_running_error(const char *id, struct error *e) {
	return error_set(e, 0, NULL, "container not running: \"%s\" has stopped or was not made yet", id);
}

static int watched_open(struct watch *w, const char *id, struct watched *c, struct error *e) {
	auto_close int state_fd = state_open(w->env->root, id, e);
	int rc;

	if (state_fd < 0 || record_read_existing(w->env, id, state_fd, &c->record, e) < 0)
		return -1;
	if (c->record.cgroups.n == 0)
		return error_set(e, 0, NULL, "container \"%s\" has no cgroup that counts what it uses", id);
	if (c->record.cgroups.n != w->host.cgroups.n)
		return error_set(e, 0, NULL,
				 "container \"%s\": the cgroup file systems are not mounted as they were at `create`",
				 id);
	c->init = process_open(&c->record.head.init);
	if (c->init == -ESRCH)
		return not_running_error(id, e);
	if (c->init < 0)
		return error_set(e, -c->init, NULL, "cannot tell whether container \"%s\" is running", id);
	rc = w->options->once ? 0 : oom_watch_open(&w->host, &c->record.cgroups, &c->oom);
	if (rc == 0)
		return 0;
	fd_close(&c->init);
	return error_set(e, -rc, NULL, "cannot watch the memory of container \"%s\"", id);
}

static void watched_close(struct watched *c) {
	fd_close(&c->init);
	fd_close(&c->oom.fd);
}

/* One that has just stopped, or is named wrongly, does not hide the others. */
static int watch_open(struct watch *w, const struct strings *ids, struct error *e) {
	struct error missing = {0};

	w->v = arena_alloc(w->env->a, (ids->n + 1) * sizeof(*w->v));
	for (size_t i = 0; i < ids->n; i++) {
		struct watched *c = &w->v[w->n];

		*c = (struct watched){.init = -1, .oom.fd = -1};
		if (watched_open(w, ids->v[i], c, &missing) == 0)
			w->n++;
		else if (ids->n > 1)
			strings_add(w->env->a, &w->env->warnings,
				    arena_printf(w->env->a, "%s is left out: %s", ids->v[i], missing.text));
	}
	if (w->n || w->options->ids.n == 0)
		return 0;
	*e = missing;
	return -1;
}

static void watch_close(struct watch *w) {
	for (size_t i = 0; i < w->n; i++)
		watched_close(&w->v[i]);
}

static bool has_ended(const struct watched *c) {
	return c->init < 0 || process_wait(c->init, 0) == 0;
}

/* The statistics of those that run. Asked for after the reading: the cgroup of one that has ended may be gone, and the
 * zeros that were read mean nothing. */
static size_t collect(const struct watch *w, struct arena *a, struct event *events) {
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++) {
		const struct watched *c = &w->v[i];
		struct stats *stats = arena_new(a, struct stats);

		cgroup_stats(a, &w->host, &c->record.cgroups, stats);
		stats->rdt = rdt_stats(a, &c->record.rdt);
		interfaces_read(a, c->record.head.init.pid, &stats->interfaces);
		if (!has_ended(c))
			events[n++] = (struct event){"stats", c->record.id, stats};
	}
	return n;
}

/* Each round has an arena of its own: this may go on for months. */
static int show_stats(const struct watch *w, struct error *e) {
	const struct container_events_options *o = w->options;
	struct arena a = {0};
	struct event *events = arena_alloc(&a, (w->n + 1) * sizeof(*events));
	size_t n = collect(w, &a, events);
	int rc = n || !o->ids.n || !o->once ? o->show(o->to, &a, events, n, e) : not_running_error(o->ids.v[0], e);

	arena_free(&a);
	return rc;
}

static int show_oom(const struct watch *w, const struct watched *c, struct error *e) {
	struct event event = {"oom", c->record.id, NULL};
	struct arena a = {0};
	int rc = w->options->show(w->options->to, &a, &event, 1, e);

	arena_free(&a);
	return rc;
}

/* Whether it has ended is asked first: what killed it is told before. */
static int look(const struct watch *w, struct watched *c, struct error *e) {
	bool ended = has_ended(c);
	int rc = oom_watch_look(&c->oom) ? show_oom(w, c, e) : 0;

	if (ended)
		watched_close(c);
	return rc;
}

/* 1, or 0 when all have ended. Whatever wakes us: all are looked at. */
static int wait_for_something(const struct watch *w, struct pollfd *fds, int timeout_ms, struct error *e) {
	bool running = false;

	for (size_t i = 0; i < w->n; i++) {
		fds[2 * i] = (struct pollfd){.fd = w->v[i].init, .events = POLLIN};
		fds[2 * i + 1] = (struct pollfd){.fd = w->v[i].oom.fd, .events = POLLIN};
		running = running || w->v[i].init >= 0;
	}
	if (running && poll(fds, 2 * w->n, timeout_ms) < 0 && errno != EINTR)
		return error_set(e, errno, NULL, "cannot wait for the containers");
	return running;
}

static int follow(const struct watch *w, struct error *e) {
	struct pollfd *fds = arena_alloc(w->env->a, (2 * w->n + 1) * sizeof(*fds));
	int64_t next = clock_ms();
	int running;

	do {
		if (remaining_ms(next) == 0) {
			if (show_stats(w, e) < 0)
				return -1;
			next = clock_ms() + w->options->interval_ms;
		}
		for (size_t i = 0; i < w->n; i++)
			if (w->v[i].init >= 0 && look(w, &w->v[i], e) < 0)
				return -1;
		running = wait_for_something(w, fds, remaining_ms(next), e);
	} while (running > 0);
	return running;
}

/* The ids of those that run, or have been paused. */
static int all_running(struct container_env *env, struct strings *ids, struct error *e) {
	const struct container_filter filter = {.statuses = {(char *[]){"running", "paused"}, 2}};
	struct container_states states;

	if (container_list(env, &filter, &states, e) < 0)
		return -1;
	for (size_t i = 0; i < states.n; i++)
		strings_add(env->a, ids, states.v[i].id);
	return 0;
}

int container_events(struct container_env *env, const struct container_events_options *o, struct error *e) {
	struct watch w = {.env = env, .options = o};
	struct strings ids = o->ids;
	int rc;

	if (ids.n == 0 && !o->once)
		return error_set(e, 0, NULL, "no container is named, and all can be looked at only once");
	if ((ids.n == 0 && all_running(env, &ids, e) < 0) || host_probe(env->a, &w.host, e) < 0)
		return -1;
	rc = watch_open(&w, &ids, e);
	if (rc == 0)
		rc = o->once ? show_stats(&w, e) : follow(&w, e);
	watch_close(&w);
	return rc;
}
