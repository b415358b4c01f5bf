/* visit.c - the walk through a cgroup and all below it. */
#include "visit.h"
#include "../os/fd.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 4096 /* of the cgroups visited; who is deeper is met when all is removed */

void visit_failed(struct visit *v, int rc) {
	if (v->rc == 0)
		v->rc = rc;
}

/* A process of an outer pid namespace reads as 0, and kill(0) would end our own process group. Ourselves we spare: that we
 * are in the way is said by the error of the removal then. */
static void see_process(pid_t pid, struct visit *v) {
	v->n++;
	if (v->one <= 0)
		v->one = pid;
	if (v->process)
		v->process(pid, v);
	if (v->signal && pid > 0 && pid != getpid() && kill(pid, v->signal) < 0 && errno != ESRCH)
		visit_failed(v, -errno);
}

/* cgroup.procs has one pid a line; a line may be cut between two reads. ENOENT, ENODEV: the cgroup is gone meanwhile.
 * EOPNOTSUPP: it is a threaded one, and the domain above it lists its processes. */
void visit_processes(int dir_fd, struct visit *v) {
	auto_close int fd = openat(dir_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	char text[4096];
	ssize_t n = fd < 0 ? -1 : 0;
	pid_t pid = 0;

	while (fd >= 0 && (n = read(fd, text, sizeof(text))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] != '\n') {
				pid = pid * 10 + (text[i] - '0');
				continue;
			}
			see_process(pid, v);
			pid = 0;
		}
	}
	if (n < 0 && errno != ENOENT && errno != ENODEV && errno != EOPNOTSUPP)
		visit_failed(v, -errno);
}

/* v1: what was killed while frozen dies when it is thawed; a container may have frozen cgroups of its own. */
void visit_thaw(int dir_fd, struct visit *v) {
	int rc = file_write_at(dir_fd, "freezer.state", "THAWED");

	if (rc < 0 && rc != -ENOENT && rc != -ENODEV)
		visit_failed(v, rc);
}

static bool is_subdirectory(const struct dirent *entry) {
	return entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* kernfs counts the directories in a directory: two links more are its own name and ".". */
bool has_subdirectories(int dir_fd) {
	struct stat st;

	return fstat(dir_fd, &st) == 0 && st.st_nlink > 2;
}

bool next_subdirectory(int dir_fd, long *position, char name[NAME_MAX + 1]) {
	int fd = has_subdirectories(dir_fd) ? openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!list) {
		fd_close(&fd);
		return false;
	}
	if (*position)
		seekdir(list, *position);
	while ((entry = readdir(list)) && !is_subdirectory(entry))
		continue;
	if (entry)
		snprintf(name, NAME_MAX + 1, "%s", entry->d_name);
	*position = telldir(list);
	closedir(list);
	return entry != NULL;
}

bool move_to(int *dir_fd, const char *name) {
	int fd = openat(*dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return false;
	fd_close(dir_fd);
	*dir_fd = fd;
	return true;
}

/* The cgroup, then all below it. A container may nest them deeper than we may open files or recurse: one descriptor walks
 * down and, by "..", up. */
void visit(const char *dir, struct visit *v) {
	auto_close int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long position[MAX_DEPTH];
	char name[NAME_MAX + 1];
	int depth = 0;

	position[0] = 0;
	if (fd >= 0)
		v->each(fd, v);
	else if (errno != ENOENT)
		visit_failed(v, -errno);
	while (fd >= 0) {
		if (depth + 1 < MAX_DEPTH && next_subdirectory(fd, &position[depth], name)) {
			if (!move_to(&fd, name))
				continue; /* gone meanwhile */
			position[++depth] = 0;
			v->each(fd, v);
		} else if (depth-- == 0 || !move_to(&fd, "..")) {
			return;
		}
	}
}
