/* duration.h - lengths of time as Go writes them: 5s, 500ms, 1m30s, 1.5h. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* False, and *ms untouched, where s is none or too long for an int. What is less than a millisecond is cut off. */
bool duration_ms(const char *s, unsigned *ms);
