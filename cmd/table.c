/* table.c - columns for people. */
#include "table.h"
#include <string.h>
#include "print.h"

#define GAP 3

struct table table_new(struct arena *a, const char *const *headings, size_t columns, size_t rows_below) {
	struct table t = {.columns = columns, .rows = rows_below + 1};

	t.cells = arena_alloc(a, t.rows * columns * sizeof(*t.cells));
	memcpy(t.cells, headings, columns * sizeof(*t.cells));
	return t;
}

const char **table_row(const struct table *t, size_t row) {
	return t->cells + row * t->columns;
}

static const char *cell(const struct table *t, size_t row, size_t column) {
	const char *text = table_row(t, row)[column];

	return text ? text : "";
}

static int width_of(const struct table *t, size_t column) {
	size_t width = 0;

	for (size_t r = 0; r < t->rows; r++)
		if (strlen(cell(t, r, column)) > width)
			width = strlen(cell(t, r, column));
	return (int)width;
}

/* The last column is as long as its text. */
int table_print(struct arena *a, const struct table *t, struct error *e) {
	int *widths = arena_alloc(a, t->columns * sizeof(*widths));

	for (size_t i = 0; i < t->columns; i++)
		widths[i] = width_of(t, i);
	for (size_t r = 0; r < t->rows; r++) {
		const char *line = "";

		for (size_t i = 0; i + 1 < t->columns; i++)
			line = arena_printf(a, "%s%-*s", line, widths[i] + GAP, cell(t, r, i));
		if (print(arena_printf(a, "%s%s\n", line, cell(t, r, t->columns - 1)), e) < 0)
			return -1;
	}
	return 0;
}
