/* cgroup_test.c - the steps that make, limit and join a cgroup, and what is looked at before; without root, so on directories
 * that only look like cgroups. */
#include "../../libcontainer/cgroup/cgroup.h"
#include "../../libcontainer/os/fd.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct cgroup_hierarchy v1[] = {
	{"cpuset", "/c/cpuset", "/", false},
	{"pids", "/c/pids", "/", false},
};
static struct cgroup_hierarchy hybrid[] = {
	{"pids,devices", "/c/pids", "/", false},
	{"", "/c/unified", "/", true},
	{"memory", "/c/memory", "/", false},
};
static struct cgroup_hierarchy unified[] = {{"", "/c", "/", true}};
static char *controllers[] = {"memory", "pids", NULL};

static const struct host v1_host = {.cgroups = {v1, 2}};
static const struct host hybrid_host = {.cgroups = {hybrid, 3}};
static const struct host v2_host = {.cgroups = {unified, 1}, .v2_controllers = {controllers, 2}};

static const struct request request = {.id = "c1"};
static const int64_t million = 1000000;
static struct spec_namespace new_cgroup_namespace[] = {{"pid", NULL}, {"cgroup", NULL}};

/* The steps of a plan as lines "SIDE NAME FIELD: SHELL". */
static const char *plan_text(const struct plan *p) {
	const char *all = "";

	for (size_t i = 0; i < p->n; i++) {
		char field[64] = "", shell[512] = "";

		step_field(&p->v[i], &TEXT(field));
		if (p->v[i].shell)
			p->v[i].shell(&TEXT(shell), p->v[i].arg);
		all = arena_printf(p->a, "%s%s %s %s: %s\n", all, p->v[i].side == HOST ? "host" : "inside",
				   p->v[i].name, field, shell);
	}
	return all;
}

static struct plan compile(struct arena *a, const struct spec *spec, const struct host *h) {
	struct plan p = {.a = a, .request = &request};
	struct strings dirs = {0};
	struct error e = {0};

	assert_int_equal(cgroup_place(a, spec, h, "c1", &dirs, &e), 0);
	assert_int_equal(plan_cgroup(&p, spec, h, &dirs, &e), 0);
	plan_cgroup_join(&p, spec, h, &dirs);
	return p;
}

static void on_v1_the_inside_joins_what_the_host_made_and_opened(void **state) {
	struct spec spec = {.linux_ = {.cgroups_path = "/a b", .resources.pids.limit = &million}};
	struct plan p = compile(*state, &spec, &v1_host);

	assert_string_equal(plan_text(&p),
			    "host make_cgroup /linux/cgroupsPath: mkdir -p '/c/cpuset/a b'\n"
			    "host inherit_cpuset /linux/cgroupsPath: [ -n \"$(cat '/c/cpuset/a b/cpuset.cpus')\" ] || "
			    "cat /c/cpuset/cpuset.cpus >'/c/cpuset/a b/cpuset.cpus'\n"
			    "host inherit_cpuset /linux/cgroupsPath: [ -n \"$(cat '/c/cpuset/a b/cpuset.mems')\" ] || "
			    "cat /c/cpuset/cpuset.mems >'/c/cpuset/a b/cpuset.mems'\n"
			    "host make_cgroup /linux/cgroupsPath: mkdir -p '/c/pids/a b'\n"
			    "host limit /linux/resources/pids/limit: echo 1000000 >'/c/pids/a b/pids.max'\n"
			    "host open_tasks /linux/cgroupsPath: echo $$ >'/c/cpuset/a b/tasks'\n"
			    "host open_tasks /linux/cgroupsPath: echo $$ >'/c/pids/a b/tasks'\n"
			    "inside join_cgroup /linux/cgroupsPath: \n"
			    "inside join_cgroup /linux/cgroupsPath: \n");
}

#define OFFERED(dir)                                                                                      \
	"host offer_controllers /linux/cgroupsPath: sed 's/[a-z]*/+&/g' " dir "/cgroup.controllers >" dir \
	"/cgroup.subtree_control 2>/dev/null || :\n"

static void on_v2_each_cgroup_above_gives_the_controllers_and_nothing_is_joined(void **state) {
	struct spec_resources limits = {.memory = {.limit = &million, .reservation = &million}, .pids.limit = &million};
	struct spec spec = {
		.linux_ = {.cgroups_path = "/a/b", .resources = limits, .namespaces = {new_cgroup_namespace, 2}}};
	struct plan p = compile(*state, &spec, &v2_host);

	assert_string_equal(
		plan_text(&p),
		"host make_cgroup /linux/cgroupsPath: mkdir -p /c/a/b\n" OFFERED("/c") "host enable_controllers /linux/resources: echo '+memory +pids' >/c/cgroup.subtree_control\n" OFFERED(
			"/c/a") "host enable_controllers /linux/resources: echo '+memory +pids' >/c/a/cgroup.subtree_control\n"
				"host limit /linux/resources/memory/limit: echo 1000000 >/c/a/b/memory.max\n"
				"host limit /linux/resources/memory/reservation: echo 1000000 >/c/a/b/memory.low\n"
				"host limit /linux/resources/pids/limit: echo 1000000 >/c/a/b/pids.max\n"
				"host open_cgroup /linux/cgroupsPath: echo $$ >/c/a/b/cgroup.procs\n");
}

static void on_a_hybrid_host_the_cgroup_namespace_is_made_after_the_last_move(void **state) {
	struct spec spec = {.linux_.namespaces = {new_cgroup_namespace, 2}};
	struct plan p = compile(*state, &spec, &hybrid_host);

	assert_string_equal(plan_text(&p), "host make_cgroup /linux/cgroupsPath: mkdir -p /c/pids/c1\n"
					   "host make_cgroup /linux/cgroupsPath: mkdir -p /c/unified/c1\n"
					   "host make_cgroup /linux/cgroupsPath: mkdir -p /c/memory/c1\n"
					   "host open_tasks /linux/cgroupsPath: echo $$ >/c/pids/c1/tasks\n"
					   "host open_cgroup /linux/cgroupsPath: echo $$ >/c/unified/c1/cgroup.procs\n"
					   "host open_tasks /linux/cgroupsPath: echo $$ >/c/memory/c1/tasks\n"
					   "inside join_cgroup /linux/cgroupsPath: \n"
					   "inside join_cgroup /linux/cgroupsPath: \n"
					   "inside unshare_cgroup /linux/namespaces/1: \n");
}

static void a_joined_cgroup_namespace_is_not_made(void **state) {
	struct spec_namespace joined = {"cgroup", "/proc/1/ns/cgroup"};
	struct spec spec = {.linux_.namespaces = {&joined, 1}};
	struct plan p = compile(*state, &spec, &v1_host);

	assert_string_equal(p.v[p.n - 1].name, "join_cgroup");
}

static void who_joins_a_cgroup_namespace_is_not_born_into_the_cgroup(void **state) {
	struct spec_namespace joined = {"cgroup", "/proc/1/ns/cgroup"};
	struct spec spec = {.linux_ = {.cgroups_path = "/a", .namespaces = {&joined, 1}}};
	struct plan p = compile(*state, &spec, &v2_host);

	assert_string_equal(p.v[p.n - 2].name, "open_tasks");
	assert_string_equal(p.v[p.n - 1].name, "join_cgroup");
	assert_int_equal(p.v[p.n - 1].side, INSIDE);
}

static void each_controller_is_enabled_once_also_for_unified(void **state) {
	struct pair unified_pairs[] = {{"cgroup.max.depth", "1"}, {"pids.max", "5"}, {"memory.high", "6"}};
	struct spec_resources limits = {.pids.limit = &million, .unified = {unified_pairs, 3}};
	struct spec spec = {.linux_ = {.cgroups_path = "/a", .resources = limits}};
	struct plan p = compile(*state, &spec, &v2_host);

	assert_string_equal(
		plan_text(&p),
		"host make_cgroup /linux/cgroupsPath: mkdir -p /c/a\n" OFFERED(
			"/c") "host enable_controllers /linux/resources: echo '+pids +memory' >/c/cgroup.subtree_control\n"
			      "host limit /linux/resources/pids/limit: echo 1000000 >/c/a/pids.max\n"
			      "host limit /linux/resources/unified/cgroup.max.depth: echo 1 >/c/a/cgroup.max.depth\n"
			      "host limit /linux/resources/unified/pids.max: echo 5 >/c/a/pids.max\n"
			      "host limit /linux/resources/unified/memory.high: echo 6 >/c/a/memory.high\n"
			      "host open_cgroup /linux/cgroupsPath: echo $$ >/c/a/cgroup.procs\n");
}

static void device_rules_are_written_behind_the_limits(void **state) {
	struct spec_device_rule deny_all = {.allow = false, .access = "rwm"};
	struct spec spec = {.linux_.resources = {.devices = {&deny_all, 1}, .pids.limit = &million}};
	struct plan p = compile(*state, &spec, &hybrid_host);

	assert_string_equal(p.v[3].name, "limit");
	assert_string_equal(p.v[4].name, "device_rules");
	assert_string_equal(p.v[5].name, "open_tasks");
	assert_int_equal(p.warnings.n, 0);
}

static void more_hierarchies_than_there_is_room_for_are_refused(void **state) {
	struct cgroup_hierarchy many[16];
	struct host h = {.cgroups = {many, 16}};
	struct plan p = {.a = *state, .request = &request};
	struct strings dirs = {0};
	struct error e = {0};

	for (size_t i = 0; i < 16; i++)
		many[i] = (struct cgroup_hierarchy){"name=x", "/c/x", "/", false};
	assert_int_equal(cgroup_place(*state, &(struct spec){0}, &h, "c1", &dirs, &e), 0);
	assert_int_equal(plan_cgroup(&p, &(struct spec){0}, &h, &dirs, &e), -1);
	assert_non_null(strstr(e.text, "16 cgroup hierarchies"));
}

/* A folder that looks like a cgroup hierarchy, and c1 in it. */
struct fake {
	struct arena a;
	char *top, *dir;
	struct cgroup_hierarchy hierarchy;
	struct host host;
};

static void fake_file(struct fake *f, const char *name, const char *text) {
	FILE *file = fopen(arena_printf(&f->a, "%s/%s", f->dir, name), "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int fake_setup(void **state) {
	struct fake *f = calloc(1, sizeof(*f));

	f->top = mkdtemp(arena_strdup(&f->a, "/tmp/husk-cgroup-test-XXXXXX"));
	f->dir = arena_printf(&f->a, "%s/c1", f->top);
	f->hierarchy = (struct cgroup_hierarchy){"freezer", f->top, "/", false};
	f->host.cgroups = (struct cgroup_hierarchies){&f->hierarchy, 1};
	*state = f;
	return f->top ? 0 : -1;
}

static int fake_teardown(void **state) {
	static const char *const files[] = {"cgroup.procs",   "cgroup.events", "freezer.state", "memory.max",
					    "memory.current", "io.bfq.weight", "io.weight"};
	struct fake *f = *state;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(arena_printf(&f->a, "%s/%s", f->dir, files[i]));
	rmdir(f->dir);
	rmdir(f->top);
	arena_free(&f->a);
	free(f);
	return 0;
}
#define fake_test(f) cmocka_unit_test_setup_teardown(f, fake_setup, fake_teardown)

static int look(struct fake *f, const char *below, struct strings *missing, struct error *e) {
	struct strings dirs = {0};

	strings_add(&f->a, &dirs, arena_printf(&f->a, "%s%s", f->dir, below));
	return cgroup_missing(&f->a, &f->host, &dirs, missing, e);
}

static void missing_cgroups_are_told_parents_first(void **state) {
	struct fake *f = *state;
	struct strings missing = {0};
	struct error e = {0};

	assert_int_equal(look(f, "/a/b", &missing, &e), 0);
	assert_int_equal(missing.n, 3);
	assert_string_equal(missing.v[0], f->dir);
	assert_string_equal(missing.v[2], arena_printf(&f->a, "%s/a/b", f->dir));
	missing = (struct strings){0};
	mkdir(f->dir, 0700);
	assert_int_equal(look(f, "/a/b", &missing, &e), 0);
	assert_int_equal(missing.n, 2);
	assert_string_equal(missing.v[0], arena_printf(&f->a, "%s/a", f->dir));
}

static void a_cgroup_that_is_there_and_empty_is_not_missing(void **state) {
	struct fake *f = *state;
	struct strings missing = {0};
	struct error e = {0};

	mkdir(f->dir, 0700);
	fake_file(f, "cgroup.procs", "");
	assert_int_equal(look(f, "", &missing, &e), 0);
	assert_int_equal(missing.n, 0);
}

static void a_cgroup_with_processes_is_refused_with_their_number(void **state) {
	struct fake *f = *state;
	struct strings missing = {0};
	struct error e = {0};

	mkdir(f->dir, 0700);
	fake_file(f, "cgroup.procs", "0\n70000\n70001\n");
	assert_int_equal(look(f, "", &missing, &e), -1);
	assert_string_equal(e.field, "/linux/cgroupsPath");
	assert_non_null(strstr(e.text, "container's cgroup is not empty: 3 process(es) found"));
	assert_non_null(strstr(e.text, "one is 70000"));
}

static void a_frozen_cgroup_is_refused_also_above(void **state) {
	struct fake *f = *state;
	struct strings missing = {0};
	struct error e = {0};

	mkdir(f->dir, 0700);
	fake_file(f, "cgroup.procs", "");
	fake_file(f, "freezer.state", "FREEZING\n");
	assert_int_equal(look(f, "", &missing, &e), -1);
	assert_non_null(strstr(e.text, "is frozen"));
	assert_int_equal(look(f, "/a/b", &missing, &e), -1);
	fake_file(f, "freezer.state", "THAWED\n");
	assert_int_equal(look(f, "", &missing, &e), 0);
}

static void a_cgroup_of_v2_tells_in_its_events_that_it_is_frozen(void **state) {
	struct fake *f = *state;
	struct strings missing = {0};
	struct error e = {0};

	f->hierarchy.v2 = true;
	f->hierarchy.controllers = "";
	mkdir(f->dir, 0700);
	fake_file(f, "cgroup.events", "populated 0\nfrozen 1\n");
	assert_int_equal(look(f, "", &missing, &e), -1);
	fake_file(f, "cgroup.events", "populated 1\nfrozen 0\n");
	assert_int_equal(look(f, "", &missing, &e), 0);
}

static void a_list_longer_than_one_read_is_counted_right(void **state) {
	struct fake *f = *state;
	char *text = arena_alloc(&f->a, 20001);
	pid_t one = 0;

	for (size_t i = 0; i < 2500; i++)
		snprintf(text + i * 8, 9, "%07zu\n", 1000000 + i);
	mkdir(f->dir, 0700);
	fake_file(f, "cgroup.procs", text);
	assert_int_equal(cgroup_count(f->dir, &one), 2500);
	assert_int_equal(one, 1000000);
	assert_int_equal(cgroup_count(arena_printf(&f->a, "%s/none", f->dir), &one), 0);
}

/* /sys/fs/cgroup/x where nothing is mounted is such a directory: what is made there stays for ever. */
static void where_no_cgroup_file_system_is_the_cgroup_cannot_be_opened(void **state) {
	struct fake *f = *state;
	const struct request with_state = {.state_dir = "/run/husk/c1"};
	struct plan p = {.a = &f->a, .request = &with_state};
	char hint[HINT_SIZE] = "";
	struct run r = {.plan = &p, .hint = hint};
	struct strings dirs = {0};
	struct error e = {0};

	assert_int_equal(cgroup_place(&f->a, &(struct spec){0}, &f->host, "c1", &dirs, &e), 0);
	assert_int_equal(plan_cgroup(&p, &(struct spec){0}, &f->host, &dirs, &e), 0);
	assert_string_equal(p.v[0].name, "make_cgroup");
	assert_int_equal(p.v[0].run(&r, p.v[0].arg), 0);
	assert_int_equal(p.v[p.n - 1].run(&r, p.v[p.n - 1].arg), -ENOENT);
	assert_int_equal(cgroup_remove(&dirs, &dirs, 0, &e), 0);
	assert_int_not_equal(access(f->dir, F_OK), 0);
}

/* Runs the step that writes the only limit in r, as on a v2 that has what it needs. */
static int write_limit(struct fake *f, const struct spec_resources *r, struct run *run, const char **shell) {
	struct spec spec = {.linux_ = {.cgroups_path = "/c1", .resources = *r}};
	struct plan p = {.a = &f->a, .request = &request};
	struct strings dirs = {0};
	struct error e = {0};

	f->hierarchy.v2 = true;
	f->host.v2_controllers = (struct strings){(char *[]){"io", "memory", NULL}, 2};
	run->hint = arena_alloc(&f->a, HINT_SIZE);
	assert_int_equal(cgroup_place(&f->a, &spec, &f->host, "c1", &dirs, &e), 0);
	assert_int_equal(plan_cgroup(&p, &spec, &f->host, &dirs, &e), 0);
	assert_string_equal(p.v[3].name, "limit");
	if (shell) {
		struct text text = {.at = arena_alloc(&f->a, 1024), .size = 1024};

		p.v[3].shell(&text, p.v[3].arg);
		*shell = text.at;
	}
	return p.v[3].run(run, p.v[3].arg);
}

static const char *content(struct fake *f, const char *name) {
	char *text = arena_alloc(&f->a, 64);

	assert_true(file_read_at(AT_FDCWD, arena_printf(&f->a, "%s/%s", f->dir, name), text, 64) >= 0);
	return text;
}

static void the_weight_goes_into_the_file_that_the_kernel_has(void **state) {
	const uint16_t weight = 500;
	struct spec_resources r = {.block_io.weight = &weight};
	struct fake *f = *state;
	struct run run = {0};
	const char *shell;

	mkdir(f->dir, 0700);
	fake_file(f, "io.weight", "before");
	assert_int_equal(write_limit(f, &r, &run, &shell), 0);
	assert_string_equal(content(f, "io.weight"), "4950re");
	assert_string_equal(shell, arena_printf(&f->a,
						"if ! [ -e %s/io.bfq.weight ]; then echo 4950 >%s/io.weight; "
						"else echo 500 >%s/io.bfq.weight; fi",
						f->dir, f->dir, f->dir));
	fake_file(f, "io.bfq.weight", "");
	fake_file(f, "io.weight", "before");
	assert_int_equal(write_limit(f, &r, &run, NULL), 0);
	assert_string_equal(content(f, "io.bfq.weight"), "500");
	assert_string_equal(content(f, "io.weight"), "before");
}

static void a_memory_limit_below_the_usage_is_refused_if_asked_for(void **state) {
	const bool yes = true;
	struct spec_resources r = {.memory = {.limit = &million, .check_before_update = &yes}};
	struct fake *f = *state;
	struct run run = {0};

	mkdir(f->dir, 0700);
	fake_file(f, "memory.max", "max");
	fake_file(f, "memory.current", "1000001\n");
	assert_int_equal(write_limit(f, &r, &run, NULL), -EBUSY);
	assert_non_null(strstr(run.hint, "1000001 is in use"));
	assert_string_equal(content(f, "memory.max"), "max");
	fake_file(f, "memory.current", "1000000\n");
	assert_int_equal(write_limit(f, &r, &run, NULL), 0);
	assert_string_equal(content(f, "memory.max"), "1000000");
}

static void only_what_is_no_limit_needs_no_file(void **state) {
	const int64_t no_limit = -1;
	struct spec_resources r = {.memory.limit = &no_limit};
	struct fake *f = *state;
	struct run run = {0};

	mkdir(f->dir, 0700);
	assert_int_equal(write_limit(f, &r, &run, NULL), 0);
	r.memory.limit = &million;
	assert_int_equal(write_limit(f, &r, &run, NULL), -ENOENT);
	assert_string_equal(run.hint,
			    "no such file or directory; right is bytes, no less than are in use, or -1 for no limit");
}

static void what_was_made_is_removed_from_the_bottom_and_may_be_gone_already(void **state) {
	struct fake *f = *state;
	struct strings made = {0}, dirs = {0};
	struct error e = {0};

	strings_add(&f->a, &made, f->dir);
	strings_add(&f->a, &made, arena_printf(&f->a, "%s/a", f->dir));
	strings_add(&f->a, &dirs, made.v[1]);
	mkdir(made.v[0], 0700);
	mkdir(made.v[1], 0700);
	assert_int_equal(cgroup_remove(&made, &dirs, 0, &e), 0);
	assert_int_not_equal(access(f->dir, F_OK), 0);
	assert_int_equal(cgroup_remove(&made, &dirs, 0, &e), 0);
	assert_int_equal(cgroup_kill(&dirs), 0);
}

static void a_cgroup_that_was_there_before_is_not_removed(void **state) {
	struct fake *f = *state;
	struct strings made = {0}, dirs = {0};
	struct error e = {0};

	strings_add(&f->a, &dirs, f->dir);
	mkdir(f->dir, 0700);
	fake_file(f, "cgroup.procs", "");
	assert_int_equal(cgroup_remove(&made, &dirs, 0, &e), 0);
	assert_int_equal(access(f->dir, F_OK), 0);
}

static void a_process_that_stays_is_named_when_the_time_is_over(void **state) {
	struct fake *f = *state;
	struct strings made = {0}, dirs = {0};
	struct error e = {0};
	char words[64];

	strings_add(&f->a, &dirs, f->dir);
	mkdir(f->dir, 0700);
	fake_file(f, "cgroup.procs", arena_printf(&f->a, "%d\n", (int)getpid()));
	assert_int_equal(cgroup_remove(&made, &dirs, 0, &e), -1);
	snprintf(words, sizeof(words), "process %d (state R) is still in it", (int)getpid());
	assert_non_null(strstr(e.text, words));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(on_v1_the_inside_joins_what_the_host_made_and_opened),
		arena_test(on_v2_each_cgroup_above_gives_the_controllers_and_nothing_is_joined),
		arena_test(on_a_hybrid_host_the_cgroup_namespace_is_made_after_the_last_move),
		arena_test(a_joined_cgroup_namespace_is_not_made),
		arena_test(who_joins_a_cgroup_namespace_is_not_born_into_the_cgroup),
		arena_test(each_controller_is_enabled_once_also_for_unified),
		arena_test(device_rules_are_written_behind_the_limits),
		arena_test(more_hierarchies_than_there_is_room_for_are_refused),
		fake_test(missing_cgroups_are_told_parents_first),
		fake_test(a_cgroup_that_is_there_and_empty_is_not_missing),
		fake_test(a_cgroup_with_processes_is_refused_with_their_number),
		fake_test(a_frozen_cgroup_is_refused_also_above),
		fake_test(a_cgroup_of_v2_tells_in_its_events_that_it_is_frozen),
		fake_test(a_list_longer_than_one_read_is_counted_right),
		fake_test(where_no_cgroup_file_system_is_the_cgroup_cannot_be_opened),
		fake_test(the_weight_goes_into_the_file_that_the_kernel_has),
		fake_test(a_memory_limit_below_the_usage_is_refused_if_asked_for),
		fake_test(only_what_is_no_limit_needs_no_file),
		fake_test(what_was_made_is_removed_from_the_bottom_and_may_be_gone_already),
		fake_test(a_cgroup_that_was_there_before_is_not_removed),
		fake_test(a_process_that_stays_is_named_when_the_time_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
