/* scheduler.c - process.scheduler: the policy by which the kernel gives the process its time.
 *
 * The host sets it, since a process in a user namespace has no right to real time; and last, when the init is in its cgroup
 * and has forked all that it forks but startContainer hooks. */
#include "internal.h"
#include <errno.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LEAST_RUNTIME 1024 /* ns: the kernel's clock for SCHED_DEADLINE counts in these */

/* Place n is the kernel's number n. */
static const char *const policies[] = {"SCHED_OTHER", "SCHED_FIFO", "SCHED_RR",       "SCHED_BATCH",
				       "SCHED_ISO",   "SCHED_IDLE", "SCHED_DEADLINE", NULL};
#define SCHED_ISO 4 /* reserved in the kernel's header, and never made */

/* Place n is bit n. */
static const char *const flags[] = {
	"SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM",        "SCHED_FLAG_DL_OVERRUN",     "SCHED_FLAG_KEEP_POLICY",
	"SCHED_FLAG_KEEP_PARAMS",   "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX", NULL};

static bool is_realtime(uint32_t policy) {
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

/* Why the kernel refuses; the ranges were looked at before. */
static const char *reason(const struct sched_attr *attr, int errnum) {
	bool deadline = attr->sched_policy == SCHED_DEADLINE;

	if (errnum == EBUSY)
		return "the CPUs have no such runtime in such a period to give: see /proc/sys/kernel/sched_rt_runtime_us";
	if (errnum == EOPNOTSUPP)
		return "this kernel has no utilization clamps (CONFIG_UCLAMP_TASK)";
	if (errnum == EPERM && deadline)
		return "SCHED_DEADLINE needs CAP_SYS_NICE, and a cpuset with all CPUs (/linux/resources/cpu/cpus)";
	if (errnum == EPERM && is_realtime(attr->sched_policy))
		return "real time needs CAP_SYS_NICE, and on cgroup v1 a cgroup with a share of it "
		       "(/linux/resources/cpu/realtimeRuntime)";
	if (errnum == EPERM)
		return "a nice value below the caller's needs CAP_SYS_NICE";
	if (errnum == EINVAL && deadline)
		return "see /proc/sys/kernel/sched_deadline_period_min_us and _max_us for the periods that it takes";
	return NULL;
}

static int run_scheduler(struct run *r, const void *arg) {
	const char *why;

	if (syscall(SYS_sched_setattr, r->pid, arg, 0) == 0)
		return 0;
	why = reason(arg, errno);
	if (why)
		run_hint(r, "%s: %s", error_text(errno), why);
	return -errno;
}

static void shell_scheduler(struct text *out, const void *arg) {
	static const char *const options[] = {"other", "fifo", "rr", "batch", NULL, "idle", "deadline"};
	const struct sched_attr *attr = arg;

	text_add(out, "chrt --%s", options[attr->sched_policy]);
	if (attr->sched_flags)
		text_add(out, " --reset-on-fork");
	if (attr->sched_policy == SCHED_DEADLINE)
		text_add(out, " --sched-runtime %llu --sched-deadline %llu --sched-period %llu",
			 (unsigned long long)attr->sched_runtime, (unsigned long long)attr->sched_deadline,
			 (unsigned long long)attr->sched_period);
	text_add(out, " --pid %u \"$init\"", attr->sched_priority);
	if (attr->sched_nice)
		text_add(out, "\nrenice -n %d -p \"$init\" >/dev/null", attr->sched_nice);
}

static int check_policy(const struct spec_scheduler *s, struct sched_attr *attr, struct error *e) {
	int policy = text_index(policies, s->policy);

	if (policy == SCHED_ISO)
		return error_set(e, 0, "/process/scheduler/policy",
				 "Linux has no SCHED_ISO: SCHED_OTHER, or for real time SCHED_RR, is what it has");
	if (policy < 0)
		return error_set(e, 0, "/process/scheduler/policy",
				 "unknown policy \"%s\": SCHED_OTHER and the others of sched(7) are known", s->policy);
	attr->sched_policy = (uint32_t)policy;
	return 0;
}

static int check_flags(struct arena *a, const struct strings *given, struct sched_attr *attr, struct error *e) {
	for (size_t i = 0; i < given->n; i++) {
		int bit = text_index(flags, given->v[i]);

		if (bit < 0)
			return error_set(
				e, 0, arena_printf(a, "/process/scheduler/flags/%zu", i),
				"unknown flag \"%s\": SCHED_FLAG_RESET_ON_FORK and the others of sched_setattr(2) are known",
				given->v[i]);
		attr->sched_flags |= UINT64_C(1) << bit;
	}
	return 0;
}

static int check_nice(const struct spec_scheduler *s, struct sched_attr *attr, struct error *e) {
	bool has_nice = attr->sched_policy == SCHED_NORMAL || attr->sched_policy == SCHED_BATCH;

	if (s->nice && !has_nice)
		return error_set(e, 0, "/process/scheduler/nice", "%s has none: SCHED_OTHER and SCHED_BATCH have",
				 s->policy);
	if (s->nice < -20 || s->nice > 19)
		return error_set(e, 0, "/process/scheduler/nice", "%d is out of range: -20 to 19", s->nice);
	attr->sched_nice = s->nice;
	return 0;
}

static int check_priority(const struct spec_scheduler *s, struct sched_attr *attr, struct error *e) {
	if (s->priority && !is_realtime(attr->sched_policy))
		return error_set(e, 0, "/process/scheduler/priority", "%s has none: SCHED_FIFO and SCHED_RR have",
				 s->policy);
	if (is_realtime(attr->sched_policy) && (s->priority < 1 || s->priority > 99))
		return error_set(e, 0, "/process/scheduler/priority", "%d is out of range: %s has 1 to 99", s->priority,
				 s->policy);
	attr->sched_priority = (uint32_t)s->priority;
	return 0;
}

/* A period of 0 is one as long as the deadline. */
static int check_deadline(const struct spec_scheduler *s, struct sched_attr *attr, struct error *e) {
	if (attr->sched_policy != SCHED_DEADLINE && (s->runtime || s->deadline || s->period))
		return error_set(e, 0, "/process/scheduler",
				 "runtime, deadline and period are for SCHED_DEADLINE, and not for %s", s->policy);
	if (attr->sched_policy == SCHED_DEADLINE && s->runtime < LEAST_RUNTIME)
		return error_set(e, 0, "/process/scheduler/runtime",
				 "%llu is out of range: SCHED_DEADLINE needs %d nanoseconds at least",
				 (unsigned long long)s->runtime, LEAST_RUNTIME);
	if (s->runtime > s->deadline)
		return error_set(e, 0, "/process/scheduler/deadline",
				 "%llu is shorter than the runtime of %llu nanoseconds",
				 (unsigned long long)s->deadline, (unsigned long long)s->runtime);
	if (s->period && s->deadline > s->period)
		return error_set(e, 0, "/process/scheduler/period",
				 "%llu is shorter than the deadline of %llu nanoseconds", (unsigned long long)s->period,
				 (unsigned long long)s->deadline);
	attr->sched_runtime = s->runtime;
	attr->sched_deadline = s->deadline;
	attr->sched_period = s->period;
	return 0;
}

/* The kernel would refuse each fork, with EAGAIN and no reason. */
static int check_forks(struct plan *p, const struct spec *spec, const struct sched_attr *attr, struct error *e) {
	if (attr->sched_policy != SCHED_DEADLINE || (attr->sched_flags & SCHED_FLAG_RESET_ON_FORK))
		return 0;
	if (spec->hooks.start_container.n)
		return error_set(
			e, 0, "/process/scheduler/flags",
			"SCHED_DEADLINE cannot fork, and so start no startContainer hook, without SCHED_FLAG_RESET_ON_FORK");
	plan_warn(
		p,
		"/process/scheduler/flags: the process can start no other and no thread: SCHED_DEADLINE needs SCHED_FLAG_RESET_ON_FORK for that");
	return 0;
}

int plan_scheduler(struct plan *p, const struct spec *spec, struct error *e) {
	const struct spec_scheduler *s = spec->process->scheduler;
	struct sched_attr *attr;

	if (!s)
		return 0;
	attr = arena_new(p->a, struct sched_attr);
	*attr = (struct sched_attr){.size = sizeof(*attr)};
	if (check_policy(s, attr, e) || check_flags(p->a, &s->flags, attr, e) || check_nice(s, attr, e) ||
	    check_priority(s, attr, e) || check_deadline(s, attr, e) || check_forks(p, spec, attr, e))
		return -1;
	plan_add(p, HOST, run_scheduler, attr, "/process/scheduler", NO_INDEX,
		 attr->sched_flags & ~(uint64_t)SCHED_FLAG_RESET_ON_FORK ? NULL : shell_scheduler,
		 "set the scheduling policy %s", s->policy);
	return 0;
}
