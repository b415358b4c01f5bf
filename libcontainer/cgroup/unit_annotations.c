/* unit_annotations.c - annotations org.systemd.property.NAME: properties of the unit that config.json asks for by their own names,
 * their values in GVariant text. All pure.
 *
 * Engines hand annotations on from whoever describes a container: only what orders, names or ends the scope itself is taken, nothing
 * that would start or stop another unit, or lift a limit. */
#include "unit.h"
#include "../annotations.h"
#include "../../specs/number.h"
#include <inttypes.h>
#include <string.h>

#define BLANKS " \t\n"

static const struct allowed {
	const char *name, *signature;
} allowed[] = {
	{"After", "as"},      {"Before", "as"},    {"CollectMode", "s"},     {"DefaultDependencies", "b"},
	{"KillMode", "s"},    {"KillSignal", "i"}, {"RuntimeMaxUSec", "t"},  {"SendSIGHUP", "b"},
	{"SendSIGKILL", "b"}, {"PartOf", "as"},    {"TimeoutStopUSec", "t"},
};
#define N_ALLOWED (sizeof(allowed) / sizeof(*allowed))

/* How a number may begin. */
static const char *const number_types[] = {"byte",  "int16",  "uint16", "int32", "uint32",
					   "int64", "uint64", "@i",     "@t",    "@u"};
#define N_NUMBER_TYPES (sizeof(number_types) / sizeof(*number_types))

struct annotation {
	struct arena *a;
	const char *text; /* what is left of it */
	struct strings *value;
};

static void skip_blanks(struct annotation *n) {
	n->text += strspn(n->text, BLANKS);
}

static bool take(struct annotation *n, const char *word) {
	size_t length = strlen(word);

	skip_blanks(n);
	if (strncmp(n->text, word, length) != 0)
		return false;
	n->text += length;
	skip_blanks(n);
	return true;
}

/* In either kind of quotes, without escapes. */
static bool read_string(struct annotation *n) {
	char quote[2] = {*n->text, 0};
	size_t length;

	if (quote[0] != '\'' && quote[0] != '"')
		return false;
	length = strcspn(n->text + 1, quote);
	if (!n->text[1 + length] || memchr(n->text + 1, '\\', length))
		return false;
	strings_add(n->a, n->value, arena_strndup(n->a, n->text + 1, length));
	n->text += length + 2;
	skip_blanks(n);
	return true;
}

static bool read_strings(struct annotation *n) {
	struct strings list = {0};
	struct annotation element = {n->a, n->text, &list};

	take(&element, "@as");
	if (!take(&element, "["))
		return false;
	while (!take(&element, "]")) {
		if ((list.n > 0 && !take(&element, ",")) || !read_string(&element))
			return false;
	}
	strings_add(n->a, n->value, arena_printf(n->a, "%zu", list.n));
	for (size_t i = 0; i < list.n; i++)
		strings_add(n->a, n->value, list.v[i]);
	n->text = element.text;
	return true;
}

static bool read_bool(struct annotation *n) {
	const char *word = take(n, "true") ? "true" : take(n, "false") ? "false" : NULL;

	if (word)
		strings_add(n->a, n->value, (char *)word);
	return word;
}

/* factor: of a name that ends in Sec, in the unit of the one that ends in USec. */
static bool read_number(struct annotation *n, uint64_t max, uint64_t factor) {
	uint64_t number;
	size_t length;

	for (size_t i = 0; i < N_NUMBER_TYPES; i++)
		if (take(n, arena_printf(n->a, "%s ", number_types[i])))
			break;
	length = strcspn(n->text, BLANKS);
	if (!number_unsigned(n->text, length, max / factor, &number))
		return false;
	n->text += length;
	skip_blanks(n);
	strings_add(n->a, n->value, arena_printf(n->a, "%" PRIu64, number * factor));
	return true;
}

static bool read_value(struct annotation *n, const char *signature, uint64_t factor) {
	skip_blanks(n);
	if (strcmp(signature, "as") == 0)
		return read_strings(n);
	if (*signature == 's')
		return read_string(n);
	if (*signature == 'b')
		return read_bool(n);
	return read_number(n, *signature == 'i' ? INT32_MAX : UINT64_MAX, factor);
}

/* TimeoutStopSec is TimeoutStopUSec in seconds. */
static const struct allowed *find(struct arena *a, const char *name, uint64_t *factor) {
	size_t n = strlen(name);
	bool seconds = n > 4 && strcmp(name + n - 3, "Sec") == 0 && name[n - 4] != 'U';

	*factor = seconds ? 1000000 : 1;
	if (seconds)
		name = arena_printf(a, "%.*sUSec", (int)n - 3, name);
	for (size_t i = 0; i < N_ALLOWED; i++)
		if (strcmp(allowed[i].name, name) == 0)
			return &allowed[i];
	return NULL;
}

static int annotate(struct arena *a, const char *name, const char *text, struct unit_properties *all, struct error *e) {
	const char *field = arena_printf(a, "%s%s", annotation_field(a, ANNOTATION_SYSTEMD_PROPERTY), name);
	struct annotation n = {.a = a, .text = text};
	uint64_t factor;
	const struct allowed *property = find(a, name, &factor);
	char *names = arena_strdup(a, "");

	for (size_t i = 0; !property && i < N_ALLOWED; i++)
		names = arena_printf(a, "%s%s%s", names, i ? ", " : "", allowed[i].name);
	if (!property)
		return error_set(e, 0, field, "is no property that a container may set; these are: %s", names);
	n.value = unit_property_set(a, all, property->name, property->signature, NULL);
	if (!read_value(&n, property->signature, factor) || *n.text)
		return error_set(e, 0, field, "\"%s\" is no GVariant of the type %s: right is one such as %s", text,
				 property->signature,
				 *property->signature == 'a'   ? "['a.service']"
				 : *property->signature == 's' ? "'text'"
				 : *property->signature == 'b' ? "true"
							       : "uint64 10");
	return 0;
}

int unit_properties_annotate(struct arena *a, const struct pairs *annotations, struct unit_properties *all,
			     struct error *e) {
	const char *prefix = annotation_names[ANNOTATION_SYSTEMD_PROPERTY];
	const size_t begin = strlen(prefix);

	for (size_t i = 0; i < annotations->n; i++) {
		const struct pair *pair = &annotations->v[i];

		if (strncmp(pair->name, prefix, begin) == 0 && annotate(a, pair->name + begin, pair->text, all, e) < 0)
			return -1;
	}
	return 0;
}
