/* seccomp_cache.c - programs that were compiled before, in <root>/@seccomp: 256 files, each with a program and with all that it
 * was made from, which is compared byte by byte.
 *
 * A profile has one slot, by its hash; two that share a slot take turns, so that the folder, which lies in memory, never grows
 * beyond them and nothing needs to be counted. Only what our user alone could have written is believed. Whatever is wrong, the
 * profile is compiled again. */
#include "../process/seccomp.h" /* <seccomp.h> is libseccomp's */
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT 1 /* to be raised with each change of what programs are made of */
#define SLOTS 256
#define MAX_KEY 131072 /* bytes; docker's profile makes one of 7,000. What is larger is not kept */

/* What an entry begins with; the program follows, then the key. */
struct entry {
	uint64_t check; /* hash of all behind it: what is damaged is not loaded */
	uint32_t instructions, key_length;
	struct sock_filter program[];
};

#define SEED UINT64_C(0xcbf29ce484222325)

/* FNV-1a, which need not be a strong one: keys are compared. */
static uint64_t hash(uint64_t seed, const void *bytes, size_t n) {
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < n; i++)
		seed = (seed ^ byte[i]) * UINT64_C(0x100000001b3);
	return seed;
}

static size_t entry_size(size_t instructions, size_t key_length) {
	return sizeof(struct entry) + instructions * sizeof(struct sock_filter) + key_length;
}

static uint64_t entry_check(const struct entry *entry, size_t size) {
	return hash(SEED, &entry->instructions, size - sizeof(entry->check));
}

static const char *entry_key(const struct entry *entry) {
	return (const char *)&entry->program[entry->instructions];
}

/* A key while it is written: twice, the first time only to see how long it gets. */
struct key {
	char *at; /* NULL: that first time */
	size_t n;
};

static void key_add(struct key *key, const void *bytes, size_t n) {
	if (key->at)
		memcpy(key->at + key->n, bytes, n);
	key->n += n;
}

static void key_add_number(struct key *key, uint64_t number) {
	key_add(key, &number, sizeof(number));
}

/* With their ends and their number, so that no two lists look the same. */
static void key_add_strings(struct key *key, const struct strings *list) {
	key_add_number(key, list->n);
	for (size_t i = 0; i < list->n; i++)
		key_add(key, list->v[i], strlen(list->v[i]) + 1);
}

static void key_add_action(struct key *key, const char *action, const uint32_t *errno_ret) {
	key_add_number(key, seccomp_value(action, errno_ret));
}

static void key_add_rule(struct key *key, const struct spec_syscall *rule) {
	key_add_action(key, rule->action, rule->errno_ret);
	key_add_strings(key, &rule->names);
	key_add_number(key, rule->args.n);
	for (size_t i = 0; i < rule->args.n; i++) {
		const struct spec_syscall_arg *arg = &rule->args.v[i];

		key_add_number(key, arg->index);
		key_add_number(key, seccomp_operator(arg->op)->value);
		key_add_number(key, arg->value);
		key_add_number(key, arg->value_two);
	}
}

/* Not its flags and its listener, on which no program depends. */
static void key_add_profile(struct key *key, const struct spec_seccomp *profile) {
	key_add_action(key, profile->default_action, profile->default_errno_ret);
	key_add_strings(key, &profile->architectures);
	for (size_t i = 0; i < profile->syscalls.n; i++)
		key_add_rule(key, &profile->syscalls.v[i]);
}

/* Who compiles it, and for which kernel, which decides what actions there are. */
static char *versions(struct arena *a, const struct host *h) {
	const struct scmp_version *library = seccomp_version();

	return arena_printf(a, "husk " HUSK_VERSION " %d, libseccomp %u.%u.%u, machine %#x, Linux %u.%u", FORMAT,
			    library->major, library->minor, library->micro, seccomp_arch_native(), h->kernel_major,
			    h->kernel_minor);
}

void seccomp_cache_init(struct arena *a, struct seccomp_cache *c, const char *root, const struct host *h,
			const struct spec_seccomp *profile) {
	char *made_by = versions(a, h);
	struct key key = {0};

	for (int i = 0; i < 2; i++) {
		key = (struct key){.at = i ? arena_alloc(a, key.n) : NULL};
		key_add(&key, made_by, strlen(made_by) + 1);
		key_add_profile(&key, profile);
	}
	c->key = key.at;
	c->key_length = key.n;
	c->slot = (unsigned)(hash(SEED, c->key, c->key_length) % SLOTS);
	c->dir = arena_printf(a, "%s/@seccomp", root);
}

static bool is_ours_alone(int fd, mode_t type, size_t *size) {
	struct stat st;

	if (fstat(fd, &st) < 0 || (st.st_mode & S_IFMT) != type || st.st_uid != geteuid() || (st.st_mode & 077))
		return false;
	*size = (size_t)st.st_size;
	return true;
}

static int open_dir(const char *path) {
	auto_close int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	size_t size;

	return fd >= 0 && is_ours_alone(fd, S_IFDIR, &size) ? fd_take(&fd) : -1;
}

static bool is_wanted(const struct seccomp_cache *c, const struct entry *entry, size_t size) {
	return entry->key_length == c->key_length && entry->instructions <= BPF_MAXINSNS &&
	       entry_size(entry->instructions, entry->key_length) == size && entry_check(entry, size) == entry->check &&
	       memcmp(entry_key(entry), c->key, c->key_length) == 0;
}

bool seccomp_cache_read(struct arena *a, const struct seccomp_cache *c, struct bpf *program) {
	auto_close int dir = open_dir(c->dir), fd = -1;
	struct entry *entry;
	char name[12];
	size_t size;

	snprintf(name, sizeof(name), "%02x", c->slot);
	fd = dir < 0 ? -1 : openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || !is_ours_alone(fd, S_IFREG, &size))
		return false;
	if (size < sizeof(*entry) || size > entry_size(BPF_MAXINSNS, c->key_length))
		return false;
	entry = arena_alloc(a, size);
	if (fd_read(fd, entry, size) < 0 || !is_wanted(c, entry, size))
		return false;
	*program = (struct bpf){entry->program, entry->instructions};
	return true;
}

/* A half-written one is in nobody's way but of the next who writes, and who removes it. */
static void write_entry(int dir, const char *name, const struct entry *entry, size_t size) {
	auto_close int fd = -1;
	char half[16];

	snprintf(half, sizeof(half), "%s.new", name);
	fd = openat(dir, half, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || fd_write(fd, entry, size) < 0 || renameat(dir, half, dir, name) < 0)
		unlinkat(dir, half, 0);
}

void seccomp_cache_write(struct arena *a, const struct seccomp_cache *c, const struct bpf *program) {
	size_t size = entry_size(program->n, c->key_length);
	struct entry *entry = arena_alloc(a, size);
	char name[12];

	if (c->key_length > MAX_KEY)
		return;
	mkdir(c->dir, 0700);
	auto_close int dir = open_dir(c->dir);
	if (dir < 0)
		return;
	entry->instructions = (uint32_t)program->n;
	entry->key_length = (uint32_t)c->key_length;
	memcpy(entry->program, program->v, program->n * sizeof(*program->v));
	memcpy(&entry->program[program->n], c->key, c->key_length);
	entry->check = entry_check(entry, size);
	snprintf(name, sizeof(name), "%02x", c->slot);
	write_entry(dir, name, entry, size);
}
