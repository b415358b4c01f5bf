/* masks_test.c - the steps of linux.maskedPaths and linux.readonlyPaths. */
#include "../../libcontainer/rootfs/rootfs.h"
#include "steps.h"

static struct spec_namespace mount_only[] = {{"mount", NULL}};

static const struct host old = {.kernel_major = 5, .kernel_minor = 14};

static struct spec spec_of(struct strings masked, struct strings readonly) {
	return (struct spec){
		.linux_ = {.namespaces = {mount_only, 1}, .masked_paths = masked, .readonly_paths = readonly}};
}

static void each_path_is_one_step_that_names_its_field(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};
	struct spec spec =
		spec_of((struct strings)LIST("/proc/kcore", "/sys/firmware"), (struct strings)LIST("/proc/sys"));

	assert_int_equal(plan_masks(&p, &spec, &old, &e), 0);
	are_steps(&p, "inside readonly_path /linux/readonlyPaths/0", "inside covers /linux/maskedPaths",
		  "inside mask /linux/maskedPaths/0", "inside mask /linux/maskedPaths/1",
		  "inside covers_done /linux/maskedPaths");
	says(&p, 0, "make /proc/sys read-only");
	says(&p, 3, "mask /sys/firmware");
	shell_is(&p, 0, "readonly_path \"$ROOT\"/proc/sys");
	shell_is(&p, 2, "mask \"$ROOT\"/proc/kcore");
}

static void without_paths_there_is_no_step(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};
	struct spec none = spec_of((struct strings){0}, (struct strings){0}),
		    readonly = spec_of((struct strings){0}, (struct strings)LIST("/a"));

	assert_int_equal(plan_masks(&p, &none, &old, &e), 0);
	assert_int_equal(p.n, 0);
	assert_int_equal(plan_masks(&p, &readonly, &old, &e), 0);
	are_steps(&p, "inside readonly_path /linux/readonlyPaths/0");
}

static void paths_are_absolute(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};
	struct spec masked = spec_of((struct strings)LIST("/a", "b"), (struct strings){0}),
		    empty = spec_of((struct strings){0}, (struct strings)LIST(""));

	is_refused(plan_masks(&p, &masked, &old, &e), &e, "/linux/maskedPaths/1", "\"b\" is not absolute");
	is_refused(plan_masks(&p, &empty, &old, &e), &e, "/linux/readonlyPaths/0", "not absolute");
	assert_int_equal(p.n, 0);
}

static void in_a_user_namespace_they_need_a_mount_namespace_of_their_own(void **state) {
	struct plan p = {.a = *state};
	struct error e = {0};
	static struct spec_namespace user_only[] = {{"user", NULL}};
	struct spec masked = spec_of((struct strings)LIST("/a"), (struct strings){0}),
		    readonly = spec_of((struct strings){0}, (struct strings)LIST("/a"));

	masked.linux_.namespaces = readonly.linux_.namespaces = (struct spec_namespaces){user_only, 1};
	is_refused(plan_masks(&p, &masked, &old, &e), &e, "/linux/maskedPaths", "namespace of type mount");
	is_refused(plan_masks(&p, &readonly, &old, &e), &e, "/linux/readonlyPaths", "namespace of type mount");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(each_path_is_one_step_that_names_its_field),
		arena_test(without_paths_there_is_no_step),
		arena_test(paths_are_absolute),
		arena_test(in_a_user_namespace_they_need_a_mount_namespace_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
