/* detect.c - which cgroup hierarchies are mounted, and where the caller is in each of them. */
#include "cgroup.h"
#include "../os/fd.h"
#include "../os/mountinfo.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define OWN_SIZE 65536 /* a line of at most PATH_MAX for each of the kernel's 14 controllers and some names */

struct cgroup_mounts {
	struct mountinfo *v;
	size_t n;
};

bool cgroup_list_has(const char *list, const char *name) {
	size_t length = strlen(name);

	for (; *list; list += strcspn(list, ","), list += *list == ',')
		if (strcspn(list, ",") == length && strncmp(list, name, length) == 0)
			return true;
	return false;
}

static bool is_v2(const struct mountinfo *m) {
	return strcmp(m->type, "cgroup2") == 0;
}

static struct cgroup_mounts parse_mounts(struct arena *a, const char *mountinfo) {
	struct cgroup_mounts mounts = {0};

	for (const char *at = mountinfo; (at = strstr(at, " - cgroup")); at += strcspn(at, "\n")) {
		const char *line = at;
		struct mountinfo m;

		while (line > mountinfo && line[-1] != '\n')
			line--;
		if (!mountinfo_parse(arena_strndup(a, line, strcspn(line, "\n")), &m) ||
		    (!is_v2(&m) && strcmp(m.type, "cgroup") != 0))
			continue;
		mounts.v = arena_grow(a, mounts.v, mounts.n, sizeof(*mounts.v));
		mounts.v[mounts.n++] = m;
	}
	return mounts;
}

/* A hierarchy may be mounted in more places, such as the roots of containers: /sys/fs/cgroup goes first. */
static const struct mountinfo *find_mount(const struct cgroup_mounts *mounts, const char *controller, bool v2) {
	const struct mountinfo *found = NULL;

	for (size_t i = 0; i < mounts->n; i++) {
		const struct mountinfo *m = &mounts->v[i];

		if (is_v2(m) != v2 || (!v2 && !cgroup_list_has(m->options, controller)))
			continue;
		if (strncmp(m->point, "/sys/fs/cgroup", 14) == 0)
			return m;
		if (!found)
			found = m;
	}
	return found;
}

/* Paths in /proc/self/cgroup start at the hierarchy's root, and what is mounted may be a part of it only. Outside that part
 * ("/.." in front) there is no name for the caller's cgroup, and the mount's root stands for it. */
static char *own_below(struct arena *a, const char *own, const char *root) {
	size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);

	if (strncmp(own, root, length) != 0 || own[length] != '/' || strncmp(own, "/..", 3) == 0)
		return arena_strdup(a, "/");
	return arena_strdup(a, own + length);
}

/* One line of /proc/self/cgroup: ID:CONTROLLERS:PATH. */
static void add_hierarchy(struct arena *a, char *line, const struct cgroup_mounts *mounts,
			  struct cgroup_hierarchies *all) {
	char *controllers = (strsep(&line, ":"), strsep(&line, ":"));
	const struct mountinfo *m;

	if (!line)
		return;
	m = find_mount(mounts, arena_strndup(a, controllers, strcspn(controllers, ",")), !*controllers);
	if (!m)
		return;
	all->v = arena_grow(a, all->v, all->n, sizeof(*all->v));
	all->v[all->n++] = (struct cgroup_hierarchy){controllers, m->point, own_below(a, line, m->root), is_v2(m)};
}

struct cgroup_hierarchies cgroup_parse(struct arena *a, const char *mountinfo, const char *own) {
	struct cgroup_mounts mounts = parse_mounts(a, mountinfo);
	struct cgroup_hierarchies all = {0};

	for (const char *line = own; *line; line += strcspn(line, "\n"), line += *line == '\n')
		add_hierarchy(a, arena_strndup(a, line, strcspn(line, "\n")), &mounts, &all);
	return all;
}

/* A file of any size; "" when there is none, as in a kernel without cgroups. */
static char *read_whole(struct arena *a, const char *path, struct error *e) {
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0, size = 16384;
	char *text = arena_alloc(a, size);
	ssize_t got = fd < 0 ? -1 : 1;

	if (fd < 0 && errno == ENOENT)
		return text;
	while (got > 0 && (got = read(fd, text + n, size - n - 1)) > 0) {
		n += (size_t)got;
		if (size - n > 1)
			continue;
		text = memcpy(arena_alloc(a, size * 2), text, n);
		size *= 2;
	}
	if (got < 0)
		return error_set(e, errno, NULL, "cannot read %s", path), NULL;
	text[n] = '\0';
	return text;
}

static int read_v2_controllers(struct arena *a, const char *mountpoint, struct strings *controllers, struct error *e) {
	char text[1024], *rest = text;
	int n = file_read_at(AT_FDCWD, arena_printf(a, "%s/cgroup.controllers", mountpoint), text, sizeof(text));

	if (n < 0)
		return error_set(e, -n, NULL, "cannot read %s/cgroup.controllers", mountpoint);
	for (char *name; (name = strsep(&rest, " "));)
		if (*name)
			strings_add(a, controllers, arena_strdup(a, name));
	return 0;
}

/* Unlike mountinfo, this file is made whole at the first read. */
static char *read_own(struct arena *a, struct error *e) {
	char *text = arena_alloc(a, OWN_SIZE);
	int rc = file_read_at(AT_FDCWD, "/proc/self/cgroup", text, OWN_SIZE);

	if (rc < 0 && rc != -ENOENT)
		return error_set(e, -rc, NULL, "cannot read /proc/self/cgroup"), NULL;
	return text;
}

int cgroup_detect(struct arena *a, struct host *h, struct error *e) {
	const char *mountinfo = read_whole(a, "/proc/self/mountinfo", e);
	const char *own = mountinfo ? read_own(a, e) : NULL;

	if (!own)
		return -1;
	h->cgroups = cgroup_parse(a, mountinfo, own);
	for (size_t i = 0; i < h->cgroups.n; i++)
		if (h->cgroups.v[i].v2 && read_v2_controllers(a, h->cgroups.v[i].mountpoint, &h->v2_controllers, e) < 0)
			return -1;
	return 0;
}
