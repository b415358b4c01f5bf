/* options.c - from the words of a command line to the members of a command's struct. */
#include "options.h"
#include <stdint.h>
#include <string.h>
#include "../specs/number.h"

const struct option *option_at(const struct grammar *g, size_t index) {
	for (size_t t = 0; t < OPTION_TABLES && g->options[t]; t++)
		for (const struct option *o = g->options[t]; o->name || o->value; o++)
			if (index-- == 0)
				return o;
	return NULL;
}

/* A name of one character is a letter, with one dash or two. */
static bool option_is_named(const struct option *o, const char *name, size_t n) {
	if (!o->name)
		return false;
	if (n == 1)
		return o->letters && strchr(o->letters, name[0]);
	return strlen(o->name) == n && strncmp(o->name, name, n) == 0;
}

static const struct option *option_find(const struct grammar *g, const char *name, size_t n) {
	const struct option *o;

	for (size_t i = 0; (o = option_at(g, i)); i++)
		if (option_is_named(o, name, n))
			return o;
	return NULL;
}

static int error_unknown(const struct grammar *g, const char *word, const char *name, struct error *e) {
	const struct grammar before = {.options = {g->before}};
	size_t n = strcspn(name, "=");
	int length = (int)(name - word) + (int)n;

	if (option_find(&before, name, n))
		return error_set(e, 0, NULL, "%.*s is a global flag: it must stand before the verb", length, word);
	return error_set(e, 0, NULL, "unknown flag %.*s: `%s --help` lists the known ones", length, word, g->command);
}

static int set_flag(const struct option *o, const char *value, bool *member, struct error *e) {
	if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
		return error_set(e, 0, NULL, "--%s: true or false is needed, not %s", o->name, value);
	*member = value[0] == 't';
	return 0;
}

static bool choice_has(const char *choices, const char *value) {
	size_t n;

	for (const char *at = choices;; at += n + 1) {
		n = strcspn(at, "|");
		if (strlen(value) == n && strncmp(at, value, n) == 0)
			return true;
		if (!at[n])
			return false;
	}
}

/* The name of an argument is the choice itself. */
static int error_choice(const struct option *o, const char *value, struct error *e) {
	if (!o->name)
		return error_set(e, 0, NULL, "%s is needed, not %s", o->value, value);
	return error_set(e, 0, NULL, "--%s: %s is needed, not %s", o->name, o->value, value);
}

/* No text may be empty: an empty path is a variable that was not set in the caller's script. */
static int set_text(const struct option *o, const char *value, const char **member, struct error *e) {
	const char *dashes = o->name ? "--" : "", *label = o->name ? o->name : o->value;

	if (!value[0])
		return error_set(e, 0, NULL, "%s%s must not be empty", dashes, label);
	if (strchr(o->value, '|') && !choice_has(o->value, value))
		return error_choice(o, value, e);
	*member = value;
	return 0;
}

/* The limit leaves room to add a few without wrapping: descriptors are counted from 3 on. */
static int set_number(const struct option *o, const char *value, unsigned *member, struct error *e) {
	uint64_t number;

	if (!number_unsigned(value, strlen(value), INT32_MAX, &number))
		return error_set(e, 0, NULL, "--%s: a number from 0 to %d is needed, not %s", o->name, INT32_MAX,
				 value);
	*member = (unsigned)number;
	return 0;
}

static int set_signed(struct arena *a, const struct option *o, const char *value, const int64_t **member,
		      struct error *e) {
	int64_t *number = arena_new(a, int64_t);
	bool size = strcmp(o->value, "SIZE") == 0;

	if (strchr(o->value, '|') && !choice_has(o->value, value))
		return error_choice(o, value, e);
	if (size && !number_bytes(value, strlen(value), number))
		return error_set(e, 0, NULL, "--%s: bytes are needed, as 67108864, 64m or 1.5g, or -1, not %s", o->name,
				 value);
	if (!size && !number_signed(value, strlen(value), -1, INT64_MAX, number))
		return error_set(e, 0, NULL, "--%s: a number is needed, from 0 or -1 on, not %s", o->name, value);
	*member = number;
	return 0;
}

static int set_unsigned(struct arena *a, const struct option *o, const char *value, const uint64_t **member,
			struct error *e) {
	uint64_t *number = arena_new(a, uint64_t);

	if (!number_unsigned(value, strlen(value), UINT64_MAX, number))
		return error_set(e, 0, NULL, "--%s: a number from 0 on is needed, not %s", o->name, value);
	*member = number;
	return 0;
}

static int set_unsigned_16(struct arena *a, const struct option *o, const char *value, const uint16_t **member,
			   struct error *e) {
	uint16_t *small = arena_new(a, uint16_t);
	uint64_t number;

	if (!number_unsigned(value, strlen(value), UINT16_MAX, &number))
		return error_set(e, 0, NULL, "--%s: a number from 0 to %d is needed, not %s", o->name, UINT16_MAX,
				 value);
	*small = (uint16_t)number;
	*member = small;
	return 0;
}

static int add_text(struct arena *a, const struct option *o, const char *value, struct strings *member,
		    struct error *e) {
	const char *text = NULL;

	if (set_text(o, value, &text, e) < 0)
		return -1;
	strings_add(a, member, arena_strdup(a, text));
	return 0;
}

static int option_set(struct arena *a, const struct option *o, const char *value, void *into, struct error *e) {
	void *member = (char *)into + o->offset;

	switch (o->kind) {
	case OPTION_FLAG: return set_flag(o, value ? value : "true", member, e);
	case OPTION_TEXT: return set_text(o, value, member, e);
	case OPTION_NUMBER: return set_number(o, value, member, e);
	case OPTION_SIGNED: return set_signed(a, o, value, member, e);
	case OPTION_UNSIGNED: return set_unsigned(a, o, value, member, e);
	case OPTION_UNSIGNED_16: return set_unsigned_16(a, o, value, member, e);
	case OPTION_TEXTS: return add_text(a, o, value, member, e);
	case OPTION_REST: break; /* see arguments_parse */
	}
	return -1;
}

/* A word alone that is one dash is an argument: it stands for stdin. */
char **options_parse(const struct grammar *g, char **words, void *into, bool *help, struct error *e) {
	for (; words[0] && words[0][0] == '-' && words[0][1]; words++) {
		const char *word = words[0], *name = word + (word[1] == '-' ? 2 : 1), *value = NULL;
		size_t n = strcspn(name, "=");
		const struct option *o = option_find(g, name, n);

		if (strcmp(word, "--") == 0)
			return words + 1;
		if (!o && (strcmp(name, "help") == 0 || strcmp(name, "h") == 0))
			return *help = true, words;
		if (!o)
			return error_unknown(g, word, name, e), NULL;
		if (name[n] == '=')
			value = name + n + 1;
		else if (o->kind != OPTION_FLAG && !(value = *++words))
			return error_set(e, 0, NULL, "flag needs an argument: %s", word), NULL;
		if (option_set(g->a, o, value, into, e))
			return NULL;
	}
	return words;
}

int arguments_parse(const struct grammar *g, char **words, void *into, struct error *e) {
	const struct option *o;

	for (size_t i = 0; (o = option_at(g, i)); i++) {
		if (o->name || (!words[0] && o->value[0] == '['))
			continue;
		if (o->kind == OPTION_REST)
			return memcpy((char *)into + o->offset, &words, sizeof(words)), 0;
		if (!words[0])
			return error_set(e, 0, NULL, "%s is missing: `%s --help` tells more", o->value, g->command);
		do
			if (option_set(g->a, o, *words++, into, e))
				return -1;
		while (o->kind == OPTION_TEXTS && words[0] && words[0][0] != '-');
	}
	if (words[0] && words[0][0] == '-')
		return error_set(e, 0, NULL, "%s stands too late: flags come before the arguments", words[0]);
	if (words[0])
		return error_set(e, 0, NULL, "too many arguments: %s: `%s --help` tells more", words[0], g->command);
	return 0;
}
