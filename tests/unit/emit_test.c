/* emit_test.c - structs as JSON. */
#include "../../specs/emit.h"
#include "../../specs/features.h"
#include "../../specs/fields.h"
#include "../../specs/parse.h"
#include "../../specs/spec.h"
#include "test.h"
#include "whole_config.h"
#include <string.h>

struct thing {
	char *name;
	bool flag;
	const bool *perhaps;
	int32_t number;
	struct strings list;
	struct pairs map;
};

/* clang-format off */
#define T struct thing
TYPE(thing,
	R("name", name),
	F("flag", flag),
	F("perhaps", perhaps),
	F("number", number),
	F("list", list),
	F("map", map));
#undef T
/* clang-format on */

static void what_was_read_is_written_as_the_same_text(void **state) {
	struct error e = {0};
	struct spec spec;

	assert_int_equal(parse_object(*state, &spec_type, "a", WHOLE_CONFIG, strlen(WHOLE_CONFIG), &spec, NULL, &e), 0);
	assert_string_equal(emit_object(*state, &spec_type, &spec, false), WHOLE_CONFIG);
}

static void what_an_optional_property_does_not_say_is_left_out(void **state) {
	struct thing t = {0};

	assert_string_equal(emit_object(*state, &thing_type, &t, false), "{\"name\":\"\"}");
}

static void what_is_said_is_written_though_it_is_empty(void **state) {
	bool no = false;
	struct thing t = {.name = arena_strdup(*state, "n"),
			  .perhaps = &no,
			  .list = {(char *[]){NULL}, 0},
			  .map = {(struct pair[]){{0}}, 0}};

	assert_string_equal(emit_object(*state, &thing_type, &t, false),
			    "{\"name\":\"n\",\"perhaps\":false,\"list\":[],\"map\":{}}");
}

static void objects_with_nothing_in_them_are_left_out(void **state) {
	struct spec spec = {.oci_version = arena_strdup(*state, "1.3.0"), .root.path = arena_strdup(*state, "/r")};

	assert_string_equal(emit_object(*state, &spec_type, &spec, false),
			    "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"/r\"}}");
}

static void required_numbers_are_written_though_they_are_zero(void **state) {
	struct spec_process process = {.cwd = arena_strdup(*state, "/")};

	assert_string_equal(emit_object(*state, &spec_process_type, &process, false),
			    "{\"user\":{\"uid\":0,\"gid\":0},\"cwd\":\"/\"}");
}

struct measures {
	double share;
	struct uint64s each;
	struct counts by_name;
};
#define T struct measures
TYPE(measures, R("share", share), F("each", each), F("byName", by_name));
#undef T

static void lists_and_maps_of_numbers_and_a_fraction_are_read_and_written(void **state) {
	static const char text[] =
		"{\"share\":0.15,\"each\":[1,18446744073709551615],\"byName\":{\"cache\":0,\"rss\":53248}}";
	struct error e = {0};
	struct measures m, none = {0};

	assert_int_equal(parse_object(*state, &measures_type, "a", text, strlen(text), &m, NULL, &e), 0);
	assert_true(m.share > 0.1499 && m.share < 0.1501);
	assert_true(m.each.v[1] == UINT64_MAX);
	assert_string_equal(m.by_name.v[1].name, "rss");
	assert_int_equal(m.by_name.v[1].n, 53248);
	assert_string_equal(emit_object(*state, &measures_type, &m, false), text);
	assert_string_equal(emit_object(*state, &measures_type, &none, false), "{\"share\":0}");
}

static void characters_that_json_does_not_take_are_escaped(void **state) {
	static const struct {
		const char *name, *json;
	} names[] = {
		{"\"\\/", "{\"name\":\"\\\"\\\\/\"}"},
		{"\b\f\n\r\t\x01\x1f\x7f", "{\"name\":\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"}"},
		{"\xc3\xa9\xf0\x9f\x90\x9a", "{\"name\":\"\xc3\xa9\xf0\x9f\x90\x9a\"}"},
		{"a\xff\x62\xc3", "{\"name\":\"a\xef\xbf\xbd\x62\xef\xbf\xbd\"}"},
		{"\xed\xa0\x80", "{\"name\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct thing t = {.name = arena_strdup(*state, names[i].name)};

		assert_string_equal(emit_object(*state, &thing_type, &t, false), names[i].json);
	}
}

static void names_of_a_map_are_escaped_too(void **state) {
	char name[] = "a\"b", text[] = "c\nd", other[] = "e";
	struct thing t = {.map = {(struct pair[]){{name, text}, {other, NULL}}, 2}};

	assert_string_equal(emit_object(*state, &thing_type, &t, false),
			    "{\"name\":\"\",\"map\":{\"a\\\"b\":\"c\\nd\",\"e\":\"\"}}");
}

static void pretty_text_has_a_line_for_each_value(void **state) {
	char name[] = "n", a[] = "a", b[] = "b";
	struct thing t = {.name = name, .number = -5, .list = {(char *[]){a, b}, 2}, .map = {(struct pair[]){{0}}, 0}};

	static const char pretty[] = "{\n"
				     "\t\"name\": \"n\",\n"
				     "\t\"number\": -5,\n"
				     "\t\"list\": [\n"
				     "\t\t\"a\",\n"
				     "\t\t\"b\"\n"
				     "\t],\n"
				     "\t\"map\": {}\n"
				     "}";

	assert_string_equal(emit_object(*state, &thing_type, &t, true), pretty);
}

static void pretty_text_is_read_as_the_same_object(void **state) {
	struct error e = {0};
	struct spec spec, again;
	char *text;

	assert_int_equal(parse_object(*state, &spec_type, "a", WHOLE_CONFIG, strlen(WHOLE_CONFIG), &spec, NULL, &e), 0);
	text = emit_object(*state, &spec_type, &spec, true);
	assert_int_equal(parse_object(*state, &spec_type, "a", text, strlen(text), &again, NULL, &e), 0);
	assert_string_equal(emit_object(*state, &spec_type, &again, false), WHOLE_CONFIG);
}

static void features_say_no_unlike_nothing(void **state) {
	bool yes = true, no = false;
	char min[] = "1.0.0", max[] = "1.3.0", hook[] = "poststop";
	struct features f = {
		.oci_version_min = min,
		.oci_version_max = max,
		.hooks = {(char *[]){hook, NULL}, 1},
		.linux_ =
			{
				.namespaces = {(char *[]){NULL}, 0},
				.cgroup = {.v1 = &yes, .rdma = &no},
				.mount_extensions.idmap.enabled = &yes,
			},
	};

	assert_string_equal(emit_object(*state, &features_type, &f, false),
			    "{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.3.0\",\"hooks\":[\"poststop\"],"
			    "\"linux\":{\"namespaces\":[],\"cgroup\":{\"v1\":true,\"rdma\":false},"
			    "\"mountExtensions\":{\"idmap\":{\"enabled\":true}}}}");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(what_was_read_is_written_as_the_same_text),
		arena_test(what_an_optional_property_does_not_say_is_left_out),
		arena_test(what_is_said_is_written_though_it_is_empty),
		arena_test(objects_with_nothing_in_them_are_left_out),
		arena_test(required_numbers_are_written_though_they_are_zero),
		arena_test(lists_and_maps_of_numbers_and_a_fraction_are_read_and_written),
		arena_test(characters_that_json_does_not_take_are_escaped),
		arena_test(names_of_a_map_are_escaped_too),
		arena_test(pretty_text_has_a_line_for_each_value),
		arena_test(pretty_text_is_read_as_the_same_object),
		arena_test(features_say_no_unlike_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
