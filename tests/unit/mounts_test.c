/* mounts_test.c - what each entry of /mounts is compiled to, and which entries are refused. */
#include "../../libcontainer/rootfs/rootfs.h"
#include "steps.h"

static const struct request request = {.bundle = "/bundle", .rootfs = "/bundle/rootfs"};
static struct spec_namespace mount_only[] = {{"mount", NULL}};
static struct spec_namespace with_user[] = {{"mount", NULL}, {"user", NULL}, {"network", NULL}};
static struct spec_namespace user_and_host_network[] = {{"mount", NULL}, {"user", NULL}};
static struct spec_namespace with_cgroup[] = {{"mount", NULL}, {"cgroup", NULL}};

static struct cgroup_hierarchy v1[] = {
	{"cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct", "/", false},
	{"name=systemd", "/sys/fs/cgroup/systemd", "/", false},
	{"", "/sys/fs/cgroup/unified", "/", true},
};
static struct cgroup_hierarchy v2[] = {{"", "/sys/fs/cgroup", "/", true}};
static const struct strings v1_dirs =
	LIST("/sys/fs/cgroup/cpu,cpuacct/c", "/sys/fs/cgroup/systemd/c", "/sys/fs/cgroup/unified/c");
static const struct strings v2_dirs = LIST("/sys/fs/cgroup/c");

static const struct host old = {.kernel_major = 5, .kernel_minor = 14, .cgroups = {v1, 3}};
static const struct host new = {.kernel_major = 6, .kernel_minor = 7, .cgroups = {v2, 1}};

#define NAMESPACES(array) \
	{ array, sizeof(array) / sizeof(*array) }

static struct spec spec_of(struct spec_mount *m) {
	return (struct spec){.mounts = {m, 1}, .linux_.namespaces = NAMESPACES(mount_only)};
}

/* The plan of one mount in a new mount namespace. */
static struct plan plan_one(struct arena *a, struct spec_mount m) {
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};
	struct spec spec = spec_of(&m);
	struct spec_mount *kept = arena_new(a, struct spec_mount);

	*kept = m;
	spec.mounts.v = kept;
	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	return p;
}

static void shell_of(struct arena *a, struct spec_mount m, const char *shell) {
	struct plan p = plan_one(a, m);

	assert_int_equal(p.n, 1);
	shell_is(&p, 0, shell);
}

static void refused(struct arena *a, struct spec_mount m, const char *field, const char *words) {
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};
	struct spec spec = spec_of(&m);

	is_refused(plan_mounts(&p, &spec, &old, &v1_dirs, &e), &e, field, words);
	assert_int_equal(p.n, 0);
}

static void each_mount_is_a_step_that_names_its_entry(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount mounts[] = {
		{.destination = "/proc", .type = "proc"},
		{.destination = "/a", .source = "b", .options = LIST("bind")},
		{.destination = "/a", .options = LIST("remount", "ro")},
		{.destination = "/l", .source = "/l", .options = LIST("bind", "copy-symlink")},
		{.destination = "/sys/fs/cgroup", .type = "cgroup"},
	};
	struct spec spec = {.mounts = {mounts, 5}, .linux_.namespaces = NAMESPACES(mount_only)};

	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	are_steps(&p, "inside mount /mounts/0", "inside bind /mounts/1", "inside remount /mounts/2",
		  "inside copy_symlink /mounts/3", "inside cgroup_mount /mounts/4");
	says(&p, 0, "mount proc on /proc");
	says(&p, 1, "bind /bundle/b to /a");
	says(&p, 2, "remount /a");
}

static void destinations_are_cleaned_and_relative_ones_warned_of(void **state) {
	static const struct {
		const char *written, *cleaned;
	} cases[] = {
		{"/a/b", "/a/b"},  {"a", "/a"},     {"//a//./b/", "/a/b"},
		{"/a/../b", "/b"}, {"/../..", "/"}, {"/a/b/../../..", "/"},
		{"/...", "/..."},  {".", "/"},      {"/a/..b", "/a/..b"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct plan p =
			plan_one(*state, (struct spec_mount){.destination = (char *)cases[i].written, .type = "tmpfs"});

		says(&p, 0, arena_printf(*state, "mount tmpfs on %s", cases[i].cleaned));
		assert_int_equal(p.warnings.n, cases[i].written[0] != '/');
	}
}

static void a_new_file_system_gets_its_options(void **state) {
	shell_of(*state, (struct spec_mount){.destination = "/proc", .type = "proc", .source = "proc"},
		 "mkdir -p \"$ROOT\"/proc && mount -t proc proc \"$ROOT\"/proc");
	shell_of(
		*state,
		(struct spec_mount){.destination = "/my dev",
				    .type = "tmpfs",
				    .source = "a b",
				    .options = LIST("nosuid", "mode=755", "rnoexec", "size=64 k", "uid=1", "rslave")},
		"mkdir -p \"$ROOT\"'/my dev' && mount -t tmpfs -o nosuid,noexec,mode=755,'size=64 k',uid=1 'a b' \"$ROOT\"'/my dev' && "
		"mount --make-rslave \"$ROOT\"'/my dev'");
}

static void a_symbolic_link_is_copied_and_what_is_none_bound(void **state) {
	shell_of(*state,
		 (struct spec_mount){.destination = "/a", .source = "/s", .options = LIST("bind", "copy-symlink")},
		 "if [ -L /s ]; then copy_link /s \"$ROOT\"/a; "
		 "else place /s \"$ROOT\"/a && mount --bind /s \"$ROOT\"/a; fi");
}

static void a_tmpfs_without_a_mode_has_that_of_what_it_covers(void **state) {
	shell_of(*state, (struct spec_mount){.destination = "/a", .type = "tmpfs"},
		 "mkdir -p \"$ROOT\"/a && mount -t tmpfs -o \"$(covered \"$ROOT\"/a)\" none \"$ROOT\"/a");
	shell_of(*state, (struct spec_mount){.destination = "/a", .type = "ramfs"},
		 "mkdir -p \"$ROOT\"/a && mount -t ramfs none \"$ROOT\"/a");
}

static void a_copied_up_tmpfs_is_filled_before_it_covers(void **state) {
	shell_of(
		*state,
		(struct spec_mount){
			.destination = "/a", .type = "tmpfs", .options = LIST("tmpcopyup", "mode=700", "ro")},
		"mkdir -p \"$ROOT\"/a && STAGE=$(mktemp -d) && mount -t tmpfs -o mode=700 none \"$STAGE\" && copy_up \"$ROOT\"/a");
	refused(*state, (struct spec_mount){.destination = "/a", .type = "ramfs", .options = LIST("tmpcopyup")},
		"/mounts/0/options", "type tmpfs");
}

static void a_bind_changes_its_clone_before_it_is_attached(void **state) {
	shell_of(*state,
		 (struct spec_mount){.destination = "/a",
				     .source = "/s",
				     .type = "nonsense",
				     .options = LIST("rbind", "ro", "rnosuid", "dev", "rprivate", "rshared")},
		 "place /s \"$ROOT\"/a && mount --rbind /s \"$ROOT\"/a && mount -o remount,bind,ro,dev \"$ROOT\"/a && "
		 "change_all bind,nosuid \"$ROOT\"/a && mount --make-rshared \"$ROOT\"/a");
	shell_of(
		*state,
		(struct spec_mount){
			.destination = "/a", .source = "./s", .options = LIST("bind", "noatime", "rprivate")},
		"place /bundle/./s \"$ROOT\"/a && mount --bind /bundle/./s \"$ROOT\"/a && mount -o remount,bind,noatime \"$ROOT\"/a");
	shell_of(*state, (struct spec_mount){.destination = "/a", .source = "/s", .options = LIST("bind", "relatime")},
		 "place /s \"$ROOT\"/a && mount --bind /s \"$ROOT\"/a && mount -o remount,bind,relatime \"$ROOT\"/a");
}

static void what_a_bind_cannot_take_is_warned_of(void **state) {
	struct plan p = plan_one(*state, (struct spec_mount){.destination = "/a",
							     .source = "/s",
							     .options = LIST("bind", "mode=700", "sync", "size=1")});

	assert_int_equal(p.n, 1);
	assert_int_equal(p.warnings.n, 3);
	warned(&p, 0, "/mounts/0/options: mode=700 has no effect");
	warned(&p, 1, "size=1 has no effect");
	warned(&p, 2, "sync");
}

static void a_remount_tells_the_file_system_unless_it_is_a_bind(void **state) {
	shell_of(*state,
		 (struct spec_mount){.destination = "/a", .options = LIST("remount", "ro", "nodev", "size=1k", "sync")},
		 "mount -o remount,ro,sync,size=1k \"$ROOT\"/a && mount -o remount,bind,ro,nodev \"$ROOT\"/a");
	shell_of(*state, (struct spec_mount){.destination = "/a", .options = LIST("remount", "bind", "ro")},
		 "mount -o remount,bind,ro \"$ROOT\"/a");
	refused(*state, (struct spec_mount){.destination = "/a", .options = LIST("remount", "iversion")},
		"/mounts/0/options", "iversion");
}

static void what_is_not_a_mount_is_refused(void **state) {
	refused(*state, (struct spec_mount){.destination = "/a"}, "/mounts/0/type", "bind and rbind");
	refused(*state, (struct spec_mount){.destination = "/a", .type = "bind", .source = "/s"}, "/mounts/0/type",
		"bind and rbind");
	refused(*state, (struct spec_mount){.destination = "", .type = "tmpfs"}, "/mounts/0/destination", "absolute");
	refused(*state, (struct spec_mount){.destination = "/a", .options = LIST("bind")}, "/mounts/0/source",
		"source");
	refused(*state, (struct spec_mount){.destination = "/a", .source = "", .options = LIST("rbind")},
		"/mounts/0/source", "source");
	refused(*state, (struct spec_mount){.destination = "/a", .type = "tmpfs", .options = LIST("copy-symlink")},
		"/mounts/0/options", "bind");
	refused(*state,
		(struct spec_mount){
			.destination = "/a", .source = "/s", .options = LIST("bind", "copy-symlink", "src-nofollow")},
		"/mounts/0/options", "excludes");
}

static void nothing_fakes_proc(void **state) {
	for (const char *const *d = (const char *const[]){"/proc/sys", "proc/self", "/proc/./1/", "/x/../proc/kcore",
							  "/proc/cpuinfo/x", NULL};
	     *d; d++)
		refused(*state, (struct spec_mount){.destination = (char *)*d, .source = "/s", .options = LIST("bind")},
			"/mounts/0/destination", "inside /proc");
	refused(*state, (struct spec_mount){.destination = "/proc/", .type = "tmpfs"}, "/mounts/0/destination",
		"procfs");
	for (const char *const *d = (const char *const[]){"/proc/cpuinfo", "/proc/meminfo", "/proc/net/dev", "/proc",
							  "/process", NULL};
	     *d; d++)
		assert_int_equal(plan_one(*state, (struct spec_mount){.destination = (char *)*d,
								      .source = "/s",
								      .options = LIST("bind")})
					 .n,
				 1);
	assert_int_equal(plan_one(*state, (struct spec_mount){.destination = "/proc/sys",
							      .options = LIST("remount", "bind", "ro")})
				 .n,
			 1);
}

static void in_a_user_namespace_mounts_need_a_mount_namespace_of_their_own(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount m = {.destination = "/a", .type = "tmpfs"};
	struct spec_namespace joined[] = {{"user", NULL}, {"mount", "/proc/1/ns/mnt"}};
	struct spec spec = {.mounts = {&m, 1}, .linux_ = {.namespaces = {joined, 1}}};

	is_refused(plan_mounts(&p, &spec, &old, &v1_dirs, &e), &e, "/mounts", "namespace of type mount");
	spec.linux_.namespaces.n = 2;
	is_refused(plan_mounts(&p, &spec, &old, &v1_dirs, &e), &e, "/mounts", "namespace of type mount");
}

static void without_a_mount_namespace_of_their_own_mounts_are_private(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount m = {.destination = "/a", .type = "tmpfs", .options = LIST("rprivate", "rslave")};
	struct spec spec = {.mounts = {&m, 1}};

	is_refused(plan_mounts(&p, &spec, &old, &v1_dirs, &e), &e, "/mounts/0/options", "namespace of type mount");
	m.options.n = 1;
	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
}

static void a_group_without_a_mapping_is_left_out_of_devpts(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount m = {.destination = "/dev/pts", .type = "devpts", .options = LIST("gid=5", "mode=620")};
	struct spec_id_mapping map[] = {{0, 1000, 5}, {6, 2000, 10}};
	struct spec spec = {
		.mounts = {&m, 1}, .linux_.namespaces = NAMESPACES(with_user), .linux_.gid_mappings = {map, 2}};

	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	shell_is(&p, p.n - 1, "mkdir -p \"$ROOT\"/dev/pts && mount -t devpts -o mode=620 none \"$ROOT\"/dev/pts");
	warned(&p, 0, "gid=5");
	map[0].size = 6;
	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	shell_is(&p, p.n - 1, "mkdir -p \"$ROOT\"/dev/pts && mount -t devpts -o gid=5,mode=620 none \"$ROOT\"/dev/pts");
	assert_int_equal(p.warnings.n, 1);
}

/* What it maps is not in the config, unless the engine repeats it there. */
static void in_a_joined_user_namespace_only_a_group_that_is_known_is_given_to_devpts(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount m = {.destination = "/dev/pts", .type = "devpts", .options = LIST("gid=5")};
	struct spec_namespace joined[] = {{"mount", NULL}, {"user", "/proc/1/ns/user"}};
	struct spec_id_mapping map = {0, 1000, 10};
	struct spec spec = {.mounts = {&m, 1}, .linux_.namespaces = NAMESPACES(joined)};

	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	shell_is(&p, p.n - 1, "mkdir -p \"$ROOT\"/dev/pts && mount -t devpts none \"$ROOT\"/dev/pts");
	warned(&p, 0, "gid=5 is left out: the joined user namespace may not map it");
	spec.linux_.gid_mappings = (struct spec_id_mappings){&map, 1};
	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	shell_is(&p, p.n - 1, "mkdir -p \"$ROOT\"/dev/pts && mount -t devpts -o gid=5 none \"$ROOT\"/dev/pts");
	spec.linux_.gid_mappings = (struct spec_id_mappings){0};
	m.options.v[0] = "gid=0";
	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	shell_is(&p, p.n - 1, "mkdir -p \"$ROOT\"/dev/pts && mount -t devpts -o gid=0 none \"$ROOT\"/dev/pts");
	assert_int_equal(p.warnings.n, 1);
}

static void who_does_not_own_the_network_gets_the_sysfs_of_the_host(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount m = {
		.destination = "/sys", .type = "sysfs", .source = "sysfs", .options = LIST("nosuid", "ro", "rw", "ro")};
	struct spec spec = {.mounts = {&m, 1}, .linux_.namespaces = NAMESPACES(user_and_host_network)};

	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	is_step(&p, 0, "inside bind /mounts/0");
	shell_is(
		&p, 0,
		"place /sys \"$ROOT\"/sys && mount --rbind /sys \"$ROOT\"/sys && change_all bind,ro,nosuid \"$ROOT\"/sys");
	p.n = 0;
	spec.linux_.namespaces = (struct spec_namespaces)NAMESPACES(with_user);
	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	is_step(&p, 0, "inside mount /mounts/0");
}

/* Fifteen layers, which together are longer than a parameter may be. */
static char *many_layers(struct arena *a, const char *between) {
	char *layers = "lowerdir=/layers/0";

	for (int i = 1; i < 15; i++)
		layers = arena_printf(a, "%s%s/layers/with-a-long-name/%d", layers, between, i);
	return layers;
}

static void options_that_the_kernel_would_cut_are_refused(void **state) {
	struct spec_mount m = {.destination = "/a", .type = "overlay"};
	struct strings options = {0};

	for (int i = 0; i < 15; i++)
		strings_add(*state, &options, many_layers(*state, "\\:"));
	m.options = options;
	refused(*state, m, "/mounts/0/options", "4095");
}

static void long_layers_are_no_error_on_any_kernel(void **state) {
	struct spec_mount m = {.destination = "/a", .type = "overlay", .options = LIST(many_layers(*state, ":"))};
	struct spec spec = spec_of(&m);
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};

	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	assert_int_equal(plan_mounts(&p, &spec, &new, &v2_dirs, &e), 0);
	are_steps(&p, "inside mount /mounts/0", "inside mount /mounts/0");
}

static void cgroup_v1_is_a_directory_for_each_hierarchy(void **state) {
	shell_of(
		*state,
		(struct spec_mount){.destination = "/c", .type = "cgroup", .options = LIST("ro", "nosuid", "relatime")},
		"mkdir -p \"$ROOT\"/c && mount -t tmpfs -o mode=755 none \"$ROOT\"/c"
		" && mkdir \"$ROOT\"/c/cpu,cpuacct && mount --bind /sys/fs/cgroup/cpu,cpuacct/c \"$ROOT\"/c/cpu,cpuacct"
		" && ln -s cpu,cpuacct \"$ROOT\"/c/cpu && ln -s cpu,cpuacct \"$ROOT\"/c/cpuacct"
		" && mkdir \"$ROOT\"/c/systemd && mount --bind /sys/fs/cgroup/systemd/c \"$ROOT\"/c/systemd"
		" && mkdir \"$ROOT\"/c/unified && mount --bind /sys/fs/cgroup/unified/c \"$ROOT\"/c/unified"
		" && change_all bind,ro,nosuid,relatime \"$ROOT\"/c");
	refused(*state, (struct spec_mount){.destination = "/c", .type = "cgroup", .options = LIST("nsdelegate")},
		"/mounts/0/options", "nsdelegate");
	refused(*state, (struct spec_mount){.destination = "/", .type = "cgroup"}, "/mounts/0/destination", "root");
}

static struct plan plan_cgroup_on(struct arena *a, const struct host *h, const struct strings *dirs,
				  struct spec_namespaces namespaces) {
	static char *options[] = {"ro", NULL};
	static struct spec_mount m = {.destination = "/c", .type = "cgroup", .options = {options, 1}};
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};
	struct spec spec = {.mounts = {&m, 1}, .linux_.namespaces = namespaces};

	assert_int_equal(plan_mounts(&p, &spec, h, dirs, &e), 0);
	return p;
}

static void in_a_cgroup_namespace_the_hierarchies_are_mounted_anew(void **state) {
	struct plan p = plan_cgroup_on(*state, &old, &v1_dirs, (struct spec_namespaces)NAMESPACES(with_cgroup));

	shell_is(&p, 0,
		 "mkdir -p \"$ROOT\"/c && mount -t tmpfs -o mode=755 none \"$ROOT\"/c"
		 " && mkdir \"$ROOT\"/c/cpu,cpuacct && mount -t cgroup -o cpu,cpuacct none \"$ROOT\"/c/cpu,cpuacct"
		 " && ln -s cpu,cpuacct \"$ROOT\"/c/cpu && ln -s cpu,cpuacct \"$ROOT\"/c/cpuacct"
		 " && mkdir \"$ROOT\"/c/systemd && mount -t cgroup -o name=systemd none \"$ROOT\"/c/systemd"
		 " && mkdir \"$ROOT\"/c/unified && mount -t cgroup2 none \"$ROOT\"/c/unified"
		 " && change_all bind,ro \"$ROOT\"/c");
}

static void without_a_cgroup_of_its_own_a_container_is_shown_its_callers(void **state) {
	struct cgroup_hierarchy v1_of_caller[] = {
		{.controllers = "pids", .mountpoint = "/sys/fs/cgroup/pids", .own = "/me"},
		{.controllers = "cpu", .mountpoint = "/sys/fs/cgroup/cpu", .own = "/"},
	};
	struct host h = {.cgroups = {v1_of_caller, 2}, .no_cgroups = true};
	struct plan p =
		plan_cgroup_on(*state, &h, &(struct strings){0}, (struct spec_namespaces)NAMESPACES(mount_only));

	shell_is(&p, 0,
		 "mkdir -p \"$ROOT\"/c && mount -t tmpfs -o mode=755 none \"$ROOT\"/c"
		 " && mkdir \"$ROOT\"/c/pids && mount --bind /sys/fs/cgroup/pids/me \"$ROOT\"/c/pids"
		 " && mkdir \"$ROOT\"/c/cpu && mount --bind /sys/fs/cgroup/cpu \"$ROOT\"/c/cpu"
		 " && change_all bind,ro \"$ROOT\"/c");
}

static void cgroup_v2_is_one_mount(void **state) {
	struct plan p = plan_cgroup_on(*state, &new, &v2_dirs, (struct spec_namespaces)NAMESPACES(with_cgroup));

	shell_is(&p, 0, "mkdir -p \"$ROOT\"/c && mount -t cgroup2 -o ro none \"$ROOT\"/c");
	/* Anew from the host's namespace it would reset the options of the host's. */
	p = plan_cgroup_on(*state, &new, &v2_dirs, (struct spec_namespaces)NAMESPACES(mount_only));
	shell_is(
		&p, 0,
		"place /sys/fs/cgroup \"$ROOT\"/c && mount --bind /sys/fs/cgroup \"$ROOT\"/c && mount -o remount,bind,ro \"$ROOT\"/c");
}

static void without_cgroups_there_is_nothing_to_mount(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct spec_mount m = {.destination = "/c", .type = "cgroup"};
	struct spec spec = spec_of(&m);

	is_refused(plan_mounts(&p, &spec, &(struct host){0}, &(struct strings){0}, &e), &e, "/mounts/0/type",
		   "no cgroup file system");
	is_refused(plan_mounts(&p, &spec, &old, &(struct strings){0}, &e), &e, "/mounts/0/type", "no cgroup to show");
}

static void an_annotation_asks_for_the_hierarchy_of_systemd_alone(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};
	struct pair force = {"run.oci.systemd.force_cgroup_v1", "/c"};
	struct spec_mount m = {.destination = "/c", .type = "cgroup", .source = "cgroup"};
	struct spec spec = spec_of(&m);

	spec.annotations = (struct pairs){&force, 1};
	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	are_steps(&p, "inside bind /mounts/0");
	says(&p, 0, "bind /sys/fs/cgroup/systemd/c to /c");
	spec.linux_.namespaces = (struct spec_namespaces)NAMESPACES(with_cgroup);
	assert_int_equal(plan_mounts(&p, &spec, &old, &v1_dirs, &e), 0);
	shell_is(&p, 1, "mkdir -p \"$ROOT\"/c && mount -t cgroup -o name=systemd cgroup \"$ROOT\"/c");
	is_refused(plan_mounts(&p, &spec, &new, &v2_dirs, &e), &e, "/annotations/run.oci.systemd.force_cgroup_v1",
		   "no cgroup file system");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(each_mount_is_a_step_that_names_its_entry),
		arena_test(destinations_are_cleaned_and_relative_ones_warned_of),
		arena_test(a_new_file_system_gets_its_options),
		arena_test(a_symbolic_link_is_copied_and_what_is_none_bound),
		arena_test(a_tmpfs_without_a_mode_has_that_of_what_it_covers),
		arena_test(a_copied_up_tmpfs_is_filled_before_it_covers),
		arena_test(a_bind_changes_its_clone_before_it_is_attached),
		arena_test(what_a_bind_cannot_take_is_warned_of),
		arena_test(a_remount_tells_the_file_system_unless_it_is_a_bind),
		arena_test(what_is_not_a_mount_is_refused),
		arena_test(nothing_fakes_proc),
		arena_test(in_a_user_namespace_mounts_need_a_mount_namespace_of_their_own),
		arena_test(without_a_mount_namespace_of_their_own_mounts_are_private),
		arena_test(a_group_without_a_mapping_is_left_out_of_devpts),
		arena_test(in_a_joined_user_namespace_only_a_group_that_is_known_is_given_to_devpts),
		arena_test(who_does_not_own_the_network_gets_the_sysfs_of_the_host),
		arena_test(options_that_the_kernel_would_cut_are_refused),
		arena_test(long_layers_are_no_error_on_any_kernel),
		arena_test(cgroup_v1_is_a_directory_for_each_hierarchy),
		arena_test(in_a_cgroup_namespace_the_hierarchies_are_mounted_anew),
		arena_test(without_a_cgroup_of_its_own_a_container_is_shown_its_callers),
		arena_test(cgroup_v2_is_one_mount),
		arena_test(without_cgroups_there_is_nothing_to_mount),
		arena_test(an_annotation_asks_for_the_hierarchy_of_systemd_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
