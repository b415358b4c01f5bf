/* list.c - husk list */
#include <inttypes.h>
#include <string.h>
#include "print.h"
#include "table.h"
#include "verb.h"

struct list {
	struct container_filter filter;
	const char *format;
	bool quiet;
};

static const struct option list_options[] = {
	OPTION(struct list, format, "format", "f", "table|json", "how to print (default: table)"),
	OPTION(struct list, quiet, "quiet", "q", NULL, "print only the ids, one a line"),
	OPTION(struct list, filter.regex, "regex", "r", "ERE",
	       "only ids that this extended regular expression matches"),
	OPTION(struct list, filter.statuses, "status", NULL, "creating|created|running|paused|stopped|broken",
	       "only containers of this status; may be given again"),
	{0},
};

/* runc's columns. What is not known of a broken one is empty. */
enum { COLUMNS = 6 };

static int print_table(struct arena *a, const struct container_states *states, struct error *e) {
	static const char *const headings[COLUMNS] = {"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"};
	struct table t = table_new(a, headings, COLUMNS, states->n);

	for (size_t i = 0; i < states->n; i++) {
		const struct container_state *s = &states->v[i];
		const char *pid = arena_printf(a, "%" PRId64, s->pid);
		const char *const row[COLUMNS] = {s->id, pid, s->status, s->bundle, s->created, s->owner};

		memcpy(table_row(&t, i + 1), row, sizeof(row));
	}
	return table_print(a, &t, e);
}

static int print_ids(const struct container_states *states, struct error *e) {
	for (size_t i = 0; i < states->n; i++)
		if (print(states->v[i].id, e))
			return -1;
	return 0;
}

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct list *o = options;
	struct container_states states = {0};

	if (container_list(env, &o->filter, &states, e))
		return -1;
	if (o->quiet)
		return print_ids(&states, e);
	if (o->format && strcmp(o->format, "json") == 0)
		return print(container_states_json(env, &states), e);
	return print_table(env->a, &states, e);
}

const struct verb verb_list = {
	.name = "list",
	.group = GROUP_LOOK,
	.summary = "print all containers",
	.description =
		"Prints the containers below --root, by id: all, or those that are asked for. One whose state cannot be "
		"read is `broken`.",
	.examples =
		(const struct example[]){{"husk list", "a table"},
					 {"husk list --status stopped", "those that have stopped"},
					 {"husk --root /tmp/husk list -q", "the ids of those that another --root has"},
					 {0}},
	.options = {list_options},
	.size = sizeof(struct list),
	.run = run,
};
