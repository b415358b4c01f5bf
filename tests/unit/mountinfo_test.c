/* mountinfo_test.c - what one line of mountinfo says, and how the lines are read. */
#include "../../libcontainer/os/mountinfo.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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

/* A descriptor of a file with this content. */
static int file_of(const char *text) {
	int fd = memfd_create("mountinfo", MFD_CLOEXEC);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void lines_are_read_one_by_one_and_the_last_needs_its_newline(void **state) {
	struct mountinfo_reader reader = {.fd = file_of("one\n\nthree\ncut")};
	char line[16];

	(void)state;
	assert_int_equal(mountinfo_read(&reader, line, sizeof(line)), 1);
	assert_string_equal(line, "one");
	assert_int_equal(mountinfo_read(&reader, line, sizeof(line)), 1);
	assert_string_equal(line, "");
	assert_int_equal(mountinfo_read(&reader, line, sizeof(line)), 1);
	assert_string_equal(line, "three");
	assert_int_equal(mountinfo_read(&reader, line, sizeof(line)), 0);
	close(reader.fd);
}

static void lines_may_be_longer_than_what_was_read_at_once(void **state) {
	static char text[3 * sizeof(((struct mountinfo_reader *)0)->buffer)], line[2 * PATH_MAX];
	size_t n = 0;

	(void)state;
	for (; n + 2001 < sizeof(text); n += 2001)
		snprintf(text + n, 2002, "%02000zu\n", n);
	struct mountinfo_reader reader = {.fd = file_of(text)};
	for (size_t at = 0; at < n; at += 2001) {
		assert_int_equal(mountinfo_read(&reader, line, sizeof(line)), 1);
		assert_memory_equal(line, text + at, 2000);
	}
	assert_int_equal(mountinfo_read(&reader, line, sizeof(line)), 0);
	close(reader.fd);
	reader = (struct mountinfo_reader){.fd = file_of(text)};
	assert_int_equal(mountinfo_read(&reader, line, 2000), -ENAMETOOLONG);
	close(reader.fd);
}

static void a_line_that_does_not_fit_is_no_end(void **state) {
	static char text[sizeof(((struct mountinfo_reader *)0)->buffer) + 10], line[2 * PATH_MAX];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	strcpy(text + sizeof(text) - 6, "\none\n");
	struct mountinfo_reader reader = {.fd = file_of(text)};
	assert_int_equal(mountinfo_read(&reader, line, sizeof(line)), -ENAMETOOLONG);
	close(reader.fd);
}

static void the_type_of_a_file_system_is_found_by_the_device_of_a_file(void **state) {
	int proc = open("/proc", O_PATH | O_CLOEXEC), lines;
	char type[16] = "unknown", text[128];
	struct stat st;

	(void)state;
	assert_int_equal(fstat(proc, &st), 0);
	snprintf(text, sizeof(text), "22 1 0:0 / /x rw - ramfs x rw\n23 1 %u:%u / /y rw - found y rw\n",
		 major(st.st_dev), minor(st.st_dev));
	lines = file_of(text);
	mountinfo_find_type(lines, proc, type, sizeof(type));
	assert_string_equal(type, "found");
	close(lines);
	lines = file_of("22 1 0:0 / /x rw - ramfs x rw\n");
	mountinfo_find_type(lines, proc, type, sizeof(type));
	assert_string_equal(type, "found");
	close(lines);
	close(proc);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_any_number_of_tags),
		cmocka_unit_test(a_source_may_be_empty),
		cmocka_unit_test(what_would_end_a_word_is_an_octal_number),
		cmocka_unit_test(what_is_cut_short_is_no_mount),
		cmocka_unit_test(lines_are_read_one_by_one_and_the_last_needs_its_newline),
		cmocka_unit_test(lines_may_be_longer_than_what_was_read_at_once),
		cmocka_unit_test(a_line_that_does_not_fit_is_no_end),
		cmocka_unit_test(the_type_of_a_file_system_is_found_by_the_device_of_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
