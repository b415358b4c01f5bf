/* hooks.c - hooks: programs that are called on the way, with the container's state on stdin.
 *
 * A hook has a process group of its own, a file for stdin and one pipe for what it prints, of which an error shows the end.
 * It is over when its process is: a daemon that it left may hold the pipe for ever. */
#include "internal.h"
#include "../annotations.h"
#include "../../specs/emit.h"
#include "../../specs/fields.h"
#include "../os/wait.h"
#include "launch.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define MAX_TIMEOUT (INT64_MAX / 2000) /* seconds: a deadline in milliseconds is a number still */

static const struct point {
	const char *field;
	size_t list; /* offset in struct spec_hooks */
	enum side side;
	const char *status; /* the container's, as these hooks are told */
} points[] = {
	[HOOK_PRESTART] = {"/hooks/prestart", offsetof(struct spec_hooks, prestart), HOST, "creating"},
	[HOOK_CREATE_RUNTIME] = {"/hooks/createRuntime", offsetof(struct spec_hooks, create_runtime), HOST, "creating"},
	[HOOK_CREATE_CONTAINER] = {"/hooks/createContainer", offsetof(struct spec_hooks, create_container), INSIDE,
				   "creating"},
	[HOOK_START_CONTAINER] = {"/hooks/startContainer", offsetof(struct spec_hooks, start_container), INSIDE,
				  "created"},
};

/* The state around its pid, which is known only when a hook runs. */
struct state_head {
	const char *oci_version, *id, *status;
};
struct state_tail {
	const char *bundle;
	struct pairs annotations;
};

#define T struct state_head
TYPE(state_head, R("ociVersion", oci_version), R("id", id), R("status", status));
#undef T

#define T struct state_tail
TYPE(state_tail, R("bundle", bundle), F("annotations", annotations));
#undef T

static int run_hook(struct run *r, const void *arg) {
	const struct launch *l = arg;
	char why[HINT_SIZE] = "";
	int rc = launch(l, l->host ? r->pid : getpid(), r, &TEXT(why));

	if (why[0])
		run_hint(r, "%s", why);
	return rc;
}

static void add_words(struct text *out, char **words) {
	for (; *words; words++) {
		text_add(out, " ");
		text_add_quoted(out, *words);
	}
}

static void shell_hook(struct text *out, const void *arg) {
	const struct launch *l = arg;

	text_add(out, "printf %%s ");
	text_add_quoted(out, l->before);
	text_add(out, "\"$%s\"", l->host ? "init" : "$");
	text_add_quoted(out, l->after);
	text_add(out, " | (cd ");
	if (l->at_root)
		text_add(out, "\"$ROOT\"");
	else
		text_add_quoted(out, l->cwd ? l->cwd : ".");
	text_add(out, " && exec");
	if (l->timeout_ms >= 0)
		text_add(out, " timeout -s KILL %lld", (long long)(l->timeout_ms / 1000));
	if (l->own_env)
		text_add(out, " env -i");
	if (l->own_env)
		add_words(out, l->envp);
	text_add(out, " ");
	text_add_quoted(out, l->path);
	add_words(out, l->argv + 1);
	for (int i = 0; i < 2; i++)
		if (l->prints_to[i]) {
			text_add(out, i ? " 2>>" : " >>");
			text_add_quoted(out, l->prints_to[i]);
		}
	text_add(out, ")");
}

/* Not for hooks: what a service manager tells the runtime alone. */
static bool is_private(const char *entry) {
	return strncmp(entry, "NOTIFY_SOCKET=", 14) == 0 || strncmp(entry, "LISTEN_", 7) == 0 ||
	       strncmp(entry, "WATCHDOG_", 9) == 0;
}

static char **caller_env(struct arena *a) {
	size_t n = 0;
	char **env;

	while (environ[n])
		n++;
	env = arena_alloc(a, (n + 1) * sizeof(*env));
	n = 0;
	for (char **entry = environ; *entry; entry++)
		if (!is_private(*entry))
			env[n++] = *entry;
	return env;
}

static char *field_of(struct arena *a, const char *field, size_t i, const char *member) {
	return arena_printf(a, "%s/%zu%s", field, i, member);
}

static int check_hooks(struct arena *a, const struct spec_hook_list *hooks, const char *field, struct error *e) {
	for (size_t i = 0; i < hooks->n; i++) {
		const struct spec_hook *hook = &hooks->v[i];

		if (hook->path[0] != '/')
			return error_set(e, 0, field_of(a, field, i, "/path"),
					 "\"%s\" is not absolute: it must begin with a slash", hook->path);
		if (hook->timeout && (*hook->timeout <= 0 || *hook->timeout > MAX_TIMEOUT))
			return error_set(e, 0, field_of(a, field, i, "/timeout"),
					 "%lld is out of range: seconds, from 1 to %lld", (long long)*hook->timeout,
					 (long long)MAX_TIMEOUT);
	}
	return 0;
}

int hooks_check_later(struct arena *a, const struct spec_hooks *hooks, struct error *e) {
	if (check_hooks(a, &hooks->poststart, "/hooks/poststart", e) < 0)
		return -1;
	return check_hooks(a, &hooks->poststop, "/hooks/poststop", e);
}

/* Without args it is the path alone. */
static char **argv_of(struct arena *a, const struct spec_hook *hook) {
	size_t n = hook->args.n ? hook->args.n : 1;
	char **argv = arena_alloc(a, (n + 1) * sizeof(*argv));

	argv[0] = hook->path;
	for (size_t i = 0; i < hook->args.n; i++)
		argv[i] = hook->args.v[i];
	return argv;
}

/* What all hooks have in common; the env is the one to be used when the hook gives none. */
static struct launch *launch_of(struct arena *a, const struct spec_hook *hook, char **env) {
	struct launch *l = arena_new(a, struct launch);

	*l = (struct launch){.path = hook->path, .argv = argv_of(a, hook), .envp = env, .umask = -1, .timeout_ms = -1};
	if (hook->env.v) {
		l->envp = hook->env.v;
		l->own_env = true;
	}
	if (hook->timeout)
		l->timeout_ms = *hook->timeout * 1000;
	return l;
}

/* Splits the state where its pid goes. */
static void state_around(struct plan *p, const struct spec *spec, const char *status, const char **before,
			 const char **after) {
	struct state_head head = {SPEC_VERSION, p->request->id, status};
	struct state_tail tail = {p->request->bundle, spec->annotations};
	char *head_json = emit_object(p->a, &state_head_type, &head, false),
	     *tail_json = emit_object(p->a, &state_tail_type, &tail, false);

	head_json[strlen(head_json) - 1] = '\0';
	*before = arena_printf(p->a, "%s,\"pid\":", head_json);
	*after = arena_printf(p->a, ",%s", tail_json + 1);
}

/* The hooks of an image get the environment of its process, and nothing of the host's. */
static char **default_env(struct plan *p, const struct spec *spec, enum hook_kind kind) {
	static char *nothing[] = {NULL};

	if (kind != HOOK_START_CONTAINER)
		return caller_env(p->a);
	return spec->process && spec->process->env.v ? spec->process->env.v : nothing;
}

int plan_hooks(struct plan *p, const struct spec *spec, const struct host *h, enum hook_kind kind, struct error *e) {
	const struct point *at = &points[kind];
	const struct spec_hook_list *hooks = (const void *)((const char *)&spec->hooks + at->list);
	const struct spec_namespace *pid = spec_namespace(spec, "pid");
	const char *before, *after;
	char **env;

	if (hooks->n == 0)
		return 0;
	if (check_hooks(p->a, hooks, at->field, e) < 0)
		return -1;
	state_around(p, spec, at->status, &before, &after);
	env = default_env(p, spec, kind);
	for (size_t i = 0; i < hooks->n; i++) {
		struct launch *l = launch_of(p->a, &hooks->v[i], env);

		l->before = before;
		l->after = after;
		l->host = at->side == HOST;
		l->cwd = l->host ? p->request->bundle : NULL;
		l->at_root = kind == HOOK_CREATE_CONTAINER;
		l->umask = kind == HOOK_CREATE_CONTAINER ? (int)h->umask : -1; /* the inside's is 0 by then */
		l->sealed =
			kind == HOOK_CREATE_CONTAINER && (!pid || pid->path); /* in a new one, no stranger can see it */
		l->own_env |= kind == HOOK_START_CONTAINER;
		hook_output_paths(annotations_acting(p, spec), l->prints_to);
		l->filter = kind == HOOK_START_CONTAINER ? p->filter : NULL;
		l->no_ptrace = kind == HOOK_START_CONTAINER && capability_ptrace_reaches_init(spec);
		plan_add(p, at->side, run_hook, l, at->field, (int)i, shell_hook, "run the hook %s", l->path);
	}
	return 0;
}

static int run_one(struct arena *a, struct run *r, const struct spec_hook *hook, const struct hook_point *at,
		   const char *field, struct error *e) {
	struct launch *l = launch_of(a, hook, caller_env(a));
	char why[HINT_SIZE] = "";
	int rc;

	l->before = at->state;
	l->cwd = at->cwd;
	l->host = true;
	rc = launch(l, 0, r, &TEXT(why));
	if (rc == 0)
		return 0;
	return error_set(e, 0, field, "cannot run the hook %s: %s", hook->path, why[0] ? why : error_text(-rc));
}

int hooks_run(struct run *r, const struct spec_hook_list *hooks, const struct hook_point *at, size_t *failed,
	      struct error *e) {
	struct arena a = {0};
	int rc = 0;

	for (size_t i = 0; i < hooks->n && rc == 0; i++) {
		rc = run_one(&a, r, &hooks->v[i], at, field_of(&a, at->field, i, ""), e);
		if (rc < 0)
			*failed = i;
	}
	arena_free(&a);
	return rc;
}
