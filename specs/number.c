/* number.c - from digits to a number. */
#include "number.h"

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
