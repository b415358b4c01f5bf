/* steps.h - looking at the steps of a plan, for tests of what adds them. */
#pragma once
#include "../../libcontainer/plan.h"
#include "test.h"
#include <string.h>

/* Step i by its side, its name and its field: "inside mount /mounts/0". */
static inline void is_step(const struct plan *p, size_t i, const char *expected) {
	char line[256] = "";
	struct text text = TEXT(line);

	assert_true(i < p->n);
	text_add(&text, "%s %s", p->v[i].side == HOST ? "host" : "inside", p->v[i].name);
	if (p->v[i].field)
		text_add(&text, " ");
	step_field(&p->v[i], &text);
	assert_string_equal(line, expected);
}

static inline void says(const struct plan *p, size_t i, const char *expected) {
	char phrase[256] = "";

	step_phrase(&p->v[i], &TEXT(phrase));
	assert_string_equal(phrase, expected);
}

/* The whole plan, ended by NULL. */
static inline void are_steps(const struct plan *p, const char *const *expected) {
	size_t n = 0;

	for (; expected[n]; n++)
		is_step(p, n, expected[n]);
	assert_int_equal(p->n, n);
}
#define are_steps(p, ...) are_steps(p, (const char *const[]){__VA_ARGS__, NULL})

static inline void shell_is(const struct plan *p, size_t i, const char *expected) {
	static char shell[16384];

	assert_true(i < p->n);
	assert_non_null(p->v[i].shell);
	shell[0] = '\0';
	p->v[i].shell(&TEXT(shell), p->v[i].arg);
	assert_string_equal(shell, expected);
}

static inline void warned(const struct plan *p, size_t i, const char *words) {
	assert_true(i < p->warnings.n);
	if (!strstr(p->warnings.v[i], words))
		fail_msg("\"%s\" is not in \"%s\"", words, p->warnings.v[i]);
}

static inline void is_refused(int rc, const struct error *e, const char *field, const char *words) {
	assert_int_equal(rc, -1);
	assert_string_equal(e->field, field);
	if (!strstr(e->text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, e->text);
}

/* A list of strings. */
#define LIST(...) \
	{ (char *[]){__VA_ARGS__, NULL}, sizeof((char *[]){__VA_ARGS__}) / sizeof(char *) }
