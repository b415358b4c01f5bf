/* path_test.c - paths below a root: what they lead to, what is made on the way, and that nothing leads out. */
#include "../../libcontainer/os/fd.h"
#include "../../libcontainer/os/path.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each case has a directory of its own: root/ and, beside it, outside/. */
struct place {
	char path[64];
	int root;
};

static int setup(void **state) {
	struct place *p = calloc(1, sizeof(*p));
	char name[96];

	strcpy(p->path, "/tmp/husk-path-test.XXXXXX");
	if (!mkdtemp(p->path))
		return -1;
	for (const char *const *d = (const char *const[]){"root", "root/etc", "outside", NULL}; *d; d++) {
		snprintf(name, sizeof(name), "%s/%s", p->path, *d);
		if (mkdir(name, 0755) < 0)
			return -1;
	}
	snprintf(name, sizeof(name), "%s/root", p->path);
	p->root = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	*state = p;
	return p->root < 0 ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
	(void)st, (void)type, (void)at;
	return remove(path);
}

static int teardown(void **state) {
	struct place *p = *state;

	close(p->root);
	nftw(p->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(p);
	return 0;
}

static void link_to(const struct place *p, const char *target, const char *name) {
	assert_int_equal(symlinkat(target, p->root, name), 0);
}

/* Closes fd, which is what stands at `path` below the place. */
static void leads_to(const struct place *p, int fd, const char *path) {
	char proc[64], there[PATH_MAX] = "", expected[PATH_MAX];

	assert_true(fd >= 0);
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	assert_true(readlink(proc, there, sizeof(there) - 1) > 0);
	snprintf(expected, sizeof(expected), "%s/%s", p->path, path);
	assert_string_equal(there, expected);
	close(fd);
}

static void fails(int fd, int errnum) {
	assert_int_equal(fd, -1);
	assert_int_equal(errno, errnum);
}

static mode_t mode_of(const struct place *p, const char *name) {
	struct stat st;

	assert_int_equal(fstatat(p->root, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_mode;
}

static void is_empty(const struct place *p, const char *directory) {
	char name[96];

	snprintf(name, sizeof(name), "%s/%s", p->path, directory);
	assert_int_equal(rmdir(name), 0); /* which fails for one that is not */
}

static void dots_and_links_stay_in_the_root(void **state) {
	struct place *p = *state;

	link_to(p, "/etc", "absolute");
	link_to(p, "../../../../../etc", "relative");
	leads_to(p, root_open(p->root, "/../../etc", O_PATH), "root/etc");
	leads_to(p, root_open(p->root, "absolute", O_PATH), "root/etc");
	leads_to(p, root_open(p->root, "/relative/../relative", O_PATH), "root/etc");
	leads_to(p, root_open(p->root, "/", O_PATH), "root");
	fails(root_open(p->root, "../outside", O_PATH), ENOENT);
}

static void descriptors_are_closed_at_execve(void **state) {
	struct place *p = *state;
	auto_close int opened = root_open(p->root, "etc", O_PATH), made = root_make_dir(p->root, "x", 0755);

	assert_int_equal(fcntl(opened, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(made, F_GETFD), FD_CLOEXEC);
}

static void a_plain_path_has_no_link_anywhere(void **state) {
	struct place *p = *state;

	link_to(p, "etc", "link");
	leads_to(p, root_open_plain(p->root, "/etc", O_PATH), "root/etc");
	fails(root_open_plain(p->root, "/link", O_PATH), ELOOP);
	fails(root_open_plain(p->root, "/link/x", O_PATH), ELOOP);
	fails(root_open_plain(p->root, "/none/x", O_PATH), ENOENT);
}

static void magic_links_are_refused(void **state) {
	auto_close int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_true(proc >= 0);
	fails(root_open(proc, "self/root", O_PATH), ELOOP);
	fails(root_make_dir(proc, "self/cwd/x", 0755), ELOOP);
}

static void directories_are_made_with_their_parents(void **state) {
	struct place *p = *state;
	mode_t callers = umask(0);

	leads_to(p, root_make_dir(p->root, "/a/b//./c/", 01770), "root/a/b/c");
	leads_to(p, root_make_dir(p->root, "/a/b/c", 0700), "root/a/b/c");
	umask(callers);
	assert_int_equal(mode_of(p, "a"), S_IFDIR | 0755);
	assert_int_equal(mode_of(p, "a/b"), S_IFDIR | 0755);
	assert_int_equal(mode_of(p, "a/b/c"), S_IFDIR | 01770);
}

static void files_are_made_with_their_parents(void **state) {
	struct place *p = *state;

	leads_to(p, root_make_file(p->root, "a/b/file"), "root/a/b/file");
	leads_to(p, root_make_file(p->root, "a/b/file"), "root/a/b/file");
	assert_int_equal(mode_of(p, "a/b"), S_IFDIR | 0755);
	assert_int_equal(mode_of(p, "a/b/file"), S_IFREG | 0644);
}

static void the_wrong_kind_is_not_replaced(void **state) {
	struct place *p = *state;

	leads_to(p, root_make_file(p->root, "file"), "root/file");
	fails(root_make_dir(p->root, "file", 0755), ENOTDIR);
	fails(root_make_dir(p->root, "file/below", 0755), ENOTDIR);
	leads_to(p, root_make_file(p->root, "etc"),
		 "root/etc"); /* what is there is opened: the kernel says what can be done with it */
}

static void a_dangling_link_is_made_where_it_points_inside(void **state) {
	struct place *p = *state;

	link_to(p, "../run/resolve/stub.conf", "etc/resolv.conf");
	link_to(p, "/var/../../../lib/deep", "lib64");
	link_to(p, "lib64", "twice");
	leads_to(p, root_make_file(p->root, "/etc/resolv.conf"), "root/run/resolve/stub.conf");
	assert_int_equal(mkdirat(p->root, "var", 0755), 0);
	leads_to(p, root_make_dir(p->root, "/twice/below", 0755), "root/lib/deep/below");
	leads_to(p, root_make_dir(p->root, "/lib64", 0755), "root/lib/deep");
}

static void no_link_leads_out_when_something_is_made(void **state) {
	struct place *p = *state;
	char outside[96];

	snprintf(outside, sizeof(outside), "%s/outside", p->path);
	link_to(p, outside, "absolute");
	link_to(p, "../outside", "relative");
	assert_true(root_make_dir(p->root, "absolute/x", 0755) >= 0);
	leads_to(p, root_make_dir(p->root, "relative/x", 0755), "root/outside/x");
	assert_true(root_make_file(p->root, "absolute/y") >= 0);
	is_empty(p, "outside");
}

static void links_in_a_circle_end(void **state) {
	struct place *p = *state;

	link_to(p, "b", "a");
	link_to(p, "a", "b");
	link_to(p, "self/x", "self");
	fails(root_open(p->root, "a", O_PATH), ELOOP);
	fails(root_make_dir(p->root, "a/x", 0755), ELOOP);
	fails(root_make_file(p->root, "self"), ELOOP);
}

static void there_is_no_way_up_from_what_is_missing(void **state) {
	struct place *p = *state;

	fails(root_make_dir(p->root, "none/../../outside/x", 0755), ENOENT);
	is_empty(p, "outside");
}

static void paths_and_names_that_are_too_long_are_refused(void **state) {
	struct place *p = *state;
	char path[PATH_MAX + 2], name[NAME_MAX + 1];

	memset(path, 'x', sizeof(path));
	path[NAME_MAX + 1] = '\0';
	fails(root_make_dir(p->root, path, 0755), ENAMETOOLONG);
	fails(root_make_parent(p->root, path, name), ENAMETOOLONG);
	memset(path, '/', sizeof(path));
	path[PATH_MAX] = '\0';
	fails(root_make_dir(p->root, path, 0755), ENAMETOOLONG);
}

static void a_parent_is_made_and_the_name_is_apart(void **state) {
	struct place *p = *state;
	char name[NAME_MAX + 1];

	link_to(p, "/dev", "link");
	leads_to(p, root_make_parent(p->root, "/dev/null", name), "root/dev");
	assert_string_equal(name, "null");
	leads_to(p, root_make_parent(p->root, "/link/a//", name), "root/dev");
	assert_string_equal(name, "a");
	leads_to(p, root_make_parent(p->root, "/top", name), "root");
	assert_string_equal(name, "top");
	leads_to(p, root_make_parent(p->root, "top", name), "root");
	for (const char *const *path = (const char *const[]){"/", "", "/dev/.", "/dev/..", "..", NULL}; *path; path++)
		fails(root_make_parent(p->root, *path, name), EINVAL);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
	const struct CMUnitTest tests[] = {
		CASE(dots_and_links_stay_in_the_root),          CASE(descriptors_are_closed_at_execve),
		CASE(a_plain_path_has_no_link_anywhere),        CASE(magic_links_are_refused),
		CASE(directories_are_made_with_their_parents),  CASE(files_are_made_with_their_parents),
		CASE(the_wrong_kind_is_not_replaced),           CASE(a_dangling_link_is_made_where_it_points_inside),
		CASE(no_link_leads_out_when_something_is_made), CASE(links_in_a_circle_end),
		CASE(there_is_no_way_up_from_what_is_missing),  CASE(paths_and_names_that_are_too_long_are_refused),
		CASE(a_parent_is_made_and_the_name_is_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
