/* json.c - yajl's callbacks as events with places, and what yajl lets pass: see check_string and check_blanks. */
#include "json.h"
#include "arena.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

struct scan {
	const char *text;
	size_t n;
	size_t end;  /* offset behind the last token */
	bool at_end; /* all text was given to yajl */
	yajl_handle yajl;
	json_event_fn fn;
	void *reader;
	struct json_fault *fault;
	bool failed;
};

static bool fail(struct scan *s, size_t at, const char *text) {
	s->fault->at = at;
	snprintf(s->fault->text, sizeof(s->fault->text), "%s", text);
	s->failed = true;
	return false;
}

static size_t skip_blanks(const struct scan *s, size_t at) {
	while (at < s->n && (s->text[at] == ' ' || s->text[at] == '\n' || s->text[at] == '\t' || s->text[at] == '\r'))
		at++;
	return at;
}

/* Where the next token starts: behind blanks, and at most one comma or colon among them. */
static size_t next_token(const struct scan *s) {
	size_t at = skip_blanks(s, s->end);

	if (at < s->n && (s->text[at] == ',' || s->text[at] == ':'))
		at = skip_blanks(s, at + 1);
	return at;
}

/* yajl takes vertical tabs and form feeds for blanks. JSON does not, and in strings they would have to be escaped. */
static bool check_blanks(struct scan *s) {
	for (const char *c = "\v\f"; *c; c++) {
		const char *found = memchr(s->text, *c, s->n);

		if (found)
			return fail(s, (size_t)(found - s->text), "not valid JSON: a vertical tab or form feed");
	}
	return true;
}

size_t json_utf8_length(const char *s, size_t n) {
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* of a character of that many bytes */
	const unsigned char *u = (const unsigned char *)s;
	size_t length = u[0] < 0x80 ? 1 : u[0] < 0xc0 ? 0 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : u[0] < 0xf8 ? 4 : 0;
	uint32_t c = u[0] & (0x7f >> length);

	if (length == 1)
		return 1;
	if (length == 0 || length > n)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (u[i] & 0x3f);
	}
	return c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : length;
}

static bool is_ascii(const char *s, size_t n) {
	uint64_t bits = 0, eight;
	size_t i = 0;

	for (; i + sizeof(eight) <= n; i += sizeof(eight)) {
		memcpy(&eight, s + i, sizeof(eight));
		bits |= eight;
	}
	for (; i < n; i++)
		bits |= (unsigned char)s[i];
	return !(bits & 0x8080808080808080);
}

static bool is_utf8(const char *s, size_t n) {
	size_t length;

	if (is_ascii(s, n))
		return true;
	for (; n > 0; s += length, n -= length) {
		length = json_utf8_length(s, n);
		if (length == 0)
			return false;
	}
	return true;
}

/* The four hexadecimal digits of \uXXXX, which yajl has checked; UINT32_MAX when s is no such escape. */
static uint32_t escaped_unit(const char *s, const char *end) {
	char digits[5] = "";

	if (end - s < 6 || s[0] != '\\' || s[1] != 'u')
		return UINT32_MAX;
	memcpy(digits, s + 2, 4);
	return (uint32_t)strtoul(digits, NULL, 16);
}

/* What is wrong with the escapes of a string, or NULL. yajl makes a "?" or invalid UTF-8 of half a pair. */
static const char *escapes_fault(const char *s, const char *end) {
	while ((s = memchr(s, '\\', (size_t)(end - s)))) {
		uint32_t unit = escaped_unit(s, end);

		if (unit == 0)
			return "the character NUL cannot be in a string";
		s += unit == UINT32_MAX ? 2 : 6;
		if (unit == UINT32_MAX || unit < 0xd800 || unit > 0xdfff)
			continue;
		uint32_t low = escaped_unit(s, end);
		if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)
			return "half of a surrogate pair is no character";
		s += 6;
	}
	return NULL;
}

/* end is the offset behind the closing quote. yajl's own check of UTF-8 accepts overlong forms and surrogates. */
static bool check_string(struct scan *s, const struct json_event *event, size_t end) {
	const char *fault = event->stays ? NULL : escapes_fault(s->text + event->at + 1, s->text + end - 1);

	if (!fault && !is_utf8(event->s, event->n))
		fault = "the string is not valid UTF-8";
	return fault ? fail(s, event->at, fault) : true;
}

/* length: of the token in the text; 0 where only its end is known. */
static int send(struct scan *s, size_t length, struct json_event *event) {
	/* A number that ends with the text is known to end only in yajl's second go, which has a text of its own. */
	size_t end = s->at_end ? s->n : yajl_get_bytes_consumed(s->yajl);

	event->at = length ? end - length : next_token(s);
	if ((event->kind == JSON_STRING || event->kind == JSON_NAME) && !check_string(s, event, end))
		return 0;
	s->end = end;
	return s->fn(s->reader, event);
}

static int send_string(struct scan *s, enum json_kind kind, const unsigned char *string, size_t n) {
	bool stays = (const char *)string >= s->text && (const char *)string < s->text + s->n; /* it has no escapes */

	return send(s, stays ? n + 2 : 0,
		    &(struct json_event){.kind = kind, .s = (const char *)string, .n = n, .stays = stays});
}

static int on_null(void *s) {
	return send(s, 4, &(struct json_event){.kind = JSON_NULL});
}

static int on_bool(void *s, int value) {
	return send(s, value ? 4 : 5, &(struct json_event){.kind = JSON_BOOL, .value = value});
}

static int on_number(void *s, const char *number, size_t n) {
	return send(s, n, &(struct json_event){.kind = JSON_NUMBER, .s = number, .n = n});
}

static int on_string(void *s, const unsigned char *string, size_t n) {
	return send_string(s, JSON_STRING, string, n);
}

static int on_object(void *s) {
	return send(s, 1, &(struct json_event){.kind = JSON_OBJECT});
}

static int on_name(void *s, const unsigned char *name, size_t n) {
	return send_string(s, JSON_NAME, name, n);
}

static int on_array(void *s) {
	return send(s, 1, &(struct json_event){.kind = JSON_ARRAY});
}

static int on_end(void *s) {
	return send(s, 1, &(struct json_event){.kind = JSON_END});
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_bool,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_object,
	.yajl_map_key = on_name,
	.yajl_end_map = on_end,
	.yajl_start_array = on_array,
	.yajl_end_array = on_end,
};

/* yajl does not look whether it got its memory. */
static void *checked_realloc(void *none, void *memory, size_t size) {
	void *larger = realloc(memory, size);

	(void)none;
	if (!larger)
		arena_exhausted();
	return larger;
}

static void *checked_malloc(void *none, size_t size) {
	return checked_realloc(none, NULL, size);
}

static void checked_free(void *none, void *memory) {
	(void)none;
	free(memory);
}

/* yajl says "lexical error: invalid char in json text.\n"; inside a string it knows the very character. */
static void fail_syntax(struct scan *s) {
	unsigned char *said = yajl_get_error(s->yajl, 0, (const unsigned char *)s->text, s->n);
	const char *words = (const char *)said, *colon = strstr(words, ": ");
	size_t at = next_token(s), n;
	char text[sizeof(s->fault->text)];

	if (!s->at_end && at < s->n && s->text[at] == '"' && strncmp(words, "lexical", 7) == 0)
		at = yajl_get_bytes_consumed(s->yajl);
	words = colon ? colon + 2 : words;
	n = strcspn(words, "\n");
	n -= n > 0 && words[n - 1] == '.';
	snprintf(text, sizeof(text), "not valid JSON: %.*s", (int)n, words);
	fail(s, at, text);
	yajl_free_error(s->yajl, said);
}

int json_read(const char *text, size_t n, json_event_fn fn, void *reader, struct json_fault *fault) {
	struct scan s = {.text = n ? text : "", .n = n, .fn = fn, .reader = reader, .fault = fault};
	yajl_alloc_funcs memory = {.malloc = checked_malloc, .realloc = checked_realloc, .free = checked_free};
	yajl_status status;

	if (!check_blanks(&s))
		return -1;
	s.yajl = yajl_alloc(&callbacks, &memory, &s);
	yajl_config(s.yajl, yajl_dont_validate_strings, 1);
	status = yajl_parse(s.yajl, (const unsigned char *)text, n);
	if (status == yajl_status_ok) {
		s.at_end = true;
		status = yajl_complete_parse(s.yajl);
	}
	if (status == yajl_status_error)
		fail_syntax(&s);
	/* yajl does not mind a string behind the end that has no end itself */
	if (status == yajl_status_ok && skip_blanks(&s, s.end) < n)
		fail(&s, skip_blanks(&s, s.end), "not valid JSON: trailing garbage");
	yajl_free(s.yajl);
	return s.failed ? -1 : 0;
}

void json_place(const char *text, size_t at, unsigned *line, unsigned *column) {
	*line = *column = 1;
	for (size_t i = 0; i < at; i++) {
		bool newline = text[i] == '\n', continues = (text[i] & 0xc0) == 0x80;

		*line += newline;
		*column = newline ? 1 : *column + !continues;
	}
}
