/* number.h - the one way from digits to a number: decimal, all of it, in range. No sign but '-' where min is negative, no
 * blanks, no 0x, no exponent (CVE-2026-30892: a lenient parser read a user name as uid 0). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first n characters of s. False, and *number untouched, where they are no number in min..max. */
bool number_unsigned(const char *s, size_t n, uint64_t max, uint64_t *number);
bool number_signed(const char *s, size_t n, int64_t min, int64_t max, int64_t *number);

/* Numbers and ranges, "0-3,7", each below count: bit n of mask, which has count bits, is set for number n. False, and the mask
 * anything, where it is no such list. */
bool number_list(const char *s, size_t count, uint64_t *mask);

/* Bytes: a number that may have a unit behind it, k, m, g, t or p (of 1024; any case; also as kb or KiB), and with one a
 * fraction. -1 is no limit. */
bool number_bytes(const char *s, size_t n, int64_t *bytes);
