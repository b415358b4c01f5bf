/* annotations_test.c - which annotations act, and what a switch among them may say. */
#include "../../libcontainer/annotations.h"
#include "steps.h"

static const struct request acting = {.id = "c"}, ignoring = {.id = "c", .ignore_annotations = true};

static struct spec spec_with(struct pair *pair) {
	return (struct spec){.annotations = {pair, 1}};
}

static void with_ignore_annotations_none_is_there(void **state) {
	struct plan p = {.a = *state, .request = &acting};
	struct pair property = {"org.systemd.property.", "value"};
	struct spec spec = spec_with(&property);

	assert_string_equal(annotation_get(annotations_acting(&p, &spec), ANNOTATION_SYSTEMD_PROPERTY), "value");
	p.request = &ignoring;
	assert_null(annotation_get(annotations_acting(&p, &spec), ANNOTATION_SYSTEMD_PROPERTY));
}

static int is_on(struct arena *a, char *text, bool *on, struct error *e) {
	struct plan p = {.a = a, .request = &acting};
	struct pair pair = {(char *)annotation_names[0], text};
	struct spec spec = spec_with(&pair);

	return annotation_is_on(&p, &spec, 0, on, e);
}

static void a_switch_is_1_or_true_or_0_or_false(void **state) {
	struct error e = {0};
	bool on;

	assert_int_equal(is_on(*state, "1", &on, &e), 0);
	assert_true(on);
	assert_int_equal(is_on(*state, "true", &on, &e), 0);
	assert_true(on);
	assert_int_equal(is_on(*state, "0", &on, &e), 0);
	assert_false(on);
	assert_int_equal(is_on(*state, "false", &on, &e), 0);
	assert_false(on);
	is_refused(is_on(*state, "yes", &on, &e), &e, "/annotations/org.systemd.property.", "\"yes\" is neither");
	is_refused(is_on(*state, "", &on, &e), &e, "/annotations/org.systemd.property.", "\"\" is neither");
}

static void those_of_crun_that_husk_does_not_know_are_warned_of(void **state) {
	struct plan p = {.a = *state, .request = &acting};
	struct pair pairs[] = {{"run.oci.handler", "krun"}, {"org.example", "1"}, {"io.katacontainers.x", "1"}};
	struct spec spec = {.annotations = {pairs, 3}};

	annotations_warn(&p, &spec);
	assert_int_equal(p.warnings.n, 1);
	assert_string_equal(p.warnings.v[0], "/annotations: run.oci.handler has no effect: husk does not know it");
	p.request = &ignoring;
	annotations_warn(&p, &spec);
	assert_int_equal(p.warnings.n, 1);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(with_ignore_annotations_none_is_there),
		arena_test(a_switch_is_1_or_true_or_0_or_false),
		arena_test(those_of_crun_that_husk_does_not_know_are_warned_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
