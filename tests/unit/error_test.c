/* error_test.c - the words of an error. */
#include <errno.h>
#include <string.h>
#include "../../specs/error.h"
#include "test.h"

/* Engines compare these. */
static void an_errno_is_worded_as_go_words_it(void **state) {
	(void)state;
	static const struct {
		int errnum;
		const char *text;
	} words[] = {
		{EPERM, "operation not permitted"},
		{ENOENT, "no such file or directory"},
		{ESRCH, "no such process"},
		{EACCES, "permission denied"},
		{EEXIST, "file exists"},
		{ENOTDIR, "not a directory"},
		{EISDIR, "is a directory"},
		{EINVAL, "invalid argument"},
		{ENOEXEC, "exec format error"},
		{ECHRNG, "channel number out of range"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		assert_string_equal(error_text(words[i].errnum), words[i].text);
}

static void an_error_says_its_field_text_and_errno(void **state) {
	(void)state;
	struct error e;

	assert_int_equal(error_set(&e, ENOENT, "/root/path", "cannot open %s", "rootfs"), -1);
	assert_int_equal(e.errnum, ENOENT);
	assert_string_equal(e.field, "/root/path");
	assert_string_equal(e.text, "cannot open rootfs: no such file or directory");

	error_set(&e, 0, NULL, "container does not exist");
	assert_string_equal(e.field, "");
	assert_string_equal(e.text, "container does not exist");
}

static void nothing_of_an_earlier_error_is_left(void **state) {
	(void)state;
	struct error e = {.step = "mask", .shell = "mount", .file = "config.json", .line = 3, .column = 4};

	error_set(&e, 0, "/a", "b");
	assert_string_equal(e.step, "");
	assert_string_equal(e.shell, "");
	assert_string_equal(e.file, "");
	assert_int_equal(e.line + e.column, 0);
}

static void an_error_can_be_made_of_its_own_words(void **state) {
	(void)state;
	struct error e;

	error_set(&e, 0, "/a", "cause");
	error_set(&e, 0, e.field, "start: %s", e.text);
	assert_string_equal(e.text, "start: cause");
	assert_string_equal(e.field, "/a");
}

static void what_does_not_fit_is_cut(void **state) {
	(void)state;
	struct error e;
	char line[8];

	error_set(&e, EPERM, NULL, "%3000d", 1);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	error_set(&e, 0, NULL, "longer than the line");
	assert_string_equal(error_line(&e, line, sizeof(line)), "longer ");
}

static void a_line_leaves_out_what_is_not_known(void **state) {
	(void)state;
	char line[200];
	struct error e = {
		.file = "config.json", .line = 14, .column = 20, .field = "/process/cwd", .text = "is required"};

	assert_string_equal(error_line(&e, line, sizeof(line)), "config.json:14:20: /process/cwd: is required");
	e.line = 0;
	assert_string_equal(error_line(&e, line, sizeof(line)), "config.json: /process/cwd: is required");
	e.file[0] = '\0';
	assert_string_equal(error_line(&e, line, sizeof(line)), "/process/cwd: is required");
	e.field[0] = '\0';
	assert_string_equal(error_line(&e, line, sizeof(line)), "is required");
}

static void a_line_is_one_line_and_no_escape_sequence(void **state) {
	(void)state;
	char line[100];
	struct error e = {.field = "/annotations/a\tb", .text = "one\ntwo\x1b[31m \xc3\xa9"};

	assert_string_equal(error_line(&e, line, sizeof(line)), "/annotations/a b: one two [31m \xc3\xa9");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_errno_is_worded_as_go_words_it),
		cmocka_unit_test(an_error_says_its_field_text_and_errno),
		cmocka_unit_test(nothing_of_an_earlier_error_is_left),
		cmocka_unit_test(an_error_can_be_made_of_its_own_words),
		cmocka_unit_test(what_does_not_fit_is_cut),
		cmocka_unit_test(a_line_leaves_out_what_is_not_known),
		cmocka_unit_test(a_line_is_one_line_and_no_escape_sequence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
