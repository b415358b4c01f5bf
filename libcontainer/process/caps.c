/* caps.c - process.capabilities: the five sets. Without the object all are empty, as in runc and crun.
 *
 * The kernel is called directly: with the names here, libcap would only wrap these two calls, and allocate. What cannot be
 * granted is a warning, by config.md, and never an error; a process gets fewer capabilities then, not more. */
#include "internal.h"
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_UNKNOWN 16 /* names in warnings */

/* clang-format off */
const char *const capability_names[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL",
	"CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE",
	"CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT",
	"CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
	"CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN",
	"CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF",
	"CAP_CHECKPOINT_RESTORE", NULL,
};
/* clang-format on */
#define N_NAMES ((int)(sizeof(capability_names) / sizeof(*capability_names)) - 1)

#define BIT(n) (UINT64_C(1) << (n))

/* Each needs CAP_SETPCAP, so before the user changes. */
static int run_bounding(struct run *r, const void *arg) {
	const struct capability_sets *s = arg;

	(void)r;
	for (int cap = 0; cap < 64; cap++)
		if ((s->drop & BIT(cap)) && prctl(PR_CAPBSET_DROP, cap) < 0)
			return -errno;
	return 0;
}

/* Ambient ones first and last: those of the caller go, and new ones must be permitted and inheritable. Inheritable is what the
 * config says and nothing that we inherited (CVE-2022-24769). */
static int run_capabilities(struct run *r, const void *arg) {
	const struct capability_sets *s = arg;
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	(void)r;
	for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		sets[i] = (struct __user_cap_data_struct){
			.effective = (uint32_t)((s->effective | s->until_execve) >> (32 * i)),
			.permitted = (uint32_t)((s->permitted | s->until_execve) >> (32 * i)),
			.inheritable = (uint32_t)(s->inheritable >> (32 * i))};
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 || syscall(SYS_capset, &header, sets) < 0)
		return -errno;
	for (unsigned long cap = 0; cap < 64; cap++)
		if ((s->ambient & BIT(cap)) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -errno;
	return 0;
}

/* What is in the bounding set would be back at execve, but for noNewPrivileges. */
int capability_give_up_ptrace(void) {
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	if (!prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) && prctl(PR_CAPBSET_DROP, CAP_SYS_PTRACE) < 0)
		return -errno;
	if (syscall(SYS_capget, &header, sets) < 0)
		return -errno;
	sets[0].effective &= ~(uint32_t)BIT(CAP_SYS_PTRACE);
	sets[0].permitted &= ~(uint32_t)BIT(CAP_SYS_PTRACE);
	sets[0].inheritable &= ~(uint32_t)BIT(CAP_SYS_PTRACE);
	return syscall(SYS_capset, &header, sets) == 0 ? 0 : -errno;
}

/* What is inheritable or ambient is in the bounding set too. */
bool capability_ptrace_reaches_init(const struct spec *spec) {
	const struct spec_capabilities *asked = spec->process ? spec->process->capabilities : NULL;

	return asked && strings_have(&asked->bounding, "CAP_SYS_PTRACE") && !spec_namespace(spec, "user");
}

void capabilities_add(struct text *out, uint64_t set) {
	const char *comma = "";

	for (int cap = 0; cap < N_NAMES; cap++) {
		if (!(set & BIT(cap)))
			continue;
		text_add(out, "%s%s", comma, capability_names[cap]);
		comma = ",";
	}
}

static void warn_unknown(struct plan *p, struct strings *unknown, char *name) {
	if (unknown->n == MAX_UNKNOWN || strings_have(unknown, name))
		return;
	strings_add(p->a, unknown, name);
	plan_warn(p, "/process/capabilities: %s is not known to this kernel or to husk, and left out", name);
}

static uint64_t known(struct plan *p, const struct strings *names, const struct host *h, struct strings *unknown) {
	uint64_t set = 0;

	for (size_t i = 0; i < names->n; i++) {
		int cap = text_index(capability_names, names->v[i]);

		if (cap >= 0 && cap <= h->last_cap)
			set |= BIT(cap);
		else
			warn_unknown(p, unknown, names->v[i]);
	}
	return set;
}

/* What of the set is possible; a warning tells the rest. */
static uint64_t grantable(struct plan *p, uint64_t set, uint64_t possible, const char *member, const char *why) {
	char names[1024] = "";

	capabilities_add(&TEXT(names), set & ~possible);
	if (set & ~possible)
		plan_warn(p, "/process/capabilities%s: left out, since %s: %s", member, why, names);
	return set & possible;
}

/* For a filter without noNewPrivileges, and for hooks that give up what is in the bounding set. What a process may is then
 * computed anew by execve, and not from the sets that this goes to. */
static uint64_t until_execve(const struct spec *spec) {
	bool hooks_give_up = spec->hooks.start_container.n && capability_ptrace_reaches_init(spec);

	if (spec->process->no_new_privileges)
		return 0;
	return (spec->linux_.seccomp ? BIT(CAP_SYS_ADMIN) : 0) | (hooks_give_up ? BIT(CAP_SETPCAP) : 0);
}

const struct capability_sets *capabilities_plan(struct plan *p, const struct spec *spec, const struct host *h) {
	static const struct spec_capabilities none;
	const struct spec_capabilities *asked = spec->process->capabilities ? spec->process->capabilities : &none;
	struct capability_sets *s = arena_new(p->a, struct capability_sets);
	bool user = spec_namespace(spec, "user"); /* whose processes begin with all of them */
	uint64_t all = BIT(h->last_cap + 1) - 1, missing;
	uint64_t have = user ? all : h->cap_effective, bounding = user ? all : h->cap_bounding;
	struct strings unknown = {0};

	s->bounding = known(p, &asked->bounding, h, &unknown);
	s->permitted = known(p, &asked->permitted, h, &unknown);
	s->effective = known(p, &asked->effective, h, &unknown);
	s->inheritable = known(p, &asked->inheritable, h, &unknown);
	s->ambient = known(p, &asked->ambient, h, &unknown);

	missing = (s->bounding & ~bounding) | ((s->permitted | s->effective | s->inheritable | s->ambient) & ~have);
	grantable(p, missing, 0, "", "the caller does not have them");
	s->until_execve = have & until_execve(spec);
	s->drop = bounding & ~s->bounding;
	s->bounding &= bounding;
	s->permitted &= have;
	s->effective = grantable(p, s->effective & have, s->permitted, "/effective", "they are not in permitted");
	s->inheritable = grantable(p, s->inheritable & have, s->bounding, "/inheritable", "they are not in bounding");
	s->ambient = grantable(p, s->ambient & have, s->permitted & s->inheritable, "/ambient",
			       "they are not in both permitted and inheritable");
	return s;
}

void plan_bounding(struct plan *p, const struct capability_sets *s) {
	if (s->drop)
		plan_add(p, INSIDE, run_bounding, s, "/process/capabilities/bounding", NO_INDEX, shell_later,
			 "drop capabilities from the bounding set");
}

void plan_capabilities(struct plan *p, const struct capability_sets *s) {
	plan_add(p, INSIDE, run_capabilities, s, "/process/capabilities", NO_INDEX, shell_later,
		 "set the capabilities");
}
