/* device_list.c - device rules as the exceptions that cgroup v1 keeps: devices.allow and devices.deny. */
#include "device_rules.h"
#include "../os/fd.h"
#include "../../specs/number.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define FIELD "/linux/resources/devices"

/* Lines for a file, one write each. */
struct device_lines {
	const char *path;
	struct strings lines;
};

/* One file is devices.allow, the other devices.deny; in this order. */
struct device_list {
	struct device_lines first, second;
};

static int write_lines(struct run *r, const struct device_lines *l) {
	auto_close int fd = l->lines.n ? open(l->path, O_WRONLY | O_CLOEXEC) : -1;
	int rc = fd < 0 && l->lines.n ? -errno : 0;

	for (size_t i = 0; i < l->lines.n && rc == 0; i++) {
		rc = fd_write_text(fd, l->lines.v[i]);
		if (rc < 0)
			run_hint(r, "\"%s\" to %s: %s; right is %s", l->lines.v[i], l->path, error_text(-rc),
				 rc == -EINVAL ? "a cgroup without others below it" : "what the parent cgroup allows");
	}
	return rc;
}

static int run_device_rules(struct run *r, const void *arg) {
	const struct device_list *list = arg;
	int rc = write_lines(r, &list->first);

	return rc < 0 ? rc : write_lines(r, &list->second);
}

static void shell_lines(struct text *out, const struct device_lines *l, const char *before) {
	for (size_t i = 0; i < l->lines.n; i++) {
		text_add(out, i ? "\necho " : before);
		text_add_quoted(out, l->lines.v[i]);
		text_add(out, " >");
		text_add_quoted(out, l->path);
	}
}

static void shell_device_rules(struct text *out, const void *arg) {
	const struct device_list *list = arg;

	shell_lines(out, &list->first, "echo ");
	shell_lines(out, &list->second, list->first.lines.n ? "\necho " : "echo ");
}

static int check_representable(struct arena *a, const struct device_rules *rules, struct error *e) {
	for (size_t i = 0; i < rules->n; i++) {
		const struct device_rule *rule = &rules->v[i];

		if (rule->allow != rules->allow)
			continue;
		return error_set(
			e, 0, rule->index == NO_INDEX ? FIELD : arena_printf(a, FIELD "/%d", rule->index),
			"cgroup v1 cannot %s a part of what an earlier rule %s: name the devices one by one there",
			rule->allow ? "allow" : "deny", rule->allow ? "denies" : "allows");
	}
	return 0;
}

/* An open for reading and writing needs both from one exception: each gets these from wider ones. (From those that cross it,
 * such as *:3 and 1:*, not: the kernel denies then.) None is left that a wider one makes needless, nor two of the same. */
static size_t merge(struct device_rule *v, size_t n) {
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			if (device_rule_covers(&v[k], &v[i]))
				v[i].access |= v[k].access & (BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE);
	for (size_t i = 0; i < n;) {
		size_t k = 0;

		while (k < n && (k == i || !device_rule_covers(&v[k], &v[i]) || v[i].access & ~v[k].access))
			k++;
		if (k < n)
			memmove(&v[i], &v[i + 1], (--n - i) * sizeof(*v));
		else
			i++;
	}
	return n;
}

static char *number(struct arena *a, int64_t n) {
	return n == ALL_NUMBERS ? arena_strdup(a, "*") : arena_printf(a, "%lld", (long long)n);
}

static char *line(struct arena *a, const struct device_rule *rule, unsigned access) {
	return arena_printf(a, "%c %s:%s %s%s%s", rule->type, number(a, rule->major), number(a, rule->minor),
			    access & BPF_DEVCG_ACC_READ ? "r" : "", access & BPF_DEVCG_ACC_WRITE ? "w" : "",
			    access & BPF_DEVCG_ACC_MKNOD ? "m" : "");
}

/* The exceptions that the kernel will have. */
static int read_exceptions(struct arena *a, const struct device_rules *rules, struct device_rules *exceptions,
			   struct error *e) {
	struct device_rule *v = arena_alloc(a, (rules->n + 1) * sizeof(*v));

	if (check_representable(a, rules, e) < 0)
		return -1;
	if (rules->n)
		memcpy(v, rules->v, rules->n * sizeof(*v));
	*exceptions = (struct device_rules){v, merge(v, rules->n), rules->allow};
	return 0;
}

/* Of the exceptions in `these` what is not in `those`. */
static void add_difference(struct arena *a, const struct device_rules *these, const struct device_rules *those,
			   struct strings *lines) {
	for (size_t i = 0; i < these->n; i++) {
		const struct device_rule *rule = &these->v[i];
		unsigned access = rule->access;

		for (size_t k = 0; k < those->n; k++)
			if (device_rule_covers(rule, &those->v[k]) && device_rule_covers(&those->v[k], rule))
				access &= ~those->v[k].access;
		if (access)
			strings_add(a, lines, line(a, rule, access));
	}
}

int device_list_lines(struct arena *a, const struct device_rules *rules, struct strings *lines, struct error *e) {
	struct device_rules all = {0};

	if (read_exceptions(a, rules, &all, e) < 0)
		return -1;
	add_difference(a, &all, &(struct device_rules){0}, lines);
	return 0;
}

static bool read_number(const char *s, int64_t *number) {
	*number = ALL_NUMBERS;
	return strcmp(s, "*") == 0 || number_signed(s, strlen(s), 0, INT32_MAX, number);
}

/* "c 1:3 rwm" */
static bool read_line(const char *text, struct device_rule *rule) {
	char type, major[12], minor[12], access[4];

	*rule = (struct device_rule){.allow = true, .index = NO_INDEX};
	if (sscanf(text, "%c %11[0-9*]:%11[0-9*] %3[rwm]", &type, major, minor, access) != 4 || type == 'a' ||
	    !read_number(major, &rule->major) || !read_number(minor, &rule->minor))
		return false;
	rule->type = type;
	rule->access = (strchr(access, 'r') ? BPF_DEVCG_ACC_READ : 0) |
		       (strchr(access, 'w') ? BPF_DEVCG_ACC_WRITE : 0) |
		       (strchr(access, 'm') ? BPF_DEVCG_ACC_MKNOD : 0);
	return true;
}

bool device_list_read(struct arena *a, const char *text, struct device_rules *rules) {
	struct device_rules all = {0};

	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		all.v = arena_grow(a, all.v, all.n, sizeof(*all.v));
		if (!read_line(at, &all.v[all.n++]))
			return false;
	}
	*rules = all;
	return true;
}

int device_list_change(struct arena *a, const struct device_rules *before, const struct device_rules *after,
		       struct strings *added, struct strings *removed, struct error *e) {
	struct device_rules old = {0}, new = {0};

	if (read_exceptions(a, before, &old, e) < 0 || read_exceptions(a, after, &new, e) < 0)
		return -1;
	add_difference(a, &new, &old, added);
	add_difference(a, &old, &new, removed);
	return 0;
}

static struct device_list *list_new(struct arena *a, const char *dir, bool allow_first) {
	struct device_list *list = arena_new(a, struct device_list);

	list->first.path = arena_printf(a, "%s/devices.%s", dir, allow_first ? "allow" : "deny");
	list->second.path = arena_printf(a, "%s/devices.%s", dir, allow_first ? "deny" : "allow");
	return list;
}

/* "a" also drops the exceptions that were there. */
int plan_device_list(struct plan *p, const char *dir, const struct device_rules *rules, struct error *e) {
	struct device_list *list = list_new(p->a, dir, rules->allow);

	strings_add(p->a, &list->first.lines, arena_strdup(p->a, "a"));
	if (device_list_lines(p->a, rules, &list->second.lines, e) < 0)
		return -1;
	plan_add(p, HOST, run_device_rules, list, FIELD, NO_INDEX, shell_device_rules, "write device rules into %s",
		 dir);
	return 0;
}

/* Exceptions that stay are not touched, so that what is allowed before and after is so in between; but where what holds for all
 * changes, all is denied for a moment. */
int plan_device_list_change(struct plan *p, const char *dir, const struct device_rules *before,
			    const struct device_rules *after, struct error *e) {
	struct device_list *list = list_new(p->a, dir, !after->allow);

	if (before->allow != after->allow)
		return plan_device_list(p, dir, after, e);
	if (device_list_change(p->a, before, after, &list->first.lines, &list->second.lines, e) < 0)
		return -1;
	plan_add(p, HOST, run_device_rules, list, FIELD, NO_INDEX, shell_device_rules, "change device rules in %s",
		 dir);
	return 0;
}
