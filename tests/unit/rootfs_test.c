/* rootfs_test.c - the steps before the mounts and behind them: propagation, attaching, sources, read-only at last,
 * pivot. */
#include "../../libcontainer/rootfs/rootfs.h"
#include "steps.h"

static const struct request request = {.bundle = "/bundle", .rootfs = "/bundle/rootfs"};
static const struct request no_pivot = {.bundle = "/bundle", .rootfs = "/bundle/rootfs", .no_pivot = true};
static const struct host root = {.cap_effective = UINT64_C(0x1ffffffffff)};
static struct spec_namespace mount_only[] = {{"mount", NULL}};
static struct spec_namespace with_user[] = {{"mount", NULL}, {"user", NULL}, {"network", NULL}};

static struct spec spec_with(const char *propagation) {
	return (struct spec){.linux_ = {.namespaces = {mount_only, 1}, .rootfs_propagation = (char *)propagation}};
}

static struct plan plan_spec(struct arena *a, const struct request *asked, const struct spec *spec) {
	struct plan p = {.a = a, .request = asked};
	struct error e = {0};

	assert_int_equal(plan_rootfs(&p, spec, &root, &e), 0);
	assert_int_equal(plan_mounts(&p, spec, &root, &(struct strings){0}, &e), 0);
	assert_int_equal(plan_pivot(&p, spec, &e), 0);
	return p;
}

static void by_default_all_is_private(void **state) {
	struct spec spec = spec_with(NULL), empty = spec_with("");
	struct plan p = plan_spec(*state, &request, &spec);

	are_steps(&p, "inside propagation /linux/rootfsPropagation", "inside rootfs /root/path",
		  "inside pivot /root/path");
	shell_is(&p, 0, "mount --make-rprivate /");
	shell_is(&p, 1, "mount --rbind \"$ROOT\" \"$ROOT\"");
	assert_int_equal(plan_spec(*state, &request, &empty).n, 3);
}

static void the_root_gets_its_propagation_after_the_pivot(void **state) {
	static const struct {
		const char *name, *outside, *root;
	} cases[] = {
		{"private", "mount --make-rprivate /", NULL},
		{"rprivate", "mount --make-rprivate /", NULL},
		{"slave", "mount --make-rslave /", NULL},
		{"rslave", "mount --make-rslave /", NULL},
		{"unbindable", "mount --make-rprivate /", "mount --make-unbindable \"$ROOT\""},
		{"runbindable", "mount --make-rprivate /", "mount --make-runbindable \"$ROOT\""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct spec spec = spec_with(cases[i].name);
		struct plan p = plan_spec(*state, &request, &spec);

		shell_is(&p, 0, cases[i].outside);
		is_step(&p, 2, "inside pivot /root/path");
		assert_int_equal(p.n, cases[i].root ? 4 : 3);
		if (cases[i].root)
			shell_is(&p, 3, cases[i].root);
	}
}

static void a_shared_root_is_not_shared_with_the_host(void **state) {
	for (const char *const *name = (const char *const[]){"shared", "rshared", NULL}; *name; name++) {
		struct spec spec = spec_with(*name);
		struct plan p = plan_spec(*state, &request, &spec);

		are_steps(&p, "inside rootfs /root/path", "inside pivot /root/path",
			  "inside root_propagation /linux/rootfsPropagation");
		shell_is(
			&p, 0,
			"mount --make-private \"$(stat -c %m \"$ROOT\")\" && mount --rbind \"$ROOT\" \"$ROOT\" && mount --make-rprivate \"$ROOT\"");
	}
}

static void a_bind_of_a_shared_host_is_made_private_unless_it_asks(void **state) {
	struct spec_mount mounts[] = {
		{.destination = "/a", .source = "/a", .options = LIST("bind")},
		{.destination = "/b", .source = "/b", .options = LIST("rbind", "rshared")},
	};
	struct spec spec = spec_with("rshared");
	struct plan p;

	spec.mounts = (struct spec_mounts){mounts, 2};
	p = plan_spec(*state, &request, &spec);
	shell_is(&p, 1, "place /a \"$ROOT\"/a && mount --bind /a \"$ROOT\"/a && mount --make-rprivate \"$ROOT\"/a");
	shell_is(&p, 2, "place /b \"$ROOT\"/b && mount --rbind /b \"$ROOT\"/b && mount --make-rshared \"$ROOT\"/b");
}

static void an_unknown_propagation_is_refused(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec spec = spec_with("Private"), joined = spec_with("private");

	is_refused(plan_rootfs(&p, &spec, &root, &e), &e, "/linux/rootfsPropagation", "\"Private\"");
	joined.linux_.namespaces.n = 0;
	is_refused(plan_rootfs(&p, &joined, &root, &e), &e, "/linux/rootfsPropagation", "namespace of type mount");
}

static void no_pivot_moves_the_root_and_wants_slaves(void **state) {
	struct spec spec = spec_with(NULL), private = spec_with("private");
	struct plan p = plan_spec(*state, &no_pivot, &spec);
	struct error e = {0};

	are_steps(&p, "inside propagation /linux/rootfsPropagation", "inside rootfs /root/path", "inside hide_host",
		  "inside move_root /root/path");
	shell_is(&p, 0, "mount --make-rslave /");
	is_refused(plan_rootfs(&p, &private, &root, &e), &e, "/linux/rootfsPropagation", "--no-pivot");
}

static void what_is_read_only_is_so_before_the_pivot(void **state) {
	struct spec_mount mounts[] = {
		{.destination = "/dev", .type = "tmpfs", .options = LIST("ro")},
		{.destination = "/run", .type = "tmpfs", .options = LIST("rro")},
		{.destination = "/sys", .type = "sysfs", .options = LIST("ro")},
	};
	struct spec spec = spec_with(NULL);
	struct plan p;

	spec.mounts = (struct spec_mounts){mounts, 3};
	spec.root.readonly = true;
	p = plan_spec(*state, &request, &spec);
	are_steps(&p, "inside propagation /linux/rootfsPropagation", "inside rootfs /root/path",
		  "inside mount /mounts/0", "inside mount /mounts/1", "inside mount /mounts/2",
		  "inside mount_readonly /mounts/0", "inside mount_readonly /mounts/1",
		  "inside root_readonly /root/readonly", "inside pivot /root/path");
	shell_is(&p, 2, "mkdir -p \"$ROOT\"/dev && mount -t tmpfs -o \"$(covered \"$ROOT\"/dev)\" none \"$ROOT\"/dev");
	shell_is(&p, 4, "mkdir -p \"$ROOT\"/sys && mount -t sysfs -o ro none \"$ROOT\"/sys");
	shell_is(&p, 5, "mount -o remount,bind,ro \"$ROOT\"/dev");
}

static void without_a_mount_namespace_it_is_a_chroot_and_nothing_is_promised(void **state) {
	struct spec spec = {0}, readonly = {.root.readonly = true, .linux_ = {.namespaces = {&with_user[1], 1}}};
	struct plan p = plan_spec(*state, &request, &spec);
	struct error e = {0};

	are_steps(&p, "inside rootfs_directory /root/path", "inside chroot /root/path");
	is_refused(plan_pivot(&p, &readonly, &e), &e, "/root/readonly", "namespace of type mount");
}

static void without_a_mount_namespace_what_is_mounted_is_mounted_apart(void **state) {
	struct spec spec = {.root.readonly = true};
	struct plan p = plan_spec(*state, &request, &spec);

	are_steps(&p, "inside apart /linux/namespaces", "inside propagation /linux/rootfsPropagation",
		  "inside rootfs /root/path", "inside root_readonly /root/readonly", "inside back /linux/namespaces");
	shell_is(&p, 0, "echo 'no shell can make mounts that belong to no namespace' >&2; exit 1");
	assert_true(rootfs_is_apart(&spec));
	spec.root.readonly = false;
	assert_false(rootfs_is_apart(&spec));
	spec.linux_.masked_paths.n = 1;
	assert_true(rootfs_is_apart(&spec));
	spec.linux_.namespaces = (struct spec_namespaces){with_user, 2};
	assert_false(rootfs_is_apart(&spec));
}

/* One turn of the host: all of them are opened, each is looked at by a step of its own, then they are handed over. */
static void in_a_user_namespace_the_host_opens_what_is_bound(void **state) {
	struct spec_mount mounts[] = {
		{.destination = "/a", .source = "a", .options = LIST("bind")},
		{.destination = "/t", .type = "tmpfs"},
		{.destination = "/b", .source = "/b", .options = LIST("rbind")},
	};
	static const int64_t ten = 10;
	struct spec_device fuse = {.type = "c", .path = "/dev/fuse", .major = &ten, .minor = &ten};
	struct spec spec = {.mounts = {mounts, 3}, .linux_ = {.namespaces = {with_user, 3}, .devices = {&fuse, 1}}};
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};

	assert_int_equal(plan_rootfs(&p, &spec, &root, &e), 0);
	assert_int_equal(plan_mounts(&p, &spec, &root, &(struct strings){0}, &e), 0);
	assert_int_equal(plan_devices(&p, &spec, &root, &e), 0);
	assert_int_equal(p.n_sources, 1 + 2 + 1 + 6);
	is_step(&p, 0, "inside propagation /linux/rootfsPropagation");
	is_step(&p, 1, "host sources");
	is_step(&p, 2, "host source /root/path");
	is_step(&p, 3, "host source /mounts/0");
	is_step(&p, 4, "host source /mounts/2");
	is_step(&p, 5, "host source /linux/devices/0");
	is_step(&p, 6, "host source");
	says(&p, 3, "open /bundle/a");
	says(&p, 11, "open /dev/tty");
	is_step(&p, 12, "host sources_send");
	is_step(&p, 13, "inside sources_receive");
	is_step(&p, 14, "inside rootfs /root/path");
	is_step(&p, 15, "inside bind /mounts/0");
	is_step(&p, 16, "inside mount /mounts/1");
	is_step(&p, 17, "inside bind /mounts/2");
	is_step(&p, 18, "inside device /linux/devices/0");
	is_step(&p, 19, "inside default_devices");
	assert_int_equal(p.n, 20);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(by_default_all_is_private),
		arena_test(the_root_gets_its_propagation_after_the_pivot),
		arena_test(a_shared_root_is_not_shared_with_the_host),
		arena_test(a_bind_of_a_shared_host_is_made_private_unless_it_asks),
		arena_test(an_unknown_propagation_is_refused),
		arena_test(no_pivot_moves_the_root_and_wants_slaves),
		arena_test(what_is_read_only_is_so_before_the_pivot),
		arena_test(without_a_mount_namespace_it_is_a_chroot_and_nothing_is_promised),
		arena_test(without_a_mount_namespace_what_is_mounted_is_mounted_apart),
		arena_test(in_a_user_namespace_the_host_opens_what_is_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
