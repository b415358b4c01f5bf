/* mountinfo.h - the lines of /proc/self/mountinfo. */
#pragma once
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* The strings lie in the line. */
struct mountinfo {
	char *device;  /* of the file system: "8:1" */
	char *root;    /* which part of the file system is mounted: "/" is all of it */
	char *point;   /* where, as seen from the reader's root directory */
	char *type;    /* of the file system */
	char *options; /* of the superblock, not of the mount */
};

/* Takes a line without its newline apart, in place. False when it is no such line. */
bool mountinfo_parse(char *line, struct mountinfo *m);

/* Reads it line by line: what is left over from the last read stands at the start of the buffer. */
struct mountinfo_reader {
	int fd;
	size_t n;
	char buffer[4 * PATH_MAX];
};

/* The next line without its newline. 1, 0 at the end, or -errno: ENAMETOOLONG for one that does not fit, as an overlay of hundreds of
 * layers may have. */
int mountinfo_read(struct mountinfo_reader *reader, char *line, size_t size);

/* What file system an open file is on, by its device. *type is untouched where no line tells: overlay and btrfs show files another
 * device than their mount's. */
void mountinfo_find_type(int mountinfo_fd, int file_fd, char *type, size_t size);
