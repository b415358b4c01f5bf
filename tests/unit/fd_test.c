/* fd_test.c - whole reads and writes, small files, and descriptors over a socket. */
#include "../../libcontainer/os/fd.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void a_descriptor_closes_itself_unless_it_is_taken(void **state) {
	int closed, kept;

	(void)state;
	{
		auto_close int a = dup(0), b = dup(0);

		closed = a;
		kept = fd_take(&b);
		assert_int_equal(b, -1);
	}
	assert_int_equal(fcntl(closed, F_GETFD), -1);
	assert_int_not_equal(fcntl(kept, F_GETFD), -1);
	fd_close(&kept);
	assert_int_equal(kept, -1);
	fd_close(&kept);
}

static void a_read_that_is_too_short_is_an_error(void **state) {
	int ends[2];
	char bytes[4];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fd_write(ends[1], "abc", 3), 0);
	fd_close(&ends[1]);
	assert_int_equal(fd_read(ends[0], bytes, sizeof(bytes)), -ENODATA);
	fd_close(&ends[0]);
	assert_int_equal(fd_read(-1, bytes, 1), -EBADF);
	assert_int_equal(fd_write(-1, bytes, 1), -EBADF);
}

static void pieces_are_read_until_all_is_there(void **state) {
	int ends[2];
	char bytes[4] = "";

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	assert_int_equal(fd_write(ends[1], "ab", 2), 0);
	assert_int_equal(fd_write(ends[1], "c", 1), 0);
	assert_int_equal(fd_read(ends[0], bytes, 3), 0);
	assert_string_equal(bytes, "abc");
	fd_close(&ends[0]);
	fd_close(&ends[1]);
}

static void a_small_file_is_read_without_its_last_newline(void **state) {
	char dir[] = "/tmp/husk-fd-test.XXXXXX", buf[8];
	int dir_fd, fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	dir_fd = open(dir, O_PATH | O_CLOEXEC);
	fd = openat(dir_fd, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(file_write_at(dir_fd, "file", "a\nb\n"), 0);
	assert_int_equal(file_read_at(dir_fd, "file", buf, sizeof(buf)), 3);
	assert_string_equal(buf, "a\nb");

	assert_int_equal(file_write_at(dir_fd, "file", "12345678"), 0);
	assert_int_equal(file_read_at(dir_fd, "file", buf, sizeof(buf)), -EFBIG);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(file_read_at(dir_fd, "file", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");

	assert_int_equal(unlinkat(dir_fd, "file", 0), 0);
	assert_int_equal(file_write_at(dir_fd, "file", "x"), -ENOENT);
	assert_int_equal(file_read_at(dir_fd, "file", buf, sizeof(buf)), -ENOENT);
	fd_close(&fd);
	fd_close(&dir_fd);
	assert_int_equal(rmdir(dir), 0);
}

static int pair_open(int pair[2]) {
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}

static void descriptors_go_over_a_socket_and_arrive_with_cloexec(void **state) {
	int pair[2], sent[253], received[253];
	struct stat a, b;

	(void)state;
	assert_int_equal(pair_open(pair), 0);
	for (size_t i = 0; i < 253; i++)
		sent[i] = (int)(i % 3);
	assert_int_equal(fd_send(pair[0], sent, 253), 0);
	assert_int_equal(fd_receive(pair[1], received, 253), 0);
	for (size_t i = 0; i < 253; i++) {
		assert_int_equal(fstat(sent[i], &a), 0);
		assert_int_equal(fstat(received[i], &b), 0);
		assert_true(a.st_ino == b.st_ino && a.st_dev == b.st_dev);
		assert_int_equal(fcntl(received[i], F_GETFD), FD_CLOEXEC);
		fd_close(&received[i]);
	}
	assert_int_equal(fd_send(pair[0], sent, 254), -EINVAL);
	assert_int_equal(fd_receive(pair[1], received, 254), -EINVAL);
	fd_close(&pair[0]);
	fd_close(&pair[1]);
}

static void a_text_goes_with_a_descriptor(void **state) {
	int pair[2], received = -1;
	char text[8] = "";

	(void)state;
	assert_int_equal(pair_open(pair), 0);
	assert_int_equal(fd_send_text(pair[0], "text", 0), 4);
	assert_int_equal(read(pair[1], text, sizeof(text)), 4);
	assert_string_equal(text, "text");
	assert_int_equal(fd_send_text(pair[0], "x", 0), 1);
	assert_int_equal(fd_receive(pair[1], &received, 1), 0);
	fd_close(&received);
	fd_close(&pair[0]);
	fd_close(&pair[1]);
}

static void another_number_of_descriptors_than_awaited_is_an_error_and_none_stays_open(void **state) {
	int pair[2], received[3] = {-7, -7, -7}, next;

	(void)state;
	assert_int_equal(pair_open(pair), 0);
	next = dup(0);
	fd_close(&next);
	next = dup(0); /* the lowest free number, before and after */
	close(next);
	assert_int_equal(fd_send(pair[0], (int[]){0, 1}, 2), 0);
	assert_int_equal(fd_receive(pair[1], received, 3), -ENODATA);
	assert_int_equal(fd_send(pair[0], NULL, 0), 0);
	assert_int_equal(fd_receive(pair[1], received, 1), -ENODATA);
	assert_int_equal(fd_send(pair[0], (int[]){0}, 1), 0);
	assert_int_equal(fd_receive(pair[1], received, 0), -ENODATA);
	assert_int_equal(received[0], -7);
	assert_int_equal(fcntl(next, F_GETFD), -1);

	assert_int_equal(fd_send(pair[0], NULL, 0), 0);
	assert_int_equal(fd_receive(pair[1], NULL, 0), 0);
	fd_close(&pair[0]);
	assert_int_equal(fd_receive(pair[1], received, 1), -ENODATA); /* its other end is gone */
	assert_int_equal(fd_send(pair[1], NULL, 0), -EPIPE);          /* and no SIGPIPE */
	fd_close(&pair[1]);
}

static void a_message_comes_whole_with_its_descriptors_or_not_at_all(void **state) {
	int pair[2], fds[FD_SEND_MAX], next = dup(0);
	char text[8];
	size_t n;

	(void)state;
	close(next); /* the lowest free number, before and after */
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), 0);
	assert_int_equal(fd_receive_message(pair[1], text, sizeof(text), fds, &n), -EAGAIN);
	assert_int_equal(fd_send_message(pair[0], "four", 4, (int[]){0, 1}, 2), 4);
	assert_int_equal(fd_send_message(pair[0], "", 0, NULL, 0), 0);
	assert_int_equal(fd_send_message(pair[0], "nine letters", 9, (int[]){0}, 1), 9);
	assert_int_equal(fd_receive_message(pair[1], text, sizeof(text), fds, &n), 4);
	assert_int_equal(n, 2);
	assert_int_equal(fcntl(fds[1], F_GETFD), FD_CLOEXEC);
	fd_close_all(fds, n);
	assert_int_equal(fd_receive_message(pair[1], text, sizeof(text), fds, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(fd_receive_message(pair[1], text, sizeof(text), fds, &n), -EMSGSIZE);
	fd_close(&pair[0]);
	fd_close(&pair[1]);
	assert_int_equal(fcntl(next, F_GETFD), -1);
	assert_int_equal(dup(0), next);
	close(next);
}

static void scratch_descriptors_stay_open_but_for_high_numbers(void **state) {
	int low, high, taken = -1;

	(void)state;
	{
		scratch int fd = low = open("/dev/null", O_RDONLY | O_CLOEXEC);
		scratch int far = high = fcntl(fd, F_DUPFD_CLOEXEC, SCRATCH_FDS);
		scratch int mine = fcntl(fd, F_DUPFD_CLOEXEC, SCRATCH_FDS);

		taken = fd_take(&mine);
	}
	assert_true(high >= SCRATCH_FDS);
	assert_int_equal(fcntl(low, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(high, F_GETFD), -1);
	assert_int_equal(fcntl(taken, F_GETFD), FD_CLOEXEC);
	fd_close(&low);
	fd_close(&taken);
}

static void all_are_closed_from_a_number_on_but_those_that_are_kept(void **state) {
	const int kept[] = {215, -1, 203, 202, 7};

	(void)state;
	for (int fd = 200; fd < 220; fd++)
		assert_int_equal(dup2(0, fd), fd);
	assert_int_equal(fd_close_others(201, kept, 5), 0);
	for (int fd = 200; fd < 220; fd++)
		assert_int_equal(fcntl(fd, F_GETFD), fd == 200 || fd == 202 || fd == 203 || fd == 215 ? 0 : -1);
	assert_int_equal(fd_close_others(200, NULL, 0), 0);
	for (int fd = 200; fd < 220; fd++)
		assert_int_equal(fcntl(fd, F_GETFD), -1);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_descriptor_closes_itself_unless_it_is_taken),
		cmocka_unit_test(a_read_that_is_too_short_is_an_error),
		cmocka_unit_test(pieces_are_read_until_all_is_there),
		cmocka_unit_test(a_small_file_is_read_without_its_last_newline),
		cmocka_unit_test(descriptors_go_over_a_socket_and_arrive_with_cloexec),
		cmocka_unit_test(a_text_goes_with_a_descriptor),
		cmocka_unit_test(another_number_of_descriptors_than_awaited_is_an_error_and_none_stays_open),
		cmocka_unit_test(a_message_comes_whole_with_its_descriptors_or_not_at_all),
		cmocka_unit_test(scratch_descriptors_stay_open_but_for_high_numbers),
		cmocka_unit_test(all_are_closed_from_a_number_on_but_those_that_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
