/* directory_test.c - a tree goes as a whole, whatever is in it; what links lead to stays. */
#include "../../libcontainer/os/directory.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char place[] = "/tmp/husk-directory-XXXXXX";
static int place_fd;

static int make_place(void **state) {
	(void)state;
	place_fd = mkdtemp(place) ? open(place, O_RDONLY | O_DIRECTORY) : -1;
	return place_fd < 0 ? -1 : 0;
}

static int remove_place(void **state) {
	(void)state;
	close(place_fd);
	return rmdir(place);
}

static void make_file(const char *name) {
	close(openat(place_fd, name, O_CREAT | O_WRONLY, 0600));
}

static void a_deep_tree_and_one_with_many_names_are_gone(void **state) {
	int at;

	(void)state;
	mkdirat(place_fd, "tree", 0700);
	at = openat(place_fd, "tree", O_RDONLY);
	for (int i = 0; i < 3000; i++) {
		mkdirat(at, "deeper", 0700);
		close(openat(at, "husk-1", O_CREAT | O_WRONLY, 0600));
		int next = openat(at, "deeper", O_RDONLY);

		close(at);
		at = next;
	}
	close(at);
	assert_int_equal(directory_remove(place_fd, "tree"), 0);
	assert_int_equal(faccessat(place_fd, "tree", F_OK, AT_SYMLINK_NOFOLLOW), -1);
}

static void a_link_is_removed_and_not_what_it_leads_to(void **state) {
	(void)state;
	mkdirat(place_fd, "kept", 0700);
	make_file("kept/file");
	mkdirat(place_fd, "tree", 0700);
	mkdirat(place_fd, "tree/in", 0700);
	assert_int_equal(symlinkat("../kept", place_fd, "tree/link"), 0);
	assert_int_equal(symlinkat("../../kept", place_fd, "tree/in/link"), 0);
	assert_int_equal(directory_remove(place_fd, "tree"), 0);
	assert_int_equal(faccessat(place_fd, "kept/file", F_OK, 0), 0);
	assert_int_equal(directory_remove(place_fd, "kept"), 0);
}

static void what_is_no_directory_is_an_error(void **state) {
	(void)state;
	assert_int_equal(directory_remove(place_fd, "none"), -ENOENT);
	assert_int_equal(symlinkat(".", place_fd, "link"), 0);
	assert_int_not_equal(directory_remove(place_fd, "link"), 0);
	assert_int_equal(unlinkat(place_fd, "link", 0), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deep_tree_and_one_with_many_names_are_gone),
		cmocka_unit_test(a_link_is_removed_and_not_what_it_leads_to),
		cmocka_unit_test(what_is_no_directory_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_place, remove_place);
}
