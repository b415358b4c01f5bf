/* interfaces_test.c - the text of /proc/PID/net/dev, and what it says went through which device. */
#include "../../libcontainer/namespace/interfaces.h"
#include "../../specs/emit.h"
#include "test.h"
#include <string.h>

#define HEADINGS                                                                                                   \
	"Inter-|   Receive                                                |  Transmit\n"                           \
	" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls " \
	"carrier compressed\n"

static struct interfaces take(struct arena *a, const char *text) {
	struct interfaces all = {.v = arena_grow(a, NULL, 0, sizeof(*all.v))};

	interfaces_take(a, arena_strdup(a, text), &all);
	return all;
}

static void each_device_but_loopback_has_its_eight_numbers(void **state) {
	struct interfaces all = take(
		*state, HEADINGS
		"    lo:      84       1    0    0    0     0          0         0       84       1    0    0    0     0       0          0\n"
		"  eth0: 18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
		"a.b-c_1:1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0\n");

	assert_int_equal(all.n, 2);
	assert_string_equal(all.v[0].name, "eth0");
	assert_int_equal(all.v[0].rx_bytes, UINT64_MAX);
	assert_int_equal(all.v[0].rx_packets, 2);
	assert_int_equal(all.v[0].rx_errors, 3);
	assert_int_equal(all.v[0].rx_dropped, 4);
	assert_int_equal(all.v[0].tx_bytes, 9);
	assert_int_equal(all.v[0].tx_packets, 10);
	assert_int_equal(all.v[0].tx_errors, 11);
	assert_int_equal(all.v[0].tx_dropped, 12);
	assert_string_equal(all.v[1].name, "a.b-c_1");
	assert_int_equal(all.v[1].tx_bytes, 2);
}

static void without_devices_the_list_is_empty_and_is_written(void **state) {
	struct stats stats = {.interfaces = take(*state, HEADINGS)};
	char *json;

	assert_int_equal(stats.interfaces.n, 0);
	json = emit_object(*state, &event_type, &(struct event){"stats", "a", &stats}, false);
	assert_non_null(strstr(json, "\"network_interfaces\":[]"));
}

static void they_are_written_as_runc_writes_them(void **state) {
	struct stats stats = {.interfaces = take(*state, "eth0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n")};
	char *json = emit_object(*state, &event_type, &(struct event){"stats", "a", &stats}, false);

	assert_non_null(strstr(json, "\"network_interfaces\":[{\"Name\":\"eth0\",\"RxBytes\":1,\"RxPackets\":2,"
				     "\"RxErrors\":3,\"RxDropped\":4,\"TxBytes\":5,\"TxPackets\":6,\"TxErrors\":7,"
				     "\"TxDropped\":8}]"));
}

static void text_that_is_cut_gives_what_is_there(void **state) {
	struct interfaces all = take(*state, "eth0: 7");

	assert_int_equal(all.n, 1);
	assert_int_equal(all.v[0].rx_bytes, 7);
	assert_int_equal(all.v[0].tx_bytes, 0);
	assert_int_equal(take(*state, "").n, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(each_device_but_loopback_has_its_eight_numbers),
		arena_test(without_devices_the_list_is_empty_and_is_written),
		arena_test(they_are_written_as_runc_writes_them),
		arena_test(text_that_is_cut_gives_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
