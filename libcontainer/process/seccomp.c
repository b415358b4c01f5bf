/* seccomp.c - linux.seccomp: what may be asked for, when the filter is made, and when it is loaded.
 *
 * It is made before the first step, so that a profile that cannot be had is an error before anything was done, and loaded as
 * the very last thing before execve: nothing that husk does itself has to be allowed by the profile, execve excepted, and
 * what a listener needs (seccomp_notify.c). Without noNewPrivileges the kernel wants CAP_SYS_ADMIN for that, which is kept
 * until execve takes it (caps.c). */
#include "seccomp.h"
#include "internal.h"
#include "../annotations.h"
#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIELD "/linux/seccomp"

/* With TSYNC, another thread that could not be made to follow is a positive result, but not where that is the listener. */
int seccomp_enter(const struct seccomp_filter *f, int *listener) {
	struct sock_fprog program = {(unsigned short)f->program.n, f->program.v};
	long rc = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, f->flags, &program);

	if (rc < 0)
		return -errno;
	if (!(f->flags & SECCOMP_FILTER_FLAG_NEW_LISTENER))
		return rc == 0 ? 0 : -EBUSY;
	*listener = (int)rc;
	return 0;
}

static int run_seccomp(struct run *r, const void *arg) {
	const struct seccomp_filter *f = arg;
	int rc = seccomp_confine(f, r);

	if (f->agent && rc == -EBUSY)
		run_hint(r, "%s: husk itself runs under a filter with a listener, and the kernel allows one",
			 error_text(EBUSY));
	if (f->agent && rc == -EMFILE)
		run_hint(r, "%s: RLIMIT_NOFILE leaves no room for its listener", error_text(EMFILE));
	return rc;
}

void plan_filter(struct plan *p) {
	if (p->filter)
		plan_add(p, INSIDE, run_seccomp, p->filter, FIELD, NO_INDEX, NULL,
			 p->filter->agent ? "load the seccomp filter, whose listener goes to %s"
					  : "load the seccomp filter",
			 p->filter->agent);
}

/* errno_field belongs to the action that stands beside it. */
static int check_action(const char *name, const uint32_t *errno_ret, const char *field, const char *errno_field,
			struct error *e) {
	const struct seccomp_action *action = seccomp_action(name);

	if (!action)
		return error_set(e, 0, field, "\"%s\" is no action: SCMP_ACT_ALLOW and SCMP_ACT_ERRNO are", name);
	if (errno_ret && !action->max_errno)
		return error_set(e, 0, errno_field, "%s has no errno: SCMP_ACT_ERRNO and SCMP_ACT_TRACE do", name);
	if (errno_ret && *errno_ret > action->max_errno)
		return error_set(e, 0, errno_field, "%u is out of range: 0 to %u", *errno_ret, action->max_errno);
	return 0;
}

static char *member(struct arena *a, size_t rule, const char *name) {
	return arena_printf(a, FIELD "/syscalls/%zu/%s", rule, name);
}

static int check_arguments(struct arena *a, const struct spec_syscall_args *args, size_t rule, struct error *e) {
	for (size_t i = 0; i < args->n; i++) {
		if (args->v[i].index > 5)
			return error_set(e, 0, member(a, rule, arena_printf(a, "args/%zu/index", i)),
					 "%u is out of range: a system call has arguments 0 to 5", args->v[i].index);
		if (!seccomp_operator(args->v[i].op))
			return error_set(e, 0, member(a, rule, arena_printf(a, "args/%zu/op", i)),
					 "\"%s\" is no operator: SCMP_CMP_EQ and SCMP_CMP_MASKED_EQ are",
					 args->v[i].op);
	}
	return 0;
}

static int check_rule(struct arena *a, const struct spec_seccomp *s, size_t i, struct error *e) {
	const struct spec_syscall *rule = &s->syscalls.v[i];

	if (rule->names.n == 0)
		return error_set(e, 0, member(a, i, "names"), "is empty: a rule is about at least one system call");
	if (check_action(rule->action, rule->errno_ret, member(a, i, "action"), member(a, i, "errnoRet"), e) < 0)
		return -1;
	return check_arguments(a, &rule->args, i, e);
}

static int check_architectures(struct arena *a, const struct strings *names, struct error *e) {
	for (size_t i = 0; i < names->n; i++) {
		if (text_index(seccomp_architectures, names->v[i]) < 0)
			return error_set(e, 0, arena_printf(a, FIELD "/architectures/%zu", i),
					 "\"%s\" is no architecture: SCMP_ARCH_X86_64 is", names->v[i]);
		if (!seccomp_architecture(names->v[i]))
			return error_set(e, 0, arena_printf(a, FIELD "/architectures/%zu", i),
					 "%s is not known to the libseccomp that husk was built with", names->v[i]);
	}
	return 0;
}

static int add_flags(struct arena *a, const struct strings *names, struct seccomp_filter *f, struct error *e) {
	for (size_t i = 0; i < names->n; i++) {
		const struct seccomp_number *flag = seccomp_flag(names->v[i]);

		if (!flag)
			return error_set(e, 0, arena_printf(a, FIELD "/flags/%zu", i),
					 "\"%s\" is no flag: SECCOMP_FILTER_FLAG_LOG is", names->v[i]);
		f->flags |= flag->value;
	}
	return 0;
}

/* Without the list the kernel's protection against speculation stays off, as libseccomp and so everybody else has it. A filter
 * that does not notify never waits; the result of one that does is its listener, also with TSYNC. */
static int find_flags(struct arena *a, const struct strings *names, struct seccomp_filter *f, struct error *e) {
	if (!names->v)
		f->flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	else if (add_flags(a, names, f, e) < 0)
		return -1;
	if (!f->agent)
		f->flags &= ~seccomp_flag("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")->value;
	else
		f->flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	if (f->agent && (f->flags & SECCOMP_FILTER_FLAG_TSYNC))
		f->flags |= SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
	return 0;
}

static int check_profile(struct arena *a, const struct spec_seccomp *s, struct error *e) {
	if (check_action(s->default_action, s->default_errno_ret, FIELD "/defaultAction", FIELD "/defaultErrnoRet", e) <
	    0)
		return -1;
	if (strcmp(s->default_action, "SCMP_ACT_NOTIFY") == 0)
		return error_set(
			e, 0, FIELD "/defaultAction",
			"SCMP_ACT_NOTIFY is for single system calls: with all of them the process could not even start");
	for (size_t i = 0; i < s->syscalls.n; i++)
		if (check_rule(a, s, i, e) < 0)
			return -1;
	return check_architectures(a, &s->architectures, e);
}

/* Else they are left out: a profile is written for kernels to come, too. */
static int check_known_calls(struct plan *p, const struct spec *spec, struct error *e) {
	const struct spec_syscalls *rules = &spec->linux_.seccomp->syscalls;
	bool asked;

	if (annotation_is_on(p, spec, ANNOTATION_SECCOMP_FAIL_UNKNOWN, &asked, e) < 0)
		return -1;
	for (size_t i = 0; asked && i < rules->n; i++)
		for (size_t j = 0; j < rules->v[i].names.n; j++)
			if (!seccomp_call_is_known(rules->v[i].names.v[j]))
				return error_set(e, 0, member(p->a, i, arena_printf(p->a, "names/%zu", j)),
						 "libseccomp knows no system call \"%s\", which %s forbids",
						 rules->v[i].names.v[j],
						 annotation_names[ANNOTATION_SECCOMP_FAIL_UNKNOWN]);
	return 0;
}

int plan_seccomp(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	const struct spec_seccomp *profile = spec->linux_.seccomp;
	struct seccomp_agent agent = {0};
	struct seccomp_filter *f;

	if (!profile)
		return 0;
	if (check_profile(p->a, profile, e) < 0 || check_known_calls(p, spec, e) < 0 ||
	    seccomp_check_agent(p, spec, &agent, e) < 0)
		return -1;
	f = arena_new(p->a, struct seccomp_filter);
	*f = (struct seccomp_filter){.profile = profile, .agent = agent.path};
	if (find_flags(p->a, &profile->flags, f, e) < 0)
		return -1;
	if (!spec->process)
		return 0;
	if (!spec->process->no_new_privileges && !spec_namespace(spec, "user") &&
	    !(h->cap_effective & UINT64_C(1) << CAP_SYS_ADMIN))
		return error_set(e, 0, FIELD,
				 "needs /process/noNewPrivileges, or CAP_SYS_ADMIN, which the caller does not have");
	p->filter = f;
	return 0;
}

static int check_flags(struct arena *a, const struct strings *names, struct error *e) {
	for (size_t i = 0; i < names->n; i++)
		if (!seccomp_flag_works(seccomp_flag(names->v[i])->value))
			return error_set(e, 0, arena_printf(a, FIELD "/flags/%zu", i), "the kernel does not know %s",
					 names->v[i]);
	return 0;
}

int seccomp_prepare(struct plan *p, const struct host *h, struct error *e) {
	struct seccomp_filter *f = p->filter;
	struct seccomp_cache cache;

	if (!f)
		return 0;
	if (check_flags(p->a, &f->profile->flags, e) < 0)
		return -1;
	seccomp_cache_init(p->a, &cache, p->request->root, h, f->profile);
	if (seccomp_cache_read(p->a, &cache, &f->program))
		return 0;
	if (seccomp_compile(p->a, f, e) < 0)
		return -1;
	seccomp_cache_write(p->a, &cache, &f->program);
	return 0;
}
