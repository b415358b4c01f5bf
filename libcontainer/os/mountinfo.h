/* mountinfo.h - one line of /proc/self/mountinfo. */
#pragma once
#include <stdbool.h>

/* The strings lie in the line. */
struct mountinfo {
	char *root;    /* which part of the file system is mounted: "/" is all of it */
	char *point;   /* where, as seen from the reader's root directory */
	char *type;    /* of the file system */
	char *options; /* of the superblock, not of the mount */
};

/* Takes a line without its newline apart, in place. False when it is no such line. */
bool mountinfo_parse(char *line, struct mountinfo *m);
