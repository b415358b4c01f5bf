/* devices_test.c - which devices are made, how, and which entries of linux.devices are refused. */
#include "../../libcontainer/rootfs/rootfs.h"
#include "steps.h"

#define ALL_CAPABILITIES (UINT64_C(0x1ffffffffff))
#define CAP_MKNOD_BIT (UINT64_C(1) << 27)
#define DEFAULT_LINKS                                 \
	"link /proc/self/fd \"$ROOT\"/dev/fd\n"       \
	"link /proc/self/fd/0 \"$ROOT\"/dev/stdin\n"  \
	"link /proc/self/fd/1 \"$ROOT\"/dev/stdout\n" \
	"link /proc/self/fd/2 \"$ROOT\"/dev/stderr\n" \
	"link pts/ptmx \"$ROOT\"/dev/ptmx\n"          \
	"! [ -e /proc/kcore ] || link /proc/kcore \"$ROOT\"/dev/core"

static const struct request request = {.bundle = "/bundle", .rootfs = "/bundle/rootfs"};
static const struct host root = {.cap_effective = ALL_CAPABILITIES};
static struct spec_namespace mount_only[] = {{"mount", NULL}};
static struct spec_namespace with_user[] = {{"mount", NULL}, {"user", NULL}};

static const int64_t one = 1, three = 3, five = 5;
static const uint32_t mode = 0100640, seven = 7;

static struct plan plan_all(struct arena *a, const struct host *h, struct spec_namespaces namespaces,
			    struct spec_device *devices, size_t n) {
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};
	struct spec spec = {.linux_ = {.namespaces = namespaces, .devices = {devices, n}}};

	assert_int_equal(plan_devices(&p, &spec, h, &e), 0);
	return p;
}

#define MOUNT_ONLY ((struct spec_namespaces){mount_only, 1})
#define WITH_USER ((struct spec_namespaces){with_user, 2})

static void the_default_devices_are_one_step(void **state) {
	struct plan p = plan_all(*state, &root, MOUNT_ONLY, NULL, 0);

	are_steps(&p, "inside default_devices");
	shell_is(
		&p, 0,
		"node \"$ROOT\"/dev/null 666 c 1 3\nnode \"$ROOT\"/dev/zero 666 c 1 5\nnode \"$ROOT\"/dev/full 666 c 1 7\n"
		"node \"$ROOT\"/dev/random 666 c 1 8\nnode \"$ROOT\"/dev/urandom 666 c 1 9\nnode \"$ROOT\"/dev/tty 666 c 5 0\n" DEFAULT_LINKS);
}

static void each_device_is_a_step_that_names_its_entry(void **state) {
	struct spec_device devices[] = {
		{.type = "c", .path = "/dev/a", .major = &one, .minor = &five, .file_mode = &mode, .uid = &seven},
		{.type = "u", .path = "/dev/b", .major = &one, .minor = &five, .gid = &seven},
		{.type = "b", .path = "/x/c", .major = &five, .minor = &one},
		{.type = "p", .path = "/x/d", .major = &five},
	};
	struct plan p = plan_all(*state, &root, MOUNT_ONLY, devices, 4);

	are_steps(&p, "inside device /linux/devices/0", "inside device /linux/devices/1",
		  "inside device /linux/devices/2", "inside device /linux/devices/3", "inside default_devices");
	says(&p, 2, "make the device /x/c");
	shell_is(&p, 0, "node \"$ROOT\"/dev/a 640 c 1 5 && chown 7:0 \"$ROOT\"/dev/a");
	shell_is(&p, 1, "node \"$ROOT\"/dev/b 666 c 1 5 && chown 0:7 \"$ROOT\"/dev/b");
	shell_is(&p, 2, "node \"$ROOT\"/x/c 666 b 5 1");
	shell_is(&p, 3, "node \"$ROOT\"/x/d 666 p");
}

static void a_listed_device_replaces_the_default_one(void **state) {
	struct spec_device null = {
		.type = "c", .path = "/dev/null", .major = &one, .minor = &three, .file_mode = &mode};
	struct plan p = plan_all(*state, &root, MOUNT_ONLY, &null, 1);

	shell_is(&p, 0, "node \"$ROOT\"/dev/null 640 c 1 3");
	shell_is(
		&p, 1,
		"node \"$ROOT\"/dev/zero 666 c 1 5\nnode \"$ROOT\"/dev/full 666 c 1 7\nnode \"$ROOT\"/dev/random 666 c 1 8\n"
		"node \"$ROOT\"/dev/urandom 666 c 1 9\nnode \"$ROOT\"/dev/tty 666 c 5 0\n" DEFAULT_LINKS);
}

/* Chosen from what is known beforehand, never because a call failed. */
static void devices_are_bound_where_mknod_is_not_allowed(void **state) {
	struct spec_device devices[] = {
		{.type = "c", .path = "/dev/fuse", .major = &one, .minor = &five},
		{.type = "p", .path = "/dev/pipe"},
	};
	const struct host lacking = {.cap_effective = ALL_CAPABILITIES & ~CAP_MKNOD_BIT},
			  nested = {.cap_effective = ALL_CAPABILITIES, .in_user_namespace = true};
	const struct plan plans[] = {
		plan_all(*state, &root, WITH_USER, devices, 2),
		plan_all(*state, &lacking, MOUNT_ONLY, devices, 2),
		plan_all(*state, &nested, MOUNT_ONLY, devices, 2),
	};

	for (size_t i = 0; i < 3; i++) {
		shell_is(
			&plans[i], 0,
			"place /dev/fuse \"$ROOT\"/dev/fuse && mount --bind /dev/fuse \"$ROOT\"/dev/fuse && mount -o remount,bind,nosuid,noexec \"$ROOT\"/dev/fuse");
		shell_is(&plans[i], 1, "node \"$ROOT\"/dev/pipe 666 p");
		assert_int_equal(plans[i].warnings.n, 0);
	}
}

static void what_a_bound_device_cannot_have_is_warned_of(void **state) {
	struct spec_device devices[] = {
		{.type = "c", .path = "/dev/a", .major = &one, .minor = &five, .file_mode = &mode},
		{.type = "c", .path = "/dev/b", .major = &one, .minor = &five, .gid = &seven},
		{.type = "p", .path = "/dev/pipe", .file_mode = &mode},
	};
	struct plan p = plan_all(*state, &root, WITH_USER, devices, 3);

	assert_int_equal(p.warnings.n, 2);
	warned(&p, 0, "/linux/devices/0: fileMode, uid and gid have no effect: the host's /dev/a is bound");
	warned(&p, 1, "/linux/devices/1: ");
	assert_int_equal(plan_all(*state, &root, MOUNT_ONLY, devices, 3).warnings.n, 0);
}

static void nothing_is_made_in_a_bound_dev(void **state) {
	struct spec_mount dev = {.destination = "//x/../dev/.", .source = "/dev", .options = LIST("rbind")};
	struct spec_device devices[] = {
		{.type = "c", .path = "//dev/a", .major = &one, .minor = &five},
		{.type = "c", .path = "/device", .major = &one, .minor = &five},
	};
	struct spec spec = {.mounts = {&dev, 1}, .linux_ = {.namespaces = MOUNT_ONLY, .devices = {devices, 2}}};
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};

	assert_int_equal(plan_devices(&p, &spec, &root, &e), 0);
	are_steps(&p, "inside device /linux/devices/1");
	dev.destination = "/dev/pts";
	p.n = 0;
	assert_int_equal(plan_devices(&p, &spec, &root, &e), 0);
	assert_int_equal(p.n, 3);
}

static void what_is_no_device_is_refused(void **state) {
	static const int64_t negative = -1, large = 4096, larger = 1048576, wrapping = 4294967297;
	static const uint32_t nobody = UINT32_MAX;
	static const struct {
		struct spec_device device;
		const char *field, *words;
	} cases[] = {
		{{.type = "c", .path = "dev/x", .major = &one, .minor = &one}, "/linux/devices/0/path", "absolute"},
		{{.type = "d", .path = "/x", .major = &one, .minor = &one}, "/linux/devices/0/type", "c, b, u or p"},
		{{.type = "", .path = "/x", .major = &one, .minor = &one}, "/linux/devices/0/type", "c, b, u or p"},
		{{.type = "c", .path = "/x", .minor = &one}, "/linux/devices/0", "major and minor"},
		{{.type = "b", .path = "/x", .major = &one}, "/linux/devices/0", "major and minor"},
		{{.type = "b", .path = "/x", .major = &negative, .minor = &one}, "/linux/devices/0", "4095"},
		{{.type = "b", .path = "/x", .major = &large, .minor = &one}, "/linux/devices/0", "4095"},
		{{.type = "b", .path = "/x", .major = &one, .minor = &larger}, "/linux/devices/0", "1048575"},
		{{.type = "b", .path = "/x", .major = &wrapping, .minor = &one}, "/linux/devices/0", "4095"},
		{{.type = "p", .path = "/x", .uid = &nobody}, "/linux/devices/0/uid", "4294967295 is no id"},
		{{.type = "p", .path = "/x", .gid = &nobody}, "/linux/devices/0/gid", "4294967295 is no id"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct spec_device device = cases[i].device;
		struct spec spec = {.linux_ = {.namespaces = MOUNT_ONLY, .devices = {&device, 1}}};
		struct plan p = {.a = *state, .request = &request};
		struct error e = {0};

		is_refused(plan_devices(&p, &spec, &root, &e), &e, cases[i].field, cases[i].words);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(the_default_devices_are_one_step),
		arena_test(each_device_is_a_step_that_names_its_entry),
		arena_test(a_listed_device_replaces_the_default_one),
		arena_test(devices_are_bound_where_mknod_is_not_allowed),
		arena_test(what_a_bound_device_cannot_have_is_warned_of),
		arena_test(nothing_is_made_in_a_bound_dev),
		arena_test(what_is_no_device_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
