/* options_test.c - the forms in which options may be written, what is refused and how, and what --help makes of the table. */
#include "test.h"
#include <string.h>
#include "../../cmd/help.h"
#include "../../cmd/options.h"
#include "../../cmd/root.h"

struct made {
	const char *bundle, *format, *id, *signal;
	bool detach, no_pivot;
	unsigned fds;
};

#define T struct made
static const struct option first_table[] = {
	OPTION(T, bundle, "bundle", "bB", "DIR", "directory with config.json (default: .)"),
	OPTION(T, format, "format", "f", "table|json",
	       "how to print it, in words so many that a line of eighty "
	       "columns cannot hold them all and they go on below themselves"),
	ARGUMENT(T, id, "ID", "the container"),
	{0},
};
static const struct option second_table[] = {
	OPTION(T, detach, "detach", "d", NULL, "do not wait"),
	OPTION(T, no_pivot, "no-pivot", NULL, NULL, "no pivot_root"),
	OPTION(T, fds, "preserve-fds", NULL, "N", "keep N descriptors"),
	ARGUMENT(T, signal, "[SIGNAL]", "what to send"),
	{0},
};
#undef T
static const struct option global_table[] = {
	OPTION(struct made, bundle, "root", "r", "DIR", "where"),
	{0},
};
static const struct grammar grammar = {
	.command = "husk make",
	.options = {first_table, second_table},
	.before = global_table,
};

enum { WORDS = 8 };

/* The options of a grammar. Returns the index of the first word behind them, or -1. */
static int parse_options(const struct grammar *g, const char *const *words, struct made *made, bool *help,
			 struct error *e) {
	char *copies[WORDS + 1], **rest;

	memcpy(copies, words, sizeof(copies));
	rest = options_parse(g, copies, made, help, e);
	return rest ? (int)(rest - copies) : -1;
}

/* Options and arguments as main() reads them. Returns 0 or -1. */
static int parse(const char *const *words, struct made *made, struct error *e) {
	char *copies[WORDS + 1];
	bool help = false;
	int first = parse_options(&grammar, words, made, &help, e);

	memcpy(copies, words, sizeof(copies));
	return first < 0 || arguments_parse(&grammar, copies + first, made, e) ? -1 : 0;
}

static const char *or_none(const char *s) {
	return s ? s : "(none)";
}

static void every_way_to_write_an_option_is_read(void **state) {
	static const struct {
		const char *words[WORDS + 1];
		struct made made;
	} cases[] = {
		{{"x"}, {.id = "x"}},
		{{"--bundle", "d", "x"}, {.id = "x", .bundle = "d"}},
		{{"--bundle=d", "x"}, {.id = "x", .bundle = "d"}},
		{{"-bundle", "d", "x"}, {.id = "x", .bundle = "d"}},
		{{"-bundle=d", "x"}, {.id = "x", .bundle = "d"}},
		{{"-b", "d", "x"}, {.id = "x", .bundle = "d"}},
		{{"-B", "d", "x"}, {.id = "x", .bundle = "d"}},
		{{"-b=d", "x"}, {.id = "x", .bundle = "d"}},
		{{"--b", "d", "x"}, {.id = "x", .bundle = "d"}},
		{{"--bundle=a=b", "x"}, {.id = "x", .bundle = "a=b"}},
		{{"--bundle", "--detach", "x"}, {.id = "x", .bundle = "--detach"}},
		{{"--bundle", "a", "--bundle=b", "x"}, {.id = "x", .bundle = "b"}},
		{{"--detach", "x"}, {.id = "x", .detach = true}},
		{{"-d", "x"}, {.id = "x", .detach = true}},
		{{"--detach=true", "x"}, {.id = "x", .detach = true}},
		{{"--detach=false", "x"}, {.id = "x"}},
		{{"--detach", "--detach=false", "x"}, {.id = "x"}},
		{{"--detach", "--detach", "x"}, {.id = "x", .detach = true}},
		{{"-no-pivot", "x"}, {.id = "x", .no_pivot = true}},
		{{"--preserve-fds", "0", "x"}, {.id = "x"}},
		{{"--preserve-fds=12", "x"}, {.id = "x", .fds = 12}},
		{{"--preserve-fds", "2147483647", "x"}, {.id = "x", .fds = INT32_MAX}},
		{{"--format=json", "x"}, {.id = "x", .format = "json"}},
		{{"-f", "table", "x"}, {.id = "x", .format = "table"}},
		{{"x", "9"}, {.id = "x", .signal = "9"}},
		{{"--detach", "--", "--bundle"}, {.id = "--bundle", .detach = true}},
		{{"--", "-x", "--"}, {.id = "-x", .signal = "--"}},
		{{"-", "-"}, {.id = "-", .signal = "-"}},
		{{"x", "--detach"}, {.id = "x", .signal = "--detach"}},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct made *wanted = &cases[i].made;
		struct made made = {0};
		struct error e = {0};

		if (parse(cases[i].words, &made, &e))
			fail_msg("%s %s: %s", cases[i].words[0], or_none(cases[i].words[1]), e.text);
		assert_string_equal(or_none(made.bundle), or_none(wanted->bundle));
		assert_string_equal(or_none(made.format), or_none(wanted->format));
		assert_string_equal(or_none(made.id), or_none(wanted->id));
		assert_string_equal(or_none(made.signal), or_none(wanted->signal));
		assert_int_equal(made.detach, wanted->detach);
		assert_int_equal(made.no_pivot, wanted->no_pivot);
		assert_int_equal(made.fds, wanted->fds);
	}
}

static void what_cannot_be_read_is_named(void **state) {
	static const struct {
		const char *words[WORDS + 1];
		const char *text;
	} cases[] = {
		{{"--bundles", "d", "x"}, "unknown flag --bundles: `husk make --help` lists the known ones"},
		{{"--bundles=d", "x"}, "unknown flag --bundles: `husk make --help` lists the known ones"},
		{{"--bun", "d", "x"}, "unknown flag --bun: `husk make --help` lists the known ones"},
		{{"-x", "x"}, "unknown flag -x: `husk make --help` lists the known ones"},
		{{"-db", "d", "x"}, "unknown flag -db: `husk make --help` lists the known ones"},
		{{"--=d", "x"}, "unknown flag --: `husk make --help` lists the known ones"},
		{{"---bundle", "d", "x"}, "unknown flag ---bundle: `husk make --help` lists the known ones"},
		{{"--ID", "x"}, "unknown flag --ID: `husk make --help` lists the known ones"},
		{{"--root", "d", "x"}, "--root is a global flag: it must stand before the verb"},
		{{"-r=d", "x"}, "-r is a global flag: it must stand before the verb"},
		{{"--bundle"}, "flag needs an argument: --bundle"},
		{{"-d", "-b"}, "flag needs an argument: -b"},
		{{"--bundle=", "x"}, "--bundle must not be empty"},
		{{"--bundle", "", "x"}, "--bundle must not be empty"},
		{{"--detach=yes", "x"}, "--detach: true or false is needed, not yes"},
		{{"--detach=", "x"}, "--detach: true or false is needed, not "},
		{{"--detach=TRUE", "x"}, "--detach: true or false is needed, not TRUE"},
		{{"--detach", "true", "x", "y"}, "too many arguments: y: `husk make --help` tells more"},
		{{"--format", "xml", "x"}, "--format: table|json is needed, not xml"},
		{{"--format", "tab", "x"}, "--format: table|json is needed, not tab"},
		{{"--format", "table|json", "x"}, "--format: table|json is needed, not table|json"},
		{{"--preserve-fds", "-1", "x"}, "--preserve-fds: a number from 0 to 2147483647 is needed, not -1"},
		{{"--preserve-fds", "+1", "x"}, "--preserve-fds: a number from 0 to 2147483647 is needed, not +1"},
		{{"--preserve-fds= 1", "x"}, "--preserve-fds: a number from 0 to 2147483647 is needed, not  1"},
		{{"--preserve-fds=1k", "x"}, "--preserve-fds: a number from 0 to 2147483647 is needed, not 1k"},
		{{"--preserve-fds=0x1", "x"}, "--preserve-fds: a number from 0 to 2147483647 is needed, not 0x1"},
		{{"--preserve-fds=", "x"}, "--preserve-fds: a number from 0 to 2147483647 is needed, not "},
		{{"--preserve-fds=2147483648", "x"},
		 "--preserve-fds: a number from 0 to 2147483647 is needed, not 2147483648"},
		{{"--preserve-fds=18446744073709551617", "x"},
		 "--preserve-fds: a number from 0 to 2147483647 is needed, not 18446744073709551617"},
		{{"--detach"}, "ID is missing: `husk make --help` tells more"},
		{{"--"}, "ID is missing: `husk make --help` tells more"},
		{{""}, "ID must not be empty"},
		{{"x", "9", "z"}, "too many arguments: z: `husk make --help` tells more"},
		{{"x", "9", "--detach"}, "--detach stands too late: flags come before the arguments"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct made made = {0};
		struct error e = {0};

		assert_int_equal(parse(cases[i].words, &made, &e), -1);
		assert_string_equal(e.text, cases[i].text);
	}
}

static void help_is_seen_in_each_form_and_only_among_options(void **state) {
	static const struct {
		const char *words[WORDS + 1];
		bool help;
	} cases[] = {
		{{"--help"}, true},        {{"-help"}, true},         {{"-h"}, true},
		{{"-d", "--help"}, true},  {{"--help", "--x"}, true}, {{"--bundle", "--help", "x"}, false},
		{{"--", "--help"}, false}, {{"x", "--help"}, false},  {{"x"}, false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct made made = {0};
		struct error e = {0};
		bool help = false;

		assert_true(parse_options(&grammar, cases[i].words, &made, &help, &e) >= 0);
		assert_int_equal(help, cases[i].help);
	}
}

static void options_end_at_the_first_word_that_is_none(void **state) {
	const char *const words[WORDS + 1] = {"--detach", "create", "--no-pivot"};
	struct made made = {0};
	struct error e = {0};
	bool help = false;
	(void)state;

	assert_int_equal(parse_options(&grammar, words, &made, &help, &e), 1);
	assert_true(made.detach);
	assert_false(made.no_pivot);
}

static void the_global_table_takes_its_own_options(void **state) {
	const struct grammar program = {.command = "husk", .options = {global_table}};
	const char *const words[WORDS + 1] = {"--root", "/x", "make"}, *const unknown[WORDS + 1] = {"--bundle", "x"};
	struct made made = {0};
	struct error e = {0};
	bool help = false;
	(void)state;

	assert_int_equal(parse_options(&program, words, &made, &help, &e), 2);
	assert_string_equal(made.bundle, "/x");
	assert_int_equal(parse_options(&program, unknown, &made, &help, &e), -1);
	assert_string_equal(e.text, "unknown flag --bundle: `husk --help` lists the known ones");
}

static void help_of_a_verb_is_made_from_its_tables(void **state) {
	static const struct example examples[] = {{"husk make x", "makes x"}, {"husk make -d other", "the other"}, {0}};
	const struct verb verb = {.description = "Makes one.", .status = "42, always.", .examples = examples};
	struct arena a = {0};
	(void)state;

	assert_string_equal(help_verb(&a, &grammar, &verb),
			    "Usage: husk make [OPTIONS] ID [SIGNAL]\n"
			    "\n"
			    "Makes one.\n"
			    "\n"
			    "Arguments:\n"
			    "  ID        the container\n"
			    "  [SIGNAL]  what to send\n"
			    "\n"
			    "Options:\n"
			    "  -b, --bundle DIR         directory with config.json (default: .)\n"
			    "  -f, --format table|json  how to print it, in words so many that a line of\n"
			    "                           eighty columns cannot hold them all and they go on\n"
			    "                           below themselves\n"
			    "  -d, --detach             do not wait\n"
			    "      --no-pivot           no pivot_root\n"
			    "      --preserve-fds N     keep N descriptors\n"
			    "  -h, --help               print this\n"
			    "\n"
			    "Exit status:\n"
			    "  42, always.\n"
			    "\n"
			    "Examples:\n"
			    "  husk make x         makes x\n"
			    "  husk make -d other  the other\n"
			    "\n"
			    "`husk --help` lists the options that stand before the verb.\n");
	arena_free(&a);
}

static void what_is_too_long_for_a_column_has_its_words_below(void **state) {
	static const struct option table[] = {
		OPTION(struct made, bundle, "a-name-that-is-long", NULL, "AND-ITS-VALUE", "what it is"),
		{0},
	};
	static const struct example examples[] = {
		{"husk make x", "makes x"},
		{"husk make --a-name-that-is-long /srv/elsewhere x", "makes it there"},
		{0}};
	struct arena a = {0};
	const char *help = help_verb(&a, &(struct grammar){.command = "husk make", .options = {table}},
				     &(struct verb){.description = "Makes one.", .examples = examples});
	(void)state;

	assert_non_null(strstr(
		help,
		"\n      --a-name-that-is-long AND-ITS-VALUE\n              what it is\n  -h, --help  print this\n"));
	assert_non_null(strstr(help, "\nExit status:\n  " STATUS_OF_VERBS "\n"));
	assert_non_null(strstr(help,
			       "\n  husk make x\n      makes x\n  husk make --a-name-that-is-long /srv/elsewhere x\n"
			       "      makes it there\n"));
	arena_free(&a);
}

static void help_of_the_program_groups_the_verbs(void **state) {
	const struct verb make = {.name = "make", .group = "Making", .summary = "makes one"};
	const struct verb unmake = {.name = "unmake", .group = "Making", .summary = "unmakes it"};
	const struct verb look = {.name = "look", .group = "Looking", .summary = "looks at it"};
	const struct verb *const verbs[] = {&make, &unmake, &look, NULL};
	struct arena a = {0};
	const char *help = help_program(&a, &(struct grammar){.command = "husk", .options = {global_table}}, verbs);
	(void)state;

	assert_non_null(strstr(
		help, "\nMaking:\n  make    makes one\n  unmake  unmakes it\n\nLooking:\n  look    looks at it\n"));
	assert_non_null(strstr(help, "\n  -r, --root DIR  where\n"));
	arena_free(&a);
}

static void paths_are_made_absolute_by_name(void **state) {
	static const struct {
		const char *from, *path, *absolute;
	} cases[] = {
		{"/a", "b", "/a/b"},        {"/a", "/b", "/b"},
		{"/a", ".", "/a"},          {"/a/b", "..", "/a"},
		{"/a", "..", "/"},          {"/a", "../..", "/"},
		{"/", "x", "/x"},           {"/a", "/x//y/./z/", "/x/y/z"},
		{"/a", "/x/../../y", "/y"}, {"/a", "...", "/a/..."},
		{"/a", "b/../c", "/a/c"},   {"/a", "/", "/"},
	};
	struct arena a = {0};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(path_absolute(&a, cases[i].from, cases[i].path), cases[i].absolute);
	arena_free(&a);
}

static void the_root_directory_is_refused_under_every_name(void **state) {
	static const char *const names[] = {"/", "//", "/.", "/..", "/etc/..", "/nonexistent/..", "/proc/self/root"};
	struct arena a = {0};
	(void)state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct error e = {0};

		assert_null(root_directory(&a, names[i], &e));
		assert_string_equal(e.text, "--root must not be /: it is for the state of containers alone");
	}
	assert_string_equal(root_directory(&a, "/nonexistent/x/", &(struct error){0}), "/nonexistent/x");
	arena_free(&a);
}

struct limits {
	const int64_t *size, *count;
	const uint64_t *share;
	const uint16_t *weight;
};

#define T struct limits
static const struct option limit_table[] = {
	OPTION(T, size, "size", NULL, "SIZE", "bytes"),
	OPTION(T, count, "count", NULL, "N", "how many"),
	OPTION(T, share, "share", NULL, "N", "a part"),
	OPTION(T, weight, "weight", NULL, "N", "a weight"),
	{0},
};
#undef T

static void numbers_that_may_be_absent_are_pointers(void **state) {
	const struct grammar g = {.a = *state, .command = "husk limit", .options = {limit_table}};
	char size[] = "--size=64k", count[] = "--count", one[] = "-1", share[] = "--share=18446744073709551615",
	     large[] = "--weight=65536";
	struct limits limits = {0};
	struct error e = {0};
	bool help;

	assert_non_null(options_parse(&g, (char *[]){size, count, one, share, NULL}, &limits, &help, &e));
	assert_int_equal(*limits.size, 65536);
	assert_int_equal(*limits.count, -1);
	assert_true(*limits.share == UINT64_MAX);
	assert_null(limits.weight);
	assert_null(options_parse(&g, (char *[]){large, NULL}, &limits, &help, &e));
	assert_string_equal(e.text, "--weight: a number from 0 to 65535 is needed, not 65536");
}

struct several {
	const char *first;
	struct strings rest;
};
#define T struct several
static const struct option several_table[] = {
	ARGUMENT(T, first, "ID", "one"),
	ARGUMENT(T, rest, "[ID...]", "others"),
	{0},
};
#undef T

static int parse_several(struct arena *a, const char *const *words, struct several *several, struct error *e) {
	const struct grammar g = {.a = a, .command = "husk look", .options = {several_table}};
	char *copies[WORDS + 1];

	memcpy(copies, words, sizeof(copies));
	*several = (struct several){0};
	return arguments_parse(&g, copies, several, e);
}

static void an_argument_that_is_a_list_takes_all_that_are_left(void **state) {
	struct several several;
	struct error e;

	assert_int_equal(parse_several(*state, (const char * [WORDS + 1]){"a", "b", "c"}, &several, &e), 0);
	assert_string_equal(several.first, "a");
	assert_int_equal(several.rest.n, 2);
	assert_string_equal(several.rest.v[1], "c");
	assert_int_equal(parse_several(*state, (const char * [WORDS + 1]){"a"}, &several, &e), 0);
	assert_int_equal(several.rest.n, 0);
	assert_int_equal(parse_several(*state, (const char * [WORDS + 1]){"a", "b", ""}, &several, &e), -1);
	assert_string_equal(e.text, "[ID...] must not be empty");
	assert_int_equal(parse_several(*state, (const char * [WORDS + 1]){"a", "b", "--stats"}, &several, &e), -1);
	assert_string_equal(e.text, "--stats stands too late: flags come before the arguments");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_write_an_option_is_read),
		cmocka_unit_test(what_cannot_be_read_is_named),
		cmocka_unit_test(help_is_seen_in_each_form_and_only_among_options),
		cmocka_unit_test(options_end_at_the_first_word_that_is_none),
		cmocka_unit_test(the_global_table_takes_its_own_options),
		cmocka_unit_test(help_of_a_verb_is_made_from_its_tables),
		cmocka_unit_test(what_is_too_long_for_a_column_has_its_words_below),
		cmocka_unit_test(help_of_the_program_groups_the_verbs),
		arena_test(numbers_that_may_be_absent_are_pointers),
		arena_test(an_argument_that_is_a_list_takes_all_that_are_left),
		cmocka_unit_test(paths_are_made_absolute_by_name),
		cmocka_unit_test(the_root_directory_is_refused_under_every_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
