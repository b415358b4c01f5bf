/* mountinfo_test.c - what one line of mountinfo says. */
#include "../../libcontainer/os/mountinfo.h"
#include "test.h"

static void is_mount(const char *line, const char *root, const char *point, const char *type, const char *options) {
	struct arena a = {0};
	struct mountinfo m;

	assert_true(mountinfo_parse(arena_strdup(&a, line), &m));
	assert_string_equal(m.root, root);
	assert_string_equal(m.point, point);
	assert_string_equal(m.type, type);
	assert_string_equal(m.options, options);
	arena_free(&a);
}

static void a_line_has_any_number_of_tags(void **state) {
	(void)state;
	is_mount("22 1 0:21 / /proc rw,nosuid - proc proc rw", "/", "/proc", "proc", "rw");
	is_mount("33 31 0:30 /a /b rw shared:10 master:2 - cgroup cgroup rw,cpu,cpuacct", "/a", "/b", "cgroup",
		 "rw,cpu,cpuacct");
}

static void a_source_may_be_empty(void **state) {
	(void)state;
	is_mount("22 1 0:21 / /mnt rw - tmpfs  rw,size=4k", "/", "/mnt", "tmpfs", "rw,size=4k");
}

static void what_would_end_a_word_is_an_octal_number(void **state) {
	(void)state;
	is_mount("22 1 0:21 /\\040- /a\\040b\\011c\\012d\\134040 rw - tmpfs none rw", "/ -", "/a b\tc\nd\\040", "tmpfs",
		 "rw");
	is_mount("22 1 0:21 / /a\\04 rw - tmpfs none rw", "/", "/a\\04", "tmpfs", "rw");
	is_mount("22 1 0:21 / /a\\089 rw - tmpfs none rw", "/", "/a\\089", "tmpfs", "rw");
}

static void what_is_cut_short_is_no_mount(void **state) {
	static const char *const lines[] = {"", "22 1 0:21 / /proc rw", "22 1 0:21 / - proc proc rw",
					    "22 1 0:21 / /proc rw - proc proc"};
	struct mountinfo m;
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_false(mountinfo_parse(arena_strdup(&a, lines[i]), &m));
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_any_number_of_tags),
		cmocka_unit_test(a_source_may_be_empty),
		cmocka_unit_test(what_would_end_a_word_is_an_octal_number),
		cmocka_unit_test(what_is_cut_short_is_no_mount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
