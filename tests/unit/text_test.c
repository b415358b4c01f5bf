/* text_test.c - text in a buffer of fixed size. */
#include <string.h>
#include "../../specs/text.h"
#include "test.h"

static void texts_stand_behind_each_other(void **state) {
	(void)state;
	char buffer[20] = "";
	struct text t = TEXT(buffer);

	text_add(&t, "%s", "ab");
	text_add(&t, "%d", 12);
	assert_string_equal(buffer, "ab12");
	assert_int_equal(t.n, 4);
}

static void what_does_not_fit_is_cut(void **state) {
	(void)state;
	char buffer[6] = "";
	struct text t = TEXT(buffer);

	text_add(&t, "%s", "abcdefgh");
	text_add(&t, "%s", "ij");
	assert_string_equal(buffer, "abcde");
	assert_int_equal(t.n, 5);
}

static void a_buffer_of_one_holds_nothing(void **state) {
	(void)state;
	char buffer[1] = "";
	struct text t = TEXT(buffer);

	text_add(&t, "x");
	assert_string_equal(buffer, "");
	assert_int_equal(t.n, 0);
}

static void a_quoted_word_is_one_word_for_sh(void **state) {
	(void)state;
	static const struct {
		const char *word, *quoted;
	} words[] = {
		{"/proc/kcore", "/proc/kcore"},
		{"size=64k,mode=755", "size=64k,mode=755"},
		{"a+b%c@d:e_f-g.h", "a+b%c@d:e_f-g.h"},
		{"", "''"},
		{"two words", "'two words'"},
		{"new\nline", "'new\nline'"},
		{"$HOME", "'$HOME'"},
		{"`a`;b&c|d<e>f(g)h{i}j*k?l[m]n!o~p#q\\r\"s", "'`a`;b&c|d<e>f(g)h{i}j*k?l[m]n!o~p#q\\r\"s'"},
		{"it's", "'it'\\''s'"},
		{"'", "''\\'''"},
		{"\xc3\xa9", "'\xc3\xa9'"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		char buffer[100] = "";

		text_add_quoted(&TEXT(buffer), words[i].word);
		assert_string_equal(buffer, words[i].quoted);
	}
}

static void a_time_is_written_as_rfc_3339(void **state) {
	static const struct {
		struct timespec time;
		const char *text;
	} times[] = {
		{{0, 0}, "1970-01-01T00:00:00.000000000Z"},
		{{951827696, 7}, "2000-02-29T12:34:56.000000007Z"},
		{{4107542399, 999999999}, "2100-02-28T23:59:59.999999999Z"},
		{{4107542400, 0}, "2100-03-01T00:00:00.000000000Z"},
		{{1798761599, 0}, "2026-12-31T23:59:59.000000000Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		char buffer[64] = "";

		text_add_time(&TEXT(buffer), &times[i].time);
		assert_string_equal(buffer, times[i].text);
	}
}

static void a_member_of_a_pointer_hides_slashes(void **state) {
	char buffer[32] = "/linux", short_buffer[5] = "";
	struct text text = {.at = buffer, .size = sizeof(buffer), .n = strlen(buffer)}, cut = TEXT(short_buffer);

	(void)state;
	text_add_member(&text, "a/b~c and not this", 5);
	assert_string_equal(buffer, "/linux/a~1b~0c");
	text_add_member(&cut, "//////", 6);
	assert_string_equal(short_buffer, "/~1~");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_stand_behind_each_other), cmocka_unit_test(what_does_not_fit_is_cut),
		cmocka_unit_test(a_buffer_of_one_holds_nothing), cmocka_unit_test(a_quoted_word_is_one_word_for_sh),
		cmocka_unit_test(a_time_is_written_as_rfc_3339), cmocka_unit_test(a_member_of_a_pointer_hides_slashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
