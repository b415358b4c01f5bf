/* stdio.c - the standard streams belong to the process's user, so that /dev/stdout and the like can be opened again.
 *
 * Only what carries a stream: pipes, terminals, and files that were opened to be written. Never a device of the host (a peer
 * gave its /dev/null away), and never a file that is read: `run <FILE` is no reason to give FILE to anybody. */
#include "internal.h"
#include "../os/fd.h"
#include "../os/id_map.h"
#include "../os/procfs.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The terminal of who called sudo stays his: root does not need to own it. */
static bool carries_stream(int fd, const struct stat *st, uint32_t uid) {
	if (S_ISFIFO(st->st_mode))
		return true;
	if (S_ISREG(st->st_mode))
		return (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
	return S_ISCHR(st->st_mode) && uid != 0 && isatty(fd);
}

/* The group stays: a terminal's lets others write to it. A file system that knows no owners, or not this one, or that
 * refuses us, leaves the process what it has: the open stream. */
static int own_stdio(uint32_t uid) {
	struct stat st;

	for (int fd = 0; fd < 3; fd++) {
		if (fstat(fd, &st) < 0)
			return -errno;
		if (st.st_uid == uid || !carries_stream(fd, &st, uid))
			continue;
		if (fchown(fd, uid, (gid_t)-1) < 0 && errno != EPERM && errno != EROFS && errno != EINVAL)
			return -errno;
	}
	return 0;
}

static int run_stdio(struct run *r, const void *uid) {
	(void)r;
	return own_stdio(*(const uint32_t *)uid);
}

/* The user of the container as the host sees it. */
static bool map_uid(const char *map, uint32_t uid, uint32_t *mapped) {
	struct spec_id_mapping line;

	while (id_map_next(&map, &line))
		if (id_map_find(&(struct spec_id_mappings){&line, 1}, uid, mapped))
			return true;
	return false;
}

/* In a user namespace the inside may not give away what its own users do not have. The map is read from the kernel: a joined
 * namespace's stands nowhere else. */
static int run_stdio_mapped(struct run *r, const void *uid) {
	auto_close int fd = -1;
	char path[32], map[ID_MAP_MAX];
	uint32_t mapped;
	int rc;

	snprintf(path, sizeof(path), "%d/uid_map", (int)r->pid);
	fd = procfs_open_file(r->procfs_fd, path, O_RDONLY);
	if (fd < 0)
		return -errno;
	rc = fd_read_text(fd, map, sizeof(map));
	if (rc < 0)
		return rc;
	return map_uid(map, *(const uint32_t *)uid, &mapped) ? own_stdio(mapped) : 0;
}

void plan_stdio(struct plan *p, enum side side, const struct spec *spec) {
	const uint32_t *uid = &spec->process->user.uid;
	/* A terminal is of the container's own devpts: its users have it. */
	bool of_host = spec_namespace(spec, "user") && !spec->process->terminal;

	if (side == HOST && of_host)
		plan_add(p, HOST, run_stdio_mapped, uid, "/process/user/uid", NO_INDEX, NULL,
			 "give stdin, stdout and stderr to the user");
	if (side == INSIDE && !of_host)
		plan_add(p, INSIDE, run_stdio, uid, "/process/user/uid", NO_INDEX, NULL,
			 "give stdin, stdout and stderr to the user");
}
