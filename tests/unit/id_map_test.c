/* id_map_test.c - which id mappings are refused as the kernel would, and the text of a uid_map. */
#include "../../libcontainer/os/id_map.h"
#include "test.h"
#include <string.h>

#define MAPPINGS(...)                                                       \
	((struct spec_id_mappings){(struct spec_id_mapping[]){__VA_ARGS__}, \
				   sizeof((struct spec_id_mapping[]){__VA_ARGS__}) / sizeof(struct spec_id_mapping)})

static void text_is(struct arena *a, struct spec_id_mappings m, const char *expected) {
	struct error e = {0};
	const char *text = id_map_text(a, &m, "/linux/uidMappings", &e);

	assert_string_equal(e.text, "");
	assert_string_equal(text, expected);
}

static void refused(struct arena *a, struct spec_id_mappings m, const char *field, const char *words) {
	struct error e = {0};

	assert_null(id_map_text(a, &m, "/linux/uidMappings", &e));
	assert_string_equal(e.field, field);
	if (!strstr(e.text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, e.text);
}

static struct spec_id_mappings ones(struct arena *a, uint32_t n, uint32_t from) {
	struct spec_id_mappings m = {arena_alloc(a, n * sizeof(*m.v)), n};

	for (uint32_t i = 0; i < n; i++)
		m.v[i] = (struct spec_id_mapping){from + i, from + i, 1};
	return m;
}

static void each_mapping_is_a_line(void **state) {
	text_is(*state, MAPPINGS({0, 100000, 65536}), "0 100000 65536\n");
	text_is(*state, MAPPINGS({0, 1000, 1}, {1, 100000, 65535}), "0 1000 1\n1 100000 65535\n");
}

static void all_ids_can_be_mapped(void **state) {
	text_is(*state, MAPPINGS({0, 0, UINT32_MAX}), "0 0 4294967295\n");
	text_is(*state, MAPPINGS({UINT32_MAX - 1, UINT32_MAX - 1, 1}), "4294967294 4294967294 1\n");
}

static void as_many_as_the_kernel_takes_and_no_more(void **state) {
	struct spec_id_mappings most = ones(*state, 340, 0);
	struct error e = {0};

	assert_non_null(id_map_text(*state, &most, "/linux/uidMappings", &e));
	refused(*state, ones(*state, 341, 0), "/linux/uidMappings", "341 mappings: the kernel takes 340");
	refused(*state, ones(*state, 6000, 0), "/linux/uidMappings", "6000 mappings");
}

static void a_text_longer_than_a_page_is_refused(void **state) {
	struct spec_id_mappings m = ones(*state, 171, 1000000000); /* of 24 bytes each, and the last of 15 or 16 */
	struct error e = {0};

	m.v[170] = (struct spec_id_mapping){10000, 100000, 1};
	assert_int_equal(strlen(id_map_text(*state, &m, "/linux/uidMappings", &e)), 4095);
	m.v[170].size = 10;
	refused(*state, m, "/linux/uidMappings", "more than 4095 bytes");
}

static void a_mapping_without_ids_is_refused(void **state) {
	refused(*state, MAPPINGS({0, 0, 1}, {1, 1, 0}), "/linux/uidMappings/1", "size is 0");
}

static void a_mapping_beyond_the_last_id_is_refused(void **state) {
	refused(*state, MAPPINGS({0, 1, UINT32_MAX}), "/linux/uidMappings/0", "hostID 1");
	refused(*state, MAPPINGS({1, 0, UINT32_MAX}), "/linux/uidMappings/0", "containerID 1");
	refused(*state, MAPPINGS({0, 0, 1}, {UINT32_MAX, 1, 1}), "/linux/uidMappings/1", "containerID 4294967295");
}

static void mappings_that_overlap_are_refused(void **state) {
	refused(*state, MAPPINGS({0, 0, 10}, {100, 100, 10}, {9, 200, 1}), "/linux/uidMappings/2",
		"container ids overlap those of mapping 0");
	refused(*state, MAPPINGS({0, 1000, 10}, {10, 995, 6}), "/linux/uidMappings/1",
		"host ids overlap those of mapping 0");
	text_is(*state, MAPPINGS({0, 1000, 10}, {10, 990, 10}), "0 1000 10\n10 990 10\n");
}

static void an_id_is_found_where_it_is_mapped(void **state) {
	struct spec_id_mappings m = MAPPINGS({0, 100000, 1000}, {5000, 7, 1});
	uint32_t outside = 1;

	(void)state;
	assert_true(id_map_find(&m, 0, &outside) && outside == 100000);
	assert_true(id_map_find(&m, 999, &outside) && outside == 100999);
	assert_true(id_map_find(&m, 5000, &outside) && outside == 7);
	assert_false(id_map_find(&m, 1000, &outside));
	assert_false(id_map_find(&m, 5001, &outside));
	assert_int_equal(outside, 7);
}

static void the_lines_of_the_kernel_are_read_one_by_one(void **state) {
	const char *text = "         0     100000       1000\n      5000          7          1\n";
	struct spec_id_mapping m;

	(void)state;
	assert_true(id_map_next(&text, &m));
	assert_int_equal(m.host_id, 100000);
	assert_true(id_map_next(&text, &m));
	assert_int_equal(m.container_id, 5000);
	assert_int_equal(m.size, 1);
	assert_false(id_map_next(&text, &m));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(each_mapping_is_a_line),
		arena_test(all_ids_can_be_mapped),
		arena_test(as_many_as_the_kernel_takes_and_no_more),
		arena_test(a_text_longer_than_a_page_is_refused),
		arena_test(a_mapping_without_ids_is_refused),
		arena_test(a_mapping_beyond_the_last_id_is_refused),
		arena_test(mappings_that_overlap_are_refused),
		arena_test(an_id_is_found_where_it_is_mapped),
		arena_test(the_lines_of_the_kernel_are_read_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
