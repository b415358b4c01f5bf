/* ps_table.c - filtering the table of ps(1) by its column PID. */
#include "ps_table.h"
#include "../specs/number.h"
#include <stdbool.h>
#include <string.h>

#define BLANKS " \t"

/* Word number n of a line, from 0. Returns its length, 0 when there are fewer. */
static size_t word_at(const char *line, size_t n, const char **word) {
	const char *at = line + strspn(line, BLANKS);

	for (; n > 0 && *at && *at != '\n'; n--) {
		at += strcspn(at, BLANKS "\n");
		at += strspn(at, BLANKS);
	}
	*word = at;
	return n > 0 ? 0 : strcspn(at, BLANKS "\n");
}

/* The number of the column PID; -1: the head has none. */
static int find_column(const char *head) {
	const char *word;
	size_t length;

	for (int n = 0; (length = word_at(head, (size_t)n, &word)) > 0; n++)
		if (length == 3 && strncmp(word, "PID", 3) == 0)
			return n;
	return -1;
}

static bool is_one_of(const char *line, size_t column, const struct uint32s *pids) {
	const char *word;
	size_t length = word_at(line, column, &word);
	uint64_t pid;

	if (!number_unsigned(word, length, UINT32_MAX, &pid))
		return false;
	for (size_t i = 0; i < pids->n; i++)
		if (pids->v[i] == pid)
			return true;
	return false;
}

char *ps_table(struct arena *a, const char *text, const struct uint32s *pids, struct error *e) {
	char *table = arena_alloc(a, strlen(text) + 1), *at = table;
	int column = find_column(text);
	size_t n;

	if (column < 0)
		return error_set(e, 0, NULL, "ps printed no column PID: among its options must be one that prints it"),
		       NULL;
	for (const char *line = text; *line; line += n) {
		n = strcspn(line, "\n");
		n += line[n] == '\n';
		if (line == text || is_one_of(line, (size_t)column, pids))
			at = mempcpy(at, line, n);
	}
	return table;
}
