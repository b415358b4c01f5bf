/* completion_test.c - what the scripts of the shells hold for a small command line, whose tables stand here. */
#include "test.h"
#include <string.h>
#include "../../cmd/completion.h"

struct made {
	const char *bundle, *format, *id, *signal, *size;
	struct strings env, ids;
	char **words;
	bool quiet;
};

#define T struct made
const struct option global_options[] = {
	OPTION(T, bundle, "root", NULL, "DIR", "where"),
	{0},
};
static const struct option make_options[] = {
	OPTION(T, bundle, "bundle", "bB", "DIR", "one's own [or not]: a directory"),
	OPTION(T, format, "format", NULL, "text|json", "how"),
	OPTION(T, env, "env", "e", "NAME=VALUE", "more than one"),
	OPTION(T, quiet, "quiet", "q", NULL, "say nothing"),
	ARGUMENT(T, id, "ID", "a name"),
	{0},
};
static const struct option look_options[] = {
	OPTION(T, size, "size", NULL, "SIZE", "how many"),
	ARGUMENT(T, id, "ID", "the first"),
	ARGUMENT(T, signal, "[SIGNAL]", "what to send"),
	ARGUMENT(T, words, "[PROGRAM ARGUMENT...]", "what to execute"),
	{0},
};
static const struct option all_options[] = {
	ARGUMENT(T, ids, "[ID...]", "all of them"),
	{0},
};
#undef T

static const struct verb make = {.name = "make", .summary = "makes one", .options = {make_options}, .new_id = true};
static const struct verb look = {.name = "look", .summary = "looks at it", .options = {look_options}};
static const struct verb all = {.name = "all", .summary = "all", .options = {all_options}};
const struct verb *const verbs[] = {&make, &look, &all, NULL};

typedef void write_fn(struct text *out, struct arena *a);

/* Each line must be in the script, alone on a line. */
static void assert_lines(struct arena *a, write_fn *write, const char *const *lines) {
	struct text out = {.at = arena_alloc(a, 65536), .size = 65536};

	write(&out, a);
	for (; *lines; lines++)
		if (!strstr(out.at, arena_printf(a, "\n%s\n", *lines)))
			fail_msg("%s\nis not in\n%s", *lines, out.at);
}

static void the_name_of_a_value_says_what_is_wanted(void **state) {
	static const struct {
		const struct verb *verb;
		size_t option;
		enum wanted_kind kind;
	} cases[] = {
		{&make, 0, WANTED_DIRECTORY}, {&make, 1, WANTED_WORD},  {&make, 2, WANTED_OTHER},
		{&make, 4, WANTED_OTHER},     {&look, 0, WANTED_OTHER}, {&look, 1, WANTED_CONTAINER},
		{&look, 2, WANTED_WORD},      {&look, 3, WANTED_OTHER}, {&all, 0, WANTED_CONTAINER},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct option *o = completion_option(cases[i].verb, cases[i].option);

		assert_int_equal(completion_wanted(*state, cases[i].verb, o).kind, cases[i].kind);
	}
	assert_string_equal(completion_wanted(*state, &make, completion_option(&make, 1)).words, "text json");
	assert_string_equal(completion_label(*state, completion_option(&all, 0)), "ID");
	assert_null(completion_option(&all, 1));
}

static void bash_has_a_table(void **state) {
	assert_lines(
		*state, completion_bash,
		(const char *const[]){
			"	[husk]='--root --help'", "	['husk --root']='DIRECTORY'",
			"	['husk 1']='help make look all'", "	['help 1']='help make look all'",
			"	[make]='--bundle --format --env --quiet --help'",
			"	['make --bundle']='DIRECTORY'\n	['make -b']='DIRECTORY'\n	['make -B']='DIRECTORY'",
			"	['make --format']='text json'", "	['make 1']='OTHER'", "	['look 1']='CONTAINER'",
			"	['look 3']='OTHER'", "	['all +']='CONTAINER'", NULL});
}

static void zsh_has_a_line_for_its_arguments(void **state) {
	assert_lines(
		*state, completion_zsh,
		(const char *const[]){
			"		'make:makes one'",
			"			'(-b --bundle)'{-b,--bundle=}'[one'\\''s own \\[or not\\]\\: a directory]:bundle:_files -/' \\",
			"			'--format=[how]:format:(text json)' \\",
			"			'*'{-e,--env=}'[more than one]:env: ' \\",
			"			'(-q --quiet)'{-q,--quiet}'[say nothing]' \\",
			"			'1:ID: ' \\", "			'1:ID:_husk_containers' \\",
			"			'*:PROGRAM ARGUMENT: ' \\",
			"			'*:ID:_husk_containers' \\", NULL});
}

static void fish_has_a_call_for_each(void **state) {
	assert_lines(
		*state, completion_fish,
		(const char *const[]){
			"set -g __husk_valued 'husk --root' 'make --bundle' 'make -b' 'make -B' 'make --format' 'make --env'"
			" 'make -e' 'look --size'",
			"complete -c husk -n '__husk_at husk 1' -a make -d 'makes one'",
			"complete -c husk -n '__husk_at make 1' -l bundle -s b -s B -x -a '(__fish_complete_directories)'"
			" -d 'one\\'s own [or not]: a directory'",
			"complete -c husk -n '__husk_at make 1' -l format -x -a 'text json' -d 'how'",
			"complete -c husk -n '__husk_at make 1' -l quiet -s q -d 'say nothing'",
			"complete -c husk -n '__husk_at look 1' -a '(__husk_containers)'",
			"complete -c husk -n '__husk_at all +' -a '(__husk_containers)'", NULL});
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(the_name_of_a_value_says_what_is_wanted),
		arena_test(bash_has_a_table),
		arena_test(zsh_has_a_line_for_its_arguments),
		arena_test(fish_has_a_call_for_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
