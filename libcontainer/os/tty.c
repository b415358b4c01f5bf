/* tty.c - terminals: the caller's, and a pseudo terminal by its master. */
#include "tty.h"
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int tty_of_caller(void) {
	for (int fd = 0; fd < 3; fd++)
		if (isatty(fd))
			return fd;
	return -1;
}

int tty_copy_size(int from, int to) {
	struct winsize size;

	return ioctl(from, TIOCGWINSZ, &size) < 0 || ioctl(to, TIOCSWINSZ, &size) < 0 ? -errno : 0;
}

int tty_make_raw(int fd, struct termios *before) {
	struct termios was, raw;

	if (tcgetattr(fd, &was) < 0)
		return -errno;
	raw = was;
	cfmakeraw(&raw);
	raw.c_oflag = was.c_oflag;
	if (tcsetattr(fd, TCSANOW, &raw) < 0)
		return -errno;
	*before = was;
	return 0;
}

int tty_keep_newlines(int fd) {
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return -errno;
	t.c_oflag &= ~(tcflag_t)ONLCR;
	return tcsetattr(fd, TCSANOW, &t) < 0 ? -errno : 0;
}
