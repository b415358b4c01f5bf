/* id_map.h - the ids of a user namespace: mappings as config.json has them, and the text of uid_map and gid_map. */
#pragma once
#include "../../specs/error.h"
#include "../../specs/spec.h"

/* Bytes of a uid_map as the kernel prints it: 340 lines of 33 characters. */
#define ID_MAP_MAX 16384

/* Mappings as the text to write into a uid_map. NULL, with an error at field or at a member of it, for what the kernel would
 * refuse. */
char *id_map_text(struct arena *a, const struct spec_id_mappings *m, const char *field, struct error *e);

/* Whether an id of the namespace is mapped, and to which one outside. */
bool id_map_find(const struct spec_id_mappings *m, uint32_t id, uint32_t *outside);

/* The next line of a uid_map that was read. False behind the last. */
bool id_map_next(const char **text, struct spec_id_mapping *m);
