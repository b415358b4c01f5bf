/* log_test.c - what stderr and the log file hold when a command has ended, for each format and level. */
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "../../cmd/log.h"

/* What log_end wrote, with every time as T. */
struct said {
	char file[4096], person[4096];
};

static void read_without_times(const char *path, char *text, size_t size) {
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, size - 1);

	text[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
	for (char *at = text, *end; (at = strstr(at, "20")) && (end = strchr(at, 'Z')); at++) {
		*at = 'T';
		memmove(at + 1, end + 1, strlen(end));
	}
}

static struct said said_at_end(bool to_file, bool json, enum log_level level, const struct error *e, bool talkative) {
	char dir[] = "/tmp/husk-log-test.XXXXXX", file[64], person[64];
	struct arena a = {0};
	struct container_env env = {.a = &a};
	struct said said;
	int stderr_copy, fd;

	if (talkative) {
		strings_add(&a, &env.warnings, arena_strdup(&a, "unknown capability"));
		strings_add(&a, &env.warnings, arena_strdup(&a, "a \"quoted\"\nthing \xff"));
		strings_add(&a, &env.debug, arena_strdup(&a, "12 steps"));
	}
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/file", dir);
	snprintf(person, sizeof(person), "%s/person", dir);
	stderr_copy = dup(STDERR_FILENO);
	fd = open(person, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(dup2(fd, STDERR_FILENO) == STDERR_FILENO);
	log_end(&(struct log){.file = to_file ? file : NULL, .json = json, .level = level}, &env, e);
	assert_true(dup2(stderr_copy, STDERR_FILENO) == STDERR_FILENO);
	close(stderr_copy);
	close(fd);
	read_without_times(file, said.file, sizeof(said.file));
	read_without_times(person, said.person, sizeof(said.person));
	unlink(file);
	unlink(person);
	rmdir(dir);
	arena_free(&a);
	return said;
}

static const struct error failure = {
	.errnum = EBUSY,
	.field = "/mounts/0",
	.text = "cannot mount: device or resource busy",
	.step = "mount",
	.shell = "mount a b",
	.file = "config.json",
	.line = 3,
	.column = 9,
};

#define FAILED "config.json:3:9: /mounts/0: cannot mount: device or resource busy"
#define MEMBERS                                                                                   \
	"\"field\":\"/mounts/0\",\"step\":\"mount\",\"errno\":\"EBUSY\",\"shell\":\"mount a b\"," \
	"\"file\":\"config.json\",\"line\":3,\"column\":9"
#define WARNINGS "\"warnings\":[\"unknown capability\",\"a \\\"quoted\\\"\\nthing \xef\xbf\xbd\"]"

static void a_silent_success_says_nothing(void **state) {
	(void)state;

	for (int level = LEVEL_ERROR; level <= LEVEL_DEBUG; level++)
		for (int form = 0; form < 4; form++) {
			struct said said = said_at_end(form & 1, form & 2, level, NULL, false);

			assert_string_equal(said.file, "");
			assert_string_equal(said.person, "");
		}
}

static void an_error_is_one_object_in_the_file_and_one_line_for_a_person(void **state) {
	struct said said = said_at_end(true, true, LEVEL_WARNING, &failure, true);
	(void)state;

	assert_string_equal(said.file,
			    "{\"level\":\"error\",\"msg\":\"" FAILED "\",\"time\":\"T\"," MEMBERS "," WARNINGS "}\n");
	assert_string_equal(said.person, "husk: " FAILED "\n");
}

static void an_error_without_a_file_is_one_object_on_stderr(void **state) {
	struct said said = said_at_end(false, true, LEVEL_DEBUG, &failure, true);
	(void)state;

	assert_string_equal(said.file, "");
	assert_string_equal(said.person, "{\"level\":\"error\",\"msg\":\"" FAILED "\",\"time\":\"T\"," MEMBERS
					 "," WARNINGS ",\"debug\":[\"12 steps\"]}\n");
}

static void what_an_error_does_not_know_is_left_out(void **state) {
	const struct error plain = {.errnum = 9999, .text = "no"};
	struct said said = said_at_end(true, true, LEVEL_WARNING, &plain, false);
	(void)state;

	assert_string_equal(said.file, "{\"level\":\"error\",\"msg\":\"no\",\"time\":\"T\",\"errno\":\"9999\"}\n");
}

static void an_error_in_a_text_file_stands_behind_the_warnings(void **state) {
	struct said said = said_at_end(true, false, LEVEL_WARNING, &failure, true);
	(void)state;

	assert_string_equal(said.file, "time=\"T\" level=warning msg=\"unknown capability\"\n"
				       "time=\"T\" level=warning msg=\"a \\\"quoted\\\" thing \xff\"\n"
				       "time=\"T\" level=error msg=\"" FAILED "\"\n");
	assert_string_equal(said.person, "husk: " FAILED "\n");
}

static void debug_tells_a_person_all_before_the_final_line(void **state) {
	struct said said = said_at_end(true, true, LEVEL_DEBUG, &failure, true);
	(void)state;

	assert_string_equal(said.person, "debug: 12 steps\n"
					 "warning: unknown capability\n"
					 "warning: a \"quoted\" thing \xff\n"
					 "shell: mount a b\n"
					 "husk: " FAILED "\n");
}

static void warnings_of_a_success_are_in_the_log_or_else_for_a_person(void **state) {
	static const char lines[] = "warning: unknown capability\nwarning: a \"quoted\" thing \xff\n";
	struct said json = said_at_end(true, true, LEVEL_WARNING, NULL, true);
	struct said text = said_at_end(true, false, LEVEL_WARNING, NULL, true);
	struct said none = said_at_end(false, false, LEVEL_WARNING, NULL, true);
	(void)state;

	assert_string_equal(json.file,
			    "{\"level\":\"warning\",\"msg\":\"unknown capability\",\"time\":\"T\"," WARNINGS "}\n");
	assert_string_equal(json.person, "");
	assert_string_equal(text.file, "time=\"T\" level=warning msg=\"unknown capability\"\n"
				       "time=\"T\" level=warning msg=\"a \\\"quoted\\\" thing \xff\"\n");
	assert_string_equal(text.person, "");
	assert_string_equal(none.person, lines);
}

static void warnings_of_a_success_without_a_file_are_one_object(void **state) {
	struct said said = said_at_end(false, true, LEVEL_WARNING, NULL, true);
	(void)state;

	assert_string_equal(said.person,
			    "{\"level\":\"warning\",\"msg\":\"unknown capability\",\"time\":\"T\"," WARNINGS "}\n");
}

static void level_error_holds_warnings_back_for_ever(void **state) {
	(void)state;

	for (int form = 0; form < 4; form++) {
		struct said said = said_at_end(form & 1, form & 2, LEVEL_ERROR, NULL, true);

		assert_string_equal(said.file, "");
		assert_string_equal(said.person, "");
	}
}

static void a_log_that_cannot_be_opened_is_an_error_before_anything_is_made(void **state) {
	struct error e = {0};
	(void)state;

	assert_int_equal(log_check(&(struct log){.file = "/nonexistent/log"}, &e), -1);
	assert_string_equal(e.text, "cannot open the log file /nonexistent/log: no such file or directory");
	assert_int_equal(log_check(&(struct log){0}, &e), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silent_success_says_nothing),
		cmocka_unit_test(an_error_is_one_object_in_the_file_and_one_line_for_a_person),
		cmocka_unit_test(an_error_without_a_file_is_one_object_on_stderr),
		cmocka_unit_test(what_an_error_does_not_know_is_left_out),
		cmocka_unit_test(an_error_in_a_text_file_stands_behind_the_warnings),
		cmocka_unit_test(debug_tells_a_person_all_before_the_final_line),
		cmocka_unit_test(warnings_of_a_success_are_in_the_log_or_else_for_a_person),
		cmocka_unit_test(warnings_of_a_success_without_a_file_are_one_object),
		cmocka_unit_test(level_error_holds_warnings_back_for_ever),
		cmocka_unit_test(a_log_that_cannot_be_opened_is_an_error_before_anything_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
