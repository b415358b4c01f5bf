/* mount_test.c - where a mount may be attached when somebody changes the destination meanwhile: os/path.h is played by this
 * file, so that the change comes at the worst moment each time. */
#include "../../libcontainer/os/fd.h"
#include "../../libcontainer/os/path.h"
#include "../../libcontainer/rootfs/mount.h"
#include "test.h"
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* What each look at the destination finds: a path of this machine, or an errno. */
struct look {
	const char *found;
	int errnum;
};
static struct look plain, linked, made;

static int find(const struct look *look) {
	if (look->found)
		return open(look->found, O_PATH | O_CLOEXEC);
	errno = look->errnum;
	return -1;
}

int root_open(int root_fd, const char *path, int flags) {
	(void)root_fd, (void)path, (void)flags;
	return find(&linked);
}

int root_open_plain(int root_fd, const char *path, int flags) {
	(void)root_fd, (void)path, (void)flags;
	return find(&plain);
}

int root_make_dir(int root_fd, const char *path, mode_t mode) {
	(void)root_fd, (void)path, (void)mode;
	return find(&made);
}

int root_make_missing(int root_fd, const char *path, mode_t mode) {
	return S_ISDIR(mode) ? root_make_dir(root_fd, path, mode) : root_make_file(root_fd, path);
}

int root_make_file(int root_fd, const char *path) {
	(void)root_fd, (void)path;
	return find(&made);
}

int root_make_parent(int root_fd, const char *path, char *name) {
	(void)root_fd, (void)path, (void)name;
	return find(&made);
}

static char hint[HINT_SIZE];

static int open_target(void) {
	struct mount m = {.destination = "/shared/target"};
	struct run r = {.hint = hint};

	hint[0] = '\0';
	return mount_open_target(&r, &m, -1);
}

static void is_found(void) {
	auto_close int fd = open_target();

	assert_true(fd >= 0);
	assert_string_equal(hint, "");
}

static void a_target_is_found_directly_by_links_or_made(void **state) {
	const struct look here = {"/", 0}, none = {NULL, ENOENT}, link = {NULL, ELOOP};

	(void)state;
	plain = here;
	is_found();
	plain = link;
	linked = here;
	is_found();
	linked = none;
	made = here;
	is_found();
	plain = none;
	is_found();
	made = (struct look){NULL, EROFS};
	assert_int_equal(open_target(), -EROFS);
	assert_non_null(strstr(hint, "/shared/target"));
}

static void is_refused(void) {
	assert_int_equal(open_target(), -EPERM);
	assert_non_null(strstr(hint, "/shared/target leads into a procfs"));
}

static void a_link_into_a_procfs_is_refused(void **state) {
	(void)state;
	plain = (struct look){NULL, ELOOP};
	linked = (struct look){"/proc/self/attr", 0};
	is_refused();
}

static void a_link_into_a_procfs_that_comes_while_the_target_is_made_is_refused(void **state) {
	(void)state;
	plain = (struct look){NULL, ENOENT};
	made = (struct look){"/proc/self/attr", 0};
	is_refused();
	plain = (struct look){NULL, ELOOP};
	linked = (struct look){NULL, ENOENT};
	is_refused();
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_is_found_directly_by_links_or_made),
		cmocka_unit_test(a_link_into_a_procfs_is_refused),
		cmocka_unit_test(a_link_into_a_procfs_that_comes_while_the_target_is_made_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
