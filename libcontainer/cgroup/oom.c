/* oom.c - whether the kernel killed a process of the container because its cgroup was out of memory. */
#include "../../specs/text.h"
#include "../os/fd.h"
#include "cgroup.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIELD "/linux/resources/memory/limit"
#define VALUE_SIZE 512 /* of a file */

/* Where each version of cgroups counts the kills, and has the limit and the most that was used. memory.peak came with Linux
 * 5.19. */
static const struct memory_files {
	const char *events, *limit, *peak, *usage;
} versions[] = {
	{"memory.events", "memory.max", "memory.peak", "memory.current"},
	{"memory.oom_control", "memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.usage_in_bytes"},
};

static bool read_file(const char *dir, const char *file, char value[VALUE_SIZE]) {
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", dir, file);

	return n < (int)sizeof(path) && file_read_at(AT_FDCWD, path, value, VALUE_SIZE) >= 0;
}

static bool has_killed(const char *dir, const struct memory_files *f) {
	char events[VALUE_SIZE];
	const char *count = read_file(dir, f->events, events) ? strstr(events, "oom_kill ") : NULL;

	return count && strtoull(count + strlen("oom_kill "), NULL, 10) > 0;
}

/* Without a limit of its own it was that of a cgroup above, or the machine had no memory left. v1 says so by a number that no
 * memory has. */
static bool is_limit(const char *limit) {
	return strcmp(limit, "max") != 0 && strtoull(limit, NULL, 10) < (uint64_t)INT64_MAX / 2;
}

static void blame(const char *dir, const struct memory_files *f, struct error *e) {
	struct text text = {.at = e->text, .size = sizeof(e->text), .n = strlen(e->text)};
	char limit[VALUE_SIZE] = "", used[VALUE_SIZE] = "";

	if (!read_file(dir, f->limit, limit) || (!read_file(dir, f->peak, used) && !read_file(dir, f->usage, used)))
		return;
	if (!is_limit(limit)) {
		text_add(&text, ": out of memory: a cgroup above, or the machine, had none left");
		return;
	}
	text_add(&text, ": out of memory: %s bytes were in use, the limit is %s; a larger one is needed", used, limit);
	e->field[0] = '\0';
	text_add(&TEXT(e->field), "%s", FIELD);
}

void cgroup_blame_memory(const struct strings *dirs, struct error *e) {
	for (size_t i = 0; i < dirs->n; i++)
		for (size_t k = 0; k < sizeof(versions) / sizeof(*versions); k++)
			if (has_killed(dirs->v[i], &versions[k]))
				return blame(dirs->v[i], &versions[k], e);
}
