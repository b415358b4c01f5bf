/* root.h - where the state of containers lives. */
#pragma once
#include "../specs/arena.h"
#include "../specs/error.h"

/* The absolute directory that --root asks for, or the default where it is NULL. NULL with *e filled: it is the root
 * directory, of which `delete` would remove parts. */
char *root_directory(struct arena *a, const char *root, struct error *e);

/* path made absolute from the directory `from`, without empty, "." and ".." components; these are taken by name. */
char *path_absolute(struct arena *a, const char *from, const char *path);
