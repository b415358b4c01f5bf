/* oom_watch.c - an eventfd of cgroup v1, an inotify of v2: one descriptor to wait on. */
#include "oom_watch.h"
#include "settings.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

/* The kernel looks at memory.oom_control only while it registers: afterwards it holds the cgroup itself. */
static int open_v1(int dir_fd) {
	auto_close int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	auto_close int control = openat(dir_fd, "memory.oom_control", O_RDONLY | O_CLOEXEC);
	char numbers[32];
	int rc;

	if (fd < 0 || control < 0)
		return -errno;
	snprintf(numbers, sizeof(numbers), "%d %d", fd, control);
	rc = file_write_at(dir_fd, "cgroup.event_control", numbers);
	return rc < 0 ? rc : fd_take(&fd);
}

static int open_v2(const char *dir) {
	auto_close int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	char path[PATH_MAX];

	if (fd < 0)
		return -errno;
	if (snprintf(path, sizeof(path), "%s/memory.events", dir) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	if (inotify_add_watch(fd, path, IN_MODIFY) < 0)
		return -errno;
	return fd_take(&fd);
}

/* In and below the cgroup; what cannot be read has not changed. */
static uint64_t count_kills(const struct oom_watch *w) {
	auto_close int dir_fd = open(w->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char events[512];
	const char *count = dir_fd >= 0 && file_read_at(dir_fd, "memory.events", events, sizeof(events)) >= 0
				    ? strstr(events, "oom_kill ")
				    : NULL;

	return count ? strtoull(count + strlen("oom_kill "), NULL, 10) : w->kills;
}

int oom_watch_open(const struct host *h, const struct strings *dirs, struct oom_watch *w) {
	size_t i = settings_find(h, "memory");
	auto_close int dir_fd = i < dirs->n ? open(dirs->v[i], O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	int fd = -ENOENT;

	*w = (struct oom_watch){.fd = -1};
	if (dir_fd >= 0) {
		w->dir = dirs->v[i];
		w->v2 = h->cgroups.v[i].v2;
		fd = w->v2 ? open_v2(w->dir) : open_v1(dir_fd);
	}
	if (fd == -ENOENT) /* no such controller on this host, or not for this container */
		return 0;
	if (fd < 0)
		return fd;
	w->fd = fd;
	w->kills = w->v2 ? count_kills(w) : 0;
	return 0;
}

/* An eventfd is told of the cgroup's removal too. */
static bool is_there(const char *dir) {
	return access(dir, F_OK) == 0;
}

/* The count of v2 is looked at though nothing was told: the kernel tells at most every 10 ms, and an init that was killed has
 * ended before. */
bool oom_watch_look(struct oom_watch *w) {
	_Alignas(struct inotify_event) char events[4096];
	uint64_t before = w->kills;
	bool told = w->fd >= 0 && read(w->fd, events, sizeof(events)) > 0;

	if (w->fd < 0 || !w->v2)
		return told && is_there(w->dir);
	w->kills = count_kills(w);
	return w->kills > before;
}
