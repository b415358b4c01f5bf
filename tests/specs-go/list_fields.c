/* list_fields.c - prints every property in the tables of specs/: "config /process/rlimits/~/soft uint64 required", where ~ is
 * any index or free name, and a kind ends in ? where an absent property is told from any value. */
#include "../../specs/features.h"
#include "../../specs/fields.h"
#include "../../specs/spec.h"
#include <stdio.h>

static const char *const words[] = {
	[SKIPPED] = "ignored",
	[STRING] = "string",
	[BOOL] = "bool",
	[INT32] = "int32",
	[INT64] = "int64",
	[UINT16] = "uint16",
	[UINT32] = "uint32",
	[UINT64] = "uint64",
	[STRINGS] = "[]string",
	[UINT32S] = "[]uint32",
	[PAIRS] = "map[string]string",
	[OBJECT] = "object",
	[OBJECTS] = "[]object",
	[MAP] = "map[string]object",
};

static void list(const struct type *type, const char *document, const char *path) {
	char below[512];

	for (size_t i = 0; i < type->n; i++) {
		const struct field *f = &type->fields[i];
		int kind = f->kind & ~POINTER;

		printf("%s %s/%s %s%s %s\n", document, path, f->name, words[kind],
		       f->kind & POINTER && kind != OBJECT ? "?" : "", f->required ? "required" : "optional");
		snprintf(below, sizeof(below), "%s/%s%s", path, f->name, kind == OBJECT ? "" : "/~");
		if (f->type)
			list(f->type, document, below);
	}
}

int main(void) {
	list(&spec_type, "config", "");
	list(&features_type, "features", "");
	return 0;
}
