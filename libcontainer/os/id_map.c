/* id_map.c - checking id mappings as the kernel does, and their text. */
#include "id_map.h"
#include "../../specs/number.h"
#include "../../specs/text.h"
#include <string.h>

/* Linux 4.15: 340 extents, in one write of less than a page. More would be cut (CVE-2021-43784 was such a cut elsewhere). */
#define MAX_EXTENTS 340
#define MAX_TEXT 4095

static bool overlap(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size) {
	return a < (uint64_t)b + b_size && b < (uint64_t)a + a_size;
}

static int check_range(const struct spec_id_mapping *m, const char *field, struct error *e) {
	if (m->size == 0)
		return error_set(e, 0, field, "size is 0: at least one id is needed");
	if ((uint64_t)m->container_id + m->size > UINT32_MAX)
		return error_set(e, 0, field, "%u ids from containerID %u: ids run from 0 to 4294967294", m->size,
				 m->container_id);
	if ((uint64_t)m->host_id + m->size > UINT32_MAX)
		return error_set(e, 0, field, "%u ids from hostID %u: ids run from 0 to 4294967294", m->size,
				 m->host_id);
	return 0;
}

/* Neither two users for an id of the container, nor two ids for a user of the host. */
static int check_overlap(const struct spec_id_mappings *all, size_t i, const char *field, struct error *e) {
	const struct spec_id_mapping *m = &all->v[i];

	for (size_t k = 0; k < i; k++) {
		const struct spec_id_mapping *other = &all->v[k];

		if (overlap(m->container_id, m->size, other->container_id, other->size))
			return error_set(e, 0, field, "its container ids overlap those of mapping %zu", k);
		if (overlap(m->host_id, m->size, other->host_id, other->size))
			return error_set(e, 0, field, "its host ids overlap those of mapping %zu", k);
	}
	return 0;
}

char *id_map_text(struct arena *a, const struct spec_id_mappings *m, const char *field, struct error *e) {
	char buffer[MAX_TEXT + 2] = "";
	struct text text = TEXT(buffer);

	if (m->n > MAX_EXTENTS) {
		error_set(e, 0, field, "%zu mappings: the kernel takes %d at most", m->n, MAX_EXTENTS);
		return NULL;
	}
	for (size_t i = 0; i < m->n; i++) {
		const char *member = arena_printf(a, "%s/%zu", field, i);

		if (check_range(&m->v[i], member, e) < 0 || check_overlap(m, i, member, e) < 0)
			return NULL;
		text_add(&text, "%u %u %u\n", m->v[i].container_id, m->v[i].host_id, m->v[i].size);
	}
	if (text.n > MAX_TEXT) {
		error_set(e, 0, field, "the mappings take more than %d bytes as text, which the kernel refuses",
			  MAX_TEXT);
		return NULL;
	}
	return arena_strdup(a, buffer);
}

bool id_map_find(const struct spec_id_mappings *m, uint32_t id, uint32_t *outside) {
	for (size_t i = 0; i < m->n; i++) {
		const struct spec_id_mapping *at = &m->v[i];

		if (id >= at->container_id && id - at->container_id < at->size) {
			*outside = at->host_id + (id - at->container_id);
			return true;
		}
	}
	return false;
}

/* A number behind blanks. */
static bool next_number(const char **at, uint32_t *number) {
	uint64_t n = 0;
	size_t length;

	*at += strspn(*at, " \n");
	length = strcspn(*at, " \n");
	if (!number_unsigned(*at, length, UINT32_MAX, &n))
		return false;
	*at += length;
	*number = (uint32_t)n;
	return true;
}

bool id_map_next(const char **text, struct spec_id_mapping *m) {
	return next_number(text, &m->container_id) && next_number(text, &m->host_id) && next_number(text, &m->size);
}
