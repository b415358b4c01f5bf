/* log_daemon_test.c - the datagrams that the journal and syslog get, and what is said where nobody listens. */
#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "../../cmd/log_daemon.h"

/* A daemon of this test, with the form of another one. */
struct listener {
	char dir[32], path[64];
	struct log_daemon daemon;
	int fd;
};

static void listener_open(struct listener *l, const char *log) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	strcpy(l->dir, "/tmp/husk-log-XXXXXX");
	assert_non_null(mkdtemp(l->dir));
	snprintf(l->path, sizeof(l->path), "%s/socket", l->dir);
	memcpy(address.sun_path, l->path, strlen(l->path) + 1);
	l->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(l->fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	l->daemon = *log_daemon_find(log);
	l->daemon.socket = l->path;
}
static void listener_close(const struct listener *l) {
	close(l->fd);
	unlink(l->path);
	rmdir(l->dir);
}

/* The next datagram, with a NUL behind it; its length. */
static size_t received(const struct listener *l, char *bytes, size_t size) {
	ssize_t n = recv(l->fd, bytes, size - 1, 0);

	assert_true(n > 0);
	bytes[n] = '\0';
	return (size_t)n;
}

static struct log_entry two[] = {{LEVEL_WARNING, "first"}, {LEVEL_ERROR, "second\nPRIORITY=0"}};
static const struct log_entries entries = {two, 2};

static void daemons_are_known_by_name(void **state) {
	static const char *const others[] = {"journald", "syslog", "journal:x", "journald2:x",
					     "/x",       "file:x", ":x",        "x:"};
	(void)state;

	assert_string_equal(log_daemon_find("journald:x")->socket, "/run/systemd/journal/socket");
	assert_string_equal(log_daemon_find("syslog:x:y")->socket, "/dev/log");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_null(log_daemon_find(others[i]));
}

static void the_journal_gets_fields_with_their_lengths(void **state) {
	static const char first[] = "PRIORITY\n\1\0\0\0\0\0\0\0004\nSYSLOG_IDENTIFIER\n\2\0\0\0\0\0\0\0me\n"
				    "MESSAGE\n\5\0\0\0\0\0\0\0first\n";
	static const char second[] = "PRIORITY\n\1\0\0\0\0\0\0\0003\nSYSLOG_IDENTIFIER\n\2\0\0\0\0\0\0\0me\n"
				     "MESSAGE\n\21\0\0\0\0\0\0\0second\nPRIORITY=0\n";
	struct listener l;
	char bytes[256];

	listener_open(&l, "journald:me");
	assert_int_equal(log_daemon_send(&l.daemon, *state, "me", &entries), 0);
	assert_int_equal(received(&l, bytes, sizeof(bytes)), sizeof(first) - 1);
	assert_memory_equal(bytes, first, sizeof(first) - 1);
	assert_int_equal(received(&l, bytes, sizeof(bytes)), sizeof(second) - 1);
	assert_memory_equal(bytes, second, sizeof(second) - 1);
	listener_close(&l);
}

static void syslog_gets_a_line_with_the_time_the_name_and_the_pid(void **state) {
	struct listener l;
	char bytes[256], month[4], tail[128], wanted[128];
	int priority, day, hour, minute, second;

	listener_open(&l, "syslog:me");
	log_daemon_send(&l.daemon, *state, "me", &entries);
	received(&l, bytes, sizeof(bytes));
	assert_int_equal(sscanf(bytes, "<%d>%3s %2d %2d:%2d:%2d %127[^\n]", &priority, month, &day, &hour, &minute,
				&second, tail),
			 7);
	assert_int_equal(priority, 12); /* user.warning */
	assert_int_equal(strcspn(bytes, ":"), strlen("<12>Nov  1 10"));
	snprintf(wanted, sizeof(wanted), "me[%d]: first", getpid());
	assert_string_equal(tail, wanted);
	received(&l, bytes, sizeof(bytes));
	assert_int_equal(strncmp(bytes, "<11>", 4), 0);
	listener_close(&l);
}

/* The content of the file whose descriptor the next datagram is; its length. */
static size_t received_file(const struct listener *l, char *bytes, size_t size) {
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct msghdr message = {.msg_control = control, .msg_controllen = sizeof(control)};
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	ssize_t n;
	int fd;

	assert_int_equal(recvmsg(l->fd, &message, 0), 0);
	assert_non_null(CMSG_FIRSTHDR(&message));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	assert_int_equal(fcntl(fd, F_GET_SEALS) & seals, seals);
	n = pread(fd, bytes, size, 0);
	close(fd);
	return (size_t)n;
}

static void what_no_datagram_can_hold_is_a_sealed_file_for_the_journal_and_lost_for_syslog(void **state) {
	static char large[1 << 20], bytes[sizeof(large) + 256];
	struct log_entry one[] = {{LEVEL_ERROR, large}, {LEVEL_ERROR, "behind"}};
	struct listener l;
	size_t n;

	memset(large, 'x', sizeof(large) - 1);
	listener_open(&l, "journald:me");
	assert_int_equal(log_daemon_send(&l.daemon, *state, "me", &(struct log_entries){one, 2}), 0);
	n = received_file(&l, bytes, sizeof(bytes));
	assert_memory_equal(bytes, "PRIORITY\n\1", 10);
	assert_memory_equal(bytes + n - sizeof(large), large, sizeof(large) - 1);
	assert_int_equal(bytes[n - 1], '\n');
	assert_true(received(&l, bytes, sizeof(bytes)) < 256);
	listener_close(&l);
	listener_open(&l, "syslog:me");
	assert_int_equal(log_daemon_send(&l.daemon, *state, "me", &(struct log_entries){one, 1}), -EMSGSIZE);
	listener_close(&l);
}

static void where_nobody_listens_is_an_error_of_the_check_alone(void **state) {
	struct listener l;
	struct error e = {0};

	listener_open(&l, "journald:me");
	assert_int_equal(log_daemon_check(&l.daemon, "me", &e), 0);
	close(l.fd);
	assert_int_equal(log_daemon_check(&l.daemon, "me", &e), -1);
	assert_string_equal(
		e.text, arena_printf(*state, "--log journald:me needs a daemon that listens on %s: connection refused",
				     l.path));
	assert_int_equal(log_daemon_send(&l.daemon, *state, "me", &entries), -ECONNREFUSED);
	listener_close(&l);
	assert_int_equal(log_daemon_check(&l.daemon, "me", &e), -1);
	assert_non_null(strstr(e.text, ": no such file or directory"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(daemons_are_known_by_name),
		arena_test(the_journal_gets_fields_with_their_lengths),
		arena_test(syslog_gets_a_line_with_the_time_the_name_and_the_pid),
		arena_test(what_no_datagram_can_hold_is_a_sealed_file_for_the_journal_and_lost_for_syslog),
		arena_test(where_nobody_listens_is_an_error_of_the_check_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
