/* schemata.c - reading schemata, and comparing them by what they mean: blanks, zeros and the order of domains mean nothing. */
#include "schemata.h"
#include <string.h>
#include <strings.h>

static char *trim(char *s) {
	size_t n;

	s += strspn(s, " \t");
	for (n = strlen(s); n > 0 && strchr(" \t", s[n - 1]); n--)
		s[n - 1] = '\0';
	return s;
}

static bool same(const char *a, const char *b) {
	return strcasecmp(a, b) == 0; /* a mask is hexadecimal */
}

static struct schema_value *find(const struct schemata *s, const char *resource, const char *domain) {
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].resource, resource) == 0 && strcmp(s->v[i].domain, domain) == 0)
			return &s->v[i];
	return NULL;
}

static const char *without_zeros(const char *number) {
	size_t zeros = strspn(number, "0");

	return number + (zeros && !number[zeros] ? zeros - 1 : zeros);
}

/* DOMAIN=VALUE */
static bool take_domain(struct arena *a, struct schemata *s, const char *resource, char *text) {
	char *value = text, *domain = trim(strsep(&value, "="));
	struct schema_value *known;

	if (!value || !*domain || !*trim(value))
		return false;
	known = find(s, resource, without_zeros(domain));
	if (!known) {
		s->v = arena_grow(a, s->v, s->n, sizeof(*s->v));
		known = &s->v[s->n++];
	}
	*known = (struct schema_value){resource, without_zeros(domain), without_zeros(trim(value))};
	return true;
}

/* RESOURCE:DOMAIN=VALUE;DOMAIN=VALUE */
static bool take_line(struct arena *a, struct schemata *s, char *line) {
	char *rest = line, *resource = trim(strsep(&rest, ":"));

	if (!rest || !*resource || !*trim(rest))
		return false;
	while (rest && *rest)
		if (!take_domain(a, s, resource, strsep(&rest, ";")))
			return false;
	return true;
}

bool schemata_take(struct arena *a, struct schemata *s, const char *lines) {
	char *rest = arena_strdup(a, lines);

	for (char *line; (line = strsep(&rest, "\n"));)
		if (*line && !take_line(a, s, line))
			return false;
	return true;
}

const struct schema_value *schemata_differ(const struct schemata *asked, const struct schemata *present) {
	for (size_t i = 0; i < asked->n; i++) {
		const struct schema_value *want = &asked->v[i], *is = find(present, want->resource, want->domain);

		if (!is || !same(want->value, is->value))
			return want;
	}
	return NULL;
}

char *schemata_line(struct arena *a, const char *lines, const char *resource, size_t n) {
	for (const char *line = lines; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		line += strspn(line, " ");
		if (strncmp(line, resource, n) == 0)
			return arena_strndup(a, line, strcspn(line, "\n"));
	}
	return NULL;
}
