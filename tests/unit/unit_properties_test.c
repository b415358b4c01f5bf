/* unit_properties_test.c - what linux.resources and annotations come to as properties of systemd's unit. */
#include "../../libcontainer/cgroup/unit.h"
#include "test.h"
#include <string.h>

static struct cgroup_hierarchy v2[] = {{"", "/sys/fs/cgroup", "/", true}};
static struct cgroup_hierarchy v1[] = {{"memory,cpu,pids,cpuset", "/sys/fs/cgroup/all", "/", false}};
static const struct host on_v2 = {.cgroups = {v2, 1}}, on_v1 = {.cgroups = {v1, 1}};

/* The properties as busctl's words. */
static char *words(struct arena *a, const struct unit_properties *all) {
	char *line = arena_strdup(a, "");

	for (size_t i = 0; i < all->n; i++) {
		line = arena_printf(a, "%s%s%s %s", line, i ? "; " : "", all->v[i].name, all->v[i].signature);
		for (size_t k = 0; k < all->v[i].value.n; k++)
			line = arena_printf(a, "%s %s", line, all->v[i].value.v[k]);
	}
	return line;
}

static int limit(struct arena *a, const struct host *h, const char *file, const char *value, const char *other,
		 char **line, struct error *e) {
	struct cgroup_setting s = {.file = file,
				   .value = value,
				   .other_value = other,
				   .field = "/field",
				   .index = -1,
				   .right = "something"};
	struct unit_properties all = {0};
	int rc = unit_properties_limit(a, &(struct cgroup_settings){&s, 1}, h, &all, e);

	*line = words(a, &all);
	return rc;
}

static void is(struct arena *a, const struct host *h, const char *file, const char *value, const char *line) {
	struct error e = {0};
	char *found;

	assert_int_equal(limit(a, h, file, value, NULL, &found, &e), 0);
	assert_string_equal(found, line);
}

static void a_limit_is_the_number_of_its_file(void **state) {
	is(*state, &on_v2, "memory.max", "4096", "MemoryMax t 4096");
	is(*state, &on_v2, "memory.max", "max", "MemoryMax t 18446744073709551615");
	is(*state, &on_v2, "memory.high", "64M", "MemoryHigh t 67108864");
	is(*state, &on_v2, "pids.max", "64", "TasksMax t 64");
	is(*state, &on_v2, "pids.max", "0", "TasksMax t 1");
	is(*state, &on_v2, "cpu.weight", "59", "CPUWeight t 59");
	is(*state, &on_v2, "cpu.idle", "1", "CPUWeight t 0");
	is(*state, &on_v2, "cpu.idle", "0", "");
	is(*state, &on_v2, "memory.oom.group", "1", "OOMPolicy s kill");
	is(*state, &on_v2, "memory.oom.group", "0", "OOMPolicy s continue");
	is(*state, &on_v2, "hugetlb.2MB.max", "0", "");
}

static void v1_has_the_names_of_v1(void **state) {
	is(*state, &on_v1, "memory.limit_in_bytes", "-1", "MemoryLimit t 18446744073709551615");
	is(*state, &on_v1, "cpu.shares", "512", "CPUShares t 512");
	is(*state, &on_v1, "cpu.cfs_quota_us", "50000", "CPUQuotaPerSecUSec t 500000");
	is(*state, &on_v1, "cpuset.cpus", "0", "");
}

static void a_quota_is_a_rate_in_whole_percents_rounded_up(void **state) {
	is(*state, &on_v2, "cpu.max", "50000 200000", "CPUQuotaPeriodUSec t 200000; CPUQuotaPerSecUSec t 250000");
	is(*state, &on_v2, "cpu.max", "33333 100000", "CPUQuotaPeriodUSec t 100000; CPUQuotaPerSecUSec t 340000");
	is(*state, &on_v2, "cpu.max", "max 50000",
	   "CPUQuotaPeriodUSec t 50000; CPUQuotaPerSecUSec t 18446744073709551615");
}

static void a_set_is_bytes_of_bits(void **state) {
	is(*state, &on_v2, "cpuset.cpus", "0-2,9", "AllowedCPUs ay 2 7 2");
	is(*state, &on_v2, "cpuset.mems", "0", "AllowedMemoryNodes ay 1 1");
}

static void what_cannot_be_said_is_refused_with_what_is_right(void **state) {
	static const char *const wrong[][2] = {
		{"cpuset.cpus", "0-"}, {"cpuset.cpus", "a"}, {"cpuset.cpus", "0,"},  {"cpuset.cpus", "8192"},
		{"memory.max", "x"},   {"cpu.max", "1 2 3"}, {"memory.high", "6MB"},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct error e = {0};
		char *line;

		assert_int_equal(limit(*state, &on_v2, wrong[i][0], wrong[i][1], NULL, &line, &e), -1);
		assert_string_equal(e.field, "/field");
		assert_non_null(strstr(e.text, "right is something"));
	}
}

static void weights_of_disks_are_one_list(void **state) {
	struct cgroup_setting s[] = {{.file = "io.bfq.weight", .value = "100", .other_value = "910"},
				     {.file = "io.bfq.weight", .value = "8:0 10", .other_value = "8:0 1"},
				     {.file = "io.bfq.weight", .value = "8:16 10", .other_value = "8:16 1"}};
	struct unit_properties all = {0};
	struct error e;

	assert_int_equal(unit_properties_limit(*state, &(struct cgroup_settings){s, 3}, &on_v2, &all, &e), 0);
	assert_string_equal(words(*state, &all),
			    "IOWeight t 910; IODeviceWeight a(st) 2 /dev/block/8:0 1 /dev/block/8:16 1");
}

static char *devices(struct arena *a, struct spec_device_rule *rules, size_t n) {
	struct unit_properties all = {0};
	struct error e;

	assert_int_equal(unit_properties_devices(a, &(struct spec_device_rules){rules, n}, &all, &e), 0);
	return words(a, &all);
}

static void device_rules_are_said_where_they_are_a_list_of_what_is_allowed(void **state) {
	const int64_t one = 1, eleven = 11;
	struct spec_device_rule rules[] = {
		{.allow = false, .access = "rwm"},
		{.allow = true, .type = "c", .major = &one, .minor = &eleven, .access = "rm"},
		{.allow = true, .type = "b", .major = &eleven, .access = "r"},
		{.allow = true, .type = "c", .minor = &eleven, .access = "r"}};
	char *line = devices(*state, rules, 3);

	assert_non_null(strstr(line, "DevicePolicy s strict; DeviceAllow a(ss) 1"));
	assert_non_null(strstr(line, " /dev/char/1:11 rm block-11 r "));
	assert_non_null(strstr(line, " char-* m block-* m "));
	assert_non_null(strstr(line, " char-136 rwm"));
	assert_string_equal(devices(*state, rules, 4), ""); /* a minor of every major */
	assert_string_equal(devices(*state, rules, 0), "");
	rules[0].allow = true;
	assert_string_equal(devices(*state, rules, 1), "");
}

static int annotate(struct arena *a, char *name, char *text, char **line, struct error *e) {
	struct pair pair = {arena_printf(a, "org.systemd.property.%s", name), text};
	struct unit_properties all = {0};
	int rc = unit_properties_annotate(a, &(struct pairs){&pair, 1}, &all, e);

	*line = rc == 0 ? words(a, &all) : NULL;
	return rc;
}

static void an_annotation_is_a_value_in_gvariant_text(void **state) {
	static char *const right[][3] = {
		{"TimeoutStopUSec", "uint64 7000000", "TimeoutStopUSec t 7000000"},
		{"TimeoutStopSec", "7", "TimeoutStopUSec t 7000000"},
		{"KillSignal", "37", "KillSignal i 37"},
		{"KillSignal", "int32 15", "KillSignal i 15"},
		{"CollectMode", "'inactive'", "CollectMode s inactive"},
		{"CollectMode", "\"inactive\"", "CollectMode s inactive"},
		{"SendSIGHUP", "true", "SendSIGHUP b true"},
		{"After", "['a.service', \"b.service\"]", "After as 2 a.service b.service"},
		{"Before", "@as []", "Before as 0"},
	};

	for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++) {
		struct error e = {0};
		char *line;

		assert_int_equal(annotate(*state, right[i][0], right[i][1], &line, &e), 0);
		assert_string_equal(line, right[i][2]);
	}
}

static void another_annotation_is_refused_by_its_name(void **state) {
	static char *const wrong[][3] = {
		{"Wants", "['a.service']", "is no property that a container may set"},
		{"MemoryMax", "uint64 1", "is no property that a container may set"},
		{"TimeoutStopUSec", "'7'", "uint64 10"},
		{"TimeoutStopSec", "uint64 18446744073709551615", "uint64 10"},
		{"KillSignal", "5000000000", "uint64 10"},
		{"CollectMode", "inactive", "'text'"},
		{"CollectMode", "'inactive", "'text'"},
		{"SendSIGHUP", "yes", "true"},
		{"SendSIGHUP", "true false", "true"},
		{"After", "['a.service'", "['a.service']"},
		{"After", "'a.service'", "['a.service']"},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct error e = {0};
		char *line;

		assert_int_equal(annotate(*state, wrong[i][0], wrong[i][1], &line, &e), -1);
		assert_string_equal(e.field, arena_printf(*state, "/annotations/org.systemd.property.%s", wrong[i][0]));
		assert_non_null(strstr(e.text, wrong[i][2]));
	}
}

static void a_change_unsets_what_was_said_and_then_says_the_new(void **state) {
	struct arena *a = *state;
	struct unit_properties from = {0}, to = {0}, change = {0};

	unit_property_set(a, &from, "MemoryMax", "t", "4096");
	unit_property_set(a, &from, "MemoryLow", "t", "1024");
	unit_property_set(a, &from, "DevicePolicy", "s", "strict");
	strings_add(a, unit_property_set(a, &from, "DeviceAllow", "a(ss)", "1"), "char-1");
	unit_property_set(a, &from, "OOMPolicy", "s", "kill");
	unit_property_set(a, &to, "MemoryMax", "t", "8192");
	strings_add(a, unit_property_set(a, &to, "DeviceAllow", "a(ss)", "1"), "char-5");
	unit_property_set(a, &to, "OOMPolicy", "s", "continue");
	unit_properties_change(a, &from, &to, &change);

	assert_string_equal(
		words(a, &change),
		"MemoryMax t 18446744073709551615; MemoryLow t 0; DevicePolicy s auto; DeviceAllow a(ss) 0; "
		"MemoryMax t 8192; DeviceAllow a(ss) 1 char-5");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_limit_is_the_number_of_its_file),
		arena_test(v1_has_the_names_of_v1),
		arena_test(a_quota_is_a_rate_in_whole_percents_rounded_up),
		arena_test(a_set_is_bytes_of_bits),
		arena_test(what_cannot_be_said_is_refused_with_what_is_right),
		arena_test(weights_of_disks_are_one_list),
		arena_test(device_rules_are_said_where_they_are_a_list_of_what_is_allowed),
		arena_test(an_annotation_is_a_value_in_gvariant_text),
		arena_test(another_annotation_is_refused_by_its_name),
		arena_test(a_change_unsets_what_was_said_and_then_says_the_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
