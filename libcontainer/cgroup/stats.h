/* stats.h - what a container uses, as the files of its cgroups tell. */
#pragma once
#include "../../specs/event.h"
#include "cgroup.h"

/* Takes what the text of a file says into s; a file that says nothing of it is passed over. Takes the text apart. Pure. */
void stats_take(struct arena *a, bool v2, const char *file, char *text, struct stats *s);

/* The same of a file that there is for each size of huge pages: hugetlb.2MB.current. Pure. */
void stats_take_hugetlb(struct arena *a, const char *file, const char *text, struct stats *s);

/* Reads all that there is. What the host has no controller or the kernel no file for stays 0: it is no error. */
void cgroup_stats(struct arena *a, const struct host *h, const struct strings *dirs, struct stats *s);
