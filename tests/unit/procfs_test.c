/* procfs_test.c - what is accepted as a procfs, how files below it are found; and that a pid names one process. */
#include "../../libcontainer/os/procfs.h"
#include "../../libcontainer/os/fd.h"
#include "../../libcontainer/os/process.h"
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void the_callers_proc_is_a_procfs(void **state) {
	int procfs = procfs_open(PROCFS_CALLER), fd;
	char status[4096], mine[32];

	(void)state;
	assert_true(procfs >= 0);
	fd = procfs_open_self(procfs, "status", O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_true(fd_read_text(fd, status, sizeof(status)) > 0);
	snprintf(mine, sizeof(mine), "\nTgid:\t%d\n", (int)getpid());
	assert_non_null(strstr(status, mine));
	fd_close(&fd);
	fd_close(&procfs);
}

static void links_and_upward_paths_are_refused(void **state) {
	int procfs = procfs_open(PROCFS_CALLER);

	(void)state;
	assert_int_equal(procfs_open_file(procfs, "self/status", O_RDONLY), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(procfs_open_file(procfs, "mounts", O_RDONLY), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(procfs_open_file(procfs, "../etc/passwd", O_RDONLY), -1);
	assert_int_equal(errno, EXDEV);
	assert_int_equal(procfs_open_self(procfs, "root/etc/passwd", O_RDONLY), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(procfs_open_file(procfs, "no/such", O_RDONLY), -1);
	assert_int_equal(errno, ENOENT);
	fd_close(&procfs);
}

static void the_namespace_of_a_process_is_opened_through_its_link(void **state) {
	int procfs = procfs_open(PROCFS_CALLER), fd = procfs_open_namespace(procfs, getpid(), "user");
	struct stat opened, linked;

	(void)state;
	assert_int_equal(fstat(fd, &opened), 0);
	assert_int_equal(stat("/proc/self/ns/user", &linked), 0);
	assert_int_equal(opened.st_ino, linked.st_ino);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(procfs_open_namespace(procfs, getpid(), "no-such"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(procfs_open_namespace(procfs, 0, "user"), -1);
	fd_close(&fd);
	fd_close(&procfs);
}

static void a_file_is_written_but_never_made(void **state) {
	char dir[] = "/tmp/husk-procfs-test.XXXXXX", buf[16];
	int dir_fd, fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	dir_fd = open(dir, O_PATH | O_CLOEXEC);
	assert_int_equal(procfs_write(dir_fd, "file", "text"), -ENOENT);
	fd = openat(dir_fd, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(procfs_write(dir_fd, "file", "text"), 0);
	assert_int_equal(file_read_at(dir_fd, "file", buf, sizeof(buf)), 4);
	assert_string_equal(buf, "text");
	fd_close(&fd);
	unlinkat(dir_fd, "file", 0);
	fd_close(&dir_fd);
	rmdir(dir);
}

static pid_t child_that_waits(void) {
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	return pid;
}

static void a_process_is_opened_only_under_its_own_start_time(void **state) {
	pid_t pid = child_that_waits();
	struct process_name name, other, zombie;
	int fd;

	(void)state;
	assert_int_equal(process_find(pid, &name), 0);
	assert_int_equal(name.pid, pid);
	assert_true(name.start_time > 0);
	other = (struct process_name){pid, name.start_time + 1};
	fd = process_open(&name);
	assert_true(fd >= 0);
	assert_int_equal(process_open(&other), -ESRCH);
	assert_int_equal(process_wait(fd, 1), -ETIMEDOUT);

	kill(pid, SIGKILL);
	assert_int_equal(process_wait(fd, 10000), 0);
	assert_int_equal(process_open(&name), -ESRCH);
	assert_int_equal(process_find(pid, &zombie), 0);
	assert_true(zombie.start_time == name.start_time);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(process_open(&name), -ESRCH);
	assert_int_equal(process_find(pid, &zombie), -ESRCH);
	fd_close(&fd);
}

static void what_is_no_pid_names_nobody(void **state) {
	static const int64_t pids[] = {0, -1, INT64_MAX, (INT64_C(1) << 32) + 1};

	(void)state;
	for (size_t i = 0; i < sizeof(pids) / sizeof(*pids); i++)
		assert_int_equal(process_open(&(struct process_name){pids[i], 0}), -ESRCH);
}

/* Not "gone": a container is not dead because husk had no descriptor left. */
static void what_cannot_be_told_is_not_gone(void **state) {
	struct process_name name;
	struct rlimit before, none = {0, 0};

	(void)state;
	assert_int_equal(process_find(getpid(), &name), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(process_open(&name), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_callers_proc_is_a_procfs),
		cmocka_unit_test(links_and_upward_paths_are_refused),
		cmocka_unit_test(the_namespace_of_a_process_is_opened_through_its_link),
		cmocka_unit_test(a_file_is_written_but_never_made),
		cmocka_unit_test(a_process_is_opened_only_under_its_own_start_time),
		cmocka_unit_test(what_is_no_pid_names_nobody),
		cmocka_unit_test(what_cannot_be_told_is_not_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
