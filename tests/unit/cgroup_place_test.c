/* cgroup_place_test.c - where linux.cgroupsPath leads, and what it may not be. */
#include "../../libcontainer/cgroup/cgroup.h"
#include "test.h"
#include <string.h>

static struct cgroup_hierarchy hybrid[] = {
	{"memory", "/sys/fs/cgroup/memory", "/user/me", false},
	{"pids", "/sys/fs/cgroup/pids", "/", false},
	{"", "/sys/fs/cgroup/unified", "/user/me", true},
};
static const struct host host = {.cgroups = {hybrid, 3}};

static struct strings place(struct arena *a, char *path) {
	struct spec spec = {.linux_.cgroups_path = path};
	struct strings dirs = {0};
	struct error e = {0};

	assert_int_equal(cgroup_place(a, &spec, &host, "c1", &dirs, &e), 0);
	assert_int_equal(dirs.n, 3);
	return dirs;
}

static void refused(struct arena *a, const struct host *h, char *path, const char *words) {
	struct spec spec = {.linux_.cgroups_path = path};
	struct strings dirs = {0};
	struct error e = {0};

	assert_int_equal(cgroup_place(a, &spec, h, "c1", &dirs, &e), -1);
	assert_string_equal(e.field, "/linux/cgroupsPath");
	assert_non_null(strstr(e.text, words));
	assert_null(dirs.v);
}

static void an_absolute_path_starts_at_the_mount_point(void **state) {
	struct strings dirs = place(*state, "/docker/abc");

	assert_string_equal(dirs.v[0], "/sys/fs/cgroup/memory/docker/abc");
	assert_string_equal(dirs.v[1], "/sys/fs/cgroup/pids/docker/abc");
	assert_string_equal(dirs.v[2], "/sys/fs/cgroup/unified/docker/abc");
}

static void a_relative_path_starts_at_the_own_cgroup_and_on_v2_at_its_parent(void **state) {
	struct strings dirs = place(*state, "some/thing");

	assert_string_equal(dirs.v[0], "/sys/fs/cgroup/memory/user/me/some/thing");
	assert_string_equal(dirs.v[1], "/sys/fs/cgroup/pids/some/thing");
	assert_string_equal(dirs.v[2], "/sys/fs/cgroup/unified/user/some/thing");
}

static void without_a_path_the_id_is_a_relative_one(void **state) {
	assert_string_equal(place(*state, NULL).v[0], "/sys/fs/cgroup/memory/user/me/c1");
	assert_string_equal(place(*state, "").v[1], "/sys/fs/cgroup/pids/c1");
	assert_string_equal(place(*state, NULL).v[2], "/sys/fs/cgroup/unified/user/c1");
}

static void the_root_of_v2_has_no_parent(void **state) {
	struct cgroup_hierarchy unified[] = {{"", "/sys/fs/cgroup", "/", true},
					     {"", "/sys/fs/cgroup", "/init.scope", true}};
	struct host h = {.cgroups = {unified, 2}};
	struct strings dirs = {0};
	struct error e = {0};

	assert_int_equal(cgroup_place(*state, &(struct spec){0}, &h, "c1", &dirs, &e), 0);
	assert_string_equal(dirs.v[0], "/sys/fs/cgroup/c1");
	assert_string_equal(dirs.v[1], "/sys/fs/cgroup/c1");
}

static void slashes_and_dots_that_mean_nothing_are_left_out(void **state) {
	assert_string_equal(place(*state, "//a/.//b/./").v[1], "/sys/fs/cgroup/pids/a/b");
	assert_string_equal(place(*state, "/...").v[1], "/sys/fs/cgroup/pids/...");
}

static void a_path_that_leads_up_is_refused(void **state) {
	refused(*state, &host, "../x", "'..'");
	refused(*state, &host, "/a/../../x", "'..'");
	refused(*state, &host, "a/..", "'..'");
}

static void a_path_to_the_root_is_refused(void **state) {
	refused(*state, &host, "/", "root of the hierarchy");
	refused(*state, &host, "./.", "root of the hierarchy");
}

static void what_the_kernel_cannot_name_is_refused(void **state) {
	char name[300], deep[2 * 70 + 1] = "", wide[17 * 251 + 1] = "";

	memset(name, 'a', sizeof(name));
	name[256] = '\0';
	refused(*state, &host, name, "255 bytes");
	refused(*state, &host, "a\nb", "newline");
	for (int i = 0; i < 70; i++)
		strcat(deep, "/a");
	refused(*state, &host, deep, "70 levels");
	name[250] = '\0';
	for (int i = 0; i < 17; i++)
		strcat(strcat(wide, "/"), name);
	refused(*state, &host, wide, "file name too long");
}

static void a_path_without_any_cgroup_file_system_is_refused(void **state) {
	refused(*state, &(struct host){0}, "/a", "no cgroup file system");
}

/* By a cgroup or by the end of its pid namespace: in one of the two ways delete ends every process. */
static void without_any_cgroup_file_system_a_new_pid_namespace_is_needed(void **state) {
	struct spec_namespace pid = {"pid", NULL};
	struct spec spec = {.linux_.namespaces = {&pid, 1}};
	struct host none = {0};
	struct strings dirs = {0};
	struct error e = {0};

	assert_int_equal(cgroup_place(*state, &spec, &none, "c1", &dirs, &e), 0);
	assert_int_equal(dirs.n, 0);
	pid.path = "/proc/1/ns/pid";
	assert_int_equal(cgroup_place(*state, &spec, &none, "c1", &dirs, &e), -1);
	assert_string_equal(e.field, "/linux/namespaces");
	assert_int_equal(cgroup_place(*state, &(struct spec){0}, &none, "c1", &dirs, &e), -1);
	assert_int_equal(cgroup_place(*state, &spec, &host, "c1", &dirs, &e), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(an_absolute_path_starts_at_the_mount_point),
		arena_test(a_relative_path_starts_at_the_own_cgroup_and_on_v2_at_its_parent),
		arena_test(without_a_path_the_id_is_a_relative_one),
		arena_test(the_root_of_v2_has_no_parent),
		arena_test(slashes_and_dots_that_mean_nothing_are_left_out),
		arena_test(a_path_that_leads_up_is_refused),
		arena_test(a_path_to_the_root_is_refused),
		arena_test(what_the_kernel_cannot_name_is_refused),
		arena_test(a_path_without_any_cgroup_file_system_is_refused),
		arena_test(without_any_cgroup_file_system_a_new_pid_namespace_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
