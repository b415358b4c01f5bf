/* fd.h - file descriptors that close themselves, and their way over a socket. */
#pragma once
#include <stddef.h>

/* auto_close int fd = open(...): closed when it goes out of scope. Who stores it elsewhere sets it to -1 first (fd_take). */
#define auto_close __attribute__((cleanup(fd_close)))
void fd_close(int *fd);

/* Closes n descriptors (-1: none), those with neighbouring numbers by one call. Sorts them on the way. */
void fd_close_all(int *fds, size_t n);

/* scratch int fd = open(...), for what runs inside the container until execve: left open when it goes out of scope, for
 * fd_close_others to close all of them in a few calls. A number from SCRATCH_FDS on is closed at once, so that they never
 * pile up. Every one is CLOEXEC. */
#define scratch __attribute__((cleanup(fd_leave)))
#define SCRATCH_FDS 128
void fd_leave(int *fd);

/* Closes what is open from first on, less what is in kept (-1: none; in any order). 0 or -errno. */
int fd_close_others(int first, const int *kept, size_t n);

/* The descriptor, which is no longer closed by its variable. */
int fd_take(int *fd);

/* Writes or reads everything; EINTR is repeated here and only here. Returns 0 or -errno; a short read is -ENODATA. */
int fd_write(int fd, const void *bytes, size_t n);
int fd_read(int fd, void *bytes, size_t n);

/* The rest of a file as a string in buf, NUL-terminated, without the last newline. Returns its length, or -errno (-EFBIG when
 * it does not fit). */
int fd_read_text(int fd, char *buf, size_t size);

/* The same in one read, for a file of one value, which procfs and cgroupfs give whole. */
int fd_read_value(int fd, char *buf, size_t size);

/* An empty file in memory, that nobody can execute. CLOEXEC. -1 and errno on failure. */
int fd_memory(const char *name);

/* s in one write. 0 or -errno. */
int fd_write_text(int fd, const char *s);

/* Writes s into the file `name` below dir_fd (AT_FDCWD with an absolute name) in one write; never creates it. */
int file_write_at(int dir_fd, const char *name, const char *s);

/* fd_read_value of a file. */
int file_read_at(int dir_fd, const char *name, char *buf, size_t size);

/* One byte and up to so many descriptors over a Unix socket. Received ones are CLOEXEC. 0 or -errno. */
#define FD_SEND_MAX 253 /* SCM_MAX_FD of the kernel */
int fd_send(int socket, const int *fds, size_t n);
/* A text, and with its begin a descriptor (-1: none), as far as the socket takes it now: how many bytes, or -errno. */
int fd_send_text(int socket, const char *text, int fd);
int fd_receive(int socket, int *fds, size_t n);

/* A message of so many bytes with up to FD_SEND_MAX descriptors. How many bytes went, or -errno. */
int fd_send_message(int socket, const char *bytes, size_t length, const int *fds, size_t n);
/* Closes what somebody else has sent. A socket may ask who closes it last to wait for its peer (SO_LINGER): for ever, if the sender
 * wishes. */
void fd_close_foreign(int *fds, size_t n);

/* Such a message as a whole: its length, and in fds, which has FD_SEND_MAX places, *n descriptors with CLOEXEC. -errno; -EMSGSIZE
 * when it is longer than size, -EMFILE when its descriptors have no place here: then it is lost, and they are closed. */
int fd_receive_message(int socket, char *bytes, size_t size, int *fds, size_t *n);
