/* duration.c - Go's durations. */
#include "duration.h"
#include <limits.h>
#include <string.h>
#include "../specs/number.h"

#define DIGITS "0123456789"

static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{"h", UINT64_C(3600000000000)},
	{"m", UINT64_C(60000000000)},
	{"s", 1000000000},
	{"ms", 1000000},
	{"us", 1000},
	{"\xc2\xb5s", 1000},
	{"ns", 1},
};

/* Up to the next number. 0: there is no such unit. */
static uint64_t unit_ns(const char *s, size_t n) {
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strlen(units[i].name) == n && strncmp(s, units[i].name, n) == 0)
			return units[i].ns;
	return 0;
}

/* Of "5s" in "5s100ms": how many nanoseconds. Returns what is behind it, or NULL. */
static const char *part_ns(const char *s, uint64_t *ns) {
	size_t whole = strspn(s, DIGITS), digits = s[whole] == '.' ? strspn(s + whole + 1, DIGITS) : 0;
	const char *unit = s + whole + (digits ? digits + 1 : 0);
	size_t n = strcspn(unit, DIGITS ".");
	uint64_t number, of = unit_ns(unit, n);

	if (!of || !number_unsigned(s, whole, INT_MAX, &number) || number > INT_MAX * UINT64_C(1000000) / of)
		return NULL;
	*ns = number * of;
	for (size_t i = 1; i <= digits; i++)
		*ns += (uint64_t)(s[whole + i] - '0') * (of /= 10);
	return unit + n;
}

bool duration_ms(const char *s, unsigned *ms) {
	uint64_t sum = 0, part;

	do {
		s = part_ns(s, &part);
		if (!s || (sum += part) > INT_MAX * UINT64_C(1000000))
			return false;
	} while (*s);
	*ms = (unsigned)(sum / 1000000);
	return true;
}
