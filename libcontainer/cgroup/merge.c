/* merge.c - an update of linux.resources laid over what a container has. Pure. */
#include "../../specs/merge.h"
#include "update.h"
#include <string.h>

/* The lists whose elements have a name: the string that they begin with, or the two numbers of a disk. */
#define LIST(member, by_name) \
	{ offsetof(struct spec_resources, member), sizeof(*((struct spec_resources *)0)->member.v), by_name }
static const struct named_list {
	size_t offset, size;
	bool by_name;
} lists[] = {
	LIST(block_io.weight_device, false),
	LIST(block_io.throttle_read_bps_device, false),
	LIST(block_io.throttle_write_bps_device, false),
	LIST(block_io.throttle_read_iops_device, false),
	LIST(block_io.throttle_write_iops_device, false),
	LIST(hugepage_limits, true),
	LIST(network.priorities, true),
	LIST(rdma, true),
	LIST(unified, true),
};
#define N_LISTS (sizeof(lists) / sizeof(*lists))

/* Any of these lists. */
struct list {
	char *v;
	size_t n;
} __attribute__((may_alias));

static bool is_same(const struct named_list *l, const char *one, const char *other) {
	if (l->by_name)
		return strcmp(*(char *const *)one, *(char *const *)other) == 0;
	return memcmp(one, other, 2 * sizeof(int64_t)) == 0;
}

/* One behind the other: of those with the same name the last counts, also within the update. */
static void merge_list(struct arena *a, const struct named_list *l, struct list *into, const struct list *update) {
	struct list all = {0}, kept = {0};

	for (size_t i = 0; i < into->n + update->n; i++) {
		const char *element = i < into->n ? into->v + i * l->size : update->v + (i - into->n) * l->size;

		all.v = arena_grow(a, all.v, all.n, l->size);
		memcpy(all.v + l->size * all.n++, element, l->size);
	}
	for (size_t i = 0; i < all.n; i++) {
		const char *element = all.v + i * l->size;
		size_t later = i + 1;

		while (later < all.n && !is_same(l, element, all.v + later * l->size))
			later++;
		if (later < all.n)
			continue;
		kept.v = arena_grow(a, kept.v, kept.n, l->size);
		memcpy(kept.v + l->size * kept.n++, element, l->size);
	}
	*into = kept;
}

void cgroup_resources_merge(struct arena *a, struct spec_resources *into, const struct spec_resources *update) {
	static const int64_t none = -1;
	struct spec_resources said = cgroup_resources_said(update);

	for (size_t i = 0; i < N_LISTS; i++) {
		struct list *list = (void *)((char *)into + lists[i].offset);
		struct list *asked = (void *)((char *)&said + lists[i].offset);

		merge_list(a, &lists[i], list, asked);
		*asked = *list;
	}
	if (said.devices.n == 0)
		said.devices.v = NULL; /* of rules, none says nothing */
	merge_object(&spec_resources_type, into, &said);
	/* Without a limit of memory one of memory and swap together makes no sense, and runc lifts it too. */
	if (said.memory.limit && *said.memory.limit == -1 && !said.memory.swap)
		into->memory.swap = &none;
}
