/* tty.h - terminals: the caller's, and a pseudo terminal by its master. */
#pragma once
#include <termios.h>

/* The first of stdin, stdout and stderr that is a terminal, or -1. */
int tty_of_caller(void);

/* Gives a terminal the size of another; who has it as its own gets SIGWINCH. 0 or -errno. */
int tty_copy_size(int from, int to);

/* Each byte that is typed is there at once and means nothing, while what is written is processed as before. *before is how it was.
 * 0 or -errno. */
int tty_make_raw(int fd, struct termios *before);

/* A newline that is written stays one, and becomes no CR LF. 0 or -errno. */
int tty_keep_newlines(int fd);
