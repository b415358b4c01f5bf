/* list.c - husk list */
#include <inttypes.h>
#include <string.h>
#include "print.h"
#include "verb.h"

struct list {
	const char *format;
	bool quiet;
};

static const struct option list_options[] = {
	OPTION(struct list, format, "format", "f", "table|json", "how to print (default: table)"),
	OPTION(struct list, quiet, "quiet", "q", NULL, "print only the ids, one a line"),
	{0},
};

/* A table for people, with runc's columns. */
enum { COLUMNS = 6, GAP = 3 };
struct row {
	const char *cells[COLUMNS];
};

static struct row row_of(struct arena *a, const struct container_state *s) {
	struct row row = {{s->id, arena_printf(a, "%" PRId64, s->pid), s->status, s->bundle, s->created, s->owner}};

	for (size_t i = 0; i < COLUMNS; i++)
		if (!row.cells[i])
			row.cells[i] = ""; /* of a broken one */
	return row;
}

static const char *row_text(struct arena *a, const struct row *row, const int *widths) {
	const char *line = "";

	for (size_t i = 0; i + 1 < COLUMNS; i++)
		line = arena_printf(a, "%s%-*s", line, widths[i] + GAP, row->cells[i]);
	return arena_printf(a, "%s%s\n", line, row->cells[COLUMNS - 1]);
}

static int print_table(struct arena *a, const struct container_states *states, struct error *e) {
	struct row *rows = arena_alloc(a, (states->n + 1) * sizeof(*rows));
	int widths[COLUMNS] = {0};

	rows[0] = (struct row){{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
	for (size_t r = 0; r < states->n; r++)
		rows[r + 1] = row_of(a, &states->v[r]);
	for (size_t r = 0; r <= states->n; r++)
		for (size_t i = 0; i < COLUMNS; i++)
			if ((int)strlen(rows[r].cells[i]) > widths[i])
				widths[i] = (int)strlen(rows[r].cells[i]);
	for (size_t r = 0; r <= states->n; r++)
		if (print(row_text(a, &rows[r], widths), e))
			return -1;
	return 0;
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

	if (container_list(env, &states, e))
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
	.description = "Prints all containers below --root, by id. One whose state cannot be read is `broken`.",
	.options = {list_options},
	.size = sizeof(struct list),
	.run = run,
};
