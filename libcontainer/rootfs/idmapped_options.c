/* idmapped_options.c - mounts[].uidMappings and gidMappings, and the options idmap, ridmap and idmap=MAPPINGS: which
 * mappings a mount has.
 *
 * A mapping has the id in the file system first (containerID), then the id that it is on the host (hostID). In the options
 * (crun's) they read idmap=uids=0-100000-10#10-200000-5;gids=0-100000-10. With an @ before a range its second number is an id
 * of the container. */
#include "idmapped.h"
#include "superblock.h"
#include "../os/id_map.h"
#include "../../specs/number.h"
#include <fcntl.h>
#include <string.h>

#define TMPFS_MAJOR 6 /* Linux 6.3 */
#define TMPFS_MINOR 3

/* The ids on the host of some in the container: all of the range lie in one of its mappings. */
static bool from_container(const struct spec_id_mappings *container, struct spec_id_mapping *m) {
	for (size_t i = 0; i < container->n; i++) {
		const struct spec_id_mapping *at = &container->v[i];

		if (m->host_id >= at->container_id && m->size <= at->size &&
		    m->host_id - at->container_id <= at->size - m->size) {
			m->host_id = at->host_id + (m->host_id - at->container_id);
			return true;
		}
	}
	return false;
}

/* "0-100000-10" */
static bool parse_range(const char *s, size_t n, struct spec_id_mapping *m) {
	uint32_t *const members[] = {&m->container_id, &m->host_id, &m->size};

	for (size_t i = 0; i < 3; i++) {
		const char *dash = i < 2 ? memchr(s, '-', n) : s + n;
		uint64_t number;

		if (!dash || !number_unsigned(s, (size_t)(dash - s), UINT32_MAX, &number))
			return false;
		*members[i] = (uint32_t)number;
		n -= i < 2 ? (size_t)(dash + 1 - s) : 0;
		s = dash + 1;
	}
	return true;
}

/* "0-100000-10#@10-10-5" */
static int parse_ranges(struct arena *a, const char *s, size_t n, const struct spec_id_mappings *container,
			struct spec_id_mappings *all, const char *field, struct error *e) {
	for (const char *end = s + n; s <= end;) {
		const char *hash = memchr(s, '#', (size_t)(end - s)), *at = s, *range_end = hash ? hash : end;
		struct spec_id_mapping m;

		at += *s == '@';
		if (!parse_range(at, (size_t)(range_end - at), &m))
			return error_set(e, 0, field, "the range \"%.*s\": three numbers FROM-TO-COUNT are needed",
					 (int)(range_end - s), s);
		if (*s == '@' && !from_container(container, &m))
			return error_set(e, 0, field,
					 "the range \"%.*s\": these ids lie in no single mapping of the container",
					 (int)(range_end - s), s);
		all->v = arena_grow(a, all->v, all->n, sizeof(*all->v));
		all->v[all->n++] = m;
		s = range_end + 1;
	}
	return 0;
}

struct own_mappings {
	struct spec_id_mappings uids, gids;
};

static struct spec_id_mappings *list_named(struct own_mappings *own, const char *s, size_t n) {
	if (n == 4 && strncmp(s, "uids", n) == 0)
		return &own->uids;
	return n == 4 && strncmp(s, "gids", n) == 0 ? &own->gids : NULL;
}

/* "uids=...;gids=..." in either order. */
static int parse_mappings(const struct mounting *g, const char *s, struct own_mappings *own, const char *field,
			  struct error *e) {
	const struct spec_linux *l = &g->spec->linux_;

	for (size_t n; *s; s += n + (s[n] == ';')) {
		size_t name = strcspn(s, "=;");
		struct spec_id_mappings *list = list_named(own, s, name);

		n = strcspn(s, ";");
		if (!list || name == n || list->n)
			return error_set(e, 0, field, "\"%.*s\": uids=RANGES and gids=RANGES are needed, each once",
					 (int)n, s);
		if (parse_ranges(g->p->a, s + name + 1, n - name - 1,
				 list == &own->uids ? &l->uid_mappings : &l->gid_mappings, list, field, e) < 0)
			return -1;
	}
	if (!own->uids.n || !own->gids.n)
		return error_set(e, 0, field, "uids=RANGES and gids=RANGES are needed, both");
	return 0;
}

static bool same(const struct spec_id_mappings *a, const struct spec_id_mappings *b) {
	return a->n == b->n && a->n && memcmp(a->v, b->v, a->n * sizeof(*a->v)) == 0;
}

/* An option has no members that a pointer could name. */
static char *map_text(const struct mounting *g, const struct mount *m, const struct spec_id_mappings *list,
		      const char *member, struct error *e) {
	char *text = id_map_text(g->p->a, list, mount_field(g->p->a, m, member), e);

	if (!text && m->options.mappings)
		error_set(e, 0, mount_field(g->p->a, m, "options"), "%s: %s", m->options.mappings,
			  arena_strdup(g->p->a, e->text));
	return text;
}

/* The text of each list; none where they are the container's: then its namespace serves. */
static int set_maps(const struct mounting *g, const struct mount *m, const struct own_mappings *own, struct idmap *map,
		    struct error *e) {
	const struct spec_linux *l = &g->spec->linux_;

	if (same(&own->uids, &l->uid_mappings) && same(&own->gids, &l->gid_mappings))
		return 0;
	map->uid_map = map_text(g, m, &own->uids, "uidMappings", e);
	if (!map->uid_map)
		return -1;
	map->gid_map = map_text(g, m, &own->gids, "gidMappings", e);
	return map->gid_map ? 0 : -1;
}

static int read_mappings(const struct mounting *g, const struct mount *m, struct idmap *map, struct error *e) {
	const char *field = mount_field(g->p->a, m, "options");
	struct own_mappings own = {m->spec->uid_mappings, m->spec->gid_mappings};

	if (!own.uids.n != !own.gids.n)
		return error_set(e, 0, mount_field(g->p->a, m, own.uids.n ? "gidMappings" : "uidMappings"),
				 "uidMappings and gidMappings are needed, both or none");
	if (own.uids.n && m->options.mappings)
		return error_set(e, 0, field, "mappings in an option, and uidMappings: one of them is needed");
	if (m->options.mappings && parse_mappings(g, m->options.mappings, &own, field, e) < 0)
		return -1;
	if (own.uids.n)
		return set_maps(g, m, &own, map, e);
	if (!spec_namespace(g->spec, "user"))
		return error_set(e, 0, field,
				 "idmap without uidMappings and gidMappings takes those of the container, which has no "
				 "user namespace");
	return 0;
}

/* What is known before the kernel is asked. */
static int check_file_system(const struct mounting *g, const struct mount *m, const struct idmap *map,
			     struct error *e) {
	const char *type = m->spec->type ? m->spec->type : "", *field = mount_field(g->p->a, m, "options");
	uint64_t switches = m->options.switches.set;

	if (switches & MOUNT_REMOUNT)
		return error_set(e, 0, field, "the ids of a mount that is there already cannot be mapped by a remount");
	if (switches & MOUNT_BIND)
		return 0;
	if (superblock_is_shared(type))
		return error_set(e, 0, field, "the kernel cannot map the ids of a %s", type);
	if (strcmp(type, "tmpfs") == 0 && !host_kernel_has(g->host, TMPFS_MAJOR, TMPFS_MINOR))
		return error_set(e, 0, field, "the kernel cannot map the ids of a tmpfs before Linux %d.%d",
				 TMPFS_MAJOR, TMPFS_MINOR);
	if (!map->uid_map)
		return error_set(
			e, 0, field,
			"a file system that is mounted in the container has the mappings of its user namespace "
			"anyway: leave idmap out, or give it other ones");
	return 0;
}

int idmap_read(const struct mounting *g, struct mount *m, struct error *e) {
	struct idmap *map = arena_new(g->p->a, struct idmap);

	if (!mount_is_idmapped(m->spec))
		return 0;
	map->flags = m->options.switches.set & MOUNT_IDMAP_ALL ? AT_RECURSIVE : 0;
	if (read_mappings(g, m, map, e) < 0 || check_file_system(g, m, map, e) < 0)
		return -1;
	m->idmap = map;
	return 0;
}
