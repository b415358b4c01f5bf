/* process_test.c - process: the order of its steps, what is refused, and the small steps. */
#include "../../libcontainer/os/fd.h"
#include "../../libcontainer/process/internal.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ALL ((UINT64_C(1) << 41) - 1)

static const struct host host = {.cap_effective = ALL,
				 .cap_bounding = ALL,
				 .last_cap = 40,
				 .ignored = UINT64_C(1) << (SIGHUP - 1) | UINT64_C(1) << 63};
static const struct request request = {.id = "an-id", .bundle = "/bundle", .keyring = "_ses"};
static char *true_args[] = {"/bin/true", NULL};

static struct spec_process plain(void) {
	return (struct spec_process){.args = {true_args, 1}, .cwd = "/"};
}

static int plan_all(struct plan *p, const struct spec *spec, struct error *e) {
	p->request = p->request ? p->request : &request;
	if (plan_process_host(p, spec, &host, e) < 0)
		return -1;
	plan_cwd(p, spec);
	if (plan_process(p, spec, &host, e) < 0 || plan_scheduling(p, spec, e) < 0)
		return -1;
	return plan_exec(p, spec, &host, e);
}

static void steps_are(const struct plan *p, const char *expected) {
	char text[1024] = "";
	struct text t = TEXT(text);

	for (size_t i = 0; i < p->n; i++)
		text_add(&t, "%s%s ", p->v[i].side == HOST ? "host:" : "", p->v[i].name);
	assert_string_equal(text, expected);
}

static void a_plain_process_needs_these_steps(void **state) {
	struct plan p = {.a = *state};
	struct spec_process process = plain();
	struct error e = {0};

	assert_int_equal(plan_all(&p, &(struct spec){.process = &process}, &e), 0);
	steps_are(
		&p,
		"session signals keyring stdio bounding groups gid uid capabilities home umask lookup descriptors execve ");
}

static void everything_that_can_be_asked_for_has_its_place(void **state) {
	struct plan p = {.a = *state};
	struct spec_process process = plain();
	struct spec_rlimit limit = {"RLIMIT_NOFILE", 1, 2};
	struct spec_hook hook = {.path = "/hook"};
	struct spec spec = {.process = &process, .hooks.start_container = {&hook, 1}};
	struct error e = {0};

	process.cwd = "/work";
	process.user.umask = &(uint32_t){022};
	process.oom_score_adj = &(int32_t){-5};
	process.no_new_privileges = true;
	process.rlimits = (struct spec_rlimits){&limit, 1};
	process.env = (struct strings){(char *[]){"HOME=/h", NULL}, 1};
	process.scheduler = &(struct spec_scheduler){.policy = "SCHED_BATCH"};
	process.io_priority = &(struct spec_io_priority){.class = "IOPRIO_CLASS_BE"};
	process.exec_cpu_affinity = &(struct spec_exec_cpu_affinity){.initial = "0"}; /* for exec alone */
	p.request = &(struct request){.id = "a"};
	assert_int_equal(plan_all(&p, &spec, &e), 0);
	steps_are(
		&p,
		"host:rlimit_raise host:oom_score make_cwd session signals stdio bounding groups gid uid cwd capabilities "
		"umask lookup host:scheduler host:io_priority no_new_privileges hook rlimit descriptors execve ");
}

static void with_a_user_namespace_the_host_gives_stdio_away(void **state) {
	struct plan p = {.a = *state};
	struct spec_process process = plain();
	struct spec_namespace user = {"user", "/proc/1/ns/user"};
	struct error e = {0};

	assert_int_equal(plan_all(&p, &(struct spec){.process = &process, .linux_.namespaces = {&user, 1}}, &e), 0);
	steps_are(
		&p,
		"host:stdio_mapped session signals keyring bounding groups gid uid capabilities home umask lookup descriptors execve ");
}

static void without_a_process_there_is_nothing_to_do(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_all(&p, &(struct spec){0}, &e), 0);
	assert_int_equal(p.n, 0);
}

static void refused(struct arena *a, const struct spec *spec, const char *field, const char *words) {
	struct plan p = {.a = a};
	struct error e = {0};

	assert_int_equal(plan_all(&p, spec, &e), -1);
	assert_string_equal(e.field, field);
	if (!strstr(e.text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, e.text);
}

static void with_a_terminal_the_streams_are_given_away_inside(void **state) {
	struct plan p = {.a = *state};
	struct spec_process process = plain();
	struct spec_namespace user = {"user", "/proc/1/ns/user"};
	struct error e = {0};

	process.terminal = true;
	assert_int_equal(plan_all(&p, &(struct spec){.process = &process, .linux_.namespaces = {&user, 1}}, &e), 0);
	steps_are(
		&p,
		"session signals controlling_terminal keyring stdio bounding groups gid uid capabilities home umask lookup "
		"descriptors execve ");
}

static void without_a_terminal_its_size_is_ignored(void **state) {
	struct plan p = {.a = *state};
	struct spec_process process = plain();
	struct error e = {0};

	process.console_size = &(struct spec_console_size){1, 1};
	assert_int_equal(plan_all(&p, &(struct spec){.process = &process}, &e), 0);
}

static void values_out_of_range_are_refused(void **state) {
	struct spec_process process = plain();
	struct spec spec = {.process = &process};

	process.oom_score_adj = &(int32_t){1001};
	refused(*state, &spec, "/process/oomScoreAdj", "-1000 to 1000");
	process.oom_score_adj = &(int32_t){-1001};
	refused(*state, &spec, "/process/oomScoreAdj", "-1000 to 1000");
	process = plain();
	process.user.umask = &(uint32_t){01000};
	refused(*state, &spec, "/process/user/umask", "octal 777");
	process = plain();
	process.cwd = "work";
	refused(*state, &spec, "/process/cwd", "not absolute");
	process.cwd = "";
	refused(*state, &spec, "/process/cwd", "not absolute");
}

/* Runs a step by name in a child, which then says by its exit status how it went; check may look at the child. */
static int in_child(struct plan *p, struct run *r, const char *name, int (*check)(void)) {
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		for (size_t i = 0; i < p->n; i++)
			if (strcmp(p->v[i].name, name) == 0) {
				int rc = p->v[i].run(r, p->v[i].arg);

				_exit(rc < 0 ? -rc : check ? check() : 0);
			}
		_exit(255);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256;
}

static int leads_a_session(void) {
	return getsid(0) == getpid() ? 0 : 1;
}
static int has_umask_027(void) {
	return umask(0) == 027 ? 0 : 1;
}
static int has_no_new_privileges(void) {
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 1;
}
static int ignores_and_blocks_nothing(void) {
	struct sigaction action;
	sigset_t blocked;

	if (sigaction(SIGHUP, NULL, &action) < 0 || action.sa_handler != SIG_DFL ||
	    sigaction(SIGRTMAX, NULL, &action) < 0 || action.sa_handler != SIG_DFL ||
	    sigaction(SIGUSR1, NULL, &action) < 0 || action.sa_handler != SIG_DFL)
		return 1;
	sigprocmask(0, NULL, &blocked);
	return sigisemptyset(&blocked) ? 0 : 2;
}

static void small_steps_do_what_they_say(void **state) {
	char hint[HINT_SIZE] = "";
	struct plan p = {.a = *state};
	struct run r = {.plan = &p, .hint = hint};
	struct spec_process process = plain();
	struct error e = {0};
	sigset_t some, before;

	process.user.umask = &(uint32_t){027};
	process.no_new_privileges = true;
	assert_int_equal(plan_all(&p, &(struct spec){.process = &process}, &e), 0);
	assert_int_equal(in_child(&p, &r, "session", leads_a_session), 0);
	assert_int_equal(in_child(&p, &r, "umask", has_umask_027), 0);
	assert_int_equal(in_child(&p, &r, "no_new_privileges", has_no_new_privileges), 0);

	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigaddset(&some, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &some, &before);
	signal(SIGHUP, SIG_IGN);
	signal(SIGRTMAX, SIG_IGN);
	assert_int_equal(in_child(&p, &r, "signals", ignores_and_blocks_nothing), 0);
	signal(SIGHUP, SIG_DFL);
	signal(SIGRTMAX, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static int preserved, not_preserved;

static int only_preserved_stay(void) {
	if (fcntl(preserved, F_GETFD) != 0)
		return 1;
	return fcntl(not_preserved, F_GETFD) == FD_CLOEXEC ? 0 : 2;
}

static void only_preserved_descriptors_survive_execve(void **state) {
	char hint[HINT_SIZE] = "";
	struct plan p = {.a = *state};
	struct request two = {.id = "a", .keyring = "_ses", .preserve_fds = 1},
		       many = {.id = "a", .keyring = "_ses", .preserve_fds = 100000};
	struct run r = {.plan = &p, .hint = hint};
	struct spec_process process = plain();
	struct error e = {0};

	preserved = dup2(0, 3);
	not_preserved = dup2(0, 4);
	fcntl(preserved, F_SETFD, FD_CLOEXEC);
	p.request = &two;
	assert_int_equal(plan_all(&p, &(struct spec){.process = &process}, &e), 0);
	assert_int_equal(in_child(&p, &r, "descriptors", only_preserved_stay), 0);
	p.n = 0;
	p.request = &many;
	assert_int_equal(plan_all(&p, &(struct spec){.process = &process}, &e), 0);
	assert_int_equal(in_child(&p, &r, "descriptors", NULL), EBADF);
	close(preserved);
	close(not_preserved);
}

static char cwd[128];

static int is_in_cwd(void) {
	char now[256];

	return getcwd(now, sizeof(now)) && strcmp(now, cwd) == 0 ? 0 : 1;
}

static void the_working_directory_is_made_and_entered_below_the_root(void **state) {
	char dir[] = "/tmp/husk-process-test.XXXXXX", hint[HINT_SIZE] = "";
	struct plan p = {.a = *state};
	struct run r = {.plan = &p, .hint = hint};
	struct spec_process process = plain();
	struct error e = {0};

	assert_non_null(mkdtemp(dir));
	r.root_fd = open(dir, O_PATH | O_CLOEXEC);
	process.cwd = "/a/../../b/./c";
	assert_int_equal(plan_all(&p, &(struct spec){.process = &process}, &e), 0);
	assert_int_equal(in_child(&p, &r, "cwd", NULL), ENOENT);
	assert_int_equal(mkdirat(r.root_fd, "a", 0700), 0);
	assert_int_equal(in_child(&p, &r, "make_cwd", NULL), 0);
	assert_int_equal(in_child(&p, &r, "make_cwd", NULL), 0);
	snprintf(cwd, sizeof(cwd), "%s/b/c", dir);
	assert_int_equal(in_child(&p, &r, "cwd", is_in_cwd), 0);

	unlinkat(r.root_fd, "b/c", AT_REMOVEDIR);
	unlinkat(r.root_fd, "b", AT_REMOVEDIR);
	unlinkat(r.root_fd, "a", AT_REMOVEDIR);
	close(r.root_fd);
	assert_int_equal(rmdir(dir), 0);
}

static void a_working_directory_behind_a_link_of_proc_is_refused(void **state) {
	char hint[HINT_SIZE] = "";
	struct plan p = {.a = *state};
	struct run r = {.plan = &p, .hint = hint, .root_fd = open("/", O_PATH | O_CLOEXEC)};
	struct spec_process process = plain();
	struct error e = {0};

	process.cwd = arena_printf(*state, "/proc/self/fd/%d", r.root_fd);
	plan_enter_cwd(&p, &process, &e);
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), -ELOOP);
	assert_non_null(strstr(hint, "links of /proc"));
	close(r.root_fd);
}

static void the_score_goes_to_the_init_in_the_open_procfs(void **state) {
	char dir[] = "/tmp/husk-process-test.XXXXXX", hint[HINT_SIZE] = "", score[16];
	struct plan p = {.a = *state};
	struct run r = {.plan = &p, .pid = 4711, .hint = hint};
	struct spec_process process = plain();
	struct error e = {0};
	int fd;

	assert_non_null(mkdtemp(dir));
	r.procfs_fd = open(dir, O_PATH | O_CLOEXEC);
	assert_int_equal(mkdirat(r.procfs_fd, "4711", 0700), 0);
	fd = openat(r.procfs_fd, "4711/oom_score_adj", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	process.oom_score_adj = &(int32_t){-1000};
	assert_int_equal(plan_process_host(&p, &(struct spec){.process = &process}, &host, &e), 0);
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), 0);
	assert_int_equal(file_read_at(r.procfs_fd, "4711/oom_score_adj", score, sizeof(score)), 5);
	assert_string_equal(score, "-1000");

	close(fd);
	unlinkat(r.procfs_fd, "4711/oom_score_adj", 0);
	unlinkat(r.procfs_fd, "4711", AT_REMOVEDIR);
	close(r.procfs_fd);
	assert_int_equal(rmdir(dir), 0);
}

static void the_last_command_says_it_all(void **state) {
	struct plan p = {.a = *state};
	struct spec_process process = plain();
	struct spec_rlimit limit = {"RLIMIT_CORE", 0, UINT64_MAX};
	struct spec_capabilities capabilities = {.bounding = {(char **)capability_names, 40},
						 .permitted = {(char **)capability_names, 1}};
	char shell[2048] = "";
	struct error e = {0};

	process.args = (struct strings){(char *[]){"echo", "it's", NULL}, 2};
	process.env = (struct strings){(char *[]){"HOME=/a b", NULL}, 1};
	process.cwd = "/w";
	process.user = (struct spec_user){
		.uid = 5, .gid = 6, .umask = &(uint32_t){027}, .additional_gids = {(uint32_t[]){7, 8}, 2}};
	process.rlimits = (struct spec_rlimits){&limit, 1};
	process.no_new_privileges = true;
	process.capabilities = &capabilities;
	assert_int_equal(plan_all(&p, &(struct spec){.process = &process}, &e), 0);
	p.v[p.n - 1].shell(&TEXT(shell), p.v[p.n - 1].arg);
	assert_string_equal(
		shell, "umask 0027\nexec prlimit --core=0:unlimited setpriv --no-new-privs env -i 'HOME=/a b' "
		       "\"$(command -v capsh)\" --drop=CAP_CHECKPOINT_RESTORE --chroot=\"$ROOT\" --keep=1 --groups=7,8 "
		       "--gid=6 --uid=5 '--caps== CAP_CHOWN+p' --shell=/bin/sh -- -c 'cd \"$0\" && exec \"$@\"' "
		       "/w echo 'it'\\''s' <&5 4>&- 5<&-");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_plain_process_needs_these_steps),
		arena_test(everything_that_can_be_asked_for_has_its_place),
		arena_test(with_a_user_namespace_the_host_gives_stdio_away),
		arena_test(without_a_process_there_is_nothing_to_do),
		arena_test(with_a_terminal_the_streams_are_given_away_inside),
		arena_test(without_a_terminal_its_size_is_ignored),
		arena_test(values_out_of_range_are_refused),
		arena_test(small_steps_do_what_they_say),
		arena_test(only_preserved_descriptors_survive_execve),
		arena_test(the_working_directory_is_made_and_entered_below_the_root),
		arena_test(a_working_directory_behind_a_link_of_proc_is_refused),
		arena_test(the_score_goes_to_the_init_in_the_open_procfs),
		arena_test(the_last_command_says_it_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
