/* memory_policy.c - linux.memoryPolicy: the memory nodes from which the process and its children get their memory. */
#include "internal.h"
#include "../../specs/number.h"
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_NODES 1024 /* of any kernel: CONFIG_NODES_SHIFT is 10 at most */
#define FIRST_FLAG 13  /* bit of the first of memory_policy_flags */

/* Place n is the kernel's number n. */
const char *const memory_policy_modes[] = {
	"MPOL_DEFAULT",        "MPOL_PREFERRED",           "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL",
	"MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE", NULL};
enum { DEFAULT, PREFERRED, BIND, INTERLEAVE, LOCAL, PREFERRED_MANY, WEIGHTED_INTERLEAVE };

/* Place n is bit FIRST_FLAG + n. */
const char *const memory_policy_flags[] = {"MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES",
					   NULL};
enum { NUMA_BALANCING = 1, RELATIVE_NODES = 2, STATIC_NODES = 4 };

static const struct rule {
	enum { NO_NODES, ANY_NODES, SOME_NODES } nodes;
	unsigned flags;        /* that it can have */
	unsigned major, minor; /* the first Linux that has it; 0: all */
} rules[] = {
	[DEFAULT] = {NO_NODES, 0, 0, 0},
	[PREFERRED] = {ANY_NODES, RELATIVE_NODES | STATIC_NODES, 0, 0},
	[BIND] = {SOME_NODES, NUMA_BALANCING | RELATIVE_NODES | STATIC_NODES, 0, 0},
	[INTERLEAVE] = {SOME_NODES, RELATIVE_NODES | STATIC_NODES, 0, 0},
	[LOCAL] = {NO_NODES, 0, 0, 0},
	[PREFERRED_MANY] = {SOME_NODES, NUMA_BALANCING | RELATIVE_NODES | STATIC_NODES, 5, 15},
	[WEIGHTED_INTERLEAVE] = {SOME_NODES, RELATIVE_NODES | STATIC_NODES, 6, 9},
};

/* For set_mempolicy. */
struct policy {
	int mode;
	unsigned flags; /* bit n: place n of memory_policy_flags */
	bool has_nodes;
	uint64_t nodes[MAX_NODES / 64];
	const char *list; /* the same as written; NULL: none */
};

/* The kernel takes one bit less than it is told. */
static int run_memory_policy(struct run *r, const void *arg) {
	const struct policy *m = arg;
	int mode = m->mode | (int)(m->flags << FIRST_FLAG);

	if (syscall(SYS_set_mempolicy, mode, m->has_nodes ? m->nodes : NULL, m->has_nodes ? MAX_NODES + 1 : 0) == 0)
		return 0;
	if (errno == ENOSYS)
		run_hint(r, "this kernel knows no memory nodes (CONFIG_NUMA)");
	if (errno == EINVAL && m->has_nodes)
		run_hint(r,
			 "%s: of the nodes %s none is there (/sys/devices/system/node/has_memory), or in the cpuset "
			 "(/linux/resources/cpu/mems)",
			 error_text(EINVAL), m->list);
	return -errno;
}

static int check_mode(const struct spec_memory_policy *s, const struct host *h, struct policy *m, struct error *e) {
	m->mode = text_index(memory_policy_modes, s->mode);
	if (m->mode < 0)
		return error_set(e, 0, "/linux/memoryPolicy/mode",
				 "unknown mode \"%s\": MPOL_BIND and the others of set_mempolicy(2) are known",
				 s->mode);
	if (!host_kernel_has(h, rules[m->mode].major, rules[m->mode].minor))
		return error_set(e, 0, "/linux/memoryPolicy/mode", "%s needs Linux %u.%u", s->mode,
				 rules[m->mode].major, rules[m->mode].minor);
	return 0;
}

static int check_flags(struct arena *a, const struct spec_memory_policy *s, struct policy *m, struct error *e) {
	for (size_t i = 0; i < s->flags.n; i++) {
		int flag = text_index(memory_policy_flags, s->flags.v[i]);
		const char *field = arena_printf(a, "/linux/memoryPolicy/flags/%zu", i);

		if (flag < 0)
			return error_set(
				e, 0, field,
				"unknown flag \"%s\": MPOL_F_STATIC_NODES and the others of set_mempolicy(2) are known",
				s->flags.v[i]);
		if (!(rules[m->mode].flags >> flag & 1))
			return error_set(e, 0, field, "%s cannot have %s", s->mode, s->flags.v[i]);
		m->flags |= 1U << flag;
	}
	if ((m->flags & RELATIVE_NODES) && (m->flags & STATIC_NODES))
		return error_set(e, 0, "/linux/memoryPolicy/flags",
				 "nodes are static or relative: MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude "
				 "each other");
	return 0;
}

static int check_nodes(const struct spec_memory_policy *s, struct policy *m, struct error *e) {
	m->list = s->nodes;
	m->has_nodes = s->nodes && s->nodes[0];
	if (m->has_nodes && rules[m->mode].nodes == NO_NODES)
		return error_set(e, 0, "/linux/memoryPolicy/nodes", "%s has no nodes: leave them out", s->mode);
	if (!m->has_nodes && rules[m->mode].nodes == SOME_NODES)
		return error_set(e, 0, "/linux/memoryPolicy/nodes", "%s needs a node at least", s->mode);
	if (!m->has_nodes && m->flags)
		return error_set(e, 0, "/linux/memoryPolicy/flags", "without nodes %s has no flags", s->mode);
	if (m->has_nodes && !number_list(s->nodes, MAX_NODES, m->nodes))
		return error_set(e, 0, "/linux/memoryPolicy/nodes",
				 "\"%s\" is no list of nodes: such as 0-3,7, each below %d", s->nodes, MAX_NODES);
	return 0;
}

int plan_memory_policy(struct plan *p, const struct spec_memory_policy *s, const struct host *h, struct error *e) {
	struct policy *m;

	if (!s)
		return 0;
	m = arena_new(p->a, struct policy);
	if (check_mode(s, h, m, e) || check_flags(p->a, s, m, e) || check_nodes(s, m, e))
		return -1;
	plan_add(p, INSIDE, run_memory_policy, m, "/linux/memoryPolicy", NO_INDEX, NULL, "set the memory policy %s",
		 s->mode);
	return 0;
}
