/* parse_test.c - what is read, and how what is refused is said. */
#include "../../specs/fields.h"
#include "../../specs/parse.h"
#include "../../specs/spec.h"
#include "../../specs/text.h"
#include "test.h"
#include <stdio.h>
#include <string.h>

struct inner {
	char *key; /* its name, where it is an element of a map */
	bool flag;
};
struct inners {
	struct inner *v;
	size_t n;
};
struct outer {
	char *text;
	uint16_t small;
	uint32_t id;
	int32_t number;
	uint64_t limit;
	int64_t swap;
	const int32_t *adjust;
	struct strings list;
	struct uint32s ids;
	struct pairs pairs;
	struct inner object;
	const struct inner *pointer;
	struct inners array, map;
};

/* clang-format off */
#define T struct inner
TYPE(inner, F("flag", flag), IGNORED("other"));
CLOSED_TYPE(closed, F("flag", flag), F("key", key));
#undef T

#define T struct outer
TYPE(outer,
	F("text", text),
	F("small", small),
	F("id", id),
	F("number", number),
	F("limit", limit),
	F("swap", swap),
	F("adjust", adjust),
	F("list", list),
	F("ids", ids),
	F("pairs", pairs),
	O("object", object, inner),
	P("pointer", pointer, inner),
	A("array", array, inner),
	M("map", map, inner),
	O("closed", object, closed),
	IGNORED("ignored"));
#undef T
/* clang-format on */

static struct outer read_outer(struct arena *a, const char *text) {
	struct error e = {0};
	struct outer o;

	if (parse_object(a, &outer_type, "a.json", text, strlen(text), &o, NULL, &e) < 0)
		fail_msg("%s: %u:%u: %s: %s", text, e.line, e.column, e.field, e.text);
	return o;
}

/* Reads what has to be refused, n bytes long; *line is the whole message. */
static void refuse_bytes(struct arena *a, const struct type *type, const char *text, size_t n, char line[1500]) {
	char object[sizeof(struct spec)], before[sizeof(struct spec)];
	struct strings unknown = {0};
	struct error e = {0};

	memset(object, 0x5a, sizeof(object));
	memcpy(before, object, sizeof(before));
	if (parse_object(a, type, "a.json", text, n, object, &unknown, &e) == 0)
		fail_msg("%.200s is accepted", text);
	assert_memory_equal(object, before, sizeof(object));
	assert_int_equal(unknown.n, 0);
	error_line(&e, line, 1500);
}

static void assert_refused(struct arena *a, const char *text, const char *expected) {
	char line[1500];

	refuse_bytes(a, &outer_type, text, strlen(text), line);
	assert_string_equal(line, expected);
}

struct refusal {
	const char *text, *line;
};
#define assert_all_refused(a, refusals)                                        \
	for (size_t i_ = 0; i_ < sizeof(refusals) / sizeof(*(refusals)); i_++) \
	assert_refused(a, (refusals)[i_].text, (refusals)[i_].line)

static void an_empty_object_leaves_everything_absent(void **state) {
	struct outer o = read_outer(*state, " { } \r\n\t");
	struct outer none = {0};

	assert_memory_equal(&o, &none, sizeof(o));
}

static void null_is_an_optional_property_that_is_absent(void **state) {
	struct outer o = read_outer(
		*state, "{\"text\":null,\"id\":null,\"adjust\":null,\"list\":null,\"pairs\":null,\"object\":null,"
			"\"pointer\":null,\"array\":null,\"map\":null,\"ignored\":null,\"unknown\":null}");
	struct outer none = {0};

	assert_memory_equal(&o, &none, sizeof(o));
}

static void an_optional_string_that_is_empty_is_absent(void **state) {
	struct outer o = read_outer(*state, "{\"text\":\"\",\"list\":[\"\"],\"pairs\":{\"a\":\"\"}}");

	assert_null(o.text);
	assert_string_equal(o.list.v[0], "");
	assert_string_equal(o.pairs.v[0].text, "");
}

static void an_empty_list_is_told_from_an_absent_one(void **state) {
	struct outer o = read_outer(*state, "{\"list\":[],\"pairs\":{},\"array\":[],\"map\":{},\"pointer\":{}}");

	assert_non_null(o.list.v);
	assert_null(o.list.v[0]);
	assert_non_null(o.pairs.v);
	assert_non_null(o.array.v);
	assert_non_null(o.map.v);
	assert_non_null(o.pointer);
	assert_null(o.ids.v);
	assert_int_equal(o.list.n + o.pairs.n + o.array.n + o.map.n, 0);
}

static void numbers_reach_the_ends_of_their_types(void **state) {
	struct outer o = read_outer(
		*state, "{\"small\":65535,\"id\":4294967295,\"number\":-2147483648,"
			"\"limit\":18446744073709551615,\"swap\":-9223372036854775808,\"adjust\":2147483647}");

	assert_int_equal(o.small, UINT16_MAX);
	assert_int_equal(o.id, UINT32_MAX);
	assert_int_equal(o.number, INT32_MIN);
	assert_true(o.limit == UINT64_MAX);
	assert_true(o.swap == INT64_MIN);
	assert_int_equal(*o.adjust, INT32_MAX);
}

static void strings_are_decoded(void **state) {
	struct outer o = read_outer(*state, "{\"text\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\xc3\xa9\","
					    "\"li\\u0073t\":[\"\"]}");

	assert_string_equal(o.text, "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9");
	assert_int_equal(o.list.n, 1);
}

static void names_of_a_map_are_decoded_and_keep_their_order(void **state) {
	struct outer o = read_outer(*state, "{\"pairs\":{\"b\\u002e\":\"\\u0031\",\"a\":\"2\"},"
					    "\"map\":{\"e\\t0\":{\"flag\":true},\"\\u0061\":{}}}");

	assert_string_equal(o.pairs.v[0].name, "b.");
	assert_string_equal(o.pairs.v[0].text, "1");
	assert_string_equal(o.pairs.v[1].name, "a");
	assert_string_equal(o.map.v[0].key, "e\t0");
	assert_true(o.map.v[0].flag);
	assert_string_equal(o.map.v[1].key, "a");
}

static void a_wrong_type_says_what_is_needed(void **state) {
	static const struct refusal refusals[] = {
		{"{\"id\":\"5\"}", "a.json:1:7: /id: a number is needed, not a string"},
		{"{\"text\":5}", "a.json:1:9: /text: a string is needed, not a number"},
		{"{\"text\":{}}", "a.json:1:9: /text: a string is needed, not an object"},
		{"{\"object\":{\"flag\":0}}", "a.json:1:19: /object/flag: true or false is needed, not a number"},
		{"{\"object\":[]}", "a.json:1:11: /object: an object is needed, not an array"},
		{"{\"pointer\":true}", "a.json:1:12: /pointer: an object is needed, not true or false"},
		{"{\"list\":{}}", "a.json:1:9: /list: an array is needed, not an object"},
		{"{\"list\":[\"a\",null]}", "a.json:1:14: /list/1: a string is needed, not null"},
		{"{\"ids\":[1,[]]}", "a.json:1:11: /ids/1: a number is needed, not an array"},
		{"{\"array\":[{},{},1]}", "a.json:1:17: /array/2: an object is needed, not a number"},
		{"{\"pairs\":[]}", "a.json:1:10: /pairs: an object is needed, not an array"},
		{"{\"pairs\":{\"a\":null}}", "a.json:1:15: /pairs/a: a string is needed, not null"},
		{"{\"map\":{\"a\":null}}", "a.json:1:13: /map/a: an object is needed, not null"},
		{"[]", "a.json:1:1: an object is needed, not an array"},
		{"null", "a.json:1:1: an object is needed, not null"},
		{" 12", "a.json:1:2: an object is needed, not a number"},
	};

	assert_all_refused(*state, refusals);
}

static void a_number_has_to_be_whole_and_in_range(void **state) {
	static const struct refusal refusals[] = {
		{"{\"small\":65536}", "a.json:1:10: /small: is out of range: 0 to 65535"},
		{"{\"small\":-1}", "a.json:1:10: /small: is out of range: 0 to 65535"},
		{"{\"small\":-0}", "a.json:1:10: /small: is out of range: 0 to 65535"},
		{"{\"id\":4294967296}", "a.json:1:7: /id: is out of range: 0 to 4294967295"},
		{"{\"ids\":[1,4294967296]}", "a.json:1:11: /ids/1: is out of range: 0 to 4294967295"},
		{"{\"number\":2147483648}", "a.json:1:11: /number: is out of range: -2147483648 to 2147483647"},
		{"{\"adjust\":-2147483649}", "a.json:1:11: /adjust: is out of range: -2147483648 to 2147483647"},
		{"{\"limit\":18446744073709551616}", "a.json:1:10: /limit: is out of range: 0 to 18446744073709551615"},
		{"{\"swap\":9223372036854775808}",
		 "a.json:1:9: /swap: is out of range: -9223372036854775808 to 9223372036854775807"},
		{"{\"id\":1.0}", "a.json:1:7: /id: a whole number is needed, not 1.0"},
		{"{\"id\":1e3}", "a.json:1:7: /id: a whole number is needed, not 1e3"},
		{"{\"adjust\":-1E3}", "a.json:1:11: /adjust: a whole number is needed, not -1E3"},
	};

	assert_all_refused(*state, refusals);
}

static void a_name_is_given_once(void **state) {
	static const struct refusal refusals[] = {
		{"{\"id\":1,\n \"id\":1}", "a.json:2:2: /id: is given twice"},
		{"{\"id\":null,\"id\":1}", "a.json:1:12: /id: is given twice"},
		{"{\"id\":1,\"\\u0069d\":1}", "a.json:1:9: /id: is given twice"},
		{"{\"pairs\":{\"a\":\"\",\"b\":\"\",\"\\u0061\":\"\"}}", "a.json:1:25: /pairs/a: is given twice"},
		{"{\"map\":{\"a\":{},\"a\":{}}}", "a.json:1:16: /map/a: is given twice"},
		{"{\"x\":1,\"y\":2,\"x\":3}", "a.json:1:14: /x: is given twice"},
		{"{\"x\":{\"p\":[{\"\":1,\"\":2}]}}", "a.json:1:18: /x/p/0/: is given twice"},
		{"{\"ignored\":{\"p\":1,\"p\":2}}", "a.json:1:19: /ignored/p: is given twice"},
		{"{\"x\":{\"c\":1,\"b\":1,\"a\":1,\"b\":1,\"a\":1}}", "a.json:1:25: /x/b: is given twice"},
		{"{\"x\":{\"b\":1,\"a\":1,\"a\":1,\"b\":1}}", "a.json:1:19: /x/a: is given twice"},
	};

	assert_all_refused(*state, refusals);
	read_outer(*state, "{\"x\":{\"a\":1,\"b\":[{\"a\":1},{\"a\":1}]},\"y\":{\"a\":1},\"a\":1,\"b\":1}");
}

static void names_of_an_inner_object_do_not_hide_those_of_the_outer_one(void **state) {
	assert_refused(*state, "{\"x\":{\"a\":1,\"b\":{\"q\":1,\"r\":2,\"s\":3},\"a\":2}}",
		       "a.json:1:37: /x/a: is given twice");
}

static void a_required_property_is_missed_at_its_object(void **state) {
	static const struct refusal refusals[] = {
		{"{}", "a.json:1:1: /ociVersion: is required"},
		{"{\"ociVersion\":null}", "a.json:1:15: /ociVersion: a string is needed, not null"},
		{"{\"ociVersion\":\"1.3.0\"}", "a.json:1:1: /root: is required"},
		{"{\"ociVersion\":\"1.3.0\",\"root\":null}", "a.json:1:30: /root: an object is needed, not null"},
		{"{\"ociVersion\":\"1.3.0\",\"root\": {}}", "a.json:1:31: /root/path: is required"},
		{"{\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":0}}}", "a.json:1:30: /process/user/gid: is required"},
		{"{\"process\":{\"rlimits\":[\n  {\"type\":\"a\",\"hard\":1}]}}",
		 "a.json:2:3: /process/rlimits/0/soft: is required"},
		{"{\"linux\":{\"resources\":{\"devices\":[{\"allow\":true},{}]}}}",
		 "a.json:1:50: /linux/resources/devices/1/allow: is required"},
	};
	char line[1500];

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		refuse_bytes(*state, &spec_type, refusals[i].text, strlen(refusals[i].text), line);
		assert_string_equal(line, refusals[i].line);
	}
}

static void the_process_and_linux_may_be_absent(void **state) {
	static const char text[] = "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"}}";
	struct error e = {0};
	struct spec s;

	assert_int_equal(parse_object(*state, &spec_type, "a.json", text, strlen(text), &s, NULL, &e), 0);
	assert_null(s.process);
	assert_null(s.linux_.namespaces.v);
}

static void a_string_has_no_nul_and_is_utf8(void **state) {
	static const struct refusal refusals[] = {
		{"{\"text\":\"a\\u0000\"}", "a.json:1:9: /text: the character NUL cannot be in a string"},
		{"{\"x\":[\"\\\\\\u0000\"]}", "a.json:1:7: /x/0: the character NUL cannot be in a string"},
		{"{\"text\":\"\\ud800\"}", "a.json:1:9: /text: half of a surrogate pair is no character"},
		{"{\"text\":\"\\ud800\\u0041\"}", "a.json:1:9: /text: half of a surrogate pair is no character"},
		{"{\"text\":\"\\ud800x\\udc00\"}", "a.json:1:9: /text: half of a surrogate pair is no character"},
		{"{\"text\":\"\\udc00\\ud800\"}", "a.json:1:9: /text: half of a surrogate pair is no character"},
		{"{\"text\":\"\\ud800\\ud800\\udc00\"}", "a.json:1:9: /text: half of a surrogate pair is no character"},
		{"{\"object\":{\"\\udfff\":1}}", "a.json:1:12: /object: half of a surrogate pair is no character"},
		{"{\"text\":\"\xff\"}", "a.json:1:9: /text: the string is not valid UTF-8"},
		{"{\"text\":\"0123456789\xc3\"}", "a.json:1:9: /text: the string is not valid UTF-8"},
		{"{\"text\":\"\xc0\xaf\"}", "a.json:1:9: /text: the string is not valid UTF-8"},
		{"{\"text\":\"\xe0\x80\xaf\"}", "a.json:1:9: /text: the string is not valid UTF-8"},
		{"{\"text\":\"\xed\xa0\x80\"}", "a.json:1:9: /text: the string is not valid UTF-8"},
		{"{\"text\":\"\xf4\x90\x80\x80\"}", "a.json:1:9: /text: the string is not valid UTF-8"},
		{"{\"text\":\"\\n\x80\"}", "a.json:1:9: /text: the string is not valid UTF-8"},
		{"{\"\xfe\":1}", "a.json:1:2: the string is not valid UTF-8"},
		{"{\"ignored\":\"\xff\"}", "a.json:1:12: /ignored: the string is not valid UTF-8"},
	};

	assert_all_refused(*state, refusals);
	read_outer(*state, "{\"text\":\"\\\\ud800 \\\\u0000 \xef\xbf\xbf \xf4\x8f\xbf\xbf \xee\x80\x80\"}");
}

static void a_name_in_a_map_is_not_empty(void **state) {
	assert_refused(*state, "{\"pairs\":{\"\":\"a\"}}", "a.json:1:11: /pairs/: a name cannot be empty");
	assert_refused(*state, "{\"map\":{\"\":{}}}", "a.json:1:9: /map/: a name cannot be empty");
}

static void text_that_is_not_json_is_refused_where_it_goes_wrong(void **state) {
	static const struct refusal refusals[] = {
		{"", "a.json:1:1: not valid JSON: premature EOF"},
		{"{\n", "a.json:2:1: not valid JSON: premature EOF"},
		{"{\"id\":1", "a.json:1:8: not valid JSON: premature EOF"},
		{"{\"id\":1} x", "a.json:1:10: not valid JSON: trailing garbage"},
		{"{} \"x", "a.json:1:4: not valid JSON: trailing garbage"},
		{"{}{}", "a.json:1:3: not valid JSON: trailing garbage"},
		{"{\"id\" 1}",
		 "a.json:1:7: /id: not valid JSON: object key and value must be separated by a colon (':')"},
		{"{\"id\":1,}", "a.json:1:9: not valid JSON: invalid object key (must be a string)"},
		{"{\"id\":1 \"text\":\"\"}",
		 "a.json:1:9: not valid JSON: after key and value, inside map, I expect ',' or '}'"},
		{"{\"list\":[\"a\" \"b\"]}",
		 "a.json:1:14: /list/1: not valid JSON: after array element, I expect ',' or ']'"},
		{"{\"list\":[\"a\",,]}",
		 "a.json:1:14: /list/1: not valid JSON: unallowed token at this point in JSON text"},
		{"{\"id\":tru}", "a.json:1:7: /id: not valid JSON: invalid string in json text"},
		{"{\"id\":01}", "a.json:1:8: not valid JSON: after key and value, inside map, I expect ',' or '}'"},
		{"{\"text\":\"a\nb\"}", "a.json:1:11: /text: not valid JSON: invalid character inside string"},
		{"{\"id\":1,\v\"small\":1}", "a.json:1:9: not valid JSON: a vertical tab or form feed"},
		{"{} \f", "a.json:1:4: not valid JSON: a vertical tab or form feed"},
		{"/* a */ {}",
		 "a.json:1:1: not valid JSON: probable comment found in input text, comments are not enabled"},
		{"\xef\xbb\xbf{}", "a.json:1:1: not valid JSON: invalid char in json text"},
		{"{'id':1}", "a.json:1:2: not valid JSON: invalid char in json text"},
	};
	char line[1500];

	assert_all_refused(*state, refusals);
	refuse_bytes(*state, &outer_type, "{}\0", 3, line);
	assert_string_equal(line, "a.json:1:3: not valid JSON: trailing garbage");
}

static void a_column_is_a_character(void **state) {
	assert_refused(*state, "{\"text\":\"\xc3\xa9\xf0\x9f\x98\x80\",\"id\":\"\"}",
		       "a.json:1:19: /id: a number is needed, not a string");
	assert_refused(*state, "{\r\n\t\"id\" :\t\"\"}", "a.json:2:9: /id: a number is needed, not a string");
	assert_refused(*state, "{\"\\u0069\\u0064\" : \"a\\u0062\"}",
		       "a.json:1:19: /id: a number is needed, not a string");
}

static void a_pointer_escapes_what_names_hold(void **state) {
	assert_refused(*state, "{\"map\":{\"a/b~c\":{\"flag\":1}}}",
		       "a.json:1:25: /map/a~1b~0c/flag: true or false is needed, not a number");
}

static void a_long_pointer_is_cut(void **state) {
	char text[400], line[1500];

	snprintf(text, sizeof(text), "{\"map\":{\"%0300d\":1}}", 0);
	refuse_bytes(*state, &outer_type, text, strlen(text), line);
	assert_non_null(strstr(line, "00: an object is needed, not a number"));
}

static void unknown_properties_are_accepted_and_named(void **state) {
	static const char text[] = "{\"x\":{\"y\":1},\"object\":{\"other\":[1.5e9,true],\"a/b\":[{}]},"
				   "\"array\":[{},{\"z\":\"\"}],\"ignored\":{\"i\":1}}";
	struct strings unknown = {0};
	struct error e = {0};
	struct outer o;

	assert_int_equal(parse_object(*state, &outer_type, "a.json", text, strlen(text), &o, &unknown, &e), 0);
	assert_int_equal(unknown.n, 3);
	assert_string_equal(unknown.v[0], "/x");
	assert_string_equal(unknown.v[1], "/object/a~1b");
	assert_string_equal(unknown.v[2], "/array/1/z");
}

static void not_more_unknown_properties_are_named_than_are_of_use(void **state) {
	char text[2000];
	struct text t = TEXT(text);
	struct strings unknown = {0};
	struct error e = {0};
	struct outer o;

	for (int i = 0; i < 200; i++)
		text_add(&t, "%c\"%d\":1", i ? ',' : '{', i);
	text_add(&t, "}");
	assert_int_equal(parse_object(*state, &outer_type, "a.json", text, strlen(text), &o, &unknown, &e), 0);
	assert_int_equal(unknown.n, PARSE_MAX_UNKNOWN);
}

static void an_unknown_name_in_a_closed_object_is_an_error(void **state) {
	assert_refused(*state, "{\"closed\":{\"flags\":true}}",
		       "a.json:1:12: /closed/flags: is not known: there are flag, key");
}

/* n times `open`, then n times `close`. */
static char *nested(struct arena *a, size_t n, const char *open, char close) {
	char *text = arena_alloc(a, n * (strlen(open) + 1) + 1), *at = text;

	for (size_t i = 0; i < n; i++)
		at = strcpy(at, open) + strlen(open);
	memset(at, close, n);
	return text;
}

static void objects_and_arrays_nest_64_deep(void **state) {
	char line[1500], *text;

	read_outer(*state, arena_printf(*state, "{\"x\":%s}", nested(*state, 63, "[", ']')));
	text = arena_printf(*state, "{\"x\":%s}", nested(*state, 64, "[", ']'));
	refuse_bytes(*state, &outer_type, text, strlen(text), line);
	assert_non_null(strstr(line, "more than 64 objects and arrays within each other"));
	text = nested(*state, 5000000, "[", ']');
	refuse_bytes(*state, &outer_type, text, strlen(text), line);
}

/* {"NAME": [ELEMENT, ELEMENT ...]} */
static char *repeated(struct arena *a, const char *name, size_t n, const char *element) {
	size_t length = strlen(element);
	char *text = arena_alloc(a, strlen(name) + n * (length + 1) + 10),
	     *at = text + sprintf(text, "{\"%s\":[", name);

	for (size_t i = 0; i < n; i++) {
		memcpy(at, element, length);
		at[length] = ',';
		at += length + 1;
	}
	strcpy(at - (n > 0), "]}");
	return text;
}

static void an_array_has_65536_members_at_most(void **state) {
	static const char *const names[] = {"list", "x", "ignored"};
	static const char format[] =
		"a.json:1:%zu: /%s/65536: is one more than the 65536 members that an object or array may have";

	assert_int_equal(read_outer(*state, repeated(*state, "list", 65536, "\"\"")).list.n, 65536);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_refused(*state, repeated(*state, names[i], 65537, "\"\""),
			       arena_printf(*state, format, 65536 * 3 + strlen(names[i]) + 6, names[i]));
}

static char *many_names(struct arena *a, const char *before, size_t n, const char *format) {
	char *text = arena_alloc(a, strlen(before) + n * 32 + 3), *at = text + sprintf(text, "%s", before);

	for (size_t i = 0; i < n; i++) {
		at += sprintf(at, format, i);
		at += sprintf(at, ":\"\",");
	}
	strcpy(at - 1, "}}");
	return text;
}

/* Slow would be: 2 * 10^9 comparisons. */
static void an_object_has_65536_members_at_most_and_many_are_not_slow(void **state) {
	char line[1500], *text = many_names(*state, "{\"pairs\":{", 65537, "\"%zu\"");

	assert_int_equal(read_outer(*state, many_names(*state, "{\"pairs\":{", 65536, "\"aaaaaaaa%zu\"")).pairs.n,
			 65536);
	refuse_bytes(*state, &outer_type, text, strlen(text), line);
	assert_non_null(strstr(line, "/pairs/65536: is one more than the 65536 members"));
}

static void a_document_has_16_mib_at_most(void **state) {
	size_t n = PARSE_MAX_SIZE;
	char *text = arena_alloc(*state, n + 2), line[1500];

	memset(text, ' ', n);
	text[0] = '{';
	text[n - 1] = '}';
	read_outer(*state, text);
	refuse_bytes(*state, &outer_type, text, n + 1, line);
	assert_string_equal(line, "a.json:1:1: is larger than 16 MiB");
}

/* Each empty string is 3 bytes of text and up to 17 of memory. */
static void a_document_cannot_ask_for_more_memory_than_it_may_have(void **state) {
	static const char names[] = "{\"action\":\"\",\"names\":[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\","
				    "\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"]}";
	char line[1500], *text = repeated(*state, "syscalls", 65536, names);
	size_t before;

	text = arena_printf(*state, "{\"linux\":{\"seccomp\":%s}}", text);
	before = arena_size(*state);
	refuse_bytes(*state, &spec_type, text, strlen(text), line);
	assert_non_null(strstr(line, "the document takes more than 32 MiB of memory"));
	assert_true(arena_size(*state) - before < PARSE_MAX_MEMORY + ((size_t)4 << 20));
}

static void a_pointer_is_found_in_the_text(void **state) {
	static const char text[] =
		"{\n \"a\": {\"b\": [10, {\"c~d/e\": true}, [1, 2]]},\n \"b\": 5,\n \"\": {\"\\u0061\": \"x\"}\n}";
	static const struct {
		const char *pointer;
		unsigned line, column;
	} places[] = {
		{"", 1, 1},
		{"/a", 2, 7},
		{"/a/b", 2, 13},
		{"/a/b/0", 2, 14},
		{"/a/b/1", 2, 18},
		{"/a/b/1/c~0d~1e", 2, 28},
		{"/a/b/2/1", 2, 39},
		{"/b", 3, 7},
		{"/", 4, 6},
		{"//a", 4, 17},
		/* from here on the nearest parent */
		{"/a/x", 2, 7},
		{"/a/a", 2, 7},
		{"/a/x/y", 2, 7},
		{"/a/b/3", 2, 13},
		{"/a/b/00", 2, 13},
		{"/a/b/", 2, 13},
		{"/a/b/1/b", 2, 18},
		{"/a/b/1/c", 2, 18},
		{"/a/b/1/c~d", 2, 18},
		{"/b/c", 3, 7},
		{"/x", 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		unsigned line = 0, column = 0;

		assert_int_equal(parse_locate(text, strlen(text), places[i].pointer, &line, &column), 0);
		if (line != places[i].line || column != places[i].column)
			fail_msg("%s is found at %u:%u", places[i].pointer, line, column);
	}
}

static void nothing_is_found_in_what_is_not_json(void **state) {
	unsigned line, column;

	(void)state;
	assert_int_equal(parse_locate("{\"a\":", 5, "/b", &line, &column), -1);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(an_empty_object_leaves_everything_absent),
		arena_test(null_is_an_optional_property_that_is_absent),
		arena_test(an_optional_string_that_is_empty_is_absent),
		arena_test(an_empty_list_is_told_from_an_absent_one),
		arena_test(numbers_reach_the_ends_of_their_types),
		arena_test(strings_are_decoded),
		arena_test(names_of_a_map_are_decoded_and_keep_their_order),
		arena_test(a_wrong_type_says_what_is_needed),
		arena_test(a_number_has_to_be_whole_and_in_range),
		arena_test(a_name_is_given_once),
		arena_test(names_of_an_inner_object_do_not_hide_those_of_the_outer_one),
		arena_test(a_required_property_is_missed_at_its_object),
		arena_test(the_process_and_linux_may_be_absent),
		arena_test(a_string_has_no_nul_and_is_utf8),
		arena_test(a_name_in_a_map_is_not_empty),
		arena_test(text_that_is_not_json_is_refused_where_it_goes_wrong),
		arena_test(a_column_is_a_character),
		arena_test(a_pointer_escapes_what_names_hold),
		arena_test(a_long_pointer_is_cut),
		arena_test(unknown_properties_are_accepted_and_named),
		arena_test(not_more_unknown_properties_are_named_than_are_of_use),
		arena_test(an_unknown_name_in_a_closed_object_is_an_error),
		arena_test(objects_and_arrays_nest_64_deep),
		arena_test(an_array_has_65536_members_at_most),
		arena_test(an_object_has_65536_members_at_most_and_many_are_not_slow),
		arena_test(a_document_has_16_mib_at_most),
		arena_test(a_document_cannot_ask_for_more_memory_than_it_may_have),
		arena_test(a_pointer_is_found_in_the_text),
		arena_test(nothing_is_found_in_what_is_not_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
