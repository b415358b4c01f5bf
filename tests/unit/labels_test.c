/* labels_test.c - process.apparmorProfile and process.selinuxLabel: what is written, when it is refused, and what has to be
 * read back. */
#include "../../libcontainer/process/internal.h"
#include "steps.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONTAINER "system_u:system_r:container_t:s0:c1,c2"

static const struct request request = {.id = "an-id", .keyring = "_ses"}, no_new_keyring = {.id = "an-id"};
static const struct host off = {0}, apparmor = {.apparmor = "unconfined"}, selinux = {.selinux = true};

/* As plan_process() does it. */
static int plan(struct plan *p, const struct spec_process *process, const struct host *h, struct error *e) {
	struct program *g = arena_new(p->a, struct program);

	g->process = process;
	plan_key_label(p, process);
	plan_add(p, INSIDE, NULL, NULL, NULL, NO_INDEX, NULL, "join a keyring");
	return plan_labels(p, g, h, e);
}

static const struct label *label_of(const struct plan *p, size_t i) {
	assert_true(i < p->n);
	return p->v[i].arg;
}

static void an_absent_and_an_empty_label_ask_for_none(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct spec_process none = {0}, empty = {.apparmor_profile = "", .selinux_label = ""};
	struct error e = {0};

	assert_int_equal(plan(&p, &none, &off, &e), 0);
	assert_int_equal(plan(&p, &empty, &off, &e), 0);
	assert_int_equal(p.n, 2);
	assert_false(process_has_label(&(struct spec){.process = NULL}));
	assert_false(process_has_label(&(struct spec){.process = &empty}));
}

static void a_label_where_its_module_is_off_is_refused(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct spec_process profile = {.apparmor_profile = "unconfined"}, label = {.selinux_label = CONTAINER};
	struct error e = {0};

	is_refused(plan(&p, &profile, &selinux, &e), &e, "/process/apparmorProfile", "AppArmor is off on this host");
	is_refused(plan(&p, &label, &apparmor, &e), &e, "/process/selinuxLabel", "SELinux is off on this host");
}

static void apparmor_is_asked_for_a_transition_at_execve(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct spec_process process = {.apparmor_profile = "husk a", .no_new_privileges = true};
	struct error e = {0};

	assert_true(process_has_label(&(struct spec){.process = &process}));
	assert_int_equal(plan(&p, &process, &apparmor, &e), 0);
	assert_int_equal(p.n, 2);
	is_step(&p, 1, "inside label /process/apparmorProfile");
	says(&p, 1, "confine the process by the profile husk a");
	assert_string_equal(label_of(&p, 1)->file, "attr/apparmor/exec");
	assert_string_equal(label_of(&p, 1)->text, "exec husk a");
}

static void only_what_is_confined_and_gets_no_privileges_stacks(void **state) {
	static const struct {
		char *caller;
		bool no_new_privileges;
		const char *text;
	} cases[] = {
		{"unconfined", true, "exec husk"},        {"runc (unconfined)", true, "exec husk"},
		{"outer (enforce)", false, "exec husk"},  {"outer (enforce)", true, "stack husk"},
		{"outer (complain)", true, "stack husk"}, {"a//&b (mixed)", true, "stack husk"},
		{"(unconfined) x", true, "stack husk"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct plan p = {.a = *state, .request = &request};
		struct spec_process process = {.apparmor_profile = "husk",
					       .no_new_privileges = cases[i].no_new_privileges};
		struct error e = {0};

		assert_int_equal(plan(&p, &process, &(struct host){.apparmor = cases[i].caller}, &e), 0);
		assert_string_equal(label_of(&p, 1)->text, cases[i].text);
	}
}

static void the_keyring_gets_the_selinux_label_before_the_process_does(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct spec_process process = {.selinux_label = CONTAINER};
	struct error e = {0};

	assert_int_equal(plan(&p, &process, &selinux, &e), 0);
	assert_int_equal(p.n, 3);
	assert_string_equal(label_of(&p, 0)->file, "attr/keycreate");
	assert_string_equal(label_of(&p, 0)->text, CONTAINER);
	assert_string_equal(label_of(&p, 2)->file, "attr/exec");
	assert_string_equal(label_of(&p, 2)->text, CONTAINER);

	p = (struct plan){.a = *state, .request = &no_new_keyring};
	assert_int_equal(plan(&p, &process, &selinux, &e), 0);
	assert_int_equal(p.n, 2);
}

/* A folder that looks like a procfs to who writes about itself, with files that only remember. */
static int fake_procfs(char *dir) {
	static const char *const dirs[] = {"1", "1/task", "1/task/1", "1/task/1/attr", "1/task/1/attr/apparmor"};
	static const char *const files[] = {"1/task/1/attr/exec", "1/task/1/attr/apparmor/exec"};
	int fd;

	assert_non_null(mkdtemp(dir));
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(mkdirat(fd, dirs[i], 0700), 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(mknodat(fd, files[i], S_IFREG | 0600, 0), 0);
	assert_int_equal(symlinkat("1/task/1", fd, "thread-self"), 0);
	return fd;
}

static void remove_procfs(const char *dir, int fd) {
	static const char *const names[] = {"thread-self", "1/task/1/attr/exec", "1/task/1/attr/apparmor/exec"};
	static const char *const dirs[] = {"1/task/1/attr/apparmor", "1/task/1/attr", "1/task/1", "1/task", "1"};

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(unlinkat(fd, names[i], 0), 0);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(unlinkat(fd, dirs[i], AT_REMOVEDIR), 0);
	assert_int_equal(rmdir(dir), 0);
	close(fd);
}

/* What the step makes of a file that is read as it was written. */
static int write_label(struct arena *a, const struct spec_process *process, const struct host *h, char *hint) {
	char dir[] = "/tmp/husk-labels.XXXXXX";
	struct plan p = {.a = a, .request = &no_new_keyring};
	struct run r = {.plan = &p, .hint = hint, .procfs_fd = fake_procfs(dir)};
	struct error e = {0};
	int rc;

	assert_int_equal(plan(&p, process, h, &e), 0);
	rc = p.v[1].run(&r, p.v[1].arg);
	remove_procfs(dir, r.procfs_fd);
	return rc;
}

static void a_profile_that_is_read_back_otherwise_is_an_error(void **state) {
	char hint[HINT_SIZE] = "";

	assert_int_equal(write_label(*state, &(struct spec_process){.apparmor_profile = "husk"}, &apparmor, hint),
			 -EINVAL);
	assert_string_equal(hint, "the kernel reads it as \"exec husk\": write it so");
}

static void a_label_that_is_read_back_is_what_was_asked_for(void **state) {
	char hint[HINT_SIZE] = "";

	assert_int_equal(write_label(*state, &(struct spec_process){.selinux_label = CONTAINER}, &selinux, hint), 0);
	assert_string_equal(hint, "");
}

static void compared(struct arena *a, const char *label, size_t bytes) {
	struct plan p = {.a = a, .request = &no_new_keyring};
	struct error e = {0};

	assert_int_equal(plan(&p, &(struct spec_process){.selinux_label = (char *)label}, &selinux, &e), 0);
	assert_int_equal(label_of(&p, 1)->compared, bytes);
}

static void of_an_selinux_label_user_and_role_are_compared(void **state) {
	compared(*state, "a:b:c:s0", 4);
	compared(*state, "a:b:", 4);
	compared(*state, "a:b", 3);
	compared(*state, "a", 1);
}

static void a_refused_program_is_told_with_the_label(void **state) {
	struct spec_process with = {.selinux_label = "a:b:c:s0"}, without = {.apparmor_profile = "husk"};
	char text[256] = "";

	(void)state;
	labels_hint(&TEXT(text), &without, EACCES);
	labels_hint(&TEXT(text), &with, ENOENT);
	assert_string_equal(text, "");
	labels_hint(&TEXT(text), &with, EACCES);
	assert_string_equal(text, ": the SELinux policy may forbid it to a:b:c:s0, which the kernel's log would tell");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(an_absent_and_an_empty_label_ask_for_none),
		arena_test(a_label_where_its_module_is_off_is_refused),
		arena_test(apparmor_is_asked_for_a_transition_at_execve),
		arena_test(only_what_is_confined_and_gets_no_privileges_stacks),
		arena_test(the_keyring_gets_the_selinux_label_before_the_process_does),
		arena_test(a_profile_that_is_read_back_otherwise_is_an_error),
		arena_test(a_label_that_is_read_back_is_what_was_asked_for),
		arena_test(of_an_selinux_label_user_and_role_are_compared),
		arena_test(a_refused_program_is_told_with_the_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
