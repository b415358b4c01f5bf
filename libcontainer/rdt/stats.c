/* stats.c - what a container has of the caches and of the memory's bandwidth, and what it uses of them: info/, schemata and
 * mon_data/, as runc prints it. */
#include "group.h"
#include "schemata.h"
#include "../../specs/event.h"
#include "../../specs/number.h"
#include "../os/fd.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* A file below dir; NULL where the kernel has it not. */
static char *read_file(struct arena *a, const char *dir, const char *name) {
	char text[MAX_SCHEMATA];

	return file_read_at(AT_FDCWD, arena_printf(a, "%s/%s", dir, name), text, sizeof(text)) < 0
		       ? NULL
		       : arena_strdup(a, text);
}

/* 0 for what is no number: mon_data says "Unavailable" of a counter that was not read yet. */
static uint64_t read_number(struct arena *a, const char *dir, const char *name) {
	const char *text = read_file(a, dir, name);
	uint64_t number = 0;

	if (text)
		number_unsigned(text, strlen(text), UINT64_MAX, &number);
	return number;
}

static char *read_schema(struct arena *a, const char *group, const char *resource) {
	const char *lines = read_file(a, group, "schemata");

	return lines ? schemata_line(a, lines, resource, strlen(resource)) : NULL;
}

static const struct rdt_cache_info *read_cache_info(struct arena *a, const char *info) {
	struct rdt_cache_info *cache = arena_new(a, struct rdt_cache_info);

	cache->cbm_mask = read_file(a, info, "cbm_mask");
	cache->min_cbm_bits = read_number(a, info, "min_cbm_bits");
	cache->num_closids = read_number(a, info, "num_closids");
	return cache->cbm_mask ? cache : NULL;
}

static const struct rdt_bandwidth_info *read_bandwidth_info(struct arena *a, const char *info) {
	struct rdt_bandwidth_info *bandwidth = arena_new(a, struct rdt_bandwidth_info);

	bandwidth->bandwidth_gran = read_number(a, info, "bandwidth_gran");
	bandwidth->delay_linear = read_number(a, info, "delay_linear");
	bandwidth->min_bandwidth = read_number(a, info, "min_bandwidth");
	bandwidth->num_closids = read_number(a, info, "num_closids");
	return bandwidth->num_closids ? bandwidth : NULL;
}

static int is_l3(const struct dirent *entry) {
	return strncmp(entry->d_name, "mon_L3_", 7) == 0;
}

/* A directory for each L3 cache, which is what runc calls a NUMA node. */
static void read_monitoring(struct arena *a, const char *data, struct rdt_stats *s) {
	struct dirent **nodes;
	int n = scandir(data, &nodes, is_l3, alphasort);

	for (int i = 0; i < n; i++) {
		const char *node = arena_printf(a, "%s/%s", data, nodes[i]->d_name);

		s->mbm.v = arena_grow(a, s->mbm.v, s->mbm.n, sizeof(*s->mbm.v));
		s->mbm.v[s->mbm.n++] = (struct rdt_bandwidth_use){read_number(a, node, "mbm_total_bytes"),
								  read_number(a, node, "mbm_local_bytes")};
		s->cmt.v = arena_grow(a, s->cmt.v, s->cmt.n, sizeof(*s->cmt.v));
		s->cmt.v[s->cmt.n++] = (struct rdt_cache_use){read_number(a, node, "llc_occupancy")};
		free(nodes[i]);
	}
	if (n >= 0)
		free(nodes);
}

struct rdt_stats *rdt_stats(struct arena *a, const struct rdt *rdt) {
	struct rdt_stats *s;

	if (!rdt->mountpoint)
		return NULL;
	s = arena_new(a, struct rdt_stats);
	s->l3_cache_info = read_cache_info(a, arena_printf(a, "%s/info/L3", rdt->mountpoint));
	s->mem_bw_info = read_bandwidth_info(a, arena_printf(a, "%s/info/MB", rdt->mountpoint));
	s->l3_cache_schema_root = read_schema(a, rdt->mountpoint, "L3");
	s->l3_cache_schema = read_schema(a, rdt->group, "L3");
	s->mem_bw_schema_root = read_schema(a, rdt->mountpoint, "MB:");
	s->mem_bw_schema = read_schema(a, rdt->group, "MB:");
	read_monitoring(a, arena_printf(a, "%s/mon_data", rdt->monitor ? rdt->monitor : rdt->group), s);
	return s;
}
