/* locate.c - from a JSON pointer (RFC 6901) to its line and column. */
#include "json.h"
#include "parse.h"
#include <stdio.h>
#include <string.h>

struct search {
	const char *rest; /* of the pointer: "/soft" once the object of /process/rlimits/0 was entered */
	size_t entered;   /* objects and arrays that the pointer names and that are open */
	size_t open;      /* all that are open */
	bool named;       /* the next value has the name that is looked for */
	bool in_array;    /* the innermost that was entered */
	size_t index;     /* in that array */
	size_t at;        /* the nearest place that was found */
};

/* Whether the first member of the pointer is this name. */
static bool is_named(const char *rest, const char *name, size_t n) {
	size_t i = 0;

	for (rest++; *rest && *rest != '/' && i < n; rest++, i++) {
		char c = *rest;

		if (c == '~' && (rest[1] == '0' || rest[1] == '1'))
			c = *++rest == '0' ? '~' : '/';
		if (c != name[i])
			return false;
	}
	return i == n && (!*rest || *rest == '/');
}

static bool is_indexed(const char *rest, size_t index) {
	char digits[24] = "";

	snprintf(digits, sizeof(digits), "%zu", index);
	return is_named(rest, digits, strlen(digits));
}

/* False when the value that the pointer names was found. */
static bool enter(struct search *s, const struct json_event *event) {
	bool first = s->open == 0;

	s->at = event->at;
	if (!first)
		s->rest += 1 + strcspn(s->rest + 1, "/");
	if (!*s->rest || (event->kind != JSON_OBJECT && event->kind != JSON_ARRAY))
		return false;
	s->entered++;
	s->open++;
	s->in_array = event->kind == JSON_ARRAY;
	s->index = 0;
	return true;
}

static bool on_event(void *reader, const struct json_event *event) {
	struct search *s = reader;
	bool inside = s->open == s->entered, opens = event->kind == JSON_OBJECT || event->kind == JSON_ARRAY;

	if (event->kind == JSON_END) {
		s->open--;
		return !inside; /* what was entered ends without the next member */
	}
	if (event->kind == JSON_NAME) {
		s->named = inside && is_named(s->rest, event->s, event->n);
		return true;
	}
	if (s->open == 0 || (inside && (s->in_array ? is_indexed(s->rest, s->index++) : s->named)))
		return enter(s, event);
	s->open += opens;
	return true;
}

int parse_locate(const char *text, size_t n, const char *pointer, unsigned *line, unsigned *column) {
	struct search s = {.rest = pointer};
	struct json_fault fault;

	if (json_read(text, n, on_event, &s, &fault) < 0)
		return -1;
	json_place(text, s.at, line, column);
	return 0;
}
