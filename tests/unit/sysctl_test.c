/* sysctl_test.c - which kernel parameters a container may set, and under which names. */
#include "../../libcontainer/namespace/namespace.h"
#include "../../libcontainer/os/fd.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct spec_namespace all[] = {{"ipc", NULL}, {"uts", NULL}, {"network", NULL}, {"user", NULL}};

static int plan_one(struct plan *p, char *name, char *value, size_t n_namespaces, struct error *e) {
	struct pair *pair = arena_new(p->a, struct pair);
	struct spec spec = {.linux_ = {.namespaces = {all, n_namespaces}, .sysctl = {pair, 1}}};

	*pair = (struct pair){name, value};
	return plan_sysctl(p, &spec, e);
}

static void a_parameter_may_be_set_only_with_its_namespace(void **state) {
	static const struct {
		const char *name, *type;
	} known[] = {
		{"net.ipv4.ip_forward", "network"},
		{"net/ipv4/ip_forward", "network"},
		{"user.max_net_namespaces", "user"},
		{"fs.mqueue.msg_max", "ipc"},
		{"kernel.msgmax", "ipc"},
		{"kernel.msgmnb", "ipc"},
		{"kernel.msgmni", "ipc"},
		{"kernel.sem", "ipc"},
		{"kernel.shmall", "ipc"},
		{"kernel.shmmax", "ipc"},
		{"kernel.shmmni", "ipc"},
		{"kernel.shm_rmid_forced", "ipc"},
		{"kernel.domainname", "uts"},
	};
	struct plan p = {.a = *state};
	struct error e = {0};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		assert_int_equal(plan_one(&p, (char *)known[i].name, "1", 4, &e), 0);
		assert_int_equal(plan_one(&p, (char *)known[i].name, "1", 0, &e), -1);
		assert_non_null(strstr(e.text, known[i].type));
	}
	assert_int_equal(p.n, sizeof(known) / sizeof(*known));
}

static void what_belongs_to_no_namespace_is_refused(void **state) {
	static char *const names[] = {"kernel.panic",  "kernel.core_pattern", "kernel.hostname", "kernel.semaphore",
				      "vm.swappiness", "fs.file-max",         "kernel.shm",      "net",
				      "user",          "fs.mqueue",           "networks.x",      "sys.net.x"};
	struct plan p = {.a = *state};
	struct error e = {0};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (plan_one(&p, names[i], "1", 4, &e) == 0)
			fail_msg("%s was accepted", names[i]);
	assert_int_equal(p.n, 0);
}

static void odd_names_are_refused(void **state) {
	static char *const names[] = {"",
				      ".",
				      "/",
				      "..",
				      "net.",
				      ".net",
				      "/net/x",
				      "net..x",
				      "net//x",
				      "net/../kernel/panic",
				      "net/./x",
				      "../net/x",
				      "net.x+kernel.panic",
				      "net.x=1",
				      "net.a b",
				      "net.a\tb",
				      "net.a\nb",
				      "net.x;y",
				      "net.x*",
				      "net.\xc3\xa4",
				      "net.x\\y",
				      "net.x%y"};
	struct plan p = {.a = *state};
	struct error e = {0};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (plan_one(&p, names[i], "1", 4, &e) == 0)
			fail_msg("\"%s\" was accepted", names[i]);
	assert_int_equal(p.n, 0);
}

static void a_value_is_one_line(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_one(&p, "kernel.sem", "32000 1024000000\t500 32000", 4, &e), 0);
	assert_int_equal(plan_one(&p, "kernel.sem", "1\n2", 4, &e), -1);
	assert_int_equal(plan_one(&p, "kernel.sem", "1\n", 4, &e), -1);
	assert_int_equal(plan_one(&p, "kernel.sem", "", 4, &e), -1);
	assert_string_equal(e.field, "/linux/sysctl/kernel.sem");
}

static void the_field_of_a_name_with_slashes_is_a_json_pointer(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_one(&p, "vm/a~b", "1", 4, &e), -1);
	assert_string_equal(e.field, "/linux/sysctl/vm~1a~0b");
}

static void shell_is(struct plan *p, char *name, const char *file) {
	struct error e = {0};
	char shell[128] = "";

	assert_int_equal(plan_one(p, name, "1 2", 4, &e), 0);
	p->v[p->n - 1].shell(&TEXT(shell), p->v[p->n - 1].arg);
	assert_string_equal(shell, file);
}

static void the_first_separator_decides_what_a_dot_is(void **state) {
	struct plan p = {.a = *state};

	shell_is(&p, "net.ipv4.conf.eth0/100.forwarding", "echo '1 2' >/proc/sys/net/ipv4/conf/eth0.100/forwarding");
	shell_is(&p, "net/ipv4/conf/eth0.100/forwarding", "echo '1 2' >/proc/sys/net/ipv4/conf/eth0.100/forwarding");
}

static void the_value_goes_below_the_procfs_that_is_open_and_nowhere_else(void **state) {
	char dir[] = "/tmp/husk-sysctl-test.XXXXXX", buf[16], hint[HINT_SIZE];
	struct plan p = {.a = *state};
	struct run r = {.plan = &p, .hint = hint};
	struct error e = {0};
	int fd;

	assert_non_null(mkdtemp(dir));
	r.procfs_fd = open(dir, O_PATH | O_CLOEXEC);
	assert_int_equal(plan_one(&p, "kernel.sem", "12", 4, &e), 0);
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), -ENOENT);
	assert_int_equal(mkdirat(r.procfs_fd, "sys", 0700), 0);
	assert_int_equal(mkdirat(r.procfs_fd, "sys/kernel", 0700), 0);
	fd = openat(r.procfs_fd, "sys/kernel/sem", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), 0);
	assert_int_equal(file_read_at(r.procfs_fd, "sys/kernel/sem", buf, sizeof(buf)), 2);
	assert_string_equal(buf, "12");

	fd_close(&fd);
	unlinkat(r.procfs_fd, "sys/kernel/sem", 0);
	unlinkat(r.procfs_fd, "sys/kernel", AT_REMOVEDIR);
	unlinkat(r.procfs_fd, "sys", AT_REMOVEDIR);
	fd_close(&r.procfs_fd);
	assert_int_equal(rmdir(dir), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_parameter_may_be_set_only_with_its_namespace),
		arena_test(what_belongs_to_no_namespace_is_refused),
		arena_test(odd_names_are_refused),
		arena_test(a_value_is_one_line),
		arena_test(the_field_of_a_name_with_slashes_is_a_json_pointer),
		arena_test(the_first_separator_decides_what_a_dot_is),
		arena_test(the_value_goes_below_the_procfs_that_is_open_and_nowhere_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
