/* interfaces.h - what went through the network devices of a container. */
#pragma once
#include "../../specs/event.h"

/* Adds the devices that the text of a net/dev file tells of, but loopback. Takes the text apart. Pure. */
void interfaces_take(struct arena *a, char *text, struct interfaces *all);

/* Those of a container, by the pid of its init. None where it has no network of its own: the numbers would be everybody's. */
void interfaces_read(struct arena *a, int64_t pid, struct interfaces *all);
