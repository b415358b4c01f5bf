/* device_list.c - device rules as the exceptions that cgroup v1 keeps: devices.allow and devices.deny. */
#include "device_rules.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FIELD "/linux/resources/devices"

struct device_list {
	const char *all, *exceptions; /* the files devices.allow and devices.deny, or the other way round */
	struct strings lines;         /* for the second, one write each */
};

static int write_lines(struct run *r, const char *path, char *const *lines) {
	auto_close int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc = fd < 0 ? -errno : 0;

	for (; *lines && rc == 0; lines++) {
		rc = fd_write_text(fd, *lines);
		if (rc < 0)
			run_hint(r, "\"%s\" to %s: %s; right is what the parent cgroup allows", *lines, path,
				 error_text(-rc));
	}
	return rc;
}

/* "a" also drops the exceptions that were there. */
static int run_device_rules(struct run *r, const void *arg) {
	const struct device_list *list = arg;
	int rc = write_lines(r, list->all, (char *[]){"a", NULL});

	return rc < 0 ? rc : write_lines(r, list->exceptions, list->lines.v);
}

static void shell_device_rules(struct text *out, const void *arg) {
	const struct device_list *list = arg;

	text_add(out, "echo a >");
	text_add_quoted(out, list->all);
	for (size_t i = 0; i < list->lines.n; i++) {
		text_add(out, "\necho ");
		text_add_quoted(out, list->lines.v[i]);
		text_add(out, " >");
		text_add_quoted(out, list->exceptions);
	}
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

int device_list_lines(struct arena *a, const struct device_rules *rules, struct strings *lines, struct error *e) {
	struct device_rule *v = arena_alloc(a, (rules->n + 1) * sizeof(*v));
	size_t n;

	if (check_representable(a, rules, e) < 0)
		return -1;
	if (rules->n)
		memcpy(v, rules->v, rules->n * sizeof(*v));
	n = merge(v, rules->n);
	for (size_t i = 0; i < n; i++)
		strings_add(a, lines,
			    arena_printf(a, "%c %s:%s %s%s%s", v[i].type, number(a, v[i].major), number(a, v[i].minor),
					 v[i].access & BPF_DEVCG_ACC_READ ? "r" : "",
					 v[i].access & BPF_DEVCG_ACC_WRITE ? "w" : "",
					 v[i].access & BPF_DEVCG_ACC_MKNOD ? "m" : ""));
	return 0;
}

int plan_device_list(struct plan *p, const char *dir, const struct device_rules *rules, struct error *e) {
	struct device_list *list = arena_new(p->a, struct device_list);
	const char *allow = arena_printf(p->a, "%s/devices.allow", dir);
	const char *deny = arena_printf(p->a, "%s/devices.deny", dir);

	list->all = rules->allow ? allow : deny;
	list->exceptions = rules->allow ? deny : allow;
	if (device_list_lines(p->a, rules, &list->lines, e) < 0)
		return -1;
	plan_add(p, HOST, run_device_rules, list, FIELD, NO_INDEX, shell_device_rules, "write device rules into %s",
		 dir);
	return 0;
}
