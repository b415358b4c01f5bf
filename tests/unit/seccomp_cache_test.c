/* seccomp_cache_test.c - programs that were compiled before: what is written is found again, and nothing else is believed. */
#include "../../libcontainer/process/seccomp.h"
#include "steps.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct host linux_6_1 = {.kernel_major = 6, .kernel_minor = 1};
static char root[64], entry[128];

static int make_root(void **state) {
	snprintf(root, sizeof(root), "/tmp/husk-unit-test.XXXXXX");
	return mkdtemp(root) ? arena_setup(state) : -1;
}

static int remove_root(void **state) {
	unlink(entry);
	unlink(arena_printf(*state, "%s.new", entry));
	rmdir(arena_printf(*state, "%s/@seccomp", root));
	return rmdir(root) < 0 ? -1 : arena_teardown(state);
}

static struct seccomp_cache *cache(struct arena *a, const struct host *h, char *action, char *call) {
	struct spec_seccomp *s = arena_new(a, struct spec_seccomp);
	struct seccomp_cache *c = arena_new(a, struct seccomp_cache);

	s->default_action = action;
	s->syscalls = (struct spec_syscalls){arena_new(a, struct spec_syscall), 1};
	*s->syscalls.v = (struct spec_syscall){.action = "SCMP_ACT_LOG"};
	strings_add(a, &s->syscalls.v->names, call);
	seccomp_cache_init(a, c, root, h, s);
	snprintf(entry, sizeof(entry), "%s/%02x", c->dir, c->slot);
	return c;
}

static struct sock_filter instructions[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 4}, {BPF_RET | BPF_K, 0, 0, 7}};
static const struct bpf program = {instructions, 2};

static bool is_found(struct arena *a, const struct seccomp_cache *c) {
	struct bpf found = {0};

	if (!seccomp_cache_read(a, c, &found))
		return false;
	assert_int_equal(found.n, program.n);
	assert_memory_equal(found.v, program.v, sizeof(instructions));
	return true;
}

/* Written and found: what the others begin with. */
static struct seccomp_cache *written(struct arena *a) {
	struct seccomp_cache *c = cache(a, &linux_6_1, "SCMP_ACT_ALLOW", "read");

	seccomp_cache_write(a, c, &program);
	assert_true(is_found(a, c));
	return c;
}

static void what_is_written_is_found_again(void **state) {
	struct seccomp_cache *c = cache(*state, &linux_6_1, "SCMP_ACT_ALLOW", "read");

	assert_false(is_found(*state, c));
	seccomp_cache_write(*state, c, &program);
	seccomp_cache_write(*state, c, &program);
	assert_true(is_found(*state, c));
}

static void a_program_is_for_one_profile_and_one_kernel(void **state) {
	struct host later = {.kernel_major = 6, .kernel_minor = 2};
	char path[128];
	struct seccomp_cache *c = written(*state), *others[3];

	memcpy(path, entry, sizeof(path));
	others[0] = cache(*state, &later, "SCMP_ACT_ALLOW", "read");
	others[1] = cache(*state, &linux_6_1, "SCMP_ACT_TRAP", "read");
	others[2] = cache(*state, &linux_6_1, "SCMP_ACT_ALLOW", "write");
	for (size_t i = 0; i < 3; i++) {
		others[i]->slot = c->slot; /* as if the hash were the same */
		assert_false(is_found(*state, others[i]));
	}
	memcpy(entry, path, sizeof(path));
}

static void two_that_share_a_slot_take_turns(void **state) {
	struct seccomp_cache *one = written(*state), *other = cache(*state, &linux_6_1, "SCMP_ACT_TRAP", "read");

	unlink(entry);
	other->slot = one->slot;
	snprintf(entry, sizeof(entry), "%s/%02x", one->dir, one->slot);
	seccomp_cache_write(*state, other, &program);
	assert_true(is_found(*state, other));
	assert_false(is_found(*state, one));
}

/* Each byte in turn. */
static void a_damaged_entry_is_not_believed(void **state) {
	struct seccomp_cache *c = written(*state);
	int fd = open(entry, O_RDWR | O_CLOEXEC);
	struct stat st;
	char byte;

	assert_int_equal(fstat(fd, &st), 0);
	for (off_t at = 0; at < st.st_size; at++) {
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 0x10;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		assert_false(is_found(*state, c));
		byte ^= 0x10;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	assert_true(is_found(*state, c));
	assert_int_equal(ftruncate(fd, st.st_size - 1), 0);
	assert_false(is_found(*state, c));
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_false(is_found(*state, c));
	close(fd);
}

static void what_others_can_write_or_read_is_not_believed(void **state) {
	struct seccomp_cache *c = written(*state);

	assert_int_equal(chmod(entry, 0640), 0);
	assert_false(is_found(*state, c));
	assert_int_equal(chmod(entry, 0600), 0);
	assert_int_equal(chmod(c->dir, 0755), 0);
	assert_false(is_found(*state, c));
	unlink(entry);
	seccomp_cache_write(*state, c, &program);
	assert_int_equal(access(entry, F_OK), -1); /* nothing is written there either */
	assert_int_equal(chmod(c->dir, 0700), 0);
	seccomp_cache_write(*state, c, &program);
	assert_true(is_found(*state, c));
}

static void a_link_is_not_followed(void **state) {
	struct seccomp_cache *c = written(*state);
	char *elsewhere = arena_printf(*state, "%s/elsewhere", root);

	assert_int_equal(rename(entry, elsewhere), 0);
	assert_int_equal(symlink(elsewhere, entry), 0);
	assert_false(is_found(*state, c));
	seccomp_cache_write(*state, c, &program); /* in its place */
	assert_true(is_found(*state, c));
	unlink(elsewhere);
}

static void what_a_kill_left_half_written_is_gone_after_the_next(void **state) {
	struct seccomp_cache *c = written(*state);
	char *half = arena_printf(*state, "%s.new", entry);

	unlink(entry);
	close(open(half, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	seccomp_cache_write(*state, c, &program);
	assert_int_equal(access(half, F_OK), -1);
	seccomp_cache_write(*state, c, &program);
	assert_true(is_found(*state, c));
}

static void a_profile_of_megabytes_is_not_kept(void **state) {
	char *name = arena_alloc(*state, 1 << 20);
	struct seccomp_cache *c;

	memset(name, 'x', (1 << 20) - 1);
	c = cache(*state, &linux_6_1, "SCMP_ACT_ALLOW", name);
	seccomp_cache_write(*state, c, &program);
	assert_int_equal(access(entry, F_OK), -1);
}

static void a_root_that_is_not_there_is_no_error(void **state) {
	struct seccomp_cache *c = cache(*state, &linux_6_1, "SCMP_ACT_ALLOW", "read");

	c->dir = "/nonexistent/@seccomp";
	seccomp_cache_write(*state, c, &program);
	assert_false(is_found(*state, c));
}

#define root_test(f) cmocka_unit_test_setup_teardown(f, make_root, remove_root)

int main(void) {
	const struct CMUnitTest tests[] = {
		root_test(what_is_written_is_found_again),
		root_test(a_program_is_for_one_profile_and_one_kernel),
		root_test(two_that_share_a_slot_take_turns),
		root_test(a_damaged_entry_is_not_believed),
		root_test(what_others_can_write_or_read_is_not_believed),
		root_test(a_link_is_not_followed),
		root_test(what_a_kill_left_half_written_is_gone_after_the_next),
		root_test(a_profile_of_megabytes_is_not_kept),
		root_test(a_root_that_is_not_there_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
