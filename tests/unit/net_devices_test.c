/* net_devices_test.c - network devices move from the host's side, each by a step that names it; what no kernel would take as a
 * name is refused before anything is made. */
#include "../../libcontainer/namespace/namespace.h"
#include "steps.h"
#include <linux/capability.h>

static struct spec_namespace network[] = {{"network", NULL}};
static const struct host root = {.cap_effective = 1ULL << CAP_NET_ADMIN};

static int plan_of(struct plan *p, const struct spec_net_device *devices, size_t n, struct error *e) {
	struct spec spec = {
		.linux_ = {.namespaces = {network, 1}, .net_devices = {(struct spec_net_device *)devices, n}}};

	return plan_net_devices(p, &spec, &root, e);
}

static void each_device_is_one_step_of_the_host(void **state) {
	const struct spec_net_device devices[] = {{"eth0", "net0"}, {"eth1", NULL}, {"eth2", ""}};
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_of(&p, devices, 3, &e), 0);
	are_steps(&p, "host network /linux/netDevices", "host net_device /linux/netDevices/eth0",
		  "host net_device /linux/netDevices/eth1", "host net_device /linux/netDevices/eth2");
	says(&p, 1, "move the network device eth0 to the container as net0");
	says(&p, 2, "move the network device eth1 to the container as eth1");
	says(&p, 3, "move the network device eth2 to the container as eth2");
	shell_is(
		&p, 1,
		"addresses=$(ip -o address show dev eth0 scope global permanent | awk '{ print $4 }')\n"
		"ip link set eth0 netns \"$init\" name net0\n"
		"for address in $addresses; do nsenter --target \"$init\" --net ip address add \"$address\" dev net0; done\n"
		"nsenter --target \"$init\" --net ip link set net0 up");
}

static void no_devices_are_no_steps(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_net_devices(&p, &(struct spec){0}, &(struct host){0}, &e), 0);
	assert_int_equal(p.n, 0);
}

static void a_template_has_no_shell_form_and_may_be_used_twice(void **state) {
	const struct spec_net_device devices[] = {{"eth0", "net%d"}, {"eth1", "net%d"}};
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_of(&p, devices, 2, &e), 0);
	assert_null(p.v[1].shell);
}

static void two_devices_may_swap_their_names(void **state) {
	const struct spec_net_device devices[] = {{"eth0", "eth1"}, {"eth1", "eth0"}};
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_of(&p, devices, 2, &e), 0);
}

static void one_name_for_two_devices_is_refused(void **state) {
	const struct spec_net_device renamed[] = {{"eth0", "net0"}, {"eth1", "net0"}},
				     kept[] = {{"a", "b"}, {"b", NULL}};
	struct plan p = {.a = *state};
	struct error e = {0};

	is_refused(plan_of(&p, renamed, 2, &e), &e, "/linux/netDevices/eth1/name",
		   "\"net0\" is to be the name of eth0");
	is_refused(plan_of(&p, kept, 2, &e), &e, "/linux/netDevices/b/name", "is to be the name of a");
}

static void names_that_the_kernel_would_not_take_are_refused(void **state) {
	static const struct {
		struct spec_net_device device;
		const char *field, *words;
	} bad[] = {
		{{"", NULL}, "/linux/netDevices/", "1 to 15 characters"},
		{{"sixteen-letters-", NULL}, "/linux/netDevices/sixteen-letters-", "1 to 15 characters"},
		{{"a/b", NULL}, "/linux/netDevices/a~1b", "no slash, colon or white space"},
		{{"a b", NULL}, "/linux/netDevices/a b", "no slash, colon or white space"},
		{{"lo", "net0"}, "/linux/netDevices/lo", "a loopback device of its own"},
		{{"eth0", "lo"}, "/linux/netDevices/eth0/name", "a loopback device of its own"},
		{{"eth0", "sixteen-letters-"}, "/linux/netDevices/eth0/name", "1 to 15 characters"},
		{{"eth0", "a:b"}, "/linux/netDevices/eth0/name", "no slash, colon or white space"},
		{{"eth0", "a\tb"}, "/linux/netDevices/eth0/name", "no slash, colon or white space"},
		{{"eth0", "."}, "/linux/netDevices/eth0/name", "no name for a device"},
		{{"eth0", ".."}, "/linux/netDevices/eth0/name", "no name for a device"},
		{{"eth0", "%dnet"}, "/linux/netDevices/eth0/name", "%d at the end"},
		{{"eth0", "net%s"}, "/linux/netDevices/eth0/name", "%d at the end"},
		{{"eth0", "net%d%d"}, "/linux/netDevices/eth0/name", "%d at the end"},
		{{"eth%d", NULL}, NULL, NULL},
		{{"fifteen-letters", "abcdefghijklm%d"}, NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct plan p = {.a = *state};
		struct error e = {0};
		int rc = plan_of(&p, &bad[i].device, 1, &e);

		if (bad[i].field)
			is_refused(rc, &e, bad[i].field, bad[i].words);
		else
			assert_int_equal(rc, 0);
	}
}

static void devices_need_a_network_to_move_to_and_the_right_to_take_them(void **state) {
	struct spec_net_device device = {"eth0", NULL};
	struct spec spec = {.linux_.net_devices = {&device, 1}};
	struct plan p = {.a = *state};
	struct error e = {0};

	is_refused(plan_net_devices(&p, &spec, &root, &e), &e, "/linux/netDevices", "type network is needed");
	spec.linux_.namespaces = (struct spec_namespaces){network, 1};
	is_refused(plan_net_devices(&p, &spec, &(struct host){0}, &e), &e, "/linux/netDevices", "CAP_NET_ADMIN");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(each_device_is_one_step_of_the_host),
		arena_test(no_devices_are_no_steps),
		arena_test(a_template_has_no_shell_form_and_may_be_used_twice),
		arena_test(two_devices_may_swap_their_names),
		arena_test(one_name_for_two_devices_is_refused),
		arena_test(names_that_the_kernel_would_not_take_are_refused),
		arena_test(devices_need_a_network_to_move_to_and_the_right_to_take_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
