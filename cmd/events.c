/* events.c - husk events */
#include <inttypes.h>
#include <string.h>
#include "../specs/emit.h"
#include "duration.h"
#include "print.h"
#include "table.h"
#include "verb.h"

#define INTERVAL_MS 5000

struct events {
	const char *interval, *format;
	bool stats;
	struct strings ids;
};

static const struct option events_options[] = {
	OPTION(struct events, stats, "stats", NULL, NULL,
	       "print the statistics once; without an ID those of all that run"),
	OPTION(struct events, interval, "interval", NULL, "DURATION",
	       "how often to print them, such as 500ms or 1m30s (default: 5s)"),
	OPTION(struct events, format, "format", "f", "table|json",
	       "how to print (default: json, a line for each event)"),
	ARGUMENT(struct events, ids, "[ID...]", "the containers"),
	{0},
};

/* --- a table for people ------------------------------------------------------------------------------------------- */

enum { COLUMNS = 5 };

/* What counts as no limit: cgroup v1 shows the largest number of pages. */
#define NO_LIMIT (UINT64_C(1) << 62)

static const char *size_text(struct arena *a, uint64_t bytes) {
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	size_t unit = 0;

	while (bytes >> (10 * unit) >= 1024)
		unit++;
	return arena_printf(a, "%.*f %s", unit ? 1 : 0, (double)bytes / (double)(UINT64_C(1) << (10 * unit)),
			    units[unit]);
}

static const char *memory_text(struct arena *a, const struct memory_entry *m) {
	return arena_printf(a, "%s / %s", size_text(a, m->usage), m->limit >= NO_LIMIT ? "-" : size_text(a, m->limit));
}

static const char *pids_text(struct arena *a, const struct pids_stats *p) {
	const char *limit = p->limit ? arena_printf(a, "%" PRIu64, p->limit) : "-";

	return arena_printf(a, "%" PRIu64 " / %s", p->current, limit);
}

/* Of all disks together. */
static uint64_t io_sum(const struct io_entries *entries, const char *operation) {
	uint64_t sum = 0;

	for (size_t i = 0; i < entries->n; i++)
		if (entries->v[i].operation && strcmp(entries->v[i].operation, operation) == 0)
			sum += entries->v[i].value;
	return sum;
}

static const char *io_text(struct arena *a, const struct io_stats *io) {
	return arena_printf(a, "%s / %s", size_text(a, io_sum(&io->service_bytes, "Read")),
			    size_text(a, io_sum(&io->service_bytes, "Write")));
}

static int print_table(struct arena *a, const struct event *events, size_t n, struct error *e) {
	static const char *const headings[COLUMNS] = {"ID", "CPU TIME", "MEMORY / LIMIT", "PIDS / LIMIT",
						      "READ / WRITTEN"};
	struct table t = table_new(a, headings, COLUMNS, n);

	for (size_t i = 0; i < n; i++) {
		const struct stats *s = events[i].stats;
		const char *const row[COLUMNS] = {
			events[i].id,
			arena_printf(a, "%.2f s", (double)s->cpu.usage.total / 1e9),
			memory_text(a, &s->memory.usage),
			pids_text(a, &s->pids),
			io_text(a, &s->io),
		};

		memcpy(table_row(&t, i + 1), row, sizeof(row));
	}
	return table_print(a, &t, e);
}

/* --- what is shown ------------------------------------------------------------------------------------------------ */

/* An event that is no statistics comes alone. */
static int show_table(void *to, struct arena *a, const struct event *events, size_t n, struct error *e) {
	(void)to;
	if (n == 1 && !events[0].stats)
		return print(arena_printf(a, "%s: out of memory", events[0].id), e);
	return print_table(a, events, n, e);
}

static int show_json(void *to, struct arena *a, const struct event *events, size_t n, struct error *e) {
	(void)to;
	for (size_t i = 0; i < n; i++)
		if (print(arena_printf(a, "%s\n", emit_object(a, &event_type, &events[i], false)), e) < 0)
			return -1;
	return 0;
}

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct events *o = options;
	bool table = o->format && strcmp(o->format, "table") == 0;
	struct container_events_options asked = {
		.ids = o->ids, .once = o->stats, .interval_ms = INTERVAL_MS, .show = table ? show_table : show_json};

	if (o->interval && (!duration_ms(o->interval, &asked.interval_ms) || asked.interval_ms == 0))
		return error_set(e, 0, NULL,
				 "--interval: a duration from 1ms on is needed, such as 5s or 1m30s, not %s",
				 o->interval);
	if (!o->ids.n && !o->stats)
		return error_set(e, 0, NULL, "ID is missing: only --stats can do without one, and shows all that run");
	return container_events(env, &asked, e);
}

const struct verb verb_events = {
	.name = "events",
	.group = GROUP_LOOK,
	.summary = "print what containers use, and when they are out of memory",
	.description =
		"Prints statistics now and at each interval, and each lack of memory, until the containers have ended.",
	.examples = (const struct example[]){{"husk events --stats --format table", "what all that run use now"},
					     {"husk events --interval 1s demo", "a line of JSON each second"},
					     {0}},
	.options = {events_options},
	.size = sizeof(struct events),
	.run = run,
};
