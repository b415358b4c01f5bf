/* affinity.c - the CPUs of the process: all that its cpuset has, whatever the runtime's caller was bound to; and for a process
 * that joins a container, process.execCPUAffinity. */
#include "internal.h"
#include "../../specs/number.h"
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_CPUS 8192 /* of any kernel (CONFIG_NR_CPUS) */

/* What the cpuset does not have, the kernel leaves out. Before 6.4 it looks at the cpuset of a process that was born into it
 * for the first time here; nothing but a move does that for memory nodes. */
static int run_affinity(struct run *r, const void *arg) {
	uint64_t all[MAX_CPUS / 64];

	(void)r, (void)arg;
	memset(all, 0xff, sizeof(all));
	return syscall(SYS_sched_setaffinity, 0, sizeof(all), all) < 0 ? -errno : 0;
}

static void shell_affinity(struct text *out, const void *arg) {
	(void)arg;
	text_add(out, "taskset --pid --cpu-list 0-$(($(nproc --all) - 1)) $$ >/dev/null");
}

/* One digit for four CPUs, so that a first digit of 3 is all of two or half of four: then it may be narrow. */
bool affinity_may_be_narrow(const char *mask) {
	return mask[strspn(mask, "f,")] > ' ';
}

void plan_affinity(struct plan *p, const struct host *h) {
	bool born_into = host_cgroup_mode(h) == CGROUP_V2 && !h->systemd_bus && !host_kernel_has(h, 6, 4);

	if (h->narrow_affinity || born_into)
		plan_add(p, INSIDE, run_affinity, NULL, NULL, NO_INDEX, shell_affinity, "use all CPUs of the cpuset");
}

/* INSIDE, or of the runtime itself, whose child inherits it. */
static int run_cpus(struct run *r, const void *mask) {
	(void)r;
	return syscall(SYS_sched_setaffinity, 0, MAX_CPUS / 8, mask) < 0 ? -errno : 0;
}

static void plan_cpus(struct plan *p, enum side side, const char *list, const char *field) {
	uint64_t *mask = arena_alloc(p->a, MAX_CPUS / 8);

	number_list(list, MAX_CPUS, mask);
	plan_add(p, side, run_cpus, mask, field, NO_INDEX, NULL, "use the CPUs %s", list);
}

static bool has_list(const char *list) {
	return list && *list;
}

void plan_affinity_initial(struct plan *p, const struct spec *spec) {
	const struct spec_exec_cpu_affinity *affinity = spec->process->exec_cpu_affinity;

	if (affinity && has_list(affinity->initial))
		plan_cpus(p, HOST, affinity->initial, "/process/execCPUAffinity/initial");
}

/* With `initial` alone, what follows is the kernel's affair (config.md). */
void plan_affinity_final(struct plan *p, const struct spec *spec, const struct host *h) {
	const struct spec_exec_cpu_affinity *affinity = spec->process->exec_cpu_affinity;

	if (affinity && has_list(affinity->final))
		plan_cpus(p, INSIDE, affinity->final, "/process/execCPUAffinity/final");
	else if (!affinity || !has_list(affinity->initial))
		plan_affinity(p, h);
}

static int check_list(const char *list, const char *field, struct error *e) {
	uint64_t mask[MAX_CPUS / 64];

	if (!has_list(list) || number_list(list, MAX_CPUS, mask))
		return 0;
	return error_set(e, 0, field, "\"%s\" is no list of CPUs: such as 0-3,7, each below %d", list, MAX_CPUS);
}

int affinity_check(const struct spec_process *process, struct error *e) {
	const struct spec_exec_cpu_affinity *affinity = process->exec_cpu_affinity;

	if (!affinity)
		return 0;
	if (check_list(affinity->initial, "/process/execCPUAffinity/initial", e) < 0)
		return -1;
	return check_list(affinity->final, "/process/execCPUAffinity/final", e);
}
