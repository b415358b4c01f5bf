/* notify_message_test.c - what a message of sd_notify(3) says, and what the host is told instead. */
#include "../../libcontainer/notify_message.h"
#include "test.h"
#include <string.h>

static void becomes(const char *message, struct notify_host host, const char *expected) {
	char out[NOTIFY_SAID_SIZE] = "";

	assert_true(notify_say(message, &host, &TEXT(out)));
	assert_string_equal(out, expected);
}

static void fields_that_mean_the_same_on_the_host_stay_as_they_are(void **state) {
	static const char *const messages[] = {
		"READY=1",
		"STATUS=half done: 50 % = \t\xc3\xa4",
		"READY=1\nSTATUS=x",
		"STOPPING=1",
		"WATCHDOG=trigger\nWATCHDOG_USEC=20000000",
		"EXTEND_TIMEOUT_USEC=1\nERRNO=2\nBUSERROR=org.x\nEXIT_STATUS=3",
		"FDSTORE=1\nFDNAME=a\nFDPOLL=0",
		"BARRIER=1",
		"X_OF_MY_OWN=1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
		becomes(messages[i], (struct notify_host){0}, messages[i]);
	becomes("A=1\n\nB=2\n", (struct notify_host){0}, "A=1\nB=2");
	becomes("\n", (struct notify_host){0}, "");
}

static void a_pid_is_the_hosts_or_is_not_told(void **state) {
	(void)state;
	becomes("MAINPID=7\nREADY=1", (struct notify_host){.main_pid = 4711}, "MAINPID=4711\nREADY=1");
	becomes("MAINPID=7\nMAINPID=8", (struct notify_host){.main_pid = 4711}, "MAINPID=4711");
	becomes("READY=1", (struct notify_host){.main_pid = 4711}, "MAINPID=4711\nREADY=1");
	becomes("A=1\nMAINPID=7", (struct notify_host){0}, "A=1");
	becomes("MAINPID=x", (struct notify_host){0}, "");
	becomes("MAINPIDFD=1\nMAINPIDFDID=77\nA=1", (struct notify_host){0}, "A=1");
}

/* systemd ends a line at a CR too, and takes backslashes out of it. */
static void what_systemd_would_read_otherwise_is_not_handed_on(void **state) {
	(void)state;
	becomes("STATUS=x\rMAINPID=7\rREADY=1", (struct notify_host){.main_pid = 4711},
		"MAINPID=4711\nSTATUS=x\nREADY=1");
	becomes("M\\AINPID=7\nA=1", (struct notify_host){0}, "A=1");
	becomes(" MAINPID=7\n=7\nno field\nA=1", (struct notify_host){0}, "A=1");
}

static void a_time_is_that_of_the_hosts_clock(void **state) {
	(void)state;
	becomes("RELOADING=1\nMONOTONIC_USEC=5000000", (struct notify_host){0}, "RELOADING=1\nMONOTONIC_USEC=5000000");
	becomes("MONOTONIC_USEC=5000000", (struct notify_host){.clock_ahead = 4000001}, "MONOTONIC_USEC=999999");
	becomes("MONOTONIC_USEC=5", (struct notify_host){.clock_ahead = -3}, "MONOTONIC_USEC=8");
	becomes("MONOTONIC_USEC=five", (struct notify_host){0}, "");
}

static void what_a_message_says_is_found_in_any_line(void **state) {
	struct notify_said said = notify_read("STATUS=x\nMAINPID=12\nREADY=1\nMAINPID=13");

	(void)state;
	assert_true(said.ready);
	assert_int_equal(said.main_pid, 12);
}

static void what_only_looks_like_it_says_nothing(void **state) {
	static const char *const messages[] = {"",           "READY=0",    "READY=11",   "XREADY=1",
					       "MAINPID=",   "MAINPID=-1", "MAINPID=2 ", "MAINPID=99999999999",
					       "MAINPIDX=1", "ready=1"};

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
		struct notify_said said = notify_read(messages[i]);

		assert_false(said.ready);
		assert_int_equal(said.main_pid, 0);
	}
}

static void the_longest_message_has_no_room_for_what_is_added(void **state) {
	char message[NOTIFY_SIZE + 1] = "STATUS=", out[NOTIFY_SAID_SIZE] = "";

	(void)state;
	memset(message + 7, 'a', NOTIFY_SIZE - 7);
	becomes(message, (struct notify_host){0}, message);
	assert_false(notify_say(message, &(struct notify_host){.main_pid = 1}, &TEXT(out)));
	message[NOTIFY_SIZE - 10] = '\0';
	assert_true(notify_say(message, &(struct notify_host){.main_pid = 1}, &TEXT(out)));
	assert_int_equal(strlen(out), NOTIFY_SIZE);
	assert_false(notify_say(message, &(struct notify_host){.main_pid = 12}, &TEXT(out)));
}

static void a_message_that_becomes_too_long_is_refused_and_not_cut(void **state) {
	char message[NOTIFY_SIZE] = "", out[NOTIFY_SAID_SIZE] = "";
	struct text t = TEXT(message);

	(void)state;
	for (int i = 0; i < 200; i++)
		text_add(&t, "MONOTONIC_USEC=1\n");
	assert_false(
		notify_say(message, &(struct notify_host){.main_pid = 4711, .clock_ahead = INT64_MAX}, &TEXT(out)));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_that_mean_the_same_on_the_host_stay_as_they_are),
		cmocka_unit_test(a_pid_is_the_hosts_or_is_not_told),
		cmocka_unit_test(what_systemd_would_read_otherwise_is_not_handed_on),
		cmocka_unit_test(a_time_is_that_of_the_hosts_clock),
		cmocka_unit_test(what_a_message_says_is_found_in_any_line),
		cmocka_unit_test(what_only_looks_like_it_says_nothing),
		cmocka_unit_test(the_longest_message_has_no_room_for_what_is_added),
		cmocka_unit_test(a_message_that_becomes_too_long_is_refused_and_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
