/* device_rules.h - inside cgroup/: linux.resources.devices, made ready for either form of cgroups. */
#pragma once
#include <linux/bpf.h>
#include "../plan.h"
#include "update.h"

#define ALL_NUMBERS (-1)
#define ALL_ACCESS (BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE | BPF_DEVCG_ACC_MKNOD)

struct device_rule {
	bool allow;
	char type;            /* 'b' or 'c' */
	int64_t major, minor; /* or ALL_NUMBERS */
	unsigned access;      /* of ALL_ACCESS */
	int index;            /* in config.json, or NO_INDEX */
};

/* Each way of access to a device is decided by the last rule that names both. */
struct device_rules {
	struct device_rule *v;
	size_t n;
	bool allow; /* what no rule names is allowed, or is denied */
};

/* The rules of config.json and those that each container has behind them, less what has no effect: what later rules decide
 * anew, and what is as it would be without. None is left where all is allowed. Pure. */
int device_rules_read(struct arena *a, const struct spec_device_rules *asked, struct device_rules *rules,
		      struct error *e);

/* All devices of `inner` are among those of `outer`; some are. */
bool device_rule_covers(const struct device_rule *outer, const struct device_rule *inner);
bool device_rule_overlaps(const struct device_rule *one, const struct device_rule *other);

/* Without a cgroup nothing can deny a device: refuses rules that would protect something. */
int plan_no_device_rules(struct plan *p, const struct spec *spec, struct error *e);

/* cgroup v1: exceptions from what holds for all, as lines "c 1:3 rwm". It knows one kind of them, so a rule that takes back a
 * part of another is an error. Pure. */
int device_list_lines(struct arena *a, const struct device_rules *rules, struct strings *lines, struct error *e);
int plan_device_list(struct plan *p, const char *dir, const struct device_rules *rules, struct error *e);

/* The exceptions that devices.list tells. False where all is allowed: it does not tell what is not then. Pure. */
bool device_list_read(struct arena *a, const char *text, struct device_rules *rules);

/* What turns the exceptions of one list into those of another with the same default: the lines to add and to take back. */
int device_list_change(struct arena *a, const struct device_rules *before, const struct device_rules *after,
		       struct strings *added, struct strings *removed, struct error *e);
int plan_device_list_change(struct plan *p, const char *dir, const struct device_rules *before,
			    const struct device_rules *after, struct error *e);

/* cgroup v2: a program that the kernel asks. Pure. */
struct device_program {
	const char *dir; /* the cgroup that it is attached to */
	struct bpf_insn *v;
	size_t n;
};
void device_program_write(struct arena *a, const struct device_rules *rules, struct device_program *program);
void plan_device_program(struct plan *p, const char *dir, const struct device_rules *rules);
/* Puts it into the place of the one that husk has attached before, by one call. */
void plan_device_program_change(struct plan *p, const char *dir, const struct device_rules *rules);

/* The device rules of an update, where it has any; `back` leads back (update.h). list: what v1 tells of those before, or NULL. */
int plan_device_change(struct plan *there, struct plan *back, const struct cgroup_update *u, const char *list,
		       struct error *e);

/* The file that tells it; NULL: this host decides by a program. Pure. */
char *device_list_path(struct arena *a, const struct host *h, const struct strings *dirs);
