/* print.h - output of a command, without stdio: what is printed is written, or an error. */
#pragma once
#include <stddef.h>
#include "../specs/error.h"

/* Writes all of it. 0 or -errno. */
int write_bytes(int fd, const char *bytes, size_t n);

/* Writes text, and a newline where it ends in none. 0 or -errno. */
int write_text(int fd, const char *text);

/* The same to stdout. 0, or -1 with *e filled: a full disk is an error. */
int print(const char *text, struct error *e);
