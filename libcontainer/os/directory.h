/* directory.h - a directory with all that is in it. */
#pragma once

/* Removes it below parent_fd. Links in it are removed, never followed; however deep it is, three descriptors are enough. 0 or -errno:
 * -ENOENT when it is not there. */
int directory_remove(int parent_fd, const char *name);
