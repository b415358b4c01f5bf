/* devices.c - linux.resources.devices: which devices the container may open or make.
 *
 * Each way of access to a device (r, w, m) is decided by the last rule that names both, as runc has it; what no rule names is
 * denied, but where there are no rules at all nothing is restricted. What every container needs is allowed behind the rules. */
#include "device_rules.h"
#include "cgroup.h"
#include <string.h>

#define FIELD "/linux/resources/devices"
#define MAX_RULES 4096 /* each is compared with each */
#define MAX_MAJOR 4095
#define MAX_MINOR 1048575

#define MKNOD BPF_DEVCG_ACC_MKNOD

/* Making a node gives nothing by itself. 5:2 and 136 are pseudo terminals, 10:200 is /dev/net/tun. */
static const struct device_rule defaults[] = {
	{true, 'c', ALL_NUMBERS, ALL_NUMBERS, MKNOD, NO_INDEX},
	{true, 'b', ALL_NUMBERS, ALL_NUMBERS, MKNOD, NO_INDEX},
	{true, 'c', 1, 3, ALL_ACCESS, NO_INDEX},
	{true, 'c', 1, 5, ALL_ACCESS, NO_INDEX},
	{true, 'c', 1, 7, ALL_ACCESS, NO_INDEX},
	{true, 'c', 1, 8, ALL_ACCESS, NO_INDEX},
	{true, 'c', 1, 9, ALL_ACCESS, NO_INDEX},
	{true, 'c', 5, 0, ALL_ACCESS, NO_INDEX},
	{true, 'c', 136, ALL_NUMBERS, ALL_ACCESS, NO_INDEX},
	{true, 'c', 5, 2, ALL_ACCESS, NO_INDEX},
	{true, 'c', 10, 200, ALL_ACCESS, NO_INDEX},
};
#define N_DEFAULTS (sizeof(defaults) / sizeof(*defaults))

static bool number_covers(int64_t outer, int64_t inner) {
	return outer == ALL_NUMBERS || outer == inner;
}

static bool number_overlaps(int64_t left, int64_t right) {
	return left == right || left == ALL_NUMBERS || right == ALL_NUMBERS;
}

bool device_rule_covers(const struct device_rule *outer, const struct device_rule *inner) {
	return outer->type == inner->type && number_covers(outer->major, inner->major) &&
	       number_covers(outer->minor, inner->minor);
}

bool device_rule_overlaps(const struct device_rule *one, const struct device_rule *other) {
	return one->type == other->type && number_overlaps(one->major, other->major) &&
	       number_overlaps(one->minor, other->minor);
}

static int read_access(const char *letters, unsigned *access, const char *field, struct error *e) {
	static const char known[] = "mrw"; /* in the order of the kernel's bits */

	*access = 0;
	for (const char *c = letters ? letters : ""; *c; c++) {
		const char *found = strchr(known, *c);

		if (!found)
			return error_set(e, 0, field, "unknown access \"%s\": some of r, w and m are needed", letters);
		*access |= 1U << (found - known);
	}
	return *access ? 0 : error_set(e, 0, field, "access is needed: some of r, w and m");
}

/* Engines write an asterisk as -1. */
static int read_number(const int64_t *n, int64_t max, int64_t *number, const char *field, struct error *e) {
	*number = n ? *n : ALL_NUMBERS;
	if (*number >= ALL_NUMBERS && *number <= max)
		return 0;
	return error_set(e, 0, field, "%lld is no number of a device: major runs from 0 to %d, and minor from 0 to %d",
			 (long long)*number, MAX_MAJOR, MAX_MINOR);
}

static void rules_add(struct arena *a, struct device_rules *rules, const struct device_rule *rule) {
	rules->v = arena_grow(a, rules->v, rules->n, sizeof(*rules->v));
	rules->v[rules->n++] = *rule;
}

static int read_rule(struct arena *a, const struct spec_device_rule *asked, int index, struct device_rules *rules,
		     struct error *e) {
	const char *field = arena_printf(a, FIELD "/%d", index);
	const char *type = asked->type ? asked->type : "a";
	struct device_rule rule = {.allow = asked->allow, .index = index};

	if (!*type || !strchr("abc", *type) || type[1])
		return error_set(e, 0, field, "unknown type \"%s\": a, b or c is needed", type);
	if (read_access(asked->access, &rule.access, field, e) < 0 ||
	    read_number(asked->major, MAX_MAJOR, &rule.major, field, e) < 0 ||
	    read_number(asked->minor, MAX_MINOR, &rule.minor, field, e) < 0)
		return -1;
	if (*type == 'a' && rule.access == ALL_ACCESS && rule.major == ALL_NUMBERS && rule.minor == ALL_NUMBERS) {
		*rules = (struct device_rules){.allow = rule.allow}; /* it begins anew */
		return 0;
	}
	for (const char *each = *type == 'a' ? "bc" : type; *each; each++) {
		rule.type = *each;
		rules_add(a, rules, &rule);
	}
	return 0;
}

static bool has_effect(const struct device_rules *rules, const struct device_rule *rule) {
	if (rule->access == 0)
		return false;
	if (rule->allow != rules->allow)
		return true;
	for (const struct device_rule *earlier = rules->v; earlier < rule; earlier++)
		if (earlier->access & rule->access && device_rule_overlaps(earlier, rule))
			return true;
	return false;
}

static void strip(struct device_rule *rule, const struct device_rule *later) {
	if (!device_rule_covers(later, rule))
		return;
	if (rule->allow != later->allow)
		rule->access &= ~later->access;
	else if ((rule->access & ~later->access) == 0)
		rule->access = 0;
}

static void simplify(struct device_rules *rules) {
	size_t kept = 0;

	for (size_t i = 0; i < rules->n; i++)
		for (size_t later = i + 1; later < rules->n; later++)
			strip(&rules->v[i], &rules->v[later]);
	for (size_t i = 0; i < rules->n; i++) {
		rules->v[kept] = rules->v[i];
		kept += has_effect(rules, &rules->v[kept]);
	}
	rules->n = kept;
}

int device_rules_read(struct arena *a, const struct spec_device_rules *asked, struct device_rules *rules,
		      struct error *e) {
	struct device_rules all = {0};

	if (asked->n > MAX_RULES)
		return error_set(e, 0, FIELD, "%zu rules are too many: husk takes %d", asked->n, MAX_RULES);
	for (size_t i = 0; i < asked->n; i++)
		if (read_rule(a, &asked->v[i], (int)i, &all, e) < 0)
			return -1;
	for (size_t i = 0; i < N_DEFAULTS; i++)
		rules_add(a, &all, &defaults[i]);
	simplify(&all);
	*rules = all;
	return 0;
}

/* The v1 controller where it is mounted, for a program in a cgroup2 beside it would only do the same; or h->cgroups.n. */
static size_t find_devices(const struct host *h, bool *v2) {
	size_t i = 0, unified = h->cgroups.n;

	for (; i < h->cgroups.n; i++) {
		if (h->cgroups.v[i].v2)
			unified = i;
		else if (cgroup_list_has(h->cgroups.v[i].controllers, "devices"))
			break;
	}
	*v2 = i == h->cgroups.n;
	return *v2 ? unified : i;
}

static int nowhere_error(struct error *e) {
	return error_set(e, 0, FIELD,
			 "nothing here can deny a device: mount a cgroup2, or the cgroup v1 controller \"devices\"");
}

int plan_device_rules(struct plan *p, const struct spec *spec, const struct host *h, const struct strings *dirs,
		      struct error *e) {
	const struct spec_device_rules *asked = &spec->linux_.resources.devices;
	struct device_rules rules = {0};
	bool v2;
	size_t i = find_devices(h, &v2);

	if (asked->n == 0)
		return 0;
	if (device_rules_read(p->a, asked, &rules, e) < 0)
		return -1;
	if (rules.n == 0)
		return 0;
	if (i == h->cgroups.n)
		return nowhere_error(e);
	if (!v2)
		return plan_device_list(p, dirs->v[i], &rules, e);
	plan_device_program(p, dirs->v[i], &rules);
	return 0;
}

static int plan_change(struct plan *p, const char *dir, bool v2, const struct device_rules *before,
		       const struct device_rules *after, struct error *e) {
	if (!v2)
		return plan_device_list_change(p, dir, before, after, e);
	plan_device_program_change(p, dir, after);
	return 0;
}

/* What the kernel tells counts, for a killed update, or whoever made the cgroup above, may have changed it; else what was asked
 * for, without which nothing was restricted. */
static int read_rules_before(struct arena *a, const struct spec_device_rules *asked, const char *list,
			     struct device_rules *rules, struct error *e) {
	*rules = (struct device_rules){.allow = true};
	if (list && device_list_read(a, list, rules))
		return 0;
	return asked->n ? device_rules_read(a, asked, rules, e) : 0;
}

int plan_device_change(struct plan *there, struct plan *back, const struct cgroup_update *u, const char *list,
		       struct error *e) {
	const struct spec_device_rules *asked = &u->asked->devices;
	struct device_rules before = {0}, after = {0};
	bool v2;
	size_t i = find_devices(u->host, &v2);

	if (asked->n == 0)
		return 0;
	if (i == u->host->cgroups.n)
		return nowhere_error(e);
	if (read_rules_before(there->a, &u->before->devices, list, &before, e) < 0 ||
	    device_rules_read(there->a, asked, &after, e) < 0)
		return -1;
	if (plan_change(there, u->dirs->v[i], v2, &before, &after, e) < 0)
		return -1;
	return plan_change(back, u->dirs->v[i], v2, &after, &before, e);
}

char *device_list_path(struct arena *a, const struct host *h, const struct strings *dirs) {
	bool v2;
	size_t i = find_devices(h, &v2);

	return v2 || i == h->cgroups.n ? NULL : arena_printf(a, "%s/devices.list", dirs->v[i]);
}

static bool may_make_nodes(const struct spec *spec) {
	const struct spec_capabilities *c = spec->process ? spec->process->capabilities : NULL;

	return c && strings_have(&c->bounding, "CAP_MKNOD") && !spec_namespace(spec, "user");
}

/* Podman denies all devices also here. A container that cannot make nodes has those that config.json and its image give it. */
int plan_no_device_rules(struct plan *p, const struct spec *spec, struct error *e) {
	struct device_rules rules = {0};

	if (spec->linux_.resources.devices.n == 0)
		return 0;
	if (device_rules_read(p->a, &spec->linux_.resources.devices, &rules, e) < 0)
		return -1;
	if (rules.n > 0 && may_make_nodes(spec))
		return error_set(e, 0, FIELD,
				 "denies devices, which needs a cgroup, and the cgroup manager is \"disabled\": take "
				 "CAP_MKNOD from /process/capabilities/bounding, or leave this out");
	if (rules.n > 0)
		plan_warn(p, "without a cgroup, device nodes of the image can be opened whatever " FIELD " says");
	return 0;
}
