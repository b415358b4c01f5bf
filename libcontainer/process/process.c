/* process.c - process: the order in which the container's init becomes process.args, and the small steps on the way. */
#include "internal.h"
#include "../os/fd.h"
#include "../os/procfs.h"
#include "../os/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define SIGSET_BYTES 8 /* of the kernel: 64 signals */

/* Always: TIOCSTI would push characters into the caller's terminal (CVE-2017-5226). */
static int run_session(struct run *r, const void *arg) {
	(void)r, (void)arg;
	return setsid() < 0 ? -errno : 0;
}

/* The clone has reset handlers, but what the caller ignored we ignore too. Raw calls, since libc keeps two of the signals
 * for itself. A sigaction of zeros is SIG_DFL on every machine. */
static int run_signals(struct run *r, const void *arg) {
	static const uint64_t zeros[8];
	uint64_t ignored = *(const uint64_t *)arg;
	int rc = 0;

	(void)r;
	for (int signal = 1; rc == 0 && signal <= 64; signal++)
		if (ignored >> (signal - 1) & 1 && syscall(SYS_rt_sigaction, signal, zeros, NULL, SIGSET_BYTES) < 0)
			rc = -errno;
	if (rc == 0 && syscall(SYS_rt_sigprocmask, SIG_SETMASK, zeros, NULL, SIGSET_BYTES) < 0)
		rc = -errno;
	return rc;
}

static int run_umask(struct run *r, const void *mask) {
	(void)r;
	umask((mode_t) * (const uint32_t *)mask);
	return 0;
}

/* By the host: root of a user namespace may not lower it. */
static int run_oom_score(struct run *r, const void *score) {
	char path[40], text[16];
	int rc;

	snprintf(path, sizeof(path), "%d/oom_score_adj", (int)r->pid);
	snprintf(text, sizeof(text), "%d", *(const int32_t *)score);
	rc = procfs_write(r->procfs_fd, path, text);
	if (rc == -EACCES)
		run_hint(r, "%s: a value below the caller's needs CAP_SYS_RESOURCE", error_text(EACCES));
	return rc;
}

static void shell_oom_score(struct text *out, const void *score) {
	text_add(out, "echo %d >/proc/$init/oom_score_adj", *(const int32_t *)score);
}

static int run_no_new_privileges(struct run *r, const void *arg) {
	(void)r, (void)arg;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : -errno;
}

/* What the caller asked to preserve goes to the process, and nothing else: security rule D5. */
static int run_descriptors(struct run *r, const void *preserve_fds) {
	unsigned first = 3 + *(const unsigned *)preserve_fds;

	for (unsigned fd = 3; fd < first; fd++)
		if (fcntl((int)fd, F_SETFD, 0) < 0) {
			run_hint(r, "%s: descriptor %u of --preserve-fds is not open", error_text(errno), fd);
			return -EBADF;
		}
	return sys_close_range(first, ~0U, CLOSE_RANGE_CLOEXEC) == 0 ? 0 : -errno;
}

int plan_process_host(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	const struct spec_process *process = spec->process;
	const int32_t *score = process ? process->oom_score_adj : NULL;

	if (hooks_check_later(p->a, &spec->hooks, e) || plan_seccomp(p, spec, h, e))
		return -1;
	if (!process)
		return 0;
	if (score && (*score < -1000 || *score > 1000))
		return error_set(e, 0, "/process/oomScoreAdj", "%d is out of range: -1000 to 1000", *score);
	if (affinity_check(process, e) < 0 || plan_rlimits_host(p, process, e) < 0)
		return -1;
	if (score)
		plan_add(p, HOST, run_oom_score, score, "/process/oomScoreAdj", NO_INDEX, shell_oom_score,
			 "set oom_score_adj");
	plan_stdio(p, HOST, spec);
	return 0;
}

static int plan_umask(struct plan *p, const struct spec_process *process, const struct host *h, struct error *e) {
	const uint32_t *mask = process->user.umask ? process->user.umask : &h->umask;

	if (*mask > 0777)
		return error_set(e, 0, "/process/user/umask", "%u is out of range: 0 to 511, which is octal 777",
				 *mask);
	plan_add(p, INSIDE, run_umask, mask, "/process/user/umask", NO_INDEX, shell_later, "set the umask");
	return 0;
}

int plan_process(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	struct program *g = arena_new(p->a, struct program);

	if (plan_memory_policy(p, spec->linux_.memory_policy, h, e) || plan_personality(p, spec->linux_.personality, e))
		return -1;
	if (!spec->process)
		return 0;
	*g = (struct program){.process = spec->process,
			      .personality = spec->linux_.personality,
			      .sets = capabilities_plan(p, spec, h)};
	env_add_sockets(p, spec, g);
	env_add_notify(p, spec, g);
	if (env_build(p->a, g, e) < 0)
		return -1;
	plan_add(p, INSIDE, run_session, NULL, NULL, NO_INDEX, NULL, "start a session");
	plan_add(p, INSIDE, run_signals, &h->ignored, NULL, NO_INDEX, NULL, "ignore and block no signals");
	plan_controlling_terminal(p, spec->process);
	plan_key_label(p, spec->process);
	plan_keyring(p);
	if (plan_labels(p, g, h, e) < 0)
		return -1;
	plan_stdio(p, INSIDE, spec);
	plan_bounding(p, g->sets);
	if (plan_user(p, spec, g, e) || plan_enter_cwd(p, spec->process, e))
		return -1;
	plan_capabilities(p, g->sets);
	plan_home(p, g);
	if (plan_umask(p, spec->process, h, e) < 0)
		return -1;
	return plan_lookup(p, g, e);
}

int plan_scheduling(struct plan *p, const struct spec *spec, struct error *e) {
	if (!spec->process)
		return 0;
	return plan_scheduler(p, spec, e) < 0 || plan_io_priority(p, spec->process, e) < 0 ? -1 : 0;
}

int plan_exec(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	(void)h;
	if (!spec->process)
		return 0;
	if (spec->process->no_new_privileges)
		plan_add(p, INSIDE, run_no_new_privileges, NULL, "/process/noNewPrivileges", NO_INDEX, shell_later,
			 "forbid new privileges");
	/* Before the limits and the preserved descriptors, which are the process's and not its hooks'. */
	if (plan_hooks(p, spec, h, HOOK_START_CONTAINER, e) < 0)
		return -1;
	plan_rlimits(p, spec->process);
	plan_add(p, INSIDE, run_descriptors, &p->request->preserve_fds, NULL, NO_INDEX, NULL,
		 "close all other descriptors at execve");
	plan_filter(p);
	plan_execve(p);
	return 0;
}
