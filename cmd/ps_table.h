/* ps_table.h - what ps(1) prints, less the processes of others. */
#pragma once
#include "../specs/arena.h"
#include "../specs/error.h"

/* The head of the table and the lines of these processes; NULL and *e when the table has no column PID. */
char *ps_table(struct arena *a, const char *text, const struct uint32s *pids, struct error *e);
