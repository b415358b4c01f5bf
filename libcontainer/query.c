/* query.c - state and list. */
#include "query.h"
#include "os/fd.h"
#include "os/tree.h"
#include "start.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_this_boot(const struct record *record) {
	char boot_id[64];

	return file_read_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot_id, sizeof(boot_id)) > 0 &&
	       strcmp(boot_id, record->boot_id) == 0;
}

const char *query_status(int state_fd, const struct record *record) {
	bool creating = strcmp(record->head.status, "creating") == 0;

	if (!is_this_boot(record))
		return "stopped";
	if (creating && process_alive(&record->head.creator))
		return "creating";
	if (!process_alive(&record->head.init))
		return "stopped";
	if (creating) /* the creator was killed: the init ends as soon as it looks for it */
		return "creating";
	return start_is_awaited(state_fd) ? "created" : "running";
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

void query_state(struct container_env *env, int state_fd, const struct record *record, struct container_state *state) {
	struct stat st;

	*state = state_of(record, query_status(state_fd, record));
	if (fstat(state_fd, &st) == 0)
		state->owner = st.st_uid == 0 ? "root" : arena_printf(env->a, "%u", st.st_uid);
}

int container_state(struct container_env *env, const char *id, struct container_state *state, struct error *e) {
	auto_close int state_fd = state_open(env->root, id, e);
	struct record record = {0};

	if (state_fd < 0)
		return -1;
	if (record_read(env->a, state_fd, &record, e) < 0)
		return error_set(
			e, 0, NULL,
			"container \"%s\" is broken: its record in %s cannot be read; `delete --force` says what to do",
			id, env->root);
	query_state(env, state_fd, &record, state);
	return 0;
}

static int by_id(const void *a, const void *b) {
	return strcmp(((const struct container_state *)a)->id, ((const struct container_state *)b)->id);
}

static void list_one(struct container_env *env, const char *id, struct container_states *states) {
	struct container_state *state;
	struct error ignored; /* one broken container is one line of the list, not the end of it */

	states->v = arena_grow(env->a, states->v, states->n, sizeof(*states->v));
	state = &states->v[states->n++];
	if (container_state(env, id, state, &ignored) == 0)
		return;
	*state = (struct container_state){.oci_version = SPEC_VERSION,
					  .id = arena_strdup(env->a, id),
					  .status = "broken",
					  .bundle = "",
					  .rootfs = "",
					  .created = "",
					  .owner = ""};
}

int container_list(struct container_env *env, struct container_states *states, struct error *e) {
	DIR *dir = opendir(env->root);

	*states = (struct container_states){0};
	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return error_set(e, errno, NULL, "cannot read %s", env->root);
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		struct error ignored; /* what is not a container has a name that no id can have */

		if (state_id_valid(entry->d_name, &ignored))
			list_one(env, entry->d_name, states);
	}
	closedir(dir);
	if (states->n)
		qsort(states->v, states->n, sizeof(*states->v), by_id);
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
