/* query.c - state and list. */
#include "query.h"
#include "cgroup/freeze.h"
#include "match.h"
#include "os/fd.h"
#include "start.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int query_boot(const struct record *record, struct error *e) {
	char boot_id[64];
	int rc = file_read_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot_id, sizeof(boot_id));

	if (rc < 0)
		return error_set(e, -rc, NULL, "cannot tell whether container \"%s\" is of this boot", record->id);
	return strcmp(boot_id, record->boot_id) == 0;
}

/* Whether the init is there. What cannot be told is an error: "stopped" would let a plain delete kill a running container. */
static int is_alive(const struct record *record, struct error *e) {
	auto_close int fd = process_open(&record->head.init);

	if (fd < 0 && fd != -ESRCH)
		return error_set(e, -fd, NULL, "cannot tell whether container \"%s\" is running", record->id);
	return fd >= 0;
}

/* What cannot be read is no cgroup of a living container: somebody has taken it away, and with it what froze. */
static bool is_paused(const struct record *record) {
	return record->freezer && cgroup_frozen(record->freezer) > 0;
}

static bool is_locked(int state_fd) {
	struct process_name holder;

	return state_lock_holder(state_fd, &holder) != -ESRCH;
}

int query_status(int state_fd, const struct record *record, bool we_lock, const char **status, struct error *e) {
	bool creating = strcmp(record->head.status, "creating") == 0;
	int this_boot = query_boot(record, e), alive = this_boot > 0 ? is_alive(record, e) : this_boot;

	if (alive < 0)
		return -1;
	*status = "stopped";
	if (this_boot && creating && (alive || (!we_lock && is_locked(state_fd))))
		*status = "creating"; /* or an init whose creator was killed, which ends as soon as it sees that */
	else if (alive)
		*status = is_paused(record) ? "paused" : start_is_awaited(state_fd) ? "created" : "running";
	return 0;
}

static struct container_state state_of(const struct record *record, const char *status) {
	return (struct container_state){
		.oci_version = SPEC_VERSION,
		.id = record->id,
		.status = (char *)status,
		.bundle = record->bundle,
		.rootfs = record->rootfs,
		.created = record->created,
		.owner = "",
		.annotations = record->annotations,
		.pid = strcmp(status, "stopped") == 0 ? 0 : record->head.init.pid,
	};
}

char *query_hook_state(struct arena *a, const struct record *record, const char *status) {
	struct container_state state = state_of(record, status);

	return state_json(a, &state, false);
}

int container_state(struct container_env *env, const char *id, struct container_state *state, struct error *e) {
	auto_close int state_fd = state_open(env->root, id, e);
	struct record record = {0};
	const char *status;
	struct stat st;

	if (state_fd < 0 || record_read_existing(env, id, state_fd, &record, e) < 0 ||
	    query_status(state_fd, &record, false, &status, e) < 0)
		return -1;
	*state = state_of(&record, status);
	if (fstat(state_fd, &st) == 0)
		state->owner = st.st_uid == 0 ? "root" : arena_printf(env->a, "%u", st.st_uid);
	return 0;
}

/* Adds what is known of one. */
static void list_one(struct container_env *env, const char *id, struct container_states *states) {
	struct container_state *state;
	struct error ignored; /* one broken container is one line of the list, not the end of it */

	states->v = arena_grow(env->a, states->v, states->n, sizeof(*states->v));
	state = &states->v[states->n++];
	if (container_state(env, id, state, &ignored) == 0)
		return;
	if (ignored.errnum == ENOENT || ignored.errnum == ENOTDIR) { /* deleted while we read, or no container at all */
		states->n--;
		return;
	}
	*state = (struct container_state){.oci_version = SPEC_VERSION,
					  .id = arena_strdup(env->a, id),
					  .status = "broken",
					  .bundle = "",
					  .rootfs = "",
					  .created = "",
					  .owner = ""};
}

int container_list(struct container_env *env, const struct container_filter *filter, struct container_states *states,
		   struct error *e) {
	const struct strings *statuses = filter ? &filter->statuses : NULL;
	struct strings ids;

	*states = (struct container_states){0};
	if (match_ids(env, filter ? filter->regex : NULL, &ids, e) < 0)
		return -1;
	for (size_t i = 0; i < ids.n; i++) {
		size_t before = states->n;

		list_one(env, ids.v[i], states);
		if (statuses && statuses->n && states->n > before && !strings_have(statuses, states->v[before].status))
			states->n = before;
	}
	return 0;
}

char *container_state_json(struct container_env *env, const struct container_state *state) {
	return state_json(env->a, state, true);
}

char *container_states_json(struct container_env *env, const struct container_states *states) {
	size_t size = 3;
	char **parts = arena_alloc(env->a, (states->n + 1) * sizeof(*parts)), *out, *at;

	for (size_t i = 0; i < states->n; i++) {
		parts[i] = state_json(env->a, &states->v[i], false);
		size += strlen(parts[i]) + 1;
	}
	out = at = arena_alloc(env->a, size);
	*at++ = '[';
	for (size_t i = 0; i < states->n; i++)
		at = stpcpy(stpcpy(at, i ? "," : ""), parts[i]);
	*at = ']';
	return out;
}
