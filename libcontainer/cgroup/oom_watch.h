/* oom_watch.h - being told that a container is out of memory, as it happens. */
#pragma once
#include "cgroup.h"

struct oom_watch {
	int fd;  /* readable when something may have happened; -1: the container has no memory controller. Owned */
	bool v2; /* fd is an inotify of memory.events; else an eventfd of memory.oom_control */
	const char *dir; /* of the container */
	uint64_t kills;  /* v2: how many there were at the last look */
};

/* 0 or -errno. */
int oom_watch_open(const struct host *h, const struct strings *dirs, struct oom_watch *w);

/* Whether it was out of memory since the last look. Does not wait. */
bool oom_watch_look(struct oom_watch *w);
