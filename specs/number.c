/* number.c - from digits to a number. */
#include "number.h"
#include <string.h>
#include <strings.h>

bool number_unsigned(const char *s, size_t n, uint64_t max, uint64_t *number) {
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t digit = (uint64_t)(s[i] - '0');

		if (s[i] < '0' || s[i] > '9' || digit > max || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (n == 0)
		return false;
	*number = value;
	return true;
}

bool number_signed(const char *s, size_t n, int64_t min, int64_t max, int64_t *number) {
	bool negative = n > 0 && s[0] == '-' && min < 0;
	uint64_t size;
	int64_t value;

	if (!number_unsigned(s + negative, n - negative, (uint64_t)INT64_MAX + negative, &size))
		return false;
	value = (int64_t)(negative ? -size : size);
	if (value < min || value > max)
		return false;
	*number = value;
	return true;
}

bool number_list(const char *s, size_t count, uint64_t *mask) {
	memset(mask, 0, (count + 63) / 64 * sizeof(*mask));
	for (;;) {
		size_t n = strcspn(s, ","), dash = strcspn(s, "-,");
		uint64_t first, last;

		if (!number_unsigned(s, dash, count - 1, &first))
			return false;
		last = first;
		if (dash < n && !number_unsigned(s + dash + 1, n - dash - 1, count - 1, &last))
			return false;
		if (first > last)
			return false;
		for (uint64_t i = first; i <= last; i++)
			mask[i / 64] |= UINT64_C(1) << (i % 64);
		if (s[n] == '\0')
			return true;
		s += n + 1;
	}
}

#define FRACTION_DIGITS 6 /* more than a terabyte has use for */

/* The power of 1024; -1: it is no unit. */
static int unit_of(const char *s, size_t n) {
	static const char letters[] = "kmgtp";
	const char *letter = n ? memchr(letters, *s | 0x20, sizeof(letters) - 1) : NULL;

	if (n == 0)
		return 0;
	if (!letter || n > 3 || strncasecmp(s + 1, n == 3 ? "ib" : "b", n - 1) != 0)
		return -1;
	return (int)(letter - letters) + 1;
}

bool number_bytes(const char *s, size_t n, int64_t *bytes) {
	size_t whole = strspn(s, "-0123456789"), point = whole < n && s[whole] == '.';
	size_t digits = point ? strspn(s + whole + 1, "0123456789") : 0, used = whole + point + digits;
	int unit = used <= n ? unit_of(s + used, n - used) : -1;
	uint64_t fraction = 0, scale = 1;
	int64_t number;

	if (!number_signed(s, whole, -1, INT64_MAX, &number) || unit < 0 || (number < 0 && used < n) ||
	    (point && (unit == 0 || digits == 0 || digits > FRACTION_DIGITS)))
		return false;
	if (digits && !number_unsigned(s + whole + 1, digits, UINT64_MAX, &fraction))
		return false;
	while (digits-- > 0)
		scale *= 10;
	for (int i = 0; i < unit; i++) {
		if (number >= INT64_MAX / 1024 - 1024)
			return false;
		fraction *= 1024;
		number = number * 1024 + (int64_t)(fraction / scale);
		fraction %= scale;
	}
	*bytes = number;
	return true;
}
