/* unit_place.c - linux.cgroupsPath as systemd's "slice:prefix:name": which scope in which slice. All pure. */
#include "unit.h"
#include <string.h>

#define FIELD "/linux/cgroupsPath"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_."
#define UNIT_NAME_MAX 255

static bool ends_in(const char *s, const char *end) {
	size_t n = strlen(s), k = strlen(end);

	return n >= k && strcmp(s + n - k, end) == 0;
}

/* husk escapes nothing: the cgroup is to be called as config.json says. */
static int check_letters(const char *name, const char *what, struct error *e) {
	size_t bad = strspn(name, LETTERS);

	if (name[bad])
		return error_set(e, 0, FIELD,
				 "\"%s\" is no name of a %s: letters, digits and :-_. only, by another cgroupsPath",
				 name, what);
	if (strlen(name) > UNIT_NAME_MAX)
		return error_set(e, 0, FIELD, "the name of a %s would have %zu bytes: %d are allowed", what,
				 strlen(name), UNIT_NAME_MAX);
	return 0;
}

/* Each dash leads one slice down, so none may lead nowhere. */
static int check_slice(const char *slice, struct error *e) {
	size_t stem = strlen(slice) - strlen(".slice");

	if (!ends_in(slice, ".slice") || stem == 0)
		return error_set(e, 0, FIELD, "\"%s\" is no slice: a name such as machine.slice is needed", slice);
	if (strcmp(slice, "-.slice") == 0)
		return 0;
	if (slice[0] == '-' || slice[stem - 1] == '-' || strstr(slice, "--"))
		return error_set(e, 0, FIELD, "\"%s\" is no slice: each dash stands between two names, as in a-b.slice",
				 slice);
	return check_letters(slice, "slice", e);
}

/* systemd puts an underscore before what could be taken for a file of the cgroup. */
static int check_scope(const char *name, struct error *e) {
	if (strchr("_.", name[0]))
		return error_set(e, 0, FIELD, "the scope %s would begin with '%c': a letter or digit is needed", name,
				 name[0]);
	return check_letters(name, "scope", e);
}

static int split(struct arena *a, const char *path, char *parts[3], struct error *e) {
	char *rest = arena_strdup(a, path), *part;
	size_t n = 0;

	while ((part = strsep(&rest, ":")) && n < 3)
		parts[n++] = part;
	if (n < 3 || part || !*parts[2])
		return error_set(e, 0, FIELD,
				 "\"%s\" is no place for systemd, which takes slice:prefix:name; a path is for "
				 "--cgroup-manager cgroupfs",
				 path);
	if (ends_in(parts[2], ".slice"))
		return error_set(e, 0, FIELD, "\"%s\" is a slice, and a container is a scope: another name is needed",
				 parts[2]);
	return 0;
}

int unit_place_read(struct arena *a, const char *path, const struct host *h, const char *id, struct unit_place *place,
		    struct error *e) {
	char *parts[3] = {"", "husk", (char *)id};
	struct unit_place read;

	if (path && *path && split(a, path, parts, e) < 0)
		return -1;
	read.slice = *parts[0] ? parts[0] : strcmp(h->systemd_bus, "system") == 0 ? "system.slice" : "user.slice";
	read.name = arena_printf(a, "%s%s%s.scope", parts[1], *parts[1] ? "-" : "", parts[2]);
	if (check_slice(read.slice, e) < 0 || check_scope(read.name, e) < 0)
		return -1;
	*place = read;
	return 0;
}

/* "a-b.slice" lies at "a.slice/a-b.slice", and "-.slice" is what all lie in. */
char *unit_group(struct arena *a, const struct unit_place *place, const struct host *h) {
	const char *slice = place->slice;
	char *path = arena_strdup(a, h->systemd_root ? h->systemd_root : "");

	if (strcmp(slice, "-.slice") == 0)
		return arena_printf(a, "%s/%s", path, place->name);
	for (const char *dash = strchr(slice, '-'); dash; dash = strchr(dash + 1, '-'))
		path = arena_printf(a, "%s/%.*s.slice", path, (int)(dash - slice), slice);
	return arena_printf(a, "%s/%s/%s", path, slice, place->name);
}

int cgroup_unit_place(struct arena *a, const struct spec *spec, const struct host *h, const struct request *request,
		      struct cgroup_unit *unit, struct error *e) {
	struct unit_place place;

	*unit = (struct cgroup_unit){0};
	if (!h->systemd_bus)
		return 0;
	if (unit_place_read(a, spec->linux_.cgroups_path, h, request->id, &place, e) < 0)
		return -1;
	*unit = (struct cgroup_unit){
		.name = (char *)place.name,
		.slice = (char *)place.slice,
		.group = unit_group(a, &place, h),
		.description = arena_printf(a, "container %s of husk, kept in %s", request->id, request->state_dir),
		.bus = h->systemd_bus,
		.helper = h->systemd_helper,
	};
	return 0;
}
