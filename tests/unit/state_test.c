/* state_test.c - ids, and the record as it is written and read. */
#include "../../libcontainer/state.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void ids_are_letters_digits_and_four_marks(void **state) {
	static const char *const valid[] = {"a", "A-z_0+9.x", ".hidden", "-", "...", "0"};
	static const char *const invalid[] = {"", ".", "..", "a/b", "a b", "a@b", "ä", "a\n"};
	struct error e;

	(void)state;
	for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++)
		assert_true(state_id_valid(valid[i], &e));
	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++)
		assert_false(state_id_valid(invalid[i], &e));
}

static void an_id_of_255_characters_is_the_longest(void **state) {
	char id[257];
	struct error e;

	(void)state;
	memset(id, 'x', sizeof(id));
	id[255] = '\0';
	assert_true(state_id_valid(id, &e));
	id[255] = 'x';
	id[256] = '\0';
	assert_false(state_id_valid(id, &e));
	assert_non_null(strstr(e.text, "255 at most"));
}

static int directory_with_record(char *path, const char *record) {
	int dir, file;

	assert_non_null(mkdtemp(path));
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	file = openat(dir, "record", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(file, record, strlen(record)), strlen(record));
	close(file);
	return dir;
}

static void a_record_is_read_back(void **state) {
	char path[] = "/tmp/husk-state-XXXXXX", file[64];
	struct record r = {0};
	struct error e = {0};
	int dir = directory_with_record(
		path, "{\"status\":\"created\",\"init\":{\"pid\":7,\"startTime\":8},\"id\":\"c\",\"bundle\":\"/b\","
		      "\"rootfs\":\"/b/r\",\"created\":\"2026-01-01T00:00:00Z\",\"bootId\":\"x\","
		      "\"cgroups\":[\"/sys/fs/cgroup/c\"],\"poststop\":true,\"annotations\":{\"k\":\"v\"}}");

	assert_int_equal(record_read(*state, dir, &r, &e), 0);
	assert_string_equal(r.head.status, "created");
	assert_int_equal(r.head.init.pid, 7);
	assert_int_equal(r.head.init.start_time, 8);
	assert_string_equal(r.cgroups.v[0], "/sys/fs/cgroup/c");
	assert_true(r.poststop);
	assert_false(r.poststart);
	assert_string_equal(pairs_get(&r.annotations, "k"), "v");
	unlink(strcat(strcpy(file, path), "/record"));
	rmdir(path);
	close(dir);
}

static void a_damaged_record_is_an_error_and_a_missing_one_is_known(void **state) {
	char path[] = "/tmp/husk-state-XXXXXX", file[64];
	struct record r = {0};
	struct error e = {0};
	int dir = directory_with_record(path, "{\"status\":");

	assert_int_equal(record_read(*state, dir, &r, &e), -1);
	assert_int_not_equal(e.errnum, ENOENT);
	unlink(strcat(strcpy(file, path), "/record"));
	assert_int_equal(record_read(*state, dir, &r, &e), -1);
	assert_int_equal(e.errnum, ENOENT);
	rmdir(path);
	close(dir);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(ids_are_letters_digits_and_four_marks),
		arena_test(an_id_of_255_characters_is_the_longest),
		arena_test(a_record_is_read_back),
		arena_test(a_damaged_record_is_an_error_and_a_missing_one_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
