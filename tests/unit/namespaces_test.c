/* namespaces_test.c - what linux.namespaces compiles to, and what is refused. */
#include "../../libcontainer/namespace/namespace.h"
#include "test.h"
#include <errno.h>
#include <string.h>

#define NAMESPACES(...)                                                                                \
	(struct spec) {                                                                                \
		.linux_.namespaces = {                                                                 \
			(struct spec_namespace[]){__VA_ARGS__},                                        \
			sizeof((struct spec_namespace[]){__VA_ARGS__}) / sizeof(struct spec_namespace) \
		}                                                                                      \
	}

static const struct host root = {0};
static const struct request request = {.id = "c"};

static void refused(struct arena *a, const struct spec *spec, const char *field, const char *words) {
	struct plan p = {.a = a};
	struct error e = {0};

	assert_int_equal(plan_namespaces(&p, spec, &root, &e), -1);
	assert_string_equal(e.field, field);
	assert_non_null(strstr(e.text, words));
}

static void each_joined_namespace_is_a_step_before_the_spawn(void **state) {
	struct plan p = {.a = *state};
	struct spec spec = NAMESPACES({"pid", "/proc/1/ns/pid"}, {"mount", NULL}, {"network", "/run/netns/a"});
	struct error e = {0};
	char field[64] = "";

	assert_int_equal(plan_namespaces(&p, &spec, &root, &e), 0);
	assert_int_equal(p.n, 3);
	assert_string_equal(p.v[0].name, "namespace");
	assert_string_equal(p.v[1].name, "namespace");
	assert_string_equal(p.v[2].name, "spawn");
	step_field(&p.v[1], &TEXT(field));
	assert_string_equal(field, "/linux/namespaces/2");
}

static void an_unknown_type_is_refused(void **state) {
	refused(*state, &NAMESPACES({"pid", NULL}, {"net", NULL}), "/linux/namespaces/1",
		"unknown namespace type \"net\"");
}

static void a_second_namespace_of_a_type_is_refused(void **state) {
	refused(*state, &NAMESPACES({"pid", NULL}, {"pid", "/proc/1/ns/pid"}), "/linux/namespaces/1",
		"a second namespace of type pid");
}

static void a_relative_path_is_refused(void **state) {
	refused(*state, &NAMESPACES({"pid", "ns/pid"}), "/linux/namespaces/0", "not absolute");
}

static struct spec_id_mapping one[] = {{0, 100000, 65536}};

static void mappings_need_a_user_namespace(void **state) {
	struct plan p = {.a = *state};
	struct spec spec = NAMESPACES({"mount", NULL});
	struct error e = {0};

	spec.linux_.uid_mappings = (struct spec_id_mappings){one, 1};
	assert_int_equal(plan_idmap(&p, &spec, &e), -1);
	assert_string_equal(e.field, "/linux/uidMappings");
}

static void a_new_user_namespace_needs_mappings(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};

	assert_int_equal(plan_idmap(&p, &NAMESPACES({"user", NULL}), &e), -1);
	assert_string_equal(e.field, "/linux/namespaces");
}

static void maps_are_written_by_the_host_and_root_is_become_inside(void **state) {
	struct plan p = {.a = *state};
	struct spec spec = NAMESPACES({"user", NULL});
	struct error e = {0};
	char shell[128] = "";

	spec.linux_.uid_mappings = spec.linux_.gid_mappings = (struct spec_id_mappings){one, 1};
	assert_int_equal(plan_idmap(&p, &spec, &e), 0);
	plan_become_root(&p, &spec);
	assert_int_equal(p.n, 3);
	assert_int_equal(p.v[0].side, HOST);
	assert_int_equal(p.v[2].side, INSIDE);
	p.v[0].shell(&TEXT(shell), p.v[0].arg);
	assert_non_null(strstr(shell, "0 100000 65536"));
}

static void mappings_that_the_kernel_refuses_are_named(void **state) {
	struct plan p = {.a = *state};
	struct spec spec = NAMESPACES({"user", NULL});
	struct spec_id_mapping twice[] = {{0, 1000, 1}, {1, 1000, 1}};
	struct error e = {0};

	spec.linux_.uid_mappings = (struct spec_id_mappings){one, 1};
	spec.linux_.gid_mappings = (struct spec_id_mappings){twice, 2};
	assert_int_equal(plan_idmap(&p, &spec, &e), -1);
	assert_string_equal(e.field, "/linux/gidMappings/1");
}

static void mappings_beside_a_joined_user_namespace_are_compared(void **state) {
	struct plan p = {.a = *state};
	struct spec spec = NAMESPACES({"user", "/proc/1/ns/user"});
	struct error e = {0};

	assert_int_equal(plan_idmap(&p, &spec, &e), 0);
	assert_int_equal(p.n, 0);
	spec.linux_.gid_mappings = (struct spec_id_mappings){one, 1};
	assert_int_equal(plan_idmap(&p, &spec, &e), 0);
	assert_int_equal(p.n, 1);
	assert_string_equal(p.v[0].name, "map_compare");
	assert_string_equal(p.v[0].field, "/linux/gidMappings");
}

/* The step that joins the runtime's own namespace of this type. */
static int join_own(struct arena *a, struct spec *spec, const char *type) {
	struct spec_namespace *n = arena_new(a, struct spec_namespace);
	struct plan p = {.a = a, .request = &request};
	struct run r = {.plan = &p, .hint = arena_alloc(a, HINT_SIZE)};
	struct error e = {0};
	int rc;

	*n = (struct spec_namespace){(char *)type, arena_printf(a, "/proc/self/ns/%s", type)};
	spec->linux_.namespaces = (struct spec_namespaces){n, 1};
	memset(r.namespace_fds, -1, sizeof(r.namespace_fds));
	assert_int_equal(plan_namespaces(&p, spec, &root, &e), 0);
	rc = p.v[0].run(&r, p.v[0].arg);
	if (rc < 0)
		assert_non_null(strstr(r.hint, "would change the host"));
	return rc;
}

static void the_runtimes_own_namespace_is_refused_when_something_in_it_would_be_changed(void **state) {
	static const struct {
		const char *sysctl, *type, *other;
	} cases[] = {
		{"kernel.msgmax", "ipc", "uts"},
		{"kernel/msgmax", "ipc", "user"},
		{"fs.mqueue.msg_max", "ipc", "uts"},
		{"kernel.domainname", "uts", "ipc"},
		{"user.max_uts_namespaces", "user", "ipc"},
	};
	struct spec spec = {0};

	assert_int_equal(join_own(*state, &spec, "uts"), 0);
	spec.hostname = "renamed";
	assert_int_equal(join_own(*state, &spec, "uts"), -EINVAL);
	assert_int_equal(join_own(*state, &spec, "ipc"), 0);
	spec = (struct spec){.domainname = "renamed"};
	assert_int_equal(join_own(*state, &spec, "uts"), -EINVAL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pair sysctl = {(char *)cases[i].sysctl, "1"};

		spec = (struct spec){.linux_.sysctl = {&sysctl, 1}};
		assert_int_equal(join_own(*state, &spec, cases[i].type), -EINVAL);
		assert_int_equal(join_own(*state, &spec, cases[i].other), 0);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(each_joined_namespace_is_a_step_before_the_spawn),
		arena_test(an_unknown_type_is_refused),
		arena_test(a_second_namespace_of_a_type_is_refused),
		arena_test(a_relative_path_is_refused),
		arena_test(mappings_need_a_user_namespace),
		arena_test(a_new_user_namespace_needs_mappings),
		arena_test(mappings_that_the_kernel_refuses_are_named),
		arena_test(mappings_beside_a_joined_user_namespace_are_compared),
		arena_test(maps_are_written_by_the_host_and_root_is_become_inside),
		arena_test(the_runtimes_own_namespace_is_refused_when_something_in_it_would_be_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
