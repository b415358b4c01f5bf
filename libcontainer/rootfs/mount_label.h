/* mount_label.h - inside rootfs/: linux.mountLabel, as an option of each file system that is the container's own. */
#pragma once
#include "mount.h"

/* -1 and *e when the label means nothing here. */
int mount_label_check(struct plan *p, const struct spec *spec, const struct host *h, struct error *e);

/* The option, as mount(8) has it: context="LABEL"; the quotes keep its commas from ending it. NULL: no label is asked for. */
char *mount_label_option(const struct plan *p, const struct spec *spec);

/* Adds it to the options of a mount of this type, unless they have one of their own. */
void mount_label_add(const struct mounting *g, struct mount *m, const char *type);

/* Whether this option, with its value or without, gives a label; and the value as fsconfig(2) takes it, without quotes. */
bool mount_label_is_option(const char *option);
char *mount_label_value(struct arena *a, const char *value);

/* What takes no such option is labelled by the attribute of its root. 0 or -errno. */
int mount_label_write(int tree_fd, const char *label);
