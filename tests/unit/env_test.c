/* env_test.c - process.env: the last of a name counts; and HOME, from the image's /etc/passwd. */
#include "../../libcontainer/os/fd.h"
#include "../../libcontainer/process/internal.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENV(...) \
	{ (char *[]){__VA_ARGS__, NULL}, sizeof((char *[]){__VA_ARGS__}) / sizeof(char *) }

static struct program *build(struct arena *a, struct strings env, uint32_t uid) {
	struct spec_process *process = arena_new(a, struct spec_process);
	struct program *g = arena_new(a, struct program);
	struct error e = {0};

	process->env = env;
	process->user.uid = uid;
	g->process = process;
	assert_int_equal(env_build(a, g, &e), 0);
	return g;
}

static void is(char **env, const char *expected) {
	char text[512] = "";
	struct text t = TEXT(text);

	for (; *env; env++)
		text_add(&t, "%s|", *env);
	assert_string_equal(text, expected);
}

static void entries_of_sockets_go_before_those_of_the_config(void **state) {
	struct request request = {.socket_fds = 2, .socket_names = "a:b"};
	struct plan p = {.a = *state, .request = &request};
	struct spec_process process = {.env = ENV("LISTEN_FDS=9", "A=1", "LISTEN_PID=9")};
	struct program g = {.process = &process};
	struct error e = {0};

	env_add_sockets(&p, &(struct spec){0}, &g);

	assert_int_equal(env_build(*state, &g, &e), 0);
	is(g.envp, "A=1|LISTEN_FDS=2|LISTEN_PID=1|LISTEN_FDNAMES=a:b|HOME=/|");
	assert_int_equal(p.warnings.n, 1);
}

static void the_last_entry_of_a_name_counts(void **state) {
	struct program *g =
		build(*state, (struct strings)ENV("A=1", "B=x=y", "A=2", "AB=3", "HOME=/h", "A=", "B=z\nz"), 0);

	is(g->envp, "AB=3|HOME=/h|A=|B=z\nz|");
	assert_null(g->home);
}

static void a_config_without_env_has_a_home_still(void **state) {
	is(build(*state, (struct strings){0}, 0)->envp, "HOME=/|");
}

static void an_empty_home_is_none(void **state) {
	is(build(*state, (struct strings)ENV("HOME=/h", "HOME=", "Z=1"), 0)->envp, "Z=1|HOME=/|");
	is(build(*state, (struct strings)ENV("HOMES=/h"), 0)->envp, "HOMES=/h|HOME=/|");
}

static void an_entry_that_is_no_setting_is_refused(void **state) {
	static char *const entries[] = {"A", "", "=", "=x"};

	for (size_t i = 0; i < 4; i++) {
		struct spec_process process = {.env = ENV("A=1", entries[i])};
		struct program g = {.process = &process};
		struct error e = {0};

		assert_int_equal(env_build(*state, &g, &e), -1);
		assert_string_equal(e.field, "/process/env/1");
		assert_non_null(strstr(e.text, "NAME=value"));
	}
}

static void as_many_entries_as_a_config_may_hold_are_done_at_once(void **state) {
	enum { N = 65536 };
	struct strings env = {arena_alloc(*state, (N + 1) * sizeof(char *)), N};
	struct program *g;
	size_t n = 0;

	for (size_t i = 0; i < N; i++)
		env.v[i] = arena_printf(*state, "NAME%zu=%zu", i % (N / 2), i);
	g = build(*state, env, 0);
	while (g->envp[n])
		n++;
	assert_int_equal(n, N / 2 + 1);
	assert_string_equal(g->envp[0], "NAME0=32768");
}

/* The HOME that a user gets from this passwd; with NULL there is none. */
static const char *home(struct arena *a, const char *passwd, uint32_t uid) {
	char dir[] = "/tmp/husk-env-test.XXXXXX", hint[HINT_SIZE];
	struct plan p = {.a = a};
	struct run r = {.plan = &p, .hint = hint};
	struct program *g = build(a, (struct strings){0}, uid);

	assert_non_null(mkdtemp(dir));
	r.root_fd = open(dir, O_PATH | O_CLOEXEC);
	assert_int_equal(mkdirat(r.root_fd, "etc", 0700), 0);
	if (passwd) {
		int fd = openat(r.root_fd, "etc/passwd", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

		assert_int_equal(fd_write(fd, passwd, strlen(passwd)), 0);
		close(fd);
	}
	plan_home(&p, g);
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), 0);
	unlinkat(r.root_fd, "etc/passwd", 0);
	unlinkat(r.root_fd, "etc", AT_REMOVEDIR);
	close(r.root_fd);
	rmdir(dir);
	return g->home;
}

static void home_is_that_of_the_uid(void **state) {
	static const char passwd[] =
		"# comment\n\nroot:x:0:0:root:/root:/bin/sh\nbroken:x:1000\nodd:x:0x3e8:0::/no:/x\nodd:x:+1000:0::/no:/x\n"
		"a:x:1000:1000:A,,:/home/a:/bin/sh\nb:x:1000:1000::/home/b:/bin/sh\nnot:x:1001:1:::/x\n"
		"last:x:1002:1::/home/last:/bin/sh";

	assert_string_equal(home(*state, passwd, 0), "HOME=/root");
	assert_string_equal(home(*state, passwd, 1000), "HOME=/home/a"); /* the first with that number counts */
	assert_string_equal(home(*state, passwd, 1002), "HOME=/home/last");
	assert_string_equal(home(*state, passwd, 1001), "HOME=/"); /* not a path */
	assert_string_equal(home(*state, passwd, 5), "HOME=/");
	assert_string_equal(home(*state, "", 0), "HOME=/");
	assert_string_equal(home(*state, NULL, 0), "HOME=/");
}

static void a_passwd_of_any_shape_does_no_harm(void **state) {
	size_t size = 100000;
	char *long_line = arena_alloc(*state, size + 100), *many = arena_alloc(*state, size + 100),
	     *long_home = arena_alloc(*state, 6000);
	size_t n = 0;

	memset(long_line, 'x', size);
	strcpy(long_line + size, "\nroot:x:0:0::/root:/bin/sh\n");
	assert_string_equal(home(*state, long_line, 0), "HOME=/root");
	while (n < size)
		n += (size_t)sprintf(many + n, "u%zu:x:%zu:1::/home/u%zu:/bin/sh\n", n, n + 10, n);
	assert_string_equal(home(*state, many, 0), "HOME=/");
	strcpy(many + n, "root:x:0:0::/root:/bin/sh");
	assert_string_equal(home(*state, many, 0), "HOME=/root");

	memset(long_home, 'h', 5000);
	memcpy(long_home, "root:x:0:0::/", 13);
	strcpy(long_home + 5000, ":/bin/sh\n");
	assert_string_equal(home(*state, long_home, 0), "HOME=/");
}

static void a_passwd_that_is_a_pipe_is_not_waited_for(void **state) {
	char dir[] = "/tmp/husk-env-test.XXXXXX", hint[HINT_SIZE];
	struct plan p = {.a = *state};
	struct run r = {.plan = &p, .hint = hint};
	struct program *g = build(*state, (struct strings){0}, 0);

	assert_non_null(mkdtemp(dir));
	r.root_fd = open(dir, O_PATH | O_CLOEXEC);
	assert_int_equal(mkdirat(r.root_fd, "etc", 0700), 0);
	assert_int_equal(mknodat(r.root_fd, "etc/passwd", S_IFIFO | 0600, 0), 0);
	plan_home(&p, g);
	alarm(10);
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), 0);
	alarm(0);
	assert_string_equal(g->home, "HOME=/");
	unlinkat(r.root_fd, "etc/passwd", 0);
	unlinkat(r.root_fd, "etc", AT_REMOVEDIR);
	close(r.root_fd);
	rmdir(dir);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(the_last_entry_of_a_name_counts),
		arena_test(entries_of_sockets_go_before_those_of_the_config),
		arena_test(a_config_without_env_has_a_home_still),
		arena_test(an_empty_home_is_none),
		arena_test(an_entry_that_is_no_setting_is_refused),
		arena_test(as_many_entries_as_a_config_may_hold_are_done_at_once),
		arena_test(home_is_that_of_the_uid),
		arena_test(a_passwd_of_any_shape_does_no_harm),
		arena_test(a_passwd_that_is_a_pipe_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
