/* seccomp_names.c - the names of linux.seccomp, for config.json and for the features document. */
#include "../process/seccomp.h" /* <seccomp.h> is libseccomp's */
#include <ctype.h>
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5) /* Linux 5.19 */
#endif

#define MAX_ERRNO 4094 /* of libseccomp; the kernel's is one more */

const struct seccomp_action seccomp_actions[] = {
	{"SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD, 0, false},
	{"SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS, 0, false},
	{"SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD, 0, false},
	{"SCMP_ACT_TRAP", SECCOMP_RET_TRAP, 0, false},
	{"SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO, MAX_ERRNO, false},
	{"SCMP_ACT_TRACE", SECCOMP_RET_TRACE, SECCOMP_NO_TRACE - 1, true},
	{"SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW, 0, true},
	{"SCMP_ACT_LOG", SECCOMP_RET_LOG, 0, true},
	{"SCMP_ACT_NOTIFY", SECCOMP_RET_USER_NOTIF, 0, true},
	{0},
};

const struct seccomp_number seccomp_operators[] = {
	{"SCMP_CMP_NE", SCMP_CMP_NE},
	{"SCMP_CMP_LT", SCMP_CMP_LT},
	{"SCMP_CMP_LE", SCMP_CMP_LE},
	{"SCMP_CMP_EQ", SCMP_CMP_EQ},
	{"SCMP_CMP_GE", SCMP_CMP_GE},
	{"SCMP_CMP_GT", SCMP_CMP_GT},
	{"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
	{0},
};

const struct seccomp_number seccomp_flags[] = {
	{"SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC},
	{"SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG},
	{"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW},
	{"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV},
	{0},
};

/* All of the specification; which of them libseccomp has is asked for by seccomp_architecture. */
#define PREFIX "SCMP_ARCH_"
const char *const seccomp_architectures[] = {
	PREFIX "X86",     PREFIX "X86_64",   PREFIX "X32",         PREFIX "ARM",
	PREFIX "AARCH64", PREFIX "MIPS",     PREFIX "MIPS64",      PREFIX "MIPS64N32",
	PREFIX "MIPSEL",  PREFIX "MIPSEL64", PREFIX "MIPSEL64N32", PREFIX "PPC",
	PREFIX "PPC64",   PREFIX "PPC64LE",  PREFIX "S390",        PREFIX "S390X",
	PREFIX "PARISC",  PREFIX "PARISC64", PREFIX "RISCV64",     PREFIX "LOONGARCH64",
	PREFIX "M68K",    PREFIX "SH",       PREFIX "SHEB",        NULL,
};

const struct seccomp_action *seccomp_action(const char *name) {
	for (const struct seccomp_action *action = seccomp_actions; action->name; action++)
		if (strcmp(action->name, name) == 0)
			return action;
	return NULL;
}

static const struct seccomp_number *find(const struct seccomp_number *table, const char *name) {
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

const struct seccomp_number *seccomp_operator(const char *name) {
	return find(seccomp_operators, name);
}

const struct seccomp_number *seccomp_flag(const char *name) {
	return find(seccomp_flags, name);
}

uint32_t seccomp_value(const char *name, const uint32_t *errno_ret) {
	const struct seccomp_action *action = seccomp_action(name);

	if (!action)
		return SECCOMP_RET_KILL_PROCESS;
	if (!action->max_errno)
		return action->value;
	return action->value | (errno_ret ? *errno_ret : EPERM);
}

/* libseccomp's own names are these in lower case: "x86_64". */
uint32_t seccomp_architecture(const char *name) {
	char lower[16] = "";

	if (text_index(seccomp_architectures, name) < 0)
		return 0;
	for (size_t n = 0; name[sizeof(PREFIX) - 1 + n]; n++)
		lower[n] = (char)tolower((unsigned char)name[sizeof(PREFIX) - 1 + n]);
	return seccomp_arch_resolve_name(lower);
}

bool seccomp_call_is_known(const char *name) {
	return seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR;
}

/* A flag that is known gets as far as the program, which is not there. One of them is for listeners only. */
bool seccomp_flag_works(unsigned flag) {
	if (flag == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
		flag |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flag, NULL) < 0 && errno == EFAULT;
}

static struct strings numbers_names(struct arena *a, const struct seccomp_number *table, bool (*wanted)(unsigned)) {
	struct strings names = {0};

	for (; table->name; table++)
		if (!wanted || wanted(table->value))
			strings_add(a, &names, (char *)table->name);
	return names;
}

void seccomp_features(struct arena *a, struct features_seccomp *f) {
	static const bool yes = true;

	f->enabled = &yes;
	for (const struct seccomp_action *action = seccomp_actions; action->name; action++)
		strings_add(a, &f->actions, (char *)action->name);
	for (size_t i = 0; seccomp_architectures[i]; i++)
		if (seccomp_architecture(seccomp_architectures[i]))
			strings_add(a, &f->archs, (char *)seccomp_architectures[i]);
	f->operators = numbers_names(a, seccomp_operators, NULL);
	f->known_flags = numbers_names(a, seccomp_flags, NULL);
	f->supported_flags = numbers_names(a, seccomp_flags, seccomp_flag_works);
}

char *seccomp_library_version(struct arena *a) {
	const struct scmp_version *v = seccomp_version();

	return arena_printf(a, "%u.%u.%u", v->major, v->minor, v->micro);
}
