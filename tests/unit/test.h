/* test.h - what a unit test needs: cmocka, and an arena of its own for each case that wants one. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <stdlib.h>
#include "../../specs/arena.h"

static inline int arena_setup(void **state) {
	*state = calloc(1, sizeof(struct arena));
	return *state ? 0 : -1;
}

static inline int arena_teardown(void **state) {
	arena_free(*state);
	free(*state);
	return 0;
}

/* A case whose *state is a struct arena. */
#define arena_test(f) cmocka_unit_test_setup_teardown(f, arena_setup, arena_teardown)
