/* notify_message.c - a message of sd_notify(3): lines of NAME=value, of which few mean something else on the host. */
#include "notify_message.h"
#include <string.h>
#include "../specs/number.h"

/* One line of a message. */
struct line {
	const char *at;
	size_t length;
};

static bool line_next(const char **message, struct line *l) {
	*message += strspn(*message, "\n\r");
	*l = (struct line){*message, strcspn(*message, "\n\r")};
	*message += l->length;
	return l->length > 0;
}

/* The value of the line when it is a number behind NAME=. */
static bool line_number(const struct line *l, const char *name, uint64_t max, uint64_t *number) {
	size_t n = strlen(name);

	return l->length > n && strncmp(l->at, name, n) == 0 && number_unsigned(l->at + n, l->length - n, max, number);
}

/* The first MAINPID counts, as for systemd. */
struct notify_said notify_read(const char *message) {
	struct notify_said said = {0};
	struct line l;

	while (line_next(&message, &l)) {
		if (l.length == 7 && strncmp(l.at, "READY=1", 7) == 0)
			said.ready = true;
		if (said.main_pid == 0)
			line_number(&l, "MAINPID=", INT32_MAX, &said.main_pid);
	}
	return said;
}

static void drop(const struct line *l, const struct notify_host *host, struct text *out) {
	(void)l, (void)host, (void)out;
}

static void say_time(const struct line *l, const struct notify_host *host, struct text *out) {
	uint64_t time;

	if (line_number(l, "MONOTONIC_USEC=", INT64_MAX, &time))
		text_add(out, "MONOTONIC_USEC=%lld\n", (long long)time - (long long)host->clock_ahead);
}

/* A descriptor of a process says in another way who MAINPID is, and could name any: what is told is a pid that was looked at. */
static const struct {
	const char *name;
	void (*say)(const struct line *l, const struct notify_host *host, struct text *out);
} fields[] = {
	{"MAINPID=", drop},
	{"MAINPIDFD=", drop},
	{"MAINPIDFDID=", drop},
	{"MONOTONIC_USEC=", say_time},
};

/* systemd takes backslashes out of a line, also out of its name: what would be read otherwise there than here is not handed on. */
static bool has_plain_name(const struct line *l) {
	size_t n = strspn(l->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return n > 0 && n < l->length && l->at[n] == '=';
}

static void say_line(const struct line *l, const struct notify_host *host, struct text *out) {
	if (!has_plain_name(l))
		return;
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (strncmp(l->at, fields[i].name, strlen(fields[i].name)) == 0)
			return fields[i].say(l, host, out);
	text_add(out, "%.*s\n", (int)l->length, l->at);
}

bool notify_say(const char *message, const struct notify_host *host, struct text *out) {
	struct line l;

	if (host->main_pid)
		text_add(out, "MAINPID=%d\n", (int)host->main_pid);
	while (line_next(&message, &l))
		say_line(&l, host, out);
	if (out->n + 1 == out->size) /* a pid that was cut would be another one */
		return false;
	if (out->n > 0)
		out->at[--out->n] = '\0';
	return true;
}
