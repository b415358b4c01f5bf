/* terminal_test.c - process.terminal: who may have one, its size, its steps; and /dev/console. */
#include "../../libcontainer/process/process.h"
#include "../../libcontainer/rootfs/rootfs.h"
#include "steps.h"

static const struct spec_process with = {.terminal = true}, without = {0};

/* The steps that are the terminal's, in their order. */
static int plan_all(struct plan *p, const struct spec_process *process, struct error *e) {
	struct spec_namespace mount = {.type = "mount"};

	if (plan_console_socket(p, process, e) < 0 || plan_terminal(p, process, e) < 0)
		return -1;
	plan_console(p, &(struct spec){.process = process, .linux_.namespaces = {&mount, 1}});
	plan_hand_terminal(p, process);
	return 0;
}

static void a_terminal_goes_to_the_console_socket(void **state) {
	const struct request request = {.console_socket = "/console.sock"};
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};

	assert_int_equal(plan_all(&p, &with, &e), 0);
	are_steps(&p, "host find_console_socket", "inside terminal /process/terminal",
		  "inside console /process/terminal", "host receive_terminal /process/terminal",
		  "host console_socket /process/terminal");
	assert_true(p.makes_terminal);
	says(&p, 4, "send the terminal to the console socket /console.sock");
}

static void without_a_terminal_there_is_nothing_to_do(void **state) {
	const struct request request = {0};
	struct plan p = {.a = *state, .request = &request};
	struct error e = {0};

	assert_int_equal(plan_all(&p, &without, &e), 0);
	assert_int_equal(plan_all(&p, NULL, &e), 0);
	assert_int_equal(p.n, 0);
	assert_false(p.makes_terminal);
}

static void refused(struct arena *a, const struct request *request, const struct spec_process *process,
		    const char *field, const char *words) {
	struct plan p = {.a = a, .request = request};
	struct error e = {0};

	is_refused(plan_all(&p, process, &e), &e, field, words);
}

static void a_console_socket_and_a_terminal_need_each_other(void **state) {
	const struct request background = {0}, socket = {.console_socket = "/s"};
	const struct request both = {.console_socket = "/s", .foreground = true};

	refused(*state, &background, &with, "/process/terminal", "--console-socket is needed");
	refused(*state, &socket, &without, "/process/terminal", "without a terminal");
	refused(*state, &socket, NULL, "/process/terminal", "without a terminal");
	refused(*state, &both, &with, "", "--detach is needed");
}

static void a_size_that_no_terminal_can_have_is_refused(void **state) {
	const struct request request = {.console_socket = "/s"};
	struct spec_console_size size = {.height = 65536};
	struct spec_process process = {.terminal = true, .console_size = &size};

	refused(*state, &request, &process, "/process/consoleSize/height", "65536 is out of range: 0 to 65535");
	size = (struct spec_console_size){.width = UINT64_MAX};
	refused(*state, &request, &process, "/process/consoleSize/width", "18446744073709551615 is out of range");
}

static void without_a_mount_namespace_the_console_is_not_covered(void **state) {
	struct plan p = {.a = *state};

	plan_console(&p, &(struct spec){.process = &with});
	assert_int_equal(p.n, 0);
	warned(&p, 0, "/process/terminal: /dev/console is not the terminal");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_terminal_goes_to_the_console_socket),
		arena_test(without_a_terminal_there_is_nothing_to_do),
		arena_test(a_console_socket_and_a_terminal_need_each_other),
		arena_test(a_size_that_no_terminal_can_have_is_refused),
		arena_test(without_a_mount_namespace_the_console_is_not_covered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
