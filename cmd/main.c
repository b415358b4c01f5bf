/* main.c - husk's command line: what global options ask for, the call of a verb, and what is said at the end. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "help.h"
#include "log.h"
#include "print.h"
#include "program.h"
#include "root.h"

enum { STATUS_FAILED = 1, STATUS_UNKNOWN_VERB = 3 /* runc's */ };

static bool is(const char *s, const char *word) {
	return s && strcmp(s, word) == 0;
}

/* Descriptors 0 to 2 that the caller closed become /dev/null, the container's too: else a file of husk would become the
 * stdout of somebody. poll tells about all three in one call. */
static int open_missing_stdio(struct error *e) {
	struct pollfd fds[3] = {{.fd = 0}, {.fd = 1}, {.fd = 2}};

	if (poll(fds, 3, 0) < 0)
		return error_set(e, errno, NULL, "cannot look at stdin, stdout and stderr");
	for (int i = 0; i < 3; i++)
		if ((fds[i].revents & POLLNVAL) && open("/dev/null", O_RDWR) != i)
			return error_set(e, errno, NULL, "cannot open /dev/null in place of a closed descriptor %d", i);
	return 0;
}

/* Security rule D5. Behind the start of the sealed image, which must still have what is to be preserved. */
static int close_inherited_at_exec(struct error *e) {
	if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return error_set(e, errno, NULL, "cannot close inherited descriptors: Linux 5.14 or newer is needed");
	return 0;
}

/* What the caller may have left otherwise than a verb needs it. In the sealed program: what we start first inherits it. */
static int prepare(struct error *e) {
	signal(SIGPIPE, SIG_IGN); /* a reader of warnings that went away must not change how a command ends */
	signal(SIGCHLD,
	       SIG_DFL); /* a caller that ignores it would have our children reaped before we ask how they ended */
	return open_missing_stdio(e) || close_inherited_at_exec(e) ? -1 : 0;
}

/* One call of the program. */
struct call {
	char **argv;  /* a copy */
	char **shown; /* as /proc/PID/cmdline has it */
	struct global global;
	struct log log;
	struct container_env env; /* say_now() comes from it to the rest */
};

static int log_init(struct log *l, const struct global *g, struct error *e) {
	l->json = is(g->log_format, "json");
	l->level = is(g->log_level, "error") ? LEVEL_ERROR : LEVEL_WARNING;
	if (g->debug || is(g->log_level, "debug"))
		l->level = LEVEL_DEBUG;
	return g->log ? log_place(l, g->log, e) : 0;
}

static const char *const managers[] = {
	[CONTAINER_CGROUPFS] = "cgroupfs", [CONTAINER_SYSTEMD] = "systemd", [CONTAINER_NO_CGROUPS] = "disabled"};
#define N_MANAGERS (sizeof(managers) / sizeof(*managers))

static int cgroups_init(struct container_env *env, const struct global *g, struct error *e) {
	const char *manager = g->systemd_cgroup ? "systemd" : g->cgroup_manager ? g->cgroup_manager : "cgroupfs";
	const char *helper = g->systemd_helper ? g->systemd_helper : HUSK_SYSTEMD_HELPER;
	size_t i = 0;

	while (i + 1 < N_MANAGERS && !is(manager, managers[i])) /* the option takes no other */
		i++;
	if (helper[0] != '/')
		return error_set(e, 0, NULL, "--systemd-helper %s: an absolute path is needed", helper);
	env->cgroups = (enum container_cgroups)i;
	env->systemd_helper = helper;
	return 0;
}

/* What was warned of while the process was made is said when it runs, and not again at its end; or then, where who reads stderr is
 * behind: signals do not wait for him. */
static void say_now(struct container_env *env) {
	const struct call *c = (struct call *)((char *)env - offsetof(struct call, env));
	struct pollfd reader = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (poll(&reader, 1, 0) == 0)
		return;
	log_end(&c->log, env, NULL);
	env->warnings = env->debug = (struct strings){0};
}

static int env_init(struct container_env *env, const struct global *g, struct error *e) {
	if (cgroups_init(env, g, e) < 0)
		return -1;
	env->ignore_annotations = g->ignore_annotations;
	env->notify_socket = getenv("NOTIFY_SOCKET");
	env->waiting = say_now;
	env->root = root_directory(env->a, g->root, e);
	return env->root ? 0 : -1;
}

/* A process that joins a container shows its command line there until execve: paths of the host, and secrets of --env. */
static void hide_words(char **shown) {
	size_t n = shown[0] ? strlen(shown[0]) : 0;

	for (size_t i = 0; shown[i]; i++)
		memset(shown[i], 0, strlen(shown[i]));
	if (n >= sizeof("husk") - 1)
		memcpy(shown[0], "husk", sizeof("husk") - 1);
}

static char **copy_words(struct arena *a, int n, char **words) {
	char **copy = arena_alloc(a, ((size_t)n + 1) * sizeof(*copy));

	for (int i = 0; i < n; i++)
		copy[i] = arena_strdup(a, words[i]);
	return copy;
}

static int call_verb(struct call *c, const struct verb *verb, char **words, int *failed, struct error *e) {
	struct arena *a = c->env.a;
	struct grammar g = {.a = a, .command = arena_printf(a, "husk %s", verb->name), .before = global_options};
	void *options = arena_alloc(a, verb->size + 1);
	bool help = false;

	if (verb->failed)
		*failed = verb->failed;
	memcpy(g.options, verb->options, sizeof(g.options));
	words = options_parse(&g, words, options, &help, e);
	if (!words)
		return -1;
	if (help)
		return print(help_verb(a, &g, verb), e);
	if (arguments_parse(&g, words, options, e))
		return -1;
	if (verb->hides_words)
		hide_words(c->shown);
	if ((verb->sealed && container_seal(c->argv, e)) || prepare(e) || env_init(&c->env, &c->global, e) ||
	    log_check(&c->log, e))
		return -1;
	return verb->run(&c->env, options, e);
}

/* `husk help VERB` is `husk VERB --help`. Returns the exit status; or -1 with *e filled, and with *failed the status. */
static int call_husk(struct call *c, int *failed, struct error *e) {
	char help_word[] = "--help", *ask_for_help[] = {help_word, NULL};
	bool help = false, asks;
	char **words = options_parse(&program, c->argv + (c->argv[0] != NULL), &c->global, &help, e);
	const struct verb *verb;

	if (log_init(&c->log, &c->global, e) || !words)
		return -1;
	c->env.debugging = c->log.level == LEVEL_DEBUG;
	asks = is(words[0], "help");
	if (c->global.version)
		return print("husk version " HUSK_VERSION "\ncommit: " HUSK_COMMIT "\nspec: 1.3.0\n", e);
	if (help || !words[asks])
		return print(help_program(c->env.a, &program, verbs), e);
	verb = verb_find(words[asks]);
	if (!verb) {
		*failed = STATUS_UNKNOWN_VERB;
		return error_set(e, 0, NULL, "unknown verb %s: `husk --help` lists the known ones", words[asks]);
	}
	return call_verb(c, verb, asks ? ask_for_help : words + 1, failed, e);
}

int main(int argc, char **argv) {
	struct arena a = {0};
	struct call c = {.argv = copy_words(&a, argc, argv), .shown = argv, .env = {.a = &a}};
	struct error e = {0};
	int failed = STATUS_FAILED, status;

	status = call_husk(&c, &failed, &e);
	log_end(&c.log, &c.env, status < 0 ? &e : NULL);
	return status < 0 ? failed : status;
}
