/* text.c - text in a buffer of fixed size. */
#include "text.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Characters that mean themselves to sh wherever they stand in an argument. */
#define BARE "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"

void text_vadd(struct text *t, const char *format, va_list args) {
	size_t left = t->size - t->n;
	int n = vsnprintf(t->at + t->n, left, format, args);

	if (n > 0)
		t->n += (size_t)n < left ? (size_t)n : left - 1;
}

void text_add(struct text *t, const char *format, ...) {
	va_list args;

	va_start(args, format);
	text_vadd(t, format, args);
	va_end(args);
}

void text_add_quoted(struct text *t, const char *s) {
	if (*s && !s[strspn(s, BARE)]) {
		text_add(t, "%s", s);
		return;
	}
	text_add(t, "'");
	for (const char *quote; (quote = strchr(s, '\'')); s = quote + 1)
		text_add(t, "%.*s'\\''", (int)(quote - s), s);
	text_add(t, "%s'", s);
}

void text_add_member(struct text *t, const char *name, size_t n) {
	text_add(t, "/");
	for (size_t i = 0; i < n && t->n + 1 < t->size; i++)
		if (name[i] == '~' || name[i] == '/')
			text_add(t, name[i] == '~' ? "~0" : "~1");
		else
			text_add(t, "%c", name[i]);
}

/* Days after 1970-01-01 as a date. The year is taken to begin in March, so that the day that comes and goes is its last. */
static void date_of(int64_t days, int64_t *year, int *month, int *day) {
	int64_t era, day_of_era, year_of_era, day_of_year, from_march;

	days += 719468; /* from 0000-03-01 */
	era = (days >= 0 ? days : days - 146096) / 146097;
	day_of_era = days - era * 146097;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	from_march = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * from_march + 2) / 5) + 1;
	*month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
	*year = era * 400 + year_of_era + (*month <= 2);
}

void text_add_time(struct text *t, const struct timespec *time) {
	int64_t days = time->tv_sec / 86400, second = time->tv_sec % 86400, year;
	int month, day;

	date_of(days, &year, &month, &day);
	text_add(t, "%04lld-%02d-%02dT%02d:%02d:%02d.%09ldZ", (long long)year, month, day, (int)(second / 3600),
		 (int)(second / 60 % 60), (int)(second % 60), time->tv_nsec);
}

int text_index(const char *const *words, const char *word) {
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}
