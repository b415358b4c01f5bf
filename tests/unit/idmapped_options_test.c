/* idmapped_options_test.c - which mappings a mount has, in all the ways to write them, and which are refused. */
#include "../../libcontainer/rootfs/idmapped.h"
#include "steps.h"
#include <fcntl.h>

static const struct request request = {.bundle = "/bundle"};
static const struct host old = {.kernel_major = 6, .kernel_minor = 1}, new = {.kernel_major = 6, .kernel_minor = 3};
static struct spec_namespace user = {"user", NULL}, joined_user = {"user", "/proc/1/ns/user"};

/* What the container maps. */
static struct spec_id_mapping uids[] = {{0, 100000, 1000}, {1000, 5, 1}}, gids[] = {{0, 200000, 1000}};
/* What a mount maps. */
static struct spec_id_mapping one[] = {{0, 7, 1}}, two[] = {{0, 100, 10}, {10, 300, 5}};

#define MAPPINGS(array) \
	{ array, sizeof(array) / sizeof(*array) }

static struct spec with_user = {
	.linux_ = {.namespaces = {&user, 1}, .uid_mappings = MAPPINGS(uids), .gid_mappings = MAPPINGS(gids)}};
static struct spec with_joined_user = {.linux_ = {.namespaces = {&joined_user, 1}}};
static struct spec without_user;

static int read_one(struct arena *a, const struct spec *spec, const struct host *h, const struct spec_mount *m,
		    struct mount *mount, struct error *e) {
	struct plan p = {.a = a, .request = &request};
	struct mounting g = {&p, spec, h, NULL};

	*mount = (struct mount){.spec = m};
	mount_options_parse(a, &m->options, &mount->options);
	return idmap_read(&g, mount, e);
}

static const struct idmap *idmap_of(struct arena *a, const struct spec *spec, struct spec_mount m) {
	struct error e = {0};
	struct mount mount;

	if (read_one(a, spec, &new, &m, &mount, &e) < 0)
		fail_msg("%s: %s", e.field, e.text);
	return mount.idmap;
}

static void maps_are(const struct idmap *map, const char *uid_map, const char *gid_map) {
	assert_non_null(map);
	assert_string_equal(map->uid_map, uid_map);
	assert_string_equal(map->gid_map, gid_map);
}

static void refused_by(struct arena *a, const struct spec *spec, const struct host *h, struct spec_mount m,
		       const char *field, const char *words) {
	struct error e = {0};
	struct mount mount;

	is_refused(read_one(a, spec, h, &m, &mount, &e), &e, field, words);
}

static void refused(struct arena *a, const struct spec *spec, struct spec_mount m, const char *field,
		    const char *words) {
	refused_by(a, spec, &new, m, field, words);
}

static void option_refused(struct arena *a, const char *option, const char *words) {
	refused(a, &with_user, (struct spec_mount){.options = LIST("bind", (char *)option)}, "/mounts/0/options",
		words);
}

static void a_mount_without_a_word_of_it_is_not_idmapped(void **state) {
	assert_null(idmap_of(*state, &with_user, (struct spec_mount){.options = LIST("bind")}));
}

static void idmap_alone_is_the_containers_namespace(void **state) {
	const struct idmap *map = idmap_of(*state, &with_user, (struct spec_mount){.options = LIST("bind", "idmap")});

	assert_null(map->uid_map);
	assert_int_equal(map->flags, 0);
	map = idmap_of(*state, &with_joined_user, (struct spec_mount){.options = LIST("rbind", "ridmap")});
	assert_null(map->uid_map);
	assert_int_equal(map->flags, AT_RECURSIVE);
	refused(*state, &without_user, (struct spec_mount){.options = LIST("bind", "idmap")}, "/mounts/0/options",
		"no user namespace");
}

static void mappings_of_the_mount_go_first_with_the_option_or_without(void **state) {
	struct spec_mount m = {
		.options = LIST("bind", "idmap"), .uid_mappings = MAPPINGS(one), .gid_mappings = MAPPINGS(two)};

	maps_are(idmap_of(*state, &with_user, m), "0 7 1\n", "0 100 10\n10 300 5\n");
	maps_are(idmap_of(*state, &without_user, m), "0 7 1\n", "0 100 10\n10 300 5\n");
	m.options = (struct strings)LIST("bind");
	maps_are(idmap_of(*state, &without_user, m), "0 7 1\n", "0 100 10\n10 300 5\n");
}

static void the_containers_own_mappings_are_its_own_namespace(void **state) {
	struct spec_mount m = {.options = LIST("bind"), .uid_mappings = MAPPINGS(uids), .gid_mappings = MAPPINGS(gids)};

	assert_null(idmap_of(*state, &with_user, m)->uid_map);
	m.uid_mappings.n = 1;
	maps_are(idmap_of(*state, &with_user, m), "0 100000 1000\n", "0 200000 1000\n");
}

static void mappings_come_in_pairs(void **state) {
	refused(*state, &with_user, (struct spec_mount){.options = LIST("bind"), .uid_mappings = MAPPINGS(one)},
		"/mounts/0/gidMappings", "both or none");
	refused(*state, &with_user, (struct spec_mount){.options = LIST("bind"), .gid_mappings = MAPPINGS(one)},
		"/mounts/0/uidMappings", "both or none");
	refused(*state, &with_user,
		(struct spec_mount){.options = LIST("bind", "idmap=uids=0-1-1;gids=0-1-1"),
				    .uid_mappings = MAPPINGS(one),
				    .gid_mappings = MAPPINGS(one)},
		"/mounts/0/options", "one of them");
}

static void an_option_has_ranges_in_any_order(void **state) {
	static const struct {
		char *option;
		const char *uid_map, *gid_map;
	} cases[] = {
		{"idmap=uids=0-7-1;gids=0-100-10#10-300-5", "0 7 1\n", "0 100 10\n10 300 5\n"},
		{"idmap=gids=0-8-4294967287;uids=4294967294-1-1", "4294967294 1 1\n", "0 8 4294967287\n"},
		{"idmap=uids=0-7-1;gids=0-7-1;", "0 7 1\n", "0 7 1\n"},
		{"idmap=uids=@5-20-3;gids=@0-0-1000", "5 100020 3\n", "0 200000 1000\n"},
		{"idmap=uids=@0-1000-1#1-2-1#@2-999-1;gids=@0-1-1", "0 5 1\n1 2 1\n2 100999 1\n", "0 200001 1\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		maps_are(idmap_of(*state, &with_user, (struct spec_mount){.options = LIST("bind", cases[i].option)}),
			 cases[i].uid_map, cases[i].gid_map);
}

static void what_is_no_range_is_refused(void **state) {
	static const char *const ranges[] = {
		"",        "0",      "0-1",     "0-1-",   "-0-1",    "0-1-1-1",        "0-1-1#",
		"#0-1-1",  "0--1-1", "0-1-0x1", "+0-1-1", " 0-1-1",  "a-1-1",          "@",
		"@@0-1-1", "0-@1-1", "0-1-1,",  "0 1 1",  "0-1-1\n", "4294967296-1-1", "0-4294967296-1"};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		option_refused(*state, arena_printf(*state, "idmap=uids=%s;gids=0-1-1", ranges[i]), "FROM-TO-COUNT");
}

static void what_is_no_pair_of_lists_is_refused(void **state) {
	static const char *const texts[] = {"",
					    "uids=0-1-1",
					    "gids=0-1-1",
					    "uids",
					    "0-1-1",
					    "uids=0-1-1;uids=1-1-1;gids=0-1-1",
					    "uid=0-1-1;gids=0-1-1",
					    "uids=0-1-1;;gids=0-1-1",
					    "uids=0-1-1;gids=0-1-1;x",
					    "uids=0-1-1;gids=0-1-1;pids=0-1-1"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		option_refused(*state, arena_printf(*state, "idmap=%s", texts[i]), "uids=RANGES and gids=RANGES");
}

static void ids_that_the_container_lacks_cannot_be_relative_to_it(void **state) {
	static const char *const ranges[] = {"@0-1001-1", "@0-999-2", "@0-0-1001", "@0-4294967295-1",
					     "@0-0-4294967295"};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		option_refused(*state, arena_printf(*state, "idmap=uids=%s;gids=0-1-1", ranges[i]),
			       "no single mapping of the container");
	refused(*state, &with_joined_user, (struct spec_mount){.options = LIST("bind", "idmap=uids=@0-0-1;gids=0-1-1")},
		"/mounts/0/options", "no single mapping of the container");
}

static void what_the_kernel_would_refuse_is_named(void **state) {
	struct spec_id_mapping twice[] = {{0, 7, 1}, {1, 7, 1}};

	refused(*state, &with_user,
		(struct spec_mount){
			.options = LIST("bind"), .uid_mappings = MAPPINGS(one), .gid_mappings = MAPPINGS(twice)},
		"/mounts/0/gidMappings/1", "overlap");
	option_refused(*state, "idmap=uids=0-7-1#1-7-1;gids=0-1-1", "overlap");
	option_refused(*state, "idmap=uids=0-7-0;gids=0-1-1", "size is 0");
	option_refused(*state, "idmap=uids=@0-7-0;gids=0-1-1", "size is 0");
}

static void some_file_systems_are_known_to_have_no_mappings(void **state) {
	struct strings option = LIST("idmap=uids=0-1-1;gids=0-1-1");
	struct spec_mount tmpfs = {.type = "tmpfs", .options = option};

	refused(*state, &without_user, (struct spec_mount){.type = "sysfs", .options = option}, "/mounts/0/options",
		"a sysfs");
	refused(*state, &without_user, (struct spec_mount){.type = "cgroup", .options = option}, "/mounts/0/options",
		"a cgroup");
	refused_by(*state, &without_user, &old, tmpfs, "/mounts/0/options", "before Linux 6.3");
	maps_are(idmap_of(*state, &without_user, tmpfs), "0 1 1\n", "0 1 1\n");
	tmpfs.options = (struct strings)LIST("idmap");
	refused(*state, &with_user, tmpfs, "/mounts/0/options", "anyway");
	refused(*state, &with_user, (struct spec_mount){.options = LIST("bind", "remount", "idmap")},
		"/mounts/0/options", "remount");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_mount_without_a_word_of_it_is_not_idmapped),
		arena_test(idmap_alone_is_the_containers_namespace),
		arena_test(mappings_of_the_mount_go_first_with_the_option_or_without),
		arena_test(the_containers_own_mappings_are_its_own_namespace),
		arena_test(mappings_come_in_pairs),
		arena_test(an_option_has_ranges_in_any_order),
		arena_test(what_is_no_range_is_refused),
		arena_test(what_is_no_pair_of_lists_is_refused),
		arena_test(ids_that_the_container_lacks_cannot_be_relative_to_it),
		arena_test(what_the_kernel_would_refuse_is_named),
		arena_test(some_file_systems_are_known_to_have_no_mappings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
