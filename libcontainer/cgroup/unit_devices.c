/* unit_devices.c - linux.resources.devices as DevicePolicy and DeviceAllow of a unit. All pure.
 *
 * husk's own rules decide, on v1 as on v2; on v2 systemd has a program of its own beside ours, and a device must please both. So
 * systemd is told only what it can say exactly: a list of what is allowed. */
#include "device_rules.h"
#include "unit.h"

/* By numbers, or all of a type. "char-136" are all of a major; systemd has no word for a minor of every major. */
static const char *specifier(struct arena *a, const struct device_rule *rule) {
	const char *type = rule->type == 'c' ? "char" : "block";

	if (rule->major == ALL_NUMBERS)
		return rule->minor == ALL_NUMBERS ? arena_printf(a, "%s-*", type) : NULL;
	if (rule->minor == ALL_NUMBERS)
		return arena_printf(a, "%s-%lld", type, (long long)rule->major);
	return arena_printf(a, "/dev/%s/%lld:%lld", type, (long long)rule->major, (long long)rule->minor);
}

static bool is_list(struct arena *a, const struct device_rules *rules) {
	for (size_t i = 0; i < rules->n; i++)
		if (!rules->v[i].allow || !specifier(a, &rules->v[i]))
			return false;
	return !rules->allow && rules->n > 0;
}

int unit_properties_devices(struct arena *a, const struct spec_device_rules *asked, struct unit_properties *all,
			    struct error *e) {
	struct device_rules rules = {0};
	struct strings *list;

	if (asked->n == 0)
		return 0;
	if (device_rules_read(a, asked, &rules, e) < 0)
		return -1;
	if (!is_list(a, &rules))
		return 0;
	unit_property_set(a, all, "DevicePolicy", "s", "strict");
	list = unit_property_set(a, all, "DeviceAllow", "a(ss)", arena_printf(a, "%zu", rules.n));
	for (size_t i = 0; i < rules.n; i++) {
		const struct device_rule *rule = &rules.v[i];

		strings_add(a, list, (char *)specifier(a, rule));
		strings_add(a, list,
			    arena_printf(a, "%s%s%s", rule->access & BPF_DEVCG_ACC_READ ? "r" : "",
					 rule->access & BPF_DEVCG_ACC_WRITE ? "w" : "",
					 rule->access & BPF_DEVCG_ACC_MKNOD ? "m" : ""));
	}
	return 0;
}
