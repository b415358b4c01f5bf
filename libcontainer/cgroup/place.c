/* place.c - linux.cgroupsPath: where the container's cgroup is in each hierarchy, and which directories that takes. */
#include "freeze.h"
#include "unit.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#define FIELD "/linux/cgroupsPath"
#define MAX_LEVELS 64    /* of cgroupsPath: the record holds each of them in each hierarchy */
#define FILE_NAME_MAX 64 /* room for the name of a file in the cgroup: all fit in PATH_MAX then */

static int split_path(struct arena *a, const char *path, struct strings *names, struct error *e) {
	char *rest = NULL;

	if (strchr(path, '\n'))
		return error_set(e, 0, FIELD, "has a newline in it, which no cgroup's name can have");
	for (char *name = strtok_r(arena_strdup(a, path), "/", &rest); name; name = strtok_r(NULL, "/", &rest)) {
		if (strcmp(name, ".") == 0)
			continue;
		if (strcmp(name, "..") == 0)
			return error_set(e, 0, FIELD, "has '..' in it; a path without is needed");
		if (strlen(name) > NAME_MAX)
			return error_set(e, ENAMETOOLONG, FIELD, "a cgroup's name has at most %d bytes", NAME_MAX);
		strings_add(a, names, name);
	}
	if (names->n == 0)
		return error_set(e, 0, FIELD, "names the root of the hierarchy; a cgroup below it is needed");
	if (names->n > MAX_LEVELS)
		return error_set(e, 0, FIELD, "is %zu levels deep; %d are allowed", names->n, MAX_LEVELS);
	return 0;
}

/* Where cgroupsPath starts. own never ends in a slash but when it is "/". */
static char *base_directory(struct arena *a, const struct cgroup_hierarchy *h, bool absolute) {
	size_t own = strcmp(h->own, "/") == 0 ? 0 : strlen(h->own);

	if (h->v2 && own)
		own = (size_t)(strrchr(h->own, '/') - h->own);
	return arena_printf(a, "%s%.*s", h->mountpoint, absolute ? 0 : (int)own, h->own);
}

static int check_pid_namespace(const struct spec *spec, const char *why, struct error *e) {
	if (spec_has_new_namespace(spec, "pid"))
		return 0;
	return error_set(e, 0, "/linux/namespaces",
			 "a new namespace of type pid is needed: %s, and one of the two must end all processes of the "
			 "container",
			 why);
}

/* Engines that send it mean that the cgroup is theirs. */
static int place_nowhere(const struct spec *spec, struct error *e) {
	if (spec->linux_.cgroups_path && *spec->linux_.cgroups_path)
		return error_set(e, 0, FIELD,
				 "the cgroup manager is \"disabled\", which makes no cgroup: leave it out");
	return check_pid_namespace(spec, "the cgroup manager \"disabled\" makes no cgroup", e);
}

/* The same path in each hierarchy. */
static int place_unit(struct arena *a, const struct spec *spec, const struct host *h, const char *id,
		      struct strings *dirs, struct error *e) {
	struct unit_place place;
	struct strings found = {0};

	if (unit_place_read(a, spec->linux_.cgroups_path, h, id, &place, e) < 0)
		return -1;
	for (size_t i = 0; i < h->cgroups.n; i++)
		strings_add(a, &found, arena_printf(a, "%s%s", h->cgroups.v[i].mountpoint, unit_group(a, &place, h)));
	*dirs = found;
	return 0;
}

/* Nobody names a directory so, and cgroupfs would make one where a scope was meant. */
static bool is_for_systemd(const char *path) {
	const char *colon = strchr(path, ':'), *second = colon ? strchr(colon + 1, ':') : NULL;
	size_t slice = colon ? (size_t)(colon - path) : 0;

	if (!second || strchr(second + 1, ':') || strchr(path, '/'))
		return false;
	return slice == 0 || (slice > 6 && strncmp(colon - 6, ".slice", 6) == 0);
}

int cgroup_place(struct arena *a, const struct spec *spec, const struct host *h, const char *id, struct strings *dirs,
		 struct error *e) {
	const char *path = spec->linux_.cgroups_path && *spec->linux_.cgroups_path ? spec->linux_.cgroups_path : id;
	struct strings names = {0}, found = {0};

	if (h->no_cgroups)
		return place_nowhere(spec, e);
	if (h->systemd_bus)
		return place_unit(a, spec, h, id, dirs, e);
	if (is_for_systemd(path))
		return error_set(e, 0, FIELD,
				 "\"%s\" is a place for systemd: --systemd-cgroup is needed, or a path such as /a/b",
				 path);
	if (path != id && h->cgroups.n == 0)
		return error_set(e, 0, FIELD, "no cgroup file system is mounted here: mount one at /sys/fs/cgroup");
	if (h->cgroups.n == 0 && check_pid_namespace(spec, "no cgroup file system is mounted here", e) < 0)
		return -1;
	if (split_path(a, path, &names, e) < 0)
		return -1;
	for (size_t i = 0; i < h->cgroups.n; i++) {
		char *dir = base_directory(a, &h->cgroups.v[i], *path == '/');

		for (size_t k = 0; k < names.n; k++)
			dir = arena_printf(a, "%s/%s", dir, names.v[k]);
		if (strlen(dir) + FILE_NAME_MAX > PATH_MAX)
			return error_set(e, ENAMETOOLONG, FIELD, "comes to %zu bytes in %s", strlen(dir),
					 h->cgroups.v[i].mountpoint);
		strings_add(a, &found, dir);
	}
	*dirs = found;
	return 0;
}

/* Nobody has to look for the mount point, nor for the cgroup that we are in. */
static bool is_there_for_sure(const struct cgroup_hierarchy *h, const char *dir) {
	size_t n = strlen(h->mountpoint);

	return strncmp(dir, h->mountpoint, n) == 0 && (!dir[n] || strcmp(dir + n, h->own) == 0);
}

/* The nearest directory that is there: dir or one above it. Those that are not are added to missing, parents first. */
static char *find_existing(struct arena *a, const struct cgroup_hierarchy *h, char *dir, struct strings *missing,
			   struct error *e) {
	char *there;

	if (is_there_for_sure(h, dir) || access(dir, F_OK) == 0)
		return dir;
	if (errno != ENOENT)
		return error_set(e, errno, FIELD, "cannot look for the cgroup %s", dir), NULL;
	there = find_existing(a, h, arena_strndup(a, dir, (size_t)(strrchr(dir, '/') - dir)), missing, e);
	if (there)
		strings_add(a, missing, dir);
	return there;
}

/* Also a parent may be frozen, and what is made below it is so from birth. Not the one that is seen at the mount point: we are
 * in or below it ourselves, and run. */
static bool is_frozen(struct arena *a, const struct host *h, size_t i, char *dir) {
	const struct host alone = {.cgroups = {&h->cgroups.v[i], 1}};
	const char *freezer = cgroup_freezer(a, &alone, &(struct strings){&dir, 1});

	return freezer && cgroup_frozen(freezer) > 0;
}

/* What cgroup.type of v2 says where no container can be. Below threads there are only threads: no memory limit, no list of
 * processes, no cgroup.kill. */
static const struct {
	const char *type, *help;
	bool only_above; /* the container's own may be so */
} not_domains[] = {
	{"threaded", "it is for threads for good: remove it and make it anew", false},
	{"domain invalid", "it is below a threaded cgroup, or one with processes and controllers: choose another path",
	 false},
	{"domain threaded", "remove its threaded children, or move its processes away", true},
};
#define N_NOT_DOMAINS (sizeof(not_domains) / sizeof(*not_domains))

static int check_type(struct arena *a, const char *there, bool is_above, struct error *e) {
	char type[32];

	if (file_read_at(AT_FDCWD, arena_printf(a, "%s/cgroup.type", there), type, sizeof(type)) < 0)
		return 0;
	for (size_t i = 0; i < N_NOT_DOMAINS; i++)
		if (strcmp(type, not_domains[i].type) == 0 && (is_above || !not_domains[i].only_above))
			return error_set(e, 0, FIELD, "a container needs a domain, and cgroup.type of %s is \"%s\": %s",
					 there, type, not_domains[i].help);
	return 0;
}

/* Slices are systemd's, which keeps them when they are empty. */
static void keep_slices(struct arena *a, const struct strings *dirs, struct strings *missing) {
	struct strings kept = {0};

	for (size_t i = 0; i < dirs->n; i++)
		if (strings_have(missing, dirs->v[i]))
			strings_add(a, &kept, dirs->v[i]);
	*missing = kept;
}

int cgroup_missing(struct arena *a, const struct host *h, const struct strings *dirs, struct strings *missing,
		   struct error *e) {
	for (size_t i = 0; i < dirs->n; i++) {
		const struct cgroup_hierarchy *hierarchy = &h->cgroups.v[i];
		char *there = find_existing(a, hierarchy, dirs->v[i], missing, e);
		pid_t one = 0;
		size_t n = there == dirs->v[i] ? cgroup_count(there, &one) : 0;
		bool is_top;

		if (!there)
			return -1;
		is_top = strcmp(there, hierarchy->mountpoint) == 0;
		if (!is_top && is_frozen(a, h, i, there))
			return error_set(e, 0, FIELD, "container's cgroup is frozen: thaw %s first", there);
		if (!is_top && hierarchy->v2 && check_type(a, there, there != dirs->v[i], e) < 0)
			return -1;
		if (n > 0)
			return error_set(e, 0, FIELD,
					 "container's cgroup is not empty: %zu process(es) found in %s, one is %d", n,
					 there, (int)one);
	}
	if (h->systemd_bus)
		keep_slices(a, dirs, missing);
	return 0;
}
