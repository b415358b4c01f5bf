/* hooks_test.c - hooks: what they are given, how their end is told, and that nothing of them outlives their time. */
#include "../../libcontainer/os/fd.h"
#include "../../libcontainer/os/syscalls.h"
#include "../../libcontainer/process/internal.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A directory for scripts and what they write. */
struct place {
	struct arena a;
	struct request request;
	char dir[64];
};

static int place_setup(void **state) {
	struct place *t = calloc(1, sizeof(*t));

	strcpy(t->dir, "/tmp/husk-hooks-test.XXXXXX");
	*state = t;
	if (!mkdtemp(t->dir))
		return -1;
	t->request = (struct request){.id = "an id", .bundle = t->dir};
	return 0;
}

static int place_teardown(void **state) {
	struct place *t = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", t->dir);
	arena_free(&t->a);
	if (system(command) != 0)
		return -1;
	free(t);
	return 0;
}

#define place_test(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)

static char *in(struct place *t, const char *name) {
	return arena_printf(&t->a, "%s/%s", t->dir, name);
}

/* A hook that is a shell script; it finds its own directory in $D. */
static struct spec_hook hook(struct place *t, const char *name, const char *commands) {
	char *path = in(t, name), *text = arena_printf(&t->a, "#!/bin/sh\nD=%s\n%s\n", t->dir, commands);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);

	assert_int_equal(fd_write(fd, text, strlen(text)), 0);
	close(fd);
	return (struct spec_hook){.path = path};
}

static struct spec_hook hook_with_timeout(struct place *t, const char *name, const char *commands) {
	static const int64_t second = 1;
	struct spec_hook h = hook(t, name, commands);

	h.timeout = &second;
	return h;
}

static const char *content(struct place *t, const char *name) {
	char *text = arena_alloc(&t->a, 65536);

	return file_read_at(AT_FDCWD, in(t, name), text, 65536) < 0 ? NULL : text;
}

struct result {
	int rc;
	char hint[HINT_SIZE];
	struct plan plan;
};

/* Runs one hook of a kind as the step that it is, for a container with pid 4711. */
static struct result *run_kind(struct place *t, struct spec *spec, enum hook_kind kind, struct spec_hook h) {
	struct spec_hook_list *lists[] = {&spec->hooks.prestart, &spec->hooks.create_runtime,
					  &spec->hooks.create_container, &spec->hooks.start_container};
	struct result *result = arena_new(&t->a, struct result);
	struct spec_hook *copy = arena_new(&t->a, struct spec_hook);
	struct error e = {0};

	*copy = h;
	*lists[kind] = (struct spec_hook_list){copy, 1};
	result->plan = (struct plan){.a = &t->a, .request = &t->request};
	assert_int_equal(plan_hooks(&result->plan, spec, &(struct host){.umask = 022}, kind, &e), 0);
	assert_int_equal(result->plan.n, 1);
	struct run r = {
		.plan = &result->plan, .pid = 4711, .hint = result->hint, .interrupt_fd = -1, .hook_fds = {-1, -1}};
	r.root_fd = open("/", O_PATH | O_CLOEXEC);
	result->rc = result->plan.v[0].run(&r, result->plan.v[0].arg);
	close(r.root_fd);
	return result;
}

static struct result *run_host(struct place *t, struct spec_hook h) {
	return run_kind(t, &(struct spec){0}, HOOK_CREATE_RUNTIME, h);
}

static void the_state_is_on_stdin(void **state) {
	struct place *t = *state;
	struct pair pairs[] = {{"a\"key", "a\nvalue"}};
	struct spec spec = {.annotations = {pairs, 1}};
	char *expected = arena_printf(
		&t->a,
		"{\"ociVersion\":\"1.3.0\",\"id\":\"an id\",\"status\":\"creating\",\"pid\":4711,\"bundle\":\"%s\","
		"\"annotations\":{\"a\\\"key\":\"a\\nvalue\"}}",
		t->dir);

	assert_int_equal(run_kind(t, &spec, HOOK_PRESTART, hook(t, "hook", "cat >$D/state"))->rc, 0);
	assert_string_equal(content(t, "state"), expected);
}

static void inside_it_is_the_pid_that_the_container_sees(void **state) {
	struct place *t = *state;
	char *pid = arena_printf(&t->a, "\"pid\":%d,", (int)getpid());
	struct spec_namespace own = {"pid", NULL};
	struct spec spec = {.linux_.namespaces = {&own, 1}};

	assert_int_equal(run_kind(t, &spec, HOOK_CREATE_CONTAINER, hook(t, "one", "cat >$D/state; pwd >$D/pwd"))->rc,
			 0);
	assert_non_null(strstr(content(t, "state"), pid));
	assert_non_null(strstr(content(t, "state"), "\"creating\""));
	assert_string_equal(content(t, "pwd"), "/"); /* r->root_fd */

	spec.hooks.create_container.n = 0;
	assert_int_equal(run_kind(t, &spec, HOOK_START_CONTAINER, hook(t, "two", "cat >$D/state"))->rc, 0);
	assert_non_null(strstr(content(t, "state"), "\"created\""));
}

static void a_state_of_a_megabyte_fits(void **state) {
	struct place *t = *state;
	struct pair pair = {"big", arena_alloc(&t->a, 1 << 20)};
	struct spec spec = {.annotations = {&pair, 1}};

	memset(pair.text, 'x', (1 << 20) - 1);
	assert_int_equal(run_kind(t, &spec, HOOK_PRESTART, hook(t, "reads", "wc -c >$D/size"))->rc, 0);
	assert_true(atol(content(t, "size")) > 1 << 20);
	assert_int_equal(run_kind(t, &spec, HOOK_PRESTART, hook(t, "does-not", "exec 0<&-; sleep 0.05"))->rc, 0);
}

static void args_begin_with_argv_0_and_default_to_the_path(void **state) {
	struct place *t = *state;
	struct spec_hook h = {.path = "/bin/sh",
			      .args = {(char *[]){"zero", "-c", arena_printf(&t->a, "echo \"$0|$1\" >%s/args", t->dir),
						  "a", "b c", NULL},
				       5}};

	assert_int_equal(run_host(t, h)->rc, 0);
	assert_string_equal(content(t, "args"), "a|b c");
	assert_int_equal(run_host(t, hook(t, "hook", "echo \"$0 $#\" >$D/args"))->rc, 0);
	assert_string_equal(content(t, "args"), arena_printf(&t->a, "%s 0", in(t, "hook")));
}

static void env_is_exactly_what_is_given(void **state) {
	struct place *t = *state;
	struct spec_hook h = hook(t, "hook", "/usr/bin/env >$D/env");

	h.env = (struct strings){(char *[]){"A=1", NULL}, 1};
	assert_int_equal(run_host(t, h)->rc, 0);
	assert_non_null(strstr(content(t, "env"), "A=1"));
	assert_null(strstr(content(t, "env"), "HUSK_TEST_MARK"));
	h.env = (struct strings){(char *[]){NULL}, 0};
	assert_int_equal(run_host(t, h)->rc, 0);
	assert_null(strstr(content(t, "env"), "A=1"));
	assert_null(strstr(content(t, "env"), "HUSK_TEST_MARK"));
}

static void without_env_the_callers_is_used_less_what_is_for_the_runtime_alone(void **state) {
	struct place *t = *state;
	struct spec_process process = {.env = {(char *[]){"OF_PROCESS=1", NULL}, 1}};
	struct spec spec = {.process = &process};

	setenv("HUSK_TEST_MARK", "1", 1);
	setenv("NOTIFY_SOCKET", "x", 1);
	setenv("LISTEN_FDS", "2", 1);
	assert_int_equal(run_host(t, hook(t, "hook", "/usr/bin/env >$D/env"))->rc, 0);
	assert_non_null(strstr(content(t, "env"), "HUSK_TEST_MARK=1"));
	assert_null(strstr(content(t, "env"), "NOTIFY_SOCKET"));
	assert_null(strstr(content(t, "env"), "LISTEN_FDS"));

	/* A program of the image gets the environment of the image's process. */
	assert_int_equal(run_kind(t, &spec, HOOK_START_CONTAINER, hook(t, "two", "/usr/bin/env >$D/env"))->rc, 0);
	assert_non_null(strstr(content(t, "env"), "OF_PROCESS=1"));
	assert_null(strstr(content(t, "env"), "HUSK_TEST_MARK"));
}

static void a_hook_gets_no_descriptor_but_the_first_three_and_no_blocked_signal(void **state) {
	struct place *t = *state;
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	assert_int_equal(
		run_host(t, hook(t, "hook",
				 "ls /proc/self/fd >$D/fds; grep SigBlk /proc/self/status >$D/blocked; pwd >$D/pwd\n"
				 "ps -o pgid= -p $$ >$D/group; echo $$ >$D/pid"))
			->rc,
		0);
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_non_null(strstr(content(t, "blocked"), "0000000000000000"));
	assert_string_equal(content(t, "pwd"), t->dir); /* the bundle */
	assert_int_equal(atoi(content(t, "group")), atoi(content(t, "pid")));
	assert_string_equal(content(t, "fds"), "0\n1\n2\n3"); /* 3 is what ls itself opens */
}

static void a_failure_is_told_with_the_end_of_what_was_printed(void **state) {
	struct place *t = *state;
	struct result *r = run_host(t, hook(t, "fails", "echo 'first line'; echo second >&2; exit 3"));

	assert_int_equal(r->rc, -ECANCELED);
	assert_string_equal(r->hint, "exit status 3: first line second");
	r = run_host(t, hook(t, "silent", "exit 255"));
	assert_string_equal(r->hint, "exit status 255");
	r = run_host(t, hook(t, "dies", "kill -KILL $$"));
	assert_int_equal(r->rc, -ECANCELED);
	assert_string_equal(r->hint, "killed by signal 9");
}

static void a_megabyte_of_output_is_read_and_its_end_shown(void **state) {
	struct place *t = *state;
	struct result *r =
		run_host(t, hook(t, "big", "head -c 1048576 /dev/zero | tr '\\0' x; printf '\\nthe end\\n'; exit 4"));

	assert_non_null(strstr(r->hint, "exit status 4: ...xxx"));
	assert_string_equal(r->hint + strlen(r->hint) - 9, "x the end");
}

static void a_hook_that_cannot_be_executed_says_why(void **state) {
	struct place *t = *state;
	struct spec_hook h = hook(t, "closed", "");
	struct result *r = run_host(t, (struct spec_hook){.path = in(t, "none")});

	assert_int_equal(r->rc, -ENOENT);
	assert_string_equal(r->hint, arena_printf(&t->a, "exec: \"%s\": no such file or directory", in(t, "none")));
	chmod(h.path, 0600);
	assert_int_equal(run_host(t, h)->rc, -EACCES);
}

static int64_t now_ms(void) {
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Whether the process whose pid a hook wrote down is there. */
static bool lives(struct place *t, const char *name) {
	const char *pid = content(t, name);

	assert_non_null(pid);
	return kill(atoi(pid), 0) == 0;
}

static void the_end_is_told_also_to_a_caller_that_ignores_its_children(void **state) {
	struct place *t = *state;
	struct sigaction action;

	signal(SIGCHLD, SIG_IGN);
	assert_string_equal(run_host(t, hook(t, "fails", "exit 3"))->hint, "exit status 3");
	assert_int_equal(run_host(t, hook(t, "works", "exit 0"))->rc, 0);
	assert_int_equal(sigaction(SIGCHLD, NULL, &action), 0);
	assert_true(action.sa_handler == SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
}

static void a_hook_that_daemonizes_does_not_keep_us(void **state) {
	struct place *t = *state;
	int64_t begin = now_ms();

	assert_int_equal(
		run_host(t, hook_with_timeout(t, "hook", "setsid sh -c 'echo $$ >'$D'/pid; exec sleep 5' & sleep 0.1"))
			->rc,
		0);
	assert_true(now_ms() - begin < 900);
	assert_true(lives(t, "pid")); /* it did its work: what it left may stay */
	kill(atoi(content(t, "pid")), SIGKILL);
	waitpid(atoi(content(t, "pid")), NULL, 0); /* adopted by us */
}

static void a_timeout_ends_the_whole_tree(void **state) {
	struct place *t = *state;
	int64_t begin = now_ms();
	int subreaper = -1;
	pid_t ours = fork();

	if (ours == 0) {
		pause();
		_exit(0);
	}
	struct result *r = run_host(
		t, hook_with_timeout(
			   t, "hook",
			   "echo working; echo $$ >$D/hook\n"
			   "setsid sh -c '(setsid sh -c \"echo \\$\\$ >'$D'/daemon; exec sleep 60\" &); sleep 60' &\n"
			   "echo $! >$D/session; sleep 60"));

	assert_int_equal(r->rc, -ETIME);
	assert_string_equal(r->hint, "killed after its timeout of 1 s: working");
	assert_true(now_ms() - begin < 5000);
	assert_false(lives(t, "hook"));
	assert_false(lives(t, "session"));
	assert_false(lives(t, "daemon"));

	assert_int_equal(kill(ours, 0), 0); /* a child that was there before is not the hook's */
	kill(ours, SIGKILL);
	assert_int_equal(waitpid(ours, NULL, 0), ours);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nor is there a zombie of the hook */
	assert_int_equal(prctl(PR_GET_CHILD_SUBREAPER, &subreaper), 0);
	assert_int_equal(subreaper, 0);
}

static void a_failure_ends_the_whole_tree_too(void **state) {
	struct place *t = *state;
	struct result *r =
		run_host(t, hook(t, "hook",
				 "sleep 60 & echo $! >$D/group; setsid sh -c 'echo $$ >'$D'/daemon; exec sleep 60' &\n"
				 "while [ ! -s $D/daemon ]; do sleep 0.01; done; exit 3"));

	assert_string_equal(r->hint, "exit status 3");
	assert_false(lives(t, "group"));
	assert_false(lives(t, "daemon"));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void a_flood_of_output_does_not_stop_the_clock(void **state) {
	int64_t begin = now_ms();

	assert_int_equal(run_host(*state, hook_with_timeout(*state, "hook", "exec yes"))->rc, -ETIME);
	assert_true(now_ms() - begin < 3000);
}

static pid_t noted[4];
static size_t n_noted;

static int note(struct run *r, pid_t pid) {
	(void)r;
	noted[n_noted++] = pid;
	return pid && r->pid == 1 ? -EIO : 0;
}

static void the_record_names_a_hook_while_it_runs(void **state) {
	struct place *t = *state;
	struct spec_hook h = hook(t, "hook", "echo $$ >$D/pid; sleep 0.1");
	struct spec spec = {.hooks.prestart = {&h, 1}};
	struct plan p = {.a = &t->a, .request = &t->request};
	char hint[HINT_SIZE] = "";
	struct run r = {.plan = &p,
			.pid = 4711,
			.root_fd = -1,
			.hint = hint,
			.note_hook = note,
			.interrupt_fd = -1,
			.hook_fds = {-1, -1}};
	struct error e = {0};

	assert_int_equal(plan_hooks(&p, &spec, &(struct host){.umask = 022}, HOOK_PRESTART, &e), 0);
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), 0);
	assert_int_equal(n_noted, 2);
	assert_int_equal(noted[0], atoi(content(t, "pid")));
	assert_int_equal(noted[1], 0);

	r.pid = 1; /* a record that cannot be written ends the hook at once */
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), -EIO);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void bad_hooks_are_refused(struct arena *a, struct spec_hook h, const char *member) {
	static const char *const fields[] = {"/hooks/prestart",       "/hooks/createRuntime", "/hooks/createContainer",
					     "/hooks/startContainer", "/hooks/poststart",     "/hooks/poststop"};
	struct spec_hook two[] = {{.path = "/bin/true"}, h};
	struct spec_hook_list list = {two, 2};
	const struct spec all = {.hooks = {list, list, list, list, list, list}}, last = {.hooks.poststop = list};
	struct request request = {.id = "a", .bundle = "/b"};
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(plan_hooks(&p, &all, &(struct host){.umask = 022}, (enum hook_kind)i, &e), -1);
		assert_string_equal(e.field, arena_printf(a, "%s/1/%s", fields[i], member));
	}
	assert_int_equal(plan_process_host(&p, &all, &(struct host){0}, &e), -1);
	assert_string_equal(e.field, arena_printf(a, "%s/1/%s", fields[4], member));
	assert_int_equal(plan_process_host(&p, &last, &(struct host){0}, &e), -1);
	assert_string_equal(e.field, arena_printf(a, "%s/1/%s", fields[5], member));
	assert_int_equal(p.n, 0);
}

static void a_relative_path_or_no_time_at_all_is_refused_before_anything_runs(void **state) {
	struct place *t = *state;

	bad_hooks_are_refused(&t->a, (struct spec_hook){.path = "bin/true"}, "path");
	bad_hooks_are_refused(&t->a, (struct spec_hook){.path = ""}, "path");
	bad_hooks_are_refused(&t->a, (struct spec_hook){.path = "/x", .timeout = &(int64_t){0}}, "timeout");
	bad_hooks_are_refused(&t->a, (struct spec_hook){.path = "/x", .timeout = &(int64_t){-1}}, "timeout");
	bad_hooks_are_refused(&t->a, (struct spec_hook){.path = "/x", .timeout = &(int64_t){INT64_MAX}}, "timeout");
}

static void hooks_outside_a_plan_stop_at_the_first_failure(void **state) {
	struct place *t = *state;
	struct spec_hook hooks[] = {hook(t, "one", "cat >$D/state"), hook(t, "two", "echo no; exit 2"),
				    hook(t, "three", "echo >$D/third")};
	const struct hook_point at = {"/hooks/poststop", "/", "{}"};
	size_t failed = 99;
	struct error e = {0};

	assert_int_equal(hooks_run(NULL, &(struct spec_hook_list){hooks, 1}, &at, &failed, &e), 0);
	assert_int_equal(failed, 99);
	assert_string_equal(content(t, "state"), "{}");
	assert_int_equal(hooks_run(NULL, &(struct spec_hook_list){hooks, 3}, &at, &failed, &e), -1);
	assert_int_equal(failed, 1);
	assert_string_equal(e.field, "/hooks/poststop/1");
	assert_string_equal(e.text, arena_printf(&t->a, "cannot run the hook %s: exit status 2: no", hooks[1].path));
	assert_null(content(t, "third"));
}

static void files_for_what_they_print_are_opened_only_for_hooks_of_the_plan(void **state) {
	struct place *t = *state;
	struct pair pair = {"run.oci.hooks.stderr", "/log"};
	struct spec_hook one = {.path = "/hook"};
	struct spec spec = {.annotations = {&pair, 1}, .hooks.poststop = {&one, 1}};
	struct plan p = {.a = &t->a, .request = &t->request};
	struct error e = {0};

	assert_int_equal(plan_hook_output(&p, &spec, &e), 0);
	assert_int_equal(p.n, 0);
	spec.hooks.start_container = spec.hooks.poststop;
	assert_int_equal(plan_hook_output(&p, &spec, &e), 0);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.v[0].side, HOST);
	assert_string_equal(p.v[0].field, "/annotations/run.oci.hooks.stderr");
	t->request.ignore_annotations = true;
	assert_int_equal(plan_hook_output(&p, &spec, &e), 0);
	assert_int_equal(p.n, 1);
	t->request.ignore_annotations = false;
	pair.text = "log";
	assert_int_equal(plan_hook_output(&p, &spec, &e), -1);
	assert_string_equal(e.field, "/annotations/run.oci.hooks.stderr");
}

static void the_shell_form_does_the_same(void **state) {
	struct place *t = *state;
	struct spec_hook h = hook_with_timeout(t, "hook", "cat >$D/state; echo \"$1 $A\" >$D/words");
	struct spec spec = {.hooks.prestart = {&h, 1}};
	struct plan p = {.a = &t->a, .request = &t->request};
	char shell[2048] = "init=4711; ";
	struct text text = {shell, sizeof(shell), strlen(shell)};
	struct error e = {0};

	h.args = (struct strings){(char *[]){"zero", "it's", NULL}, 2};
	h.env = (struct strings){(char *[]){"A=b c", "PATH=/usr/bin:/bin", NULL}, 2};
	assert_int_equal(plan_hooks(&p, &spec, &(struct host){.umask = 022}, HOOK_PRESTART, &e), 0);
	p.v[0].shell(&text, p.v[0].arg);
	assert_int_equal(system(shell), 0);
	assert_string_equal(content(t, "words"), "it's b c");
	assert_non_null(strstr(content(t, "state"), "\"pid\":4711,"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		place_test(the_state_is_on_stdin),
		place_test(inside_it_is_the_pid_that_the_container_sees),
		place_test(a_state_of_a_megabyte_fits),
		place_test(args_begin_with_argv_0_and_default_to_the_path),
		place_test(env_is_exactly_what_is_given),
		place_test(without_env_the_callers_is_used_less_what_is_for_the_runtime_alone),
		place_test(a_hook_gets_no_descriptor_but_the_first_three_and_no_blocked_signal),
		place_test(a_failure_is_told_with_the_end_of_what_was_printed),
		place_test(a_megabyte_of_output_is_read_and_its_end_shown),
		place_test(a_hook_that_cannot_be_executed_says_why),
		place_test(the_end_is_told_also_to_a_caller_that_ignores_its_children),
		place_test(a_hook_that_daemonizes_does_not_keep_us),
		place_test(a_timeout_ends_the_whole_tree),
		place_test(a_failure_ends_the_whole_tree_too),
		place_test(a_flood_of_output_does_not_stop_the_clock),
		place_test(the_record_names_a_hook_while_it_runs),
		place_test(a_relative_path_or_no_time_at_all_is_refused_before_anything_runs),
		place_test(hooks_outside_a_plan_stop_at_the_first_failure),
		place_test(files_for_what_they_print_are_opened_only_for_hooks_of_the_plan),
		place_test(the_shell_form_does_the_same),
	};

	sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC); /* as main() of husk does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
