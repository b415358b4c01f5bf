/* cgroup_detect_test.c - the texts of /proc/self/mountinfo and /proc/self/cgroup, and what they say about cgroups. */
#include "../../libcontainer/cgroup/cgroup.h"
#include "test.h"
#include <string.h>

static void is_hierarchy(const struct cgroup_hierarchy *h, const char *controllers, const char *mountpoint,
			 const char *own, bool v2) {
	assert_string_equal(h->controllers, controllers);
	assert_string_equal(h->mountpoint, mountpoint);
	assert_string_equal(h->own, own);
	assert_int_equal(h->v2, v2);
}

static void v1_hierarchies_come_in_the_order_of_proc_self_cgroup(void **state) {
	struct cgroup_hierarchies all = cgroup_parse(
		*state,
		"31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
		"32 31 0:29 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n"
		"33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:10 master:2 - cgroup cgroup rw,cpu,cpuacct\n"
		"34 31 0:31 / /sys/fs/cgroup/systemd rw,relatime - cgroup systemd rw,xattr,release_agent=/x,name=systemd\n",
		"9:name=systemd:/user.slice/a:b\n4:cpu,cpuacct:/\n3:memory:/m\n");

	assert_int_equal(all.n, 3);
	is_hierarchy(&all.v[0], "name=systemd", "/sys/fs/cgroup/systemd", "/user.slice/a:b", false);
	is_hierarchy(&all.v[1], "cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct", "/", false);
	is_hierarchy(&all.v[2], "memory", "/sys/fs/cgroup/memory", "/m", false);
}

static void pure_v2_is_one_hierarchy_without_controllers_in_its_name(void **state) {
	struct cgroup_hierarchies all = cgroup_parse(
		*state,
		"30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
		"0::/user.slice/session-1.scope\n");

	assert_int_equal(all.n, 1);
	is_hierarchy(&all.v[0], "", "/sys/fs/cgroup", "/user.slice/session-1.scope", true);
}

static void a_hybrid_host_has_both(void **state) {
	struct cgroup_hierarchies all = cgroup_parse(*state,
						     "38 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
						     "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
						     "8:pids:/\n0::/\n");

	assert_int_equal(all.n, 2);
	assert_false(all.v[0].v2);
	is_hierarchy(&all.v[1], "", "/sys/fs/cgroup/unified", "/", true);
}

static void what_is_not_mounted_is_left_out(void **state) {
	struct cgroup_hierarchies all = cgroup_parse(*state,
						     "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
						     "38 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n",
						     "9:memory:/a\n8:pids:/\n0::/\n");

	assert_int_equal(all.n, 1);
	assert_string_equal(all.v[0].controllers, "pids");
	assert_int_equal(cgroup_parse(*state, "22 27 0:21 / /proc rw - proc proc rw\n", "9:memory:/a\n0::/\n").n, 0);
	assert_int_equal(cgroup_parse(*state, "", "").n, 0);
}

static void escaped_characters_of_a_mount_point_are_themselves(void **state) {
	struct cgroup_hierarchies all =
		cgroup_parse(*state, "38 31 0:36 / /mnt/my\\040cgroups\\134x rw - cgroup none rw,pids\n", "8:pids:/\n");

	assert_string_equal(all.v[0].mountpoint, "/mnt/my cgroups\\x");
}

static void sys_fs_cgroup_goes_before_other_mounts_of_a_hierarchy(void **state) {
	struct cgroup_hierarchies all =
		cgroup_parse(*state,
			     "50 31 0:36 /c1 /var/rootfs/sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
			     "38 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n",
			     "8:pids:/c1\n");

	is_hierarchy(&all.v[0], "pids", "/sys/fs/cgroup/pids", "/c1", false);
}

static void in_a_container_own_paths_start_at_what_is_mounted(void **state) {
	static const char mountinfo[] = "38 31 0:36 /docker/c1 /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";

	assert_string_equal(cgroup_parse(*state, mountinfo, "8:pids:/docker/c1\n").v[0].own, "/");
	assert_string_equal(cgroup_parse(*state, mountinfo, "8:pids:/docker/c1/in/it\n").v[0].own, "/in/it");
}

static void an_own_cgroup_outside_of_what_is_mounted_is_its_root(void **state) {
	static const char part[] = "38 31 0:36 /docker/c1 /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";
	static const char whole[] = "38 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";

	assert_string_equal(cgroup_parse(*state, part, "8:pids:/docker/c11\n").v[0].own, "/");
	assert_string_equal(cgroup_parse(*state, part, "8:pids:/\n").v[0].own, "/");
	assert_string_equal(cgroup_parse(*state, whole, "8:pids:/../c2\n").v[0].own, "/");
}

static void lines_that_are_cut_or_strange_are_passed_over(void **state) {
	static const char *const mountinfo[] = {
		" - cgroup",
		"38 - cgroup cgroup rw,pids",
		"38 31 0:36 / /m rw - cgroup",
		"38 31 0:36 / /m rw - cgroup2x c rw,pids",
	};

	for (size_t i = 0; i < sizeof(mountinfo) / sizeof(*mountinfo); i++)
		assert_int_equal(cgroup_parse(*state, mountinfo[i], "8:pids:/\n0::/\n").n, 0);
	assert_int_equal(cgroup_parse(*state, "38 31 0:36 / /m rw - cgroup c rw,pids\n", "8\n\n8:pids\n:::\n").n, 0);
}

static void a_name_in_a_list_is_a_whole_member_of_it(void **state) {
	(void)state;
	assert_true(cgroup_list_has("cpu,cpuacct", "cpu"));
	assert_true(cgroup_list_has("cpu,cpuacct", "cpuacct"));
	assert_false(cgroup_list_has("cpuset,cpuacct", "cpu"));
	assert_false(cgroup_list_has("cpu", "cpuset"));
	assert_false(cgroup_list_has("", "cpu"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(v1_hierarchies_come_in_the_order_of_proc_self_cgroup),
		arena_test(pure_v2_is_one_hierarchy_without_controllers_in_its_name),
		arena_test(a_hybrid_host_has_both),
		arena_test(what_is_not_mounted_is_left_out),
		arena_test(escaped_characters_of_a_mount_point_are_themselves),
		arena_test(sys_fs_cgroup_goes_before_other_mounts_of_a_hierarchy),
		arena_test(in_a_container_own_paths_start_at_what_is_mounted),
		arena_test(an_own_cgroup_outside_of_what_is_mounted_is_its_root),
		arena_test(lines_that_are_cut_or_strange_are_passed_over),
		arena_test(a_name_in_a_list_is_a_whole_member_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
