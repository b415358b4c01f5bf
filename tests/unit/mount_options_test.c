/* mount_options_test.c - every option of config-linux is known, and what each of them asks for. */
#include "../../libcontainer/os/syscalls.h"
#include "../../libcontainer/rootfs/mount_options.h"
#include "../../libcontainer/rootfs/rootfs.h"
#include "steps.h"
#include <string.h>

/* config.md, "Linux mount options", in its order. */
static const char *const of_the_spec[] = {
	"async",
	"atime",
	"bind",
	"defaults",
	"dev",
	"diratime",
	"dirsync",
	"exec",
	"idmap",
	"iversion",
	"lazytime",
	"loud",
	"mand",
	"noatime",
	"nodev",
	"nodiratime",
	"noexec",
	"noiversion",
	"nolazytime",
	"nomand",
	"norelatime",
	"nostrictatime",
	"nosuid",
	"nosymfollow",
	"private",
	"ratime",
	"rbind",
	"rdev",
	"rdiratime",
	"relatime",
	"remount",
	"rexec",
	"ridmap",
	"rnoatime",
	"rnodiratime",
	"rnoexec",
	"rnorelatime",
	"rnostrictatime",
	"rnosuid",
	"rnosymfollow",
	"ro",
	"rprivate",
	"rrelatime",
	"rro",
	"rrw",
	"rshared",
	"rslave",
	"rstrictatime",
	"rsuid",
	"rsymfollow",
	"runbindable",
	"rw",
	"shared",
	"silent",
	"slave",
	"strictatime",
	"suid",
	"symfollow",
	"sync",
	"tmpcopyup",
	"unbindable",
	/* only in the example of features.md */
	"rnodev",
};

/* Options separated by blanks, as a list. */
static struct mount_options parse(struct arena *a, const char *options) {
	char *copy = arena_strdup(a, options);
	struct strings list = {0};
	struct mount_options o;

	for (char *one = strtok(copy, " "); one; one = strtok(NULL, " "))
		strings_add(a, &list, one);
	mount_options_parse(a, &list, &o);
	return o;
}

static void every_option_of_the_spec_is_known(void **state) {
	for (size_t i = 0; i < sizeof(of_the_spec) / sizeof(*of_the_spec); i++) {
		size_t found = 0;

		for (size_t k = 0; mount_option_names[k]; k++)
			found += strcmp(mount_option_names[k], of_the_spec[i]) == 0;
		if (found != 1)
			fail_msg("%s is there %zu times", of_the_spec[i], found);
		assert_int_equal(parse(*state, of_the_spec[i]).data.n, 0);
	}
}

static void no_name_is_there_twice(void **state) {
	(void)state;
	for (size_t i = 1; mount_option_names[i]; i++)
		assert_true(strcmp(mount_option_names[i - 1], mount_option_names[i]) < 0);
}

static void idmap_and_ridmap_may_carry_mappings(void **state) {
	struct strings list = LIST("idmap", "ridmap=uids=0-1-1;gids=0-1-1", "idmapped=x");
	struct mount_options o;

	mount_options_parse(*state, &list, &o);
	assert_int_equal(o.switches.set, MOUNT_IDMAP | MOUNT_IDMAP_ALL);
	assert_string_equal(o.mappings, "uids=0-1-1;gids=0-1-1");
	assert_int_equal(o.data.n, 1);
	assert_string_equal(o.data.v[0], "idmapped=x");
}

static void a_mount_is_idmapped_by_an_option_or_by_mappings(void **state) {
	static struct spec_id_mapping one = {0, 1000, 1};

	(void)state;
	assert_true(mount_is_idmapped(&(struct spec_mount){.options = LIST("bind", "idmap")}));
	assert_true(mount_is_idmapped(&(struct spec_mount){.options = LIST("ridmap")}));
	assert_true(mount_is_idmapped(&(struct spec_mount){.options = LIST("idmap=")}));
	assert_true(mount_is_idmapped(&(struct spec_mount){.gid_mappings = {&one, 1}}));
	assert_false(mount_is_idmapped(&(struct spec_mount){.options = LIST("bind", "idmapped", "xidmap=")}));
}

static void each_attribute_sets_its_bit_and_its_opposite_clears_it(void **state) {
	static const struct {
		const char *set, *clear;
		uint64_t bit;
	} pairs[] = {
		{"ro", "rw", MOUNT_ATTR_RDONLY},
		{"nosuid", "suid", MOUNT_ATTR_NOSUID},
		{"nodev", "dev", MOUNT_ATTR_NODEV},
		{"noexec", "exec", MOUNT_ATTR_NOEXEC},
		{"nodiratime", "diratime", MOUNT_ATTR_NODIRATIME},
		{"nosymfollow", "symfollow", MOUNT_ATTR_NOSYMFOLLOW},
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct mount_options set = parse(*state, pairs[i].set), clear = parse(*state, pairs[i].clear);
		struct mount_options all = parse(*state, arena_printf(*state, "r%s", pairs[i].set));
		struct mount_options none = parse(*state, arena_printf(*state, "r%s", pairs[i].clear));

		assert_true(set.top.set == pairs[i].bit && set.top.clear == 0 && set.all.set == 0);
		assert_true(clear.top.clear == pairs[i].bit && clear.top.set == 0 && clear.all.clear == 0);
		assert_true(all.all.set == pairs[i].bit && all.all.clear == 0 && all.top.set == 0);
		assert_true(none.all.clear == pairs[i].bit && none.all.set == 0 && none.top.clear == 0);
	}
}

static void an_access_time_replaces_another_and_names_the_whole_field(void **state) {
	static const struct {
		const char *options;
		uint64_t set;
	} cases[] = {
		{"noatime", MOUNT_ATTR_NOATIME},
		{"strictatime", MOUNT_ATTR_STRICTATIME},
		{"relatime", MOUNT_ATTR_RELATIME},
		{"noatime strictatime", MOUNT_ATTR_STRICTATIME},
		{"strictatime noatime", MOUNT_ATTR_NOATIME},
		{"noatime relatime", MOUNT_ATTR_RELATIME},
		{"noatime atime", MOUNT_ATTR_RELATIME},
		{"strictatime atime", MOUNT_ATTR_STRICTATIME},
		{"strictatime nostrictatime", MOUNT_ATTR_RELATIME},
		{"noatime nostrictatime", MOUNT_ATTR_NOATIME},
		{"strictatime norelatime", MOUNT_ATTR_STRICTATIME},
		{"atime", MOUNT_ATTR_RELATIME},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mount_options o = parse(*state, cases[i].options);

		assert_true(o.top.set == cases[i].set);
		assert_true(o.top.clear == MOUNT_ATTR__ATIME);
	}
	assert_true(parse(*state, "rnoatime").all.set == MOUNT_ATTR_NOATIME);
	assert_true(parse(*state, "rstrictatime ratime").all.clear == MOUNT_ATTR__ATIME);
	assert_true(parse(*state, "norelatime rnorelatime").top.clear == 0);
}

static void the_later_option_wins(void **state) {
	struct mount_options o = parse(*state, "ro nosuid rw sync suid ro async rro rrw");

	assert_true(o.top.set == MOUNT_ATTR_RDONLY);
	assert_true(o.top.clear == MOUNT_ATTR_NOSUID);
	assert_true(o.all.clear == MOUNT_ATTR_RDONLY && o.all.set == 0);
	assert_true(o.superblock.clear == MS_SYNCHRONOUS && o.superblock.set == 0);
}

static void options_of_the_file_system_are_apart(void **state) {
	struct mount_options o = parse(*state, "sync dirsync lazytime mand iversion");

	assert_true(o.superblock.set == (MS_SYNCHRONOUS | MS_DIRSYNC | MS_LAZYTIME | MS_MANDLOCK | MS_I_VERSION));
	assert_true(o.top.set == 0 && o.all.set == 0);
	o = parse(*state, "async nolazytime nomand noiversion");
	assert_true(o.superblock.clear == (MS_SYNCHRONOUS | MS_LAZYTIME | MS_MANDLOCK | MS_I_VERSION));
}

static void propagation_keeps_its_order(void **state) {
	struct mount_options o = parse(*state, "shared rslave unbindable rprivate runbindable slave private rshared");
	static const uint64_t expected[] = {
		MS_SHARED, MS_REC | MS_SLAVE, MS_UNBINDABLE,      MS_REC | MS_PRIVATE, MS_REC | MS_UNBINDABLE,
		MS_SLAVE,  MS_PRIVATE,        MS_REC | MS_SHARED,
	};

	assert_int_equal(o.n_propagation, 8);
	assert_memory_equal(o.propagation, expected, sizeof(expected));
}

static void some_options_ask_for_nothing(void **state) {
	struct mount_options nothing = {0}, o = parse(*state, "defaults silent loud norelatime rnorelatime");

	assert_memory_equal(&o, &nothing, sizeof(o));
}

static void binds_and_their_like_are_switches(void **state) {
	assert_true(parse(*state, "bind").switches.set == MOUNT_BIND);
	assert_true(parse(*state, "rbind").switches.set == (MOUNT_BIND | MOUNT_RECURSIVE));
	assert_true(parse(*state, "bind remount").switches.set == (MOUNT_BIND | MOUNT_REMOUNT));
	assert_true(parse(*state, "tmpcopyup").switches.set == MOUNT_COPY_UP);
	assert_true(parse(*state, "src-nofollow dest-nofollow").switches.set ==
		    (MOUNT_SOURCE_LINK | MOUNT_TARGET_LINK));
}

static void what_is_not_known_is_for_the_file_system_in_its_order(void **state) {
	struct mount_options o = parse(*state, "mode=755 ro size=1k RO newinstance rnoatim");

	assert_int_equal(o.data.n, 5);
	assert_string_equal(o.data.v[0], "mode=755");
	assert_string_equal(o.data.v[1], "size=1k");
	assert_string_equal(o.data.v[2], "RO");
	assert_string_equal(o.data.v[3], "newinstance");
	assert_string_equal(o.data.v[4], "rnoatim");
}

static void what_is_spread_is_set_below_and_cleared_above(void **state) {
	struct mount_options o = parse(*state, "ro nosuid relatime dev rexec");

	mount_options_spread(&o);
	assert_true(o.all.set == (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID));
	assert_true(o.all.clear == (MOUNT_ATTR_NOEXEC | MOUNT_ATTR__ATIME));
	assert_true(o.top.set == 0 && o.top.clear == MOUNT_ATTR_NODEV);
	o = parse(*state, "ro rrw");
	mount_options_spread(&o);
	assert_true(o.all.set == 0);
}

static void a_mount_is_a_bind_by_its_options_and_not_by_its_type(void **state) {
	struct spec_mount bind = {.options = {(char *[]){"ro", "bind", NULL}, 2}},
			  rbind = {.options = {(char *[]){"rbind", NULL}, 1}};
	struct spec_mount typed = {.type = "bind", .options = {(char *[]){"ro", NULL}, 1}};
	struct spec_mount remount = {.options = {(char *[]){"bind", "remount", NULL}, 2}};

	(void)state;
	assert_true(mount_is_bind(&bind));
	assert_true(mount_is_bind(&rbind));
	assert_false(mount_is_bind(&typed));
	assert_false(mount_is_bind(&remount));
}

static void mount_8_gets_the_names_that_it_knows(void **state) {
	(void)state;
	assert_string_equal(mount_option_for_shell("nosuid"), "nosuid");
	assert_string_equal(mount_option_for_shell("ro"), "ro");
	assert_string_equal(mount_option_for_shell("relatime"), "relatime");
	assert_string_equal(mount_option_for_shell("rro"), "ro");
	assert_string_equal(mount_option_for_shell("rrelatime"), "relatime");
	assert_string_equal(mount_option_for_shell("rsync"), "sync");
	assert_null(mount_option_for_shell("rslave"));
	assert_null(mount_option_for_shell("tmpcopyup"));
	assert_null(mount_option_for_shell("size=1k"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(every_option_of_the_spec_is_known),
		cmocka_unit_test(no_name_is_there_twice),
		arena_test(idmap_and_ridmap_may_carry_mappings),
		cmocka_unit_test(a_mount_is_idmapped_by_an_option_or_by_mappings),
		arena_test(each_attribute_sets_its_bit_and_its_opposite_clears_it),
		arena_test(an_access_time_replaces_another_and_names_the_whole_field),
		arena_test(the_later_option_wins),
		arena_test(options_of_the_file_system_are_apart),
		arena_test(propagation_keeps_its_order),
		arena_test(some_options_ask_for_nothing),
		arena_test(binds_and_their_like_are_switches),
		arena_test(what_is_not_known_is_for_the_file_system_in_its_order),
		arena_test(what_is_spread_is_set_below_and_cleared_above),
		cmocka_unit_test(a_mount_is_a_bind_by_its_options_and_not_by_its_type),
		cmocka_unit_test(mount_8_gets_the_names_that_it_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
