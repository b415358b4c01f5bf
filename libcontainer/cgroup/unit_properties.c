/* unit_properties.c - linux.resources as properties of a unit. All pure.
 *
 * husk writes the cgroup's files itself, behind the start of the unit, and exactly as it does without systemd. The properties say
 * the same to systemd, which writes these files again when it reloads its configuration. */
#include "settings.h"
#include "unit.h"
#include "../../specs/number.h"
#include <string.h>

struct strings *unit_property_set(struct arena *a, struct unit_properties *all, const char *name, const char *signature,
				  const char *word) {
	size_t i = 0;

	while (i < all->n && strcmp(all->v[i].name, name) != 0)
		i++;
	if (i == all->n)
		all->v = arena_grow(a, all->v, all->n++, sizeof(*all->v));
	all->v[i] = (struct unit_property){.name = name, .signature = signature};
	if (word)
		strings_add(a, &all->v[i].value, (char *)word);
	return &all->v[i].value;
}

#define NO_LIMIT "18446744073709551615" /* UINT64_MAX: systemd's infinity */
#define MAX_BITS 8192                   /* of processors; the kernel's own limit */
#define PERCENT_US 10000                /* of a second: systemd keeps quotas as whole percents of a processor */

struct maker {
	struct arena *a;
	struct unit_properties *all;
	uint64_t period; /* of the CPU quota, microseconds */
	struct error *e;
};

struct limit {
	const char *file, *property;
	int (*add)(struct maker *m, const struct limit *l, const struct cgroup_setting *s);
};

static int value_error(const struct maker *m, const struct cgroup_setting *s) {
	return error_set(m->e, 0, settings_field(m->a, s->field, s->index),
			 "systemd cannot be told \"%s\" for %s: right is %s", s->value, s->file, s->right);
}

static const char *decimal(struct arena *a, uint64_t n) {
	return arena_printf(a, "%llu", (unsigned long long)n);
}

static bool is_no_limit(const char *s) {
	return strcmp(s, "max") == 0 || *s == '-';
}

/* The kernel takes 64M too. */
static bool read_bytes(const char *s, uint64_t *n) {
	static const char units[] = "KMGT";
	size_t digits = strspn(s, "0123456789");
	const char *unit = s[digits] ? strchr(units, s[digits]) : NULL;

	if (!number_unsigned(s, digits, UINT64_MAX, n) || (s[digits] && (!unit || s[digits + 1])))
		return false;
	for (; unit && unit >= units; unit--)
		*n *= 1024;
	return true;
}

static int add_number(struct maker *m, const struct limit *l, const struct cgroup_setting *s) {
	uint64_t n = 0;

	if (!is_no_limit(s->value) && !read_bytes(s->value, &n))
		return value_error(m, s);
	unit_property_set(m->a, m->all, l->property, "t", is_no_limit(s->value) ? NO_LIMIT : decimal(m->a, n));
	return 0;
}

/* systemd refuses 0. Of 1 the init is the one, so both mean that it cannot fork. */
static int add_tasks(struct maker *m, const struct limit *l, const struct cgroup_setting *s) {
	if (strcmp(s->value, "0") != 0)
		return add_number(m, l, s);
	unit_property_set(m->a, m->all, l->property, "t", "1");
	return 0;
}

/* Weight 0 is systemd's word for idle. */
static int add_idle(struct maker *m, const struct limit *l, const struct cgroup_setting *s) {
	if (strcmp(s->value, "1") == 0)
		unit_property_set(m->a, m->all, l->property, "t", "0");
	return 0;
}

static int add_period(struct maker *m, const struct limit *l, const struct cgroup_setting *s) {
	if (!number_unsigned(s->value, strlen(s->value), UINT32_MAX, &m->period) || m->period == 0)
		return value_error(m, s);
	unit_property_set(m->a, m->all, l->property, "t", s->value);
	return 0;
}

/* Rounded up: when it reloads, systemd may give a little more than asked for, never less. */
static int add_quota(struct maker *m, const struct limit *l, const struct cgroup_setting *s) {
	uint64_t quota, rate;

	if (is_no_limit(s->value))
		return unit_property_set(m->a, m->all, l->property, "t", NO_LIMIT), 0;
	if (!number_unsigned(s->value, strlen(s->value), UINT32_MAX, &quota))
		return value_error(m, s);
	rate = (quota * 1000000 + m->period - 1) / m->period;
	rate = (rate + PERCENT_US - 1) / PERCENT_US * PERCENT_US;
	unit_property_set(m->a, m->all, l->property, "t", decimal(m->a, rate));
	return 0;
}

/* "50000 100000", "max 100000" */
static int add_quota_and_period(struct maker *m, const struct limit *l, const struct cgroup_setting *s) {
	static const struct limit period = {.property = "CPUQuotaPeriodUSec"};
	struct cgroup_setting part = *s;
	const char *blank = strchr(s->value, ' ');

	if (blank) {
		part.value = blank + 1;
		if (add_period(m, &period, &part) < 0)
			return -1;
		part.value = arena_strndup(m->a, s->value, (size_t)(blank - s->value));
	}
	return add_quota(m, l, &part);
}

static bool read_bits(const char *list, uint8_t *bits) {
	for (const char *at = list;; at++) {
		uint64_t first, last;
		size_t n = strspn(at, "0123456789");

		if (!number_unsigned(at, n, MAX_BITS - 1, &first))
			return false;
		at += n;
		last = first;
		if (*at == '-') {
			n = strspn(++at, "0123456789");
			if (!number_unsigned(at, n, MAX_BITS - 1, &last))
				return false;
			at += n;
		}
		for (; first <= last; first++)
			bits[first / 8] |= (uint8_t)(1 << first % 8);
		if (*at != ',')
			return !*at;
	}
}

/* "0-2,9" as the bytes 7 and 2. */
static int add_set(struct maker *m, const struct limit *l, const struct cgroup_setting *s) {
	uint8_t bits[MAX_BITS / 8] = {0};
	struct strings *value;
	size_t n = sizeof(bits);

	if (!read_bits(s->value, bits))
		return value_error(m, s);
	while (n > 1 && bits[n - 1] == 0)
		n--;
	value = unit_property_set(m->a, m->all, l->property, "ay", decimal(m->a, n));
	for (size_t i = 0; i < n; i++)
		strings_add(m->a, value, (char *)decimal(m->a, bits[i]));
	return 0;
}

static int add_oom_group(struct maker *m, const struct limit *l, const struct cgroup_setting *s) {
	unit_property_set(m->a, m->all, l->property, "s", strcmp(s->value, "1") == 0 ? "kill" : "continue");
	return 0;
}

/* systemd knows the weights of io.weight alone; for all disks, or behind the numbers of one, of which there may be many. */
static int add_io_weight(struct maker *m, const struct limit *l, const struct cgroup_setting *s) {
	const char *value = s->other_value ? s->other_value : s->value, *blank = strchr(value, ' ');
	struct strings *list = NULL;

	if (strcmp(s->file, "io.bfq.weight") == 0 && !s->other_value)
		return 0;
	if (!blank || strncmp(value, "default ", 8) == 0)
		return unit_property_set(m->a, m->all, l->property, "t", blank ? blank + 1 : value), 0;
	for (size_t i = 0; i < m->all->n; i++)
		if (strcmp(m->all->v[i].name, "IODeviceWeight") == 0)
			list = &m->all->v[i].value;
	if (!list)
		list = unit_property_set(m->a, m->all, "IODeviceWeight", "a(st)", "0");
	strings_add(m->a, list, arena_printf(m->a, "/dev/block/%.*s", (int)(blank - value), value));
	strings_add(m->a, list, (char *)blank + 1);
	list->v[0] = (char *)decimal(m->a, (list->n - 1) / 2);
	return 0;
}

/* Of which version a hierarchy is. */
static const struct limit limits_v2[] = {
	{"memory.max", "MemoryMax", add_number},
	{"memory.high", "MemoryHigh", add_number},
	{"memory.low", "MemoryLow", add_number},
	{"memory.min", "MemoryMin", add_number},
	{"memory.swap.max", "MemorySwapMax", add_number},
	{"memory.zswap.max", "MemoryZSwapMax", add_number},
	{"memory.oom.group", "OOMPolicy", add_oom_group},
	{"pids.max", "TasksMax", add_tasks},
	{"cpu.weight", "CPUWeight", add_number},
	{"cpu.idle", "CPUWeight", add_idle},
	{"cpu.max", "CPUQuotaPerSecUSec", add_quota_and_period},
	{"cpuset.cpus", "AllowedCPUs", add_set},
	{"cpuset.mems", "AllowedMemoryNodes", add_set},
	{"io.weight", "IOWeight", add_io_weight},
	{"io.bfq.weight", "IOWeight", add_io_weight},
	{0},
};
static const struct limit limits_v1[] = {
	{"memory.limit_in_bytes", "MemoryLimit", add_number},
	{"pids.max", "TasksMax", add_tasks},
	{"cpu.shares", "CPUShares", add_number},
	{"cpu.cfs_period_us", "CPUQuotaPeriodUSec", add_period},
	{"cpu.cfs_quota_us", "CPUQuotaPerSecUSec", add_quota},
	{"blkio.bfq.weight", "BlockIOWeight", add_number},
	{0},
};

int unit_properties_limit(struct arena *a, const struct cgroup_settings *settings, const struct host *h,
			  struct unit_properties *all, struct error *e) {
	struct maker m = {a, all, 100000, e};

	for (size_t i = 0; i < settings->n; i++) {
		const struct cgroup_setting *s = &settings->v[i];

		for (const struct limit *l = h->cgroups.v[s->hierarchy].v2 ? limits_v2 : limits_v1; l->file; l++)
			if (strcmp(l->file, s->file) == 0 && l->add(&m, l, s) < 0)
				return -1;
	}
	return 0;
}

/* What a unit has that was never told: an infinite number, an empty list, and these. */
static const struct unset {
	const char *property, *word;
} unset[] = {{"DevicePolicy", "auto"}, {"MemoryLow", "0"}, {"MemoryMin", "0"}};

static const char *unset_word(const struct unit_property *property) {
	for (size_t i = 0; i < sizeof(unset) / sizeof(*unset); i++)
		if (strcmp(property->name, unset[i].property) == 0)
			return unset[i].word;
	return *property->signature == 'a' ? "0" : NO_LIMIT;
}

/* A scope is told it at its start alone. */
static bool is_fixed(const struct unit_property *property) {
	return strcmp(property->name, "OOMPolicy") == 0;
}

void unit_properties_change(struct arena *a, const struct unit_properties *from, const struct unit_properties *to,
			    struct unit_properties *change) {
	for (size_t i = 0; i < from->n; i++)
		if (!is_fixed(&from->v[i]))
			unit_property_set(a, change, from->v[i].name, from->v[i].signature, unset_word(&from->v[i]));
	for (size_t i = 0; i < to->n; i++) {
		if (is_fixed(&to->v[i]))
			continue;
		change->v = arena_grow(a, change->v, change->n, sizeof(*change->v));
		change->v[change->n++] = to->v[i];
	}
}
