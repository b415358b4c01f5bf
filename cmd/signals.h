/* signals.h - the names of signals. */
#pragma once
#include <stddef.h>

#define SIGNAL_MAX 64

/* The number of a signal that is written as a number, or as a name with or without SIG, in whatever case. -1: it is none. 0 is
 * one, which only asks whether it could be sent. */
int signal_number(const char *s);

/* The names that have no number in them, without SIG; NULL behind the last. */
const char *signal_name(size_t index);
