/* table.h - columns for people. */
#pragma once
#include "../specs/arena.h"
#include "../specs/error.h"

struct table {
	size_t columns, rows;
	const char **cells; /* row by row, the first has the headings; NULL is an empty one */
};

/* Room for a table, with its headings. */
struct table table_new(struct arena *a, const char *const *headings, size_t columns, size_t rows_below);

/* The cells of a row; 0 are the headings. */
const char **table_row(const struct table *t, size_t row);

/* Prints it, each column as wide as it must be. */
int table_print(struct arena *a, const struct table *t, struct error *e);
