/* superblock.c - options of a file system as parameters of fsconfig, and why it refused one. */
#include "superblock.h"
#include "mount_label.h"
#include "../os/syscalls.h"
#include "../../specs/number.h"
#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct shared {
	const char *type;
	unsigned magic; /* 0: not told apart by it */
} shared[] = {
	{"proc", PROC_SUPER_MAGIC},     {"sysfs", SYSFS_MAGIC},           {"mqueue", 0x19800202},
	{"cgroup", CGROUP_SUPER_MAGIC}, {"cgroup2", CGROUP2_SUPER_MAGIC}, {"devtmpfs", 0},
	{"debugfs", DEBUGFS_MAGIC},     {"tracefs", TRACEFS_MAGIC},       {"securityfs", SECURITYFS_MAGIC},
	{"configfs", 0x62656570},       {"efivarfs", EFIVARFS_MAGIC},     {"pstore", PSTOREFS_MAGIC},
	{"selinuxfs", SELINUX_MAGIC},
};
#define N_SHARED (sizeof(shared) / sizeof(*shared))

/* iversion has no name here: only mount(2) can set it. */
static const struct flag {
	uint64_t bit;
	const char *set, *clear;
} flags[] = {
	{MS_RDONLY, "ro", "rw"},         {MS_SYNCHRONOUS, "sync", "async"},
	{MS_DIRSYNC, "dirsync", NULL},   {MS_LAZYTIME, "lazytime", "nolazytime"},
	{MS_MANDLOCK, "mand", "nomand"},
};

bool superblock_is_shared(const char *type) {
	for (size_t i = 0; i < N_SHARED; i++)
		if (strcmp(shared[i].type, type) == 0)
			return true;
	return false;
}

bool superblock_is_shared_magic(unsigned magic) {
	for (size_t i = 0; i < N_SHARED; i++)
		if (magic && shared[i].magic == magic)
			return true;
	return false;
}

void parameters_add(struct arena *a, struct parameters *list, const char *key, const char *value) {
	list->v = arena_grow(a, list->v, list->n, sizeof(*list->v));
	list->v[list->n++] = (struct parameter){key, value};
}

void parameters_add_option(struct arena *a, struct parameters *list, const char *option) {
	const char *equals = strchr(option, '='), *value = equals ? equals + 1 : NULL;

	if (value && mount_label_is_option(option))
		value = mount_label_value(a, value);
	parameters_add(a, list, equals ? arena_strndup(a, option, (size_t)(equals - option)) : option, value);
}

void parameters_add_flags(struct arena *a, struct parameters *list, const struct mount_bits *superblock) {
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (superblock->set & flags[i].bit)
			parameters_add(a, list, flags[i].set, NULL);
		else if (superblock->clear & flags[i].bit && flags[i].clear)
			parameters_add(a, list, flags[i].clear, NULL);
	}
}

/* The file system may have written a line about it: "e tmpfs: Unknown parameter 'foo'". */
static int refused(struct run *r, int context_fd, const struct parameter *p, int errnum) {
	char line[256];
	ssize_t n = read(context_fd, line, sizeof(line) - 1);

	while (n > 0 && line[n - 1] == '\n')
		n--;
	if (n > 2)
		run_hint(r, "%.*s: %s", (int)n - 2, line + 2, error_text(errnum));
	else if (p)
		run_hint(r, "the option %s%s%s: %s%s", p->key, p->value ? "=" : "", p->value ? p->value : "",
			 error_text(errnum),
			 errnum == EINVAL && mount_label_is_option(p->key) ? ": the SELinux policy has no such label"
									   : "");
	return -errnum;
}

int superblock_set(struct run *r, int context_fd, const struct parameters *list) {
	for (size_t i = 0; i < list->n; i++) {
		const struct parameter *p = &list->v[i];
		unsigned command = p->value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;

		if (sys_fsconfig(context_fd, command, p->key, p->value, 0) < 0)
			return refused(r, context_fd, p, errno);
	}
	return 0;
}

int superblock_command(struct run *r, int context_fd, unsigned command) {
	return sys_fsconfig(context_fd, command, NULL, NULL, 0) < 0 ? refused(r, context_fd, NULL, errno) : 0;
}

/* Parameters that are an id, and the call that takes only one which our user namespace maps. */
static const struct id_parameter {
	const char *key, *what;
	long call;
} ids[] = {{"uid", "user", SYS_setfsuid}, {"gid", "group", SYS_setfsgid}};
#define N_IDS (sizeof(ids) / sizeof(*ids))

/* The call returns the id before it, also when it changes nothing, as for -1. */
static bool is_mapped(const struct id_parameter *parameter, uint64_t id) {
	long before = syscall(parameter->call, id), now = syscall(parameter->call, -1);

	syscall(parameter->call, before);
	return now == (long)id;
}

void superblock_blame_ids(struct run *r, const struct parameters *list) {
	for (size_t i = 0; i < list->n * N_IDS; i++) {
		const struct parameter *p = &list->v[i / N_IDS];
		const struct id_parameter *of = &ids[i % N_IDS];
		uint64_t id;

		if (p->value && strcmp(p->key, of->key) == 0 &&
		    number_unsigned(p->value, strlen(p->value), UINT32_MAX - 1, &id) && !is_mapped(of, id))
			run_hint(r,
				 "the option %s=%s: the user namespace does not map this %s: leave the option out, or "
				 "use a namespace that maps it",
				 p->key, p->value, of->what);
	}
}

/* mount(8) splits at commas, except in quotes. */
static void shell_value(struct text *out, const struct parameter *p) {
	char quoted[512] = "";

	if (!mount_label_is_option(p->key)) {
		text_add_quoted(out, p->value);
		return;
	}
	text_add(&TEXT(quoted), "\"%s\"", p->value);
	text_add_quoted(out, quoted);
}

void shell_parameters(struct text *out, const char *before, const struct parameters *list) {
	for (size_t i = 0; i < list->n; i++) {
		text_add(out, "%s%s%s", i ? "," : before, list->v[i].key, list->v[i].value ? "=" : "");
		if (list->v[i].value)
			shell_value(out, &list->v[i]);
	}
}
