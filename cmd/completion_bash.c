/* completion_bash.c - completion of bash: one table, and a function that walks the line along it. */
#include "completion.h"

static const char *const kinds[] = {
	[WANTED_OTHER] = "OTHER",
	[WANTED_FILE] = "FILE",
	[WANTED_DIRECTORY] = "DIRECTORY",
	[WANTED_CONTAINER] = "CONTAINER",
};

/* compgen -W expands the words once more: nothing in the table, and in no id, means anything to a shell. */
static const char functions[] =
	"_husk() {\n"
	"	local command=husk place=1 wanted='' root='' current=${COMP_WORDS[COMP_CWORD]} IFS=$' \\n' i word key\n"
	"\n"
	"	COMPREPLY=()\n"
	"	for ((i = 1; i < COMP_CWORD; i++)); do\n"
	"		word=${COMP_WORDS[i]} key=\"$command ${COMP_WORDS[i]}\"\n"
	"		if [[ $word == -?* && $place == 1 ]]; then\n"
	"			if [[ ${COMP_WORDS[i + 1]} == '=' ]]; then # it divides words, and is one\n"
	"				((i++))\n"
	"			elif [[ ! ${_husk_table[$key]} ]]; then # a flag\n"
	"				continue\n"
	"			fi\n"
	"			((++i < COMP_CWORD)) || wanted=${_husk_table[$key]:-OTHER}\n"
	"			[[ $key != 'husk --root' ]] || root=${COMP_WORDS[i]}\n"
	"		elif [[ $command == husk ]]; then\n"
	"			command=$word\n"
	"		else\n"
	"			((place++))\n"
	"		fi\n"
	"	done\n"
	"	[[ $current != '=' ]] || current=''\n"
	"	if [[ ! $wanted && $current == -* && $place == 1 ]]; then\n"
	"		wanted=${_husk_table[$command]}\n"
	"	elif [[ ! $wanted ]]; then\n"
	"		wanted=${_husk_table[$command $place]:-${_husk_table[$command +]}}\n"
	"	fi\n"
	"	case $wanted in\n"
	"	OTHER) return ;;\n"
	"	FILE | DIRECTORY)\n"
	"		compopt -o filenames\n"
	"		mapfile -t COMPREPLY < <(compgen -A \"${wanted,,}\" -- \"$current\")\n"
	"		return\n"
	"		;;\n"
	"	CONTAINER) wanted=$(\"$1\" ${root:+--root=\"${root/#\\~/$HOME}\"} list -q 2>/dev/null) ;;\n"
	"	esac\n"
	"	mapfile -t COMPREPLY < <(compgen -W \"$wanted\" -- \"$current\")\n"
	"}\n"
	"complete -F _husk husk\n";

static void add_row(struct text *out, const char *command, const char *place, const struct wanted *wanted) {
	text_add(out, "	['%s %s']='%s'\n", command, place, wanted->words ? wanted->words : kinds[wanted->kind]);
}

/* The names of its options, and what each of them and each argument wants. */
static void add_command(struct text *out, struct arena *a, const struct verb *command) {
	const struct option *o;
	unsigned place = 1;

	text_add(out, "	[%s]='", command->name);
	for (size_t i = 0; (o = completion_option(command, i)); i++)
		if (o->name)
			text_add(out, "--%s ", o->name);
	text_add(out, "--help'\n");
	for (size_t i = 0; (o = completion_option(command, i)); i++) {
		struct wanted wanted = o->value ? completion_wanted(a, command, o) : (struct wanted){0};

		if (o->name && o->value)
			add_row(out, command->name, arena_printf(a, "--%s", o->name), &wanted);
		for (const char *letter = o->value ? o->letters : NULL; letter && *letter; letter++)
			add_row(out, command->name, arena_printf(a, "-%c", *letter), &wanted);
		if (!o->name)
			add_row(out, command->name, o->kind == OPTION_TEXTS ? "+" : arena_printf(a, "%u", place++),
				&wanted);
	}
}

void completion_bash(struct text *out, struct arena *a) {
	const struct verb *command;

	text_add(out, "# bash completion for husk, written by `husk completion bash`\n\n");
	text_add(out,
		 "# The options of each command, and what is wanted behind one, or as its argument in some place.\n");
	text_add(out, "declare -gA _husk_table=(\n");
	for (size_t i = 0; (command = completion_command(i)); i++)
		add_command(out, a, command);
	text_add(out, ")\n\n%s", functions);
}
