/* mount_label_test.c - linux.mountLabel: which mounts get which option, and what is refused. */
#include "../../libcontainer/rootfs/mount_label.h"
#include "../../libcontainer/rootfs/rootfs.h"
#include "steps.h"

#define LABEL "system_u:object_r:container_file_t:s0:c1,c2"

static const struct request request = {.bundle = "/bundle"},
			    ignoring = {.bundle = "/bundle", .ignore_annotations = true};
static const struct host off = {.kernel_major = 6}, selinux = {.kernel_major = 6, .selinux = true};
static struct spec_namespace namespaces[] = {{"mount", NULL}, {"ipc", NULL}};

static struct spec labelled(struct spec_mount *m, char *label) {
	return (struct spec){.mounts = {m, m != NULL}, .linux_ = {.namespaces = {namespaces, 2}, .mount_label = label}};
}

/* The shell form of one mount on /m. */
static void mounted(struct arena *a, struct spec_mount m, const char *shell) {
	struct plan p = {.a = a, .request = &request};
	struct error e = {0};
	struct spec spec;

	m.destination = "/m";
	spec = labelled(&m, LABEL);
	assert_int_equal(plan_mounts(&p, &spec, &selinux, NULL, &e), 0);
	assert_int_equal(p.n, 1);
	shell_is(&p, 0, shell);
}

static void a_new_file_system_gets_the_label_in_quotes(void **state) {
	mounted(*state, (struct spec_mount){.type = "devpts"},
		"mkdir -p \"$ROOT\"/m && mount -t devpts -o 'context=\"" LABEL "\"' none \"$ROOT\"/m");
	mounted(*state, (struct spec_mount){.type = "ext4", .source = "/disk", .options = LIST("ro", "data=journal")},
		"mkdir -p \"$ROOT\"/m && mount -t ext4 -o ro,data=journal,'context=\"" LABEL "\"' /disk \"$ROOT\"/m");
}

static void what_others_have_too_keeps_its_labels(void **state) {
	static const char *const types[] = {"sysfs", "cgroup2", "securityfs"};

	for (size_t i = 0; i < 3; i++)
		mounted(*state, (struct spec_mount){.type = (char *)types[i]},
			arena_printf(*state, "mkdir -p \"$ROOT\"/m && mount -t %s none \"$ROOT\"/m", types[i]));
	mounted(*state, (struct spec_mount){.source = "/x", .options = LIST("bind")},
		"place /x \"$ROOT\"/m && mount --bind /x \"$ROOT\"/m");
}

static void message_queues_are_labelled_by_their_root(void **state) {
	mounted(*state, (struct spec_mount){.type = "mqueue"},
		"mkdir -p \"$ROOT\"/m && mount -t mqueue none \"$ROOT\"/m && chcon " LABEL " \"$ROOT\"/m");
}

static void but_not_those_of_the_host(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct spec_mount m = {.destination = "/m", .type = "mqueue"};
	struct spec spec = labelled(&m, LABEL);
	struct error e = {0};

	spec.linux_.namespaces.n = 1;
	assert_int_equal(plan_mounts(&p, &spec, &selinux, NULL, &e), 0);
	shell_is(&p, 0, "mkdir -p \"$ROOT\"/m && mount -t mqueue none \"$ROOT\"/m");
}

static void a_label_of_the_mount_itself_wins_and_is_quoted_once(void **state) {
	mounted(*state, (struct spec_mount){.type = "devpts", .options = LIST("context=a:b:c:s0:c1,c2")},
		"mkdir -p \"$ROOT\"/m && mount -t devpts -o 'context=\"a:b:c:s0:c1,c2\"' none \"$ROOT\"/m");
	mounted(*state, (struct spec_mount){.type = "devpts", .options = LIST("rootcontext=\"a:b:c:s0\"")},
		"mkdir -p \"$ROOT\"/m && mount -t devpts -o 'rootcontext=\"a:b:c:s0\"' none \"$ROOT\"/m");
}

static void fsconfig_is_given_no_quotes(void **state) {
	struct parameters list = {0};

	parameters_add_option(*state, &list, "context=\"" LABEL "\"");
	parameters_add_option(*state, &list, "defcontext=a:b:c:s0");
	parameters_add_option(*state, &list, "upperdir=\"u\"");
	assert_string_equal(list.v[0].key, "context");
	assert_string_equal(list.v[0].value, LABEL);
	assert_string_equal(list.v[1].value, "a:b:c:s0");
	assert_string_equal(list.v[2].value, "\"u\"");
}

static void options_are_told_by_their_whole_name(void **state) {
	(void)state;
	assert_true(mount_label_is_option("context=x"));
	assert_true(mount_label_is_option("fscontext"));
	assert_false(mount_label_is_option("contexts=x"));
	assert_false(mount_label_is_option("size=context"));
	assert_false(mount_label_is_option(""));
}

static void a_label_where_selinux_is_off_is_refused(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct spec spec = labelled(NULL, LABEL), empty = labelled(NULL, "");
	struct error e = {0};

	is_refused(plan_mounts(&p, &spec, &off, NULL, &e), &e, "/linux/mountLabel", "SELinux is off on this host");
	assert_int_equal(plan_mounts(&p, &empty, &off, NULL, &e), 0);
	assert_null(mount_label_option(&p, &empty));
}

static void an_annotation_says_what_the_label_is_for(void **state) {
	struct plan p = {.a = *state, .request = &request};
	struct spec spec = labelled(NULL, "a:b:c:s0");
	struct pair annotation = {"run.oci.mount_context_type", "fscontext"};
	struct error e = {0};

	spec.annotations = (struct pairs){&annotation, 1};
	assert_string_equal(mount_label_option(&p, &spec), "fscontext=\"a:b:c:s0\"");
	annotation.text = "fs";
	is_refused(plan_mounts(&p, &spec, &selinux, NULL, &e), &e, "/annotations/run.oci.mount_context_type",
		   "unknown type \"fs\"");
	p.request = &ignoring;
	assert_int_equal(plan_mounts(&p, &spec, &selinux, NULL, &e), 0);
	assert_string_equal(mount_label_option(&p, &spec), "context=\"a:b:c:s0\"");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_new_file_system_gets_the_label_in_quotes),
		arena_test(what_others_have_too_keeps_its_labels),
		arena_test(message_queues_are_labelled_by_their_root),
		arena_test(but_not_those_of_the_host),
		arena_test(a_label_of_the_mount_itself_wins_and_is_quoted_once),
		arena_test(fsconfig_is_given_no_quotes),
		arena_test(options_are_told_by_their_whole_name),
		arena_test(a_label_where_selinux_is_off_is_refused),
		arena_test(an_annotation_says_what_the_label_is_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
