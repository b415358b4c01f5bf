/* explain.c - explain: the same list that starts the container, as commands for sh, one step after the other.
 *
 * The script is two shells, as the container is two processes. The outer one is the HOST side; `spawn` starts the other in the
 * new namespaces, and `inside` hands it a part of the script and waits until it is done. */
#include "explain.h"
#include "../specs/emit.h"
#include "../specs/fields.h"
#include "create.h"
#include "os/fd.h"
#include "process/process.h"
#include "rootfs/rootfs.h"
#include <stdlib.h>
#include <string.h>

#define MAX_STEP (1 << 20) /* of text; the largest is an overlay of many layers */

static const char prelude[] =
	"set -e\n"
	"pipes=$(mktemp -d)\n"
	"trap 'rm -rf \"$pipes\"; [ -z \"$holder\" ] || kill \"$holder\"' EXIT\n"
	"trap 'exit 1' HUP INT PIPE TERM\n"
	"join() { joined=\"$joined $1\"; }\n"
	"# Starts the shell that is the inside. With a user namespace that comes first, so that its maps can be written.\n"
	"spawn() {\n"
	"	new=\"$*\"\n"
	"	case \" $new \" in *\" --user \"*) ;; *) enter; return ;; esac\n"
	"	new=$(echo \" $new \" | sed 's/ --user / /')\n"
	"	unshare --user sleep 2147483647 & holder=$! init=$!\n"
	"	while [ \"$(readlink /proc/$holder/ns/user)\" = \"$(readlink /proc/$$/ns/user)\" ]; do sleep 0.01; done\n"
	"}\n"
	"enter() {\n"
	"	mkfifo \"$pipes/in\" \"$pipes/out\"\n"
	"	[ -z \"$joined$holder\" ] || joined=\"nsenter $joined ${holder:+--target $holder --user}\"\n"
	"	case \" $new \" in *\" --mount \"*) new=\"--propagation unchanged $new\" ;; esac\n"
	"	$joined unshare $new --fork sh -e 5<&0 <\"$pipes/in\" 4>\"$pipes/out\" &\n"
	"	shell=$!\n"
	"	exec 3>\"$pipes/in\" 4<\"$pipes/out\"\n"
	"	echo : | inside\n"
	"	init=$shell\n"
	"	while child=$(child_of \"$init\") && [ \"$child\" ]; do init=$child; done\n"
	"}\n"
	"child_of() {\n"
	"	cat /proc/[0-9]*/stat 2>/dev/null | sed 's/ (.*) / /' | awk -v parent=\"$1\" '$3 == parent { print $1; exit }'\n"
	"}\n"
	"inside() {\n"
	"	cat >&3\n"
	"	echo 'echo done >&4' >&3\n"
	"	read -r done <&4 || :\n"
	"}\n";

struct explained {
	char *side, *name, *field, *what, *shell;
	uint32_t step;
};
struct explained_list {
	struct explained *v;
	size_t n;
};
struct explanation {
	char *id, *bundle;
	struct explained_list steps;
	struct strings warnings;
};

#define T struct explained
TYPE(explained, R("step", step), R("side", side), R("name", name), F("field", field), R("what", what),
     F("shell", shell));
#undef T

#define T struct explanation
TYPE(explanation, R("id", id), R("bundle", bundle), A("steps", steps, explained), F("warnings", warnings));
#undef T

static char *shell_of(struct arena *a, const struct step *s) {
	struct text out = {.size = MAX_STEP};
	char *copy;

	if (!s->shell)
		return NULL;
	out.at = malloc(out.size); /* too large for the arena once a step */
	if (!out.at)
		return NULL;
	out.at[0] = '\0';
	s->shell(&out, s->arg);
	copy = arena_strdup(a, out.at);
	free(out.at);
	return copy;
}

static struct explained explain_step(const struct plan *p, size_t i) {
	const struct step *s = &p->v[i];
	char field[256] = "", what[512] = "";

	step_field(s, &TEXT(field));
	step_phrase(s, &TEXT(what));
	return (struct explained){
		.step = (uint32_t)i,
		.side = s->side == HOST ? "host" : "inside",
		.name = (char *)s->name,
		.field = field[0] ? arena_strdup(p->a, field) : NULL,
		.what = arena_strdup(p->a, what),
		.shell = shell_of(p->a, s),
	};
}

static struct explained_list explain_steps(const struct plan *p) {
	struct explained_list list = {arena_alloc(p->a, p->n * sizeof(struct explained)), p->n};

	for (size_t i = 0; i < p->n; i++)
		list.v[i] = explain_step(p, i);
	return list;
}

char *explain_json(const struct plan *p) {
	struct explanation all = {(char *)p->request->id, (char *)p->request->bundle, explain_steps(p), p->warnings};

	return emit_object(p->a, &explanation_type, &all, true);
}

/* A comment must not become a command: names come from images and configs. */
static char *one_line(char *text) {
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	return text;
}

static void explain_line(struct strings *out, struct arena *a, const struct explained *s) {
	strings_add(a, out,
		    one_line(arena_printf(a, "# %u %s%s%s: %s%s", s->step, s->side, s->field ? ", " : "",
					  s->field ? s->field : "", s->what, s->shell ? "" : " (by husk alone)")));
	strings_add(a, out, s->shell && s->shell[0] ? arena_printf(a, "\n%s\n", s->shell) : "\n");
}

/* A word that ends the parts for the inside, and stands in none of them. */
static const char *end_word(struct arena *a, const struct explained_list *steps) {
	const char *word = "INSIDE";

	for (size_t i = 0; i < steps->n; i++)
		while (steps->v[i].shell && strstr(steps->v[i].shell, word))
			word = arena_printf(a, "%s_%zu", word, i);
	return word;
}

static char *join(struct arena *a, const struct strings *parts) {
	size_t size = 1;
	char *text, *at;

	for (size_t i = 0; i < parts->n; i++)
		size += strlen(parts->v[i]);
	at = text = arena_alloc(a, size);
	for (size_t i = 0; i < parts->n; i++)
		at = stpcpy(at, parts->v[i]);
	return text;
}

static char *explain_head(const struct plan *p) {
	char rootfs[8192] = "";

	text_add_quoted(&TEXT(rootfs), p->request->rootfs);
	return arena_printf(
		p->a, "#!/bin/sh\n%s\n%sexport ROOT=%s\n\n",
		one_line(arena_printf(p->a,
				      "# What `husk run` does for %s in %s: run this as root, and sh does the same.",
				      p->request->id, p->request->bundle)),
		prelude, rootfs);
}

char *explain_script(const struct plan *p) {
	struct explained_list steps = explain_steps(p);
	const char *end = end_word(p->a, &steps);
	struct strings out = {0};
	bool functions = false; /* they were printed */

	strings_add(p->a, &out, explain_head(p));
	for (size_t i = 0; i < steps.n; i++) {
		bool inside = p->v[i].side == INSIDE, was = i && p->v[i - 1].side == INSIDE;

		if (inside && !was)
			strings_add(p->a, &out, arena_printf(p->a, "inside <<'%s'\n", end));
		if (inside && !functions)
			strings_add(p->a, &out, (char *)rootfs_shell_functions);
		functions |= inside;
		if (!inside && was)
			strings_add(p->a, &out, arena_printf(p->a, "%s\n", end));
		explain_line(&out, p->a, &steps.v[i]);
	}
	strings_add(p->a, &out, arena_printf(p->a, "%s\nexec 3>&-\nwait \"$shell\"\n", end));
	return join(p->a, &out);
}

int container_explain(struct container_env *env, const struct container_create_options *o, bool json, char **out,
		      struct error *e) {
	struct making *m = arena_new(env->a, struct making);
	struct container_create_options run = *o;
	int rc;

	run.foreground = !o->console_socket;
	rc = making_read(env, &run, false, m, e);
	if (rc == 0)
		rc = making_plan(env, m, e);
	fd_close(&m->manager_fd);
	if (rc < 0)
		return -1;
	*out = json ? explain_json(&m->plan) : explain_script(&m->plan);
	return 0;
}
