/* completion_zsh.c - completion of zsh: each option and argument is a line for its _arguments. */
#include "completion.h"
#include <string.h>

static const char functions[] =
	"_husk_containers() {\n"
	"	local expl\n"
	"	local -a ids=(${(f)\"$($husk ${root:+--root=$root} list -q 2>/dev/null)\"})\n"
	"\n"
	"	_wanted containers expl container compadd -a ids\n"
	"}\n"
	"\n"
	"_husk() {\n"
	"	local husk=${${(Q)words[1]}/#\\~/$HOME} curcontext=$curcontext root state line ret=1\n"
	"	local -A opt_args\n"
	"\n"
	"	_husk_arguments husk && ret=0\n"
	"	root=${${(Q)opt_args[--root]}/#\\~/$HOME}\n"
	"	[[ $state == verb ]] && _husk_arguments $words[1] && ret=0\n"
	"	return ret\n"
	"}\n"
	"\n"
	"# Autoloaded from a file _husk this is the function itself; else the shell reads it as a script.\n"
	"if [[ $funcstack[1] == _husk ]]; then\n"
	"	_husk \"$@\"\n"
	"else\n"
	"	compdef _husk husk\n"
	"fi\n";

/* Within single quotes, and within the brackets of _arguments. */
static void add_says(struct text *out, const char *says) {
	for (; *says; says++)
		if (*says == '\'')
			text_add(out, "'\\''");
		else
			text_add(out, "%s%c", strchr("[]:\\", *says) ? "\\" : "", *says);
}

static const char *action(struct arena *a, const struct verb *command, const struct option *o) {
	static const char *const actions[] = {
		[WANTED_OTHER] = " ",
		[WANTED_FILE] = "_files",
		[WANTED_DIRECTORY] = "_files -/",
		[WANTED_CONTAINER] = "_husk_containers",
		[WANTED_VERB] = "_husk_verbs",
	};
	struct wanted wanted = completion_wanted(a, command, o);

	return wanted.kind == WANTED_WORD ? arena_printf(a, "(%s)", wanted.words) : actions[wanted.kind];
}

/* '(-b --bundle)'{-b,--bundle=}'[directory with config.json]:bundle:_files -/'; an option that may be repeated excludes none,
 * but begins with *. */
static void add_option(struct text *out, struct arena *a, const struct verb *command, const struct option *o) {
	const char *equals = o->value ? "=" : "";
	bool repeated = o->kind == OPTION_TEXTS;

	if (!o->letters)
		text_add(out, "'%s--%s%s[", repeated ? "*" : "", o->name, equals);
	else if (repeated)
		text_add(out, "'*'{-%c,--%s=}'[", o->letters[0], o->name);
	else
		text_add(out, "'(-%c --%s)'{-%c,--%s%s}'[", o->letters[0], o->name, o->letters[0], o->name, equals);
	add_says(out, o->says);
	text_add(out, "]");
	if (o->value)
		text_add(out, ":%s:%s", o->name, action(a, command, o));
	text_add(out, "' \\\n			");
}

/* '2::SIGNAL:(HUP INT)' is the second one, which may be left out; '*' are all that follow. */
static void add_argument(struct text *out, struct arena *a, const struct verb *command, const struct option *o,
			 unsigned place) {
	bool several = o->kind == OPTION_TEXTS || o->kind == OPTION_REST;
	const char *number = several ? "*" : arena_printf(a, "%u%s", place, o->value[0] == '[' ? ":" : "");

	text_add(out, "'%s:%s:%s' \\\n			", number, completion_label(a, o), action(a, command, o));
}

static void add_command(struct text *out, struct arena *a, const struct verb *command) {
	const struct option *o;
	unsigned place = 1;

	text_add(out, "	%s)\n		_arguments -C -S -A '-*' \\\n			", command->name);
	for (size_t i = 0; (o = completion_option(command, i)); i++)
		if (o->name)
			add_option(out, a, command, o);
		else
			add_argument(out, a, command, o, place++);
	text_add(out, "'(- *)'{-h,--help}'[print help]'%s ;;\n",
		 command == completion_command(0) ? " \\\n			'*::arguments:->verb'" : "");
}

static void add_verbs(struct text *out) {
	const struct verb *verb;

	text_add(out, "_husk_verbs() {\n	local -a verbs=(\n");
	for (size_t i = 1; (verb = completion_command(i)); i++) {
		text_add(out, "		'%s:", verb->name);
		add_says(out, verb->summary);
		text_add(out, "'\n");
	}
	text_add(out, "	)\n\n	_describe verb verbs\n}\n\n");
}

void completion_zsh(struct text *out, struct arena *a) {
	const struct verb *command;

	text_add(out, "#compdef husk\n# zsh completion for husk, written by `husk completion zsh`\n\n");
	add_verbs(out);
	text_add(
		out,
		"_husk_arguments() {\n	compstate[restore]='' # the caller is to see what _arguments makes of $words\n	case $1 in\n");
	for (size_t i = 0; (command = completion_command(i)); i++)
		add_command(out, a, command);
	text_add(out, "	esac\n}\n\n%s", functions);
}
