/* resource_lists.c - the lists in linux.resources, where each element is a write of its own: devices of blockIO with their
 * weights and rates, sizes of huge pages, priorities of network interfaces, RDMA devices. All pure. */
#include "settings.h"
#include <stddef.h>
#include <string.h>

#define MIN_WEIGHT 10
#define MAX_WEIGHT 1000

/* Weights are BFQ's, whose files come with it. io.weight, which needs no BFQ, is there for io.cost. */
#define WEIGHT(name, file, what_is_right)                                                          \
	{                                                                                          \
		.field = "/linux/resources/blockIO/" name, .controller = "blkio", .v1_file = file, \
		.v2_file = "io.bfq.weight", .v2_other_file = "io.weight", .right = what_is_right   \
	}
static const struct resource weight = WEIGHT("weight", "blkio.bfq.weight", "10 to 1000, in a kernel with BFQ");
static const struct resource weight_device = WEIGHT("weightDevice", "blkio.bfq.weight_device",
						    "10 to 1000, for a disk that is there and whose scheduler is bfq");

#define LEAF_WEIGHT(name, file)                                                                    \
	{                                                                                          \
		.field = "/linux/resources/blockIO/" name, .controller = "blkio", .v1_file = file, \
		.v1_until = KERNEL(5, 0),                                                          \
		.right = "to leave it out: leaf weights went with the scheduler CFQ in Linux 5.0"  \
	}
static const struct resource leaf_weight = LEAF_WEIGHT("leafWeight", "blkio.leaf_weight");
static const struct resource leaf_weight_device = LEAF_WEIGHT("weightDevice", "blkio.leaf_weight_device");

/* offset: of the list in struct spec_block_io. */
#define THROTTLE(name, member, file, key, unit)                                             \
	{                                                                                   \
		{.field = "/linux/resources/blockIO/" name,                                 \
		 .controller = "blkio",                                                     \
		 .v1_file = "blkio.throttle." file,                                         \
		 .v2_file = "io.max",                                                       \
		 .right = unit " a second, and the numbers of a whole disk that is there"}, \
			offsetof(struct spec_block_io, member), key                         \
	}
static const struct throttle {
	struct resource resource;
	size_t offset;
	const char *key; /* in io.max */
} throttles[] = {
	THROTTLE("throttleReadBpsDevice", throttle_read_bps_device, "read_bps_device", "rbps", "bytes"),
	THROTTLE("throttleWriteBpsDevice", throttle_write_bps_device, "write_bps_device", "wbps", "bytes"),
	THROTTLE("throttleReadIOPSDevice", throttle_read_iops_device, "read_iops_device", "riops", "operations"),
	THROTTLE("throttleWriteIOPSDevice", throttle_write_iops_device, "write_iops_device", "wiops", "operations"),
};
#define N_THROTTLES (sizeof(throttles) / sizeof(*throttles))

static int element_error(const struct settings_maker *m, const char *field, size_t i, const char *words) {
	return error_set(m->e, 0, settings_field(m->a, field, (int)i), "%s", words);
}

/* A weight for all disks, or behind the numbers of one. Engines send 0 for what was not given. 10 to 1000 is 1 to 10000 in
 * io.weight. */
static int add_weight(const struct settings_maker *m, const struct resource *resource, int index, const char *disk,
		      const uint16_t *n) {
	struct values values;

	if (!n || *n == 0)
		return 0;
	if (*n < MIN_WEIGHT || *n > MAX_WEIGHT)
		return error_set(m->e, 0, settings_field(m->a, resource->field, index),
				 "the weight %u is out of range: %d to %d is needed", *n, MIN_WEIGHT, MAX_WEIGHT);
	values.v1 = values.v2 = arena_printf(m->a, "%s%u", disk, *n);
	values.v2_other = arena_printf(m->a, "%s%u", disk, 1 + (*n - MIN_WEIGHT) * 9999U / (MAX_WEIGHT - MIN_WEIGHT));
	return settings_add(m, resource, index, &values);
}

static int add_weights(const struct settings_maker *m, const struct spec_block_io *b) {
	if (add_weight(m, &weight, NO_INDEX, "", b->weight) < 0 ||
	    add_weight(m, &leaf_weight, NO_INDEX, "", b->leaf_weight) < 0)
		return -1;
	for (size_t i = 0; i < b->weight_device.n; i++) {
		const struct spec_weight_device *d = &b->weight_device.v[i];
		const char *disk = arena_printf(m->a, "%lld:%lld ", (long long)d->major, (long long)d->minor);

		if (!d->weight && !d->leaf_weight)
			return element_error(m, weight_device.field, i, "weight or leafWeight is needed");
		if (add_weight(m, &weight_device, (int)i, disk, d->weight) < 0 ||
		    add_weight(m, &leaf_weight_device, (int)i, disk, d->leaf_weight) < 0)
			return -1;
	}
	return 0;
}

/* A rate of 0 lifts the limit on v1; v2 calls that max. */
static int add_throttles(const struct settings_maker *m, const struct throttle *t, const struct spec_block_io *b) {
	const struct spec_throttle_devices *list = (const void *)((const char *)b + t->offset);

	for (size_t i = 0; i < list->n; i++) {
		const struct spec_throttle_device *d = &list->v[i];
		const char *disk = arena_printf(m->a, "%lld:%lld", (long long)d->major, (long long)d->minor);
		const char *rate = arena_printf(m->a, "%llu", (unsigned long long)d->rate);
		struct values values = {.v1 = arena_printf(m->a, "%s %s", disk, rate)};

		values.v2 = arena_printf(m->a, "%s %s=%s", disk, t->key, d->rate ? rate : "max");
		if (settings_add(m, &t->resource, (int)i, &values) < 0)
			return -1;
	}
	return 0;
}

/* 64KB, 2MB, 1GB: it is a part of the file's name. */
static bool is_page_size(const char *s) {
	size_t digits = strspn(s, "0123456789");

	return digits > 0 && s[digits] && strchr("KMG", s[digits]) && strcmp(s + digits + 1, "B") == 0;
}

/* Both what is reserved and, for what comes without a reservation, what is used. */
static int add_huge_pages(const struct settings_maker *m, const struct spec_hugepage_limits *list) {
	static const char *const files[][2] = {{"rsvd.limit_in_bytes", "rsvd.max"}, {"limit_in_bytes", "max"}};
	struct resource resource = {.field = "/linux/resources/hugepageLimits",
				    .controller = "hugetlb",
				    .right = "bytes, and a page size that /sys/kernel/mm/hugepages has"};

	for (size_t i = 0; i < list->n; i++) {
		const char *size = list->v[i].page_size;
		const char *limit = arena_printf(m->a, "%llu", (unsigned long long)list->v[i].limit);
		const struct values values = {.v1 = limit, .v2 = limit};

		if (!is_page_size(size))
			return element_error(m, resource.field, i, "pageSize must be written like 64KB, 2MB or 1GB");
		for (size_t k = 0; k < 2; k++) {
			resource.v1_file = arena_printf(m->a, "hugetlb.%s.%s", size, files[k][0]);
			resource.v2_file = arena_printf(m->a, "hugetlb.%s.%s", size, files[k][1]);
			if (settings_add(m, &resource, (int)i, &values) < 0)
				return -1;
		}
	}
	return 0;
}

/* A name that stands before a blank in a line. */
static bool is_word(const char *s) {
	return *s && !s[strcspn(s, " \t\n")];
}

static int add_priorities(const struct settings_maker *m, const struct spec_interface_priorities *list) {
	static const struct resource resource = {.field = "/linux/resources/network/priorities",
						 .controller = "net_prio",
						 .v1_file = "net_prio.ifpriomap",
						 .right = "a network interface that is there, in cgroup v1"};

	for (size_t i = 0; i < list->n; i++) {
		const struct spec_interface_priority *p = &list->v[i];
		const struct values values = {.v1 = arena_printf(m->a, "%s %u", p->name, p->priority)};

		if (!is_word(p->name))
			return element_error(m, resource.field, i, "name is no name of a network interface");
		if (settings_add(m, &resource, (int)i, &values) < 0)
			return -1;
	}
	return 0;
}

static int add_rdma(const struct settings_maker *m, const struct spec_rdmas *list) {
	struct resource resource = {.controller = "rdma",
				    .v1_file = "rdma.max",
				    .v2_file = "rdma.max",
				    .right = "an RDMA device that is there"};

	for (size_t i = 0; i < list->n; i++) {
		const struct spec_rdma *d = &list->v[i];
		const char *line = d->key;
		struct values values;

		if (!is_word(d->key) || d->key[strcspn(d->key, "/~")])
			return error_set(m->e, 0, "/linux/resources/rdma", "\"%s\" is no name of a device", d->key);
		resource.field = arena_printf(m->a, "/linux/resources/rdma/%s", d->key);
		if (!d->hca_handles && !d->hca_objects)
			return error_set(m->e, 0, resource.field, "hcaHandles or hcaObjects is needed");
		if (d->hca_handles)
			line = arena_printf(m->a, "%s hca_handle=%u", line, *d->hca_handles);
		if (d->hca_objects)
			line = arena_printf(m->a, "%s hca_object=%u", line, *d->hca_objects);
		values = (struct values){.v1 = line, .v2 = line};
		if (settings_add(m, &resource, NO_INDEX, &values) < 0)
			return -1;
	}
	return 0;
}

int settings_add_lists(const struct settings_maker *m, const struct spec_resources *r) {
	if (add_weights(m, &r->block_io) < 0)
		return -1;
	for (size_t i = 0; i < N_THROTTLES; i++)
		if (add_throttles(m, &throttles[i], &r->block_io) < 0)
			return -1;
	if (add_huge_pages(m, &r->hugepage_limits) < 0 || add_priorities(m, &r->network.priorities) < 0)
		return -1;
	return add_rdma(m, &r->rdma);
}
