/* running_test.c - what is added to a container that is there, and taken from it: the steps, and what is refused. */
#include "../../libcontainer/rootfs/rootfs.h"
#include "steps.h"

static const struct request request = {.bundle = "/bundle", .rootfs = "/bundle/rootfs"};
static struct spec_namespace mount_only[] = {{"mount", NULL}};
static const struct host host = {.kernel_major = 5, .kernel_minor = 14};

static struct spec spec_of(struct spec_mount *mounts, size_t n) {
	return (struct spec){.mounts = {mounts, n}, .linux_.namespaces = {mount_only, 1}};
}

static void refused(struct arena *a, struct spec_mount m, const char *field, const char *words) {
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};
	struct spec spec = spec_of(&m, 1);

	is_refused(plan_mounts_running(&p, &spec, &host, &e), &e, field, words);
}

static void the_host_opens_each_source_in_a_copy_of_its_mounts(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount mounts[] = {
		{.destination = "/a", .source = "/b", .options = LIST("bind")},
		{.destination = "/t", .type = "tmpfs"},
	};
	struct spec spec = spec_of(mounts, 2);

	assert_int_equal(plan_mounts_running(&p, &spec, &host, &e), 0);
	are_steps(&p, "host copy_mounts", "host sources", "host source /mounts/0", "host sources_send",
		  "inside sources_receive", "inside bind /mounts/0", "inside mount /mounts/1");
	assert_int_equal(p.n_sources, 1);
	assert_int_equal(p.n_attached, 2);
	assert_non_null(p.undo);
}

static void nothing_is_made_read_only_later(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount m = {.destination = "/t", .type = "tmpfs", .options = LIST("ro", "tmpcopyup")};
	struct spec spec = spec_of(&m, 1);
	size_t n;

	assert_int_equal(plan_mounts_running(&p, &spec, &host, &e), 0);
	n = p.n;
	assert_int_equal(plan_pivot(&p, &spec, &e), 0);
	is_step(&p, n, "inside pivot /root/path");
}

static void what_names_a_file_of_the_container_is_refused(void **state) {
	refused(*state, (struct spec_mount){.destination = "/o", .type = "overlay", .options = LIST("lowerdir=/a:/b")},
		"/mounts/0/type", "no overlay can be mounted");
	refused(*state, (struct spec_mount){.destination = "/d", .type = "ext4", .source = "/dev/sda"},
		"/mounts/0/type", "no ext4");
	refused(*state, (struct spec_mount){.destination = "/c", .type = "cgroup"}, "/mounts/0/type", "no cgroup");
}

static void what_changes_no_mount_or_all_is_refused(void **state) {
	refused(*state, (struct spec_mount){.destination = "/", .type = "tmpfs"}, "/mounts/0/destination", "root");
	refused(*state, (struct spec_mount){.destination = "/x/..", .type = "tmpfs"}, "/mounts/0/destination", "root");
	refused(*state, (struct spec_mount){.destination = "/d", .options = LIST("remount", "ro")}, "/mounts/0/options",
		"adds no mount");
	refused(*state, (struct spec_mount){.destination = "/d", .type = "tmpfs", .options = LIST("iversion")},
		"/mounts/0/options", "iversion");
}

static void all_are_found_before_the_innermost_goes_first(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount mounts[] = {{.destination = "/a"}, {.destination = "/a/b/"}, {.destination = "/a"}};
	struct spec spec = spec_of(mounts, 3);

	assert_int_equal(plan_unmounts(&p, &spec, &e), 0);
	are_steps(&p, "inside find_mount /mounts/0", "inside find_mount /mounts/1", "inside find_mount /mounts/2",
		  "inside unmount /mounts/1", "inside unmount /mounts/2", "inside unmount /mounts/0");
	says(&p, 3, "unmount /a/b");
}

static void the_root_cannot_be_taken_away(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount mounts[] = {{.destination = "/a"}, {.destination = "/a/../."}};
	struct spec spec = spec_of(mounts, 2);

	is_refused(plan_unmounts(&p, &spec, &e), &e, "/mounts/1/destination", "not the container's root");
	assert_int_equal(p.n, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(the_host_opens_each_source_in_a_copy_of_its_mounts),
		arena_test(nothing_is_made_read_only_later),
		arena_test(what_names_a_file_of_the_container_is_refused),
		arena_test(what_changes_no_mount_or_all_is_refused),
		arena_test(all_are_found_before_the_innermost_goes_first),
		arena_test(the_root_cannot_be_taken_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
