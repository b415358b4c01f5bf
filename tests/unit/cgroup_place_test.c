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

/* What --cgroup-manager systemd takes. */
static const struct host by_systemd = {.cgroups = {hybrid, 3}, .systemd_bus = "system", .systemd_root = ""};
static const struct host by_user = {.cgroups = {hybrid, 3},
				    .systemd_bus = "unix:path=/run/user/7/bus",
				    .systemd_root = "/user.slice/user-7.slice/user@7.service"};

static struct cgroup_unit unit_of(struct arena *a, const struct host *h, char *path) {
	struct spec spec = {.linux_.cgroups_path = path};
	struct request request = {.id = "c1", .state_dir = "/run/husk/c1"};
	struct cgroup_unit unit;
	struct error e = {0};

	assert_int_equal(cgroup_unit_place(a, &spec, h, &request, &unit, &e), 0);
	return unit;
}

static void a_unit_is_named_by_slice_prefix_and_name(void **state) {
	struct cgroup_unit unit = unit_of(*state, &by_systemd, "machine.slice:libpod:abc");

	assert_string_equal(unit.slice, "machine.slice");
	assert_string_equal(unit.name, "libpod-abc.scope");
	assert_string_equal(unit.group, "/machine.slice/libpod-abc.scope");
	assert_string_equal(unit.bus, "system");
	assert_string_equal(unit_of(*state, &by_systemd, "a.slice::b").name, "b.scope");
	assert_null(unit_of(*state, &host, "/a").name);
}

static void each_dash_of_a_slice_leads_one_level_down(void **state) {
	assert_string_equal(unit_of(*state, &by_systemd, "a-b-c.slice:x:y").group,
			    "/a.slice/a-b.slice/a-b-c.slice/x-y.scope");
	assert_string_equal(unit_of(*state, &by_systemd, "-.slice:x:y").group, "/x-y.scope");
}

static void without_a_slice_it_is_that_of_the_system_or_of_users(void **state) {
	assert_string_equal(unit_of(*state, &by_systemd, NULL).group, "/system.slice/husk-c1.scope");
	assert_string_equal(unit_of(*state, &by_systemd, ":x:y").group, "/system.slice/x-y.scope");
	assert_string_equal(unit_of(*state, &by_user, "").group,
			    "/user.slice/user-7.slice/user@7.service/user.slice/husk-c1.scope");
}

static void a_unit_is_at_the_same_place_in_each_hierarchy(void **state) {
	struct spec spec = {.linux_.cgroups_path = "a.slice:x:y"};
	struct strings dirs = {0};
	struct error e = {0};

	assert_int_equal(cgroup_place(*state, &spec, &by_user, "c1", &dirs, &e), 0);
	assert_int_equal(dirs.n, 3);
	assert_string_equal(dirs.v[1], "/sys/fs/cgroup/pids/user.slice/user-7.slice/user@7.service/a.slice/x-y.scope");
}

static void what_systemd_cannot_name_is_refused(void **state) {
	char name[300] = "a.slice:x:";

	refused(*state, &by_systemd, "/a/b", "slice:prefix:name");
	refused(*state, &by_systemd, "a.slice:b", "slice:prefix:name");
	refused(*state, &by_systemd, "a.slice:b:c:d", "slice:prefix:name");
	refused(*state, &by_systemd, "a.slice:b:", "slice:prefix:name");
	refused(*state, &by_systemd, "a:b:c", "no slice");
	refused(*state, &by_systemd, ".slice:b:c", "no slice");
	refused(*state, &by_systemd, "a--b.slice:b:c", "each dash");
	refused(*state, &by_systemd, "-a.slice:b:c", "each dash");
	refused(*state, &by_systemd, "a-.slice:b:c", "each dash");
	refused(*state, &by_systemd, "../a.slice:b:c", "no name of a slice");
	refused(*state, &by_systemd, "a.slice:b:c/../d", "no name of a scope");
	refused(*state, &by_systemd, "a.slice:b:c+d", "no name of a scope");
	refused(*state, &by_systemd, "a.slice::_c", "begin with '_'");
	refused(*state, &by_systemd, "a.slice:b:c.slice", "a container is a scope");
	memset(name + 10, 'n', 280);
	refused(*state, &by_systemd, name, "255 are allowed");
}

static void a_place_for_systemd_is_refused_by_cgroupfs(void **state) {
	refused(*state, &host, "machine.slice:libpod:abc", "--systemd-cgroup");
	refused(*state, &host, ":libpod:abc", "--systemd-cgroup");
	assert_string_equal(place(*state, "a:b:c").v[1], "/sys/fs/cgroup/pids/a:b:c");
	assert_string_equal(place(*state, "/x.slice:b:c").v[1], "/sys/fs/cgroup/pids/x.slice:b:c");
}

static void a_disabled_manager_gives_no_cgroup_and_wants_a_pid_namespace(void **state) {
	const struct host disabled = {.cgroups = {hybrid, 3}, .no_cgroups = true};
	struct spec_namespace pid = {"pid", NULL};
	struct spec spec = {.linux_.namespaces = {&pid, 1}};
	struct strings dirs = {0};
	struct error e = {0};

	assert_int_equal(cgroup_place(*state, &spec, &disabled, "c1", &dirs, &e), 0);
	assert_int_equal(dirs.n, 0);
	assert_int_equal(cgroup_place(*state, &(struct spec){0}, &disabled, "c1", &dirs, &e), -1);
	assert_string_equal(e.field, "/linux/namespaces");
	refused(*state, &disabled, "/a", "disabled");
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
		arena_test(a_unit_is_named_by_slice_prefix_and_name),
		arena_test(each_dash_of_a_slice_leads_one_level_down),
		arena_test(without_a_slice_it_is_that_of_the_system_or_of_users),
		arena_test(a_unit_is_at_the_same_place_in_each_hierarchy),
		arena_test(what_systemd_cannot_name_is_refused),
		arena_test(a_place_for_systemd_is_refused_by_cgroupfs),
		arena_test(a_disabled_manager_gives_no_cgroup_and_wants_a_pid_namespace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
