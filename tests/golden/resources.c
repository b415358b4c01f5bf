/* resources.c - prints what properties of linux.resources come to: resources V1_HOST.json V2_HOST.json < TABLE
 *
 * Of each line of the table its first column is read, by the parser and cgroup_settings() of husk, and the others are written
 * behind it. Comments stay as they are. A property that no line has is named at the end, and the status is 1. */
#include "../../libcontainer/cgroup/cgroup.h"
#include "../../specs/fields.h"
#include "../../specs/parse.h"
#include "../../specs/spec.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define POINTER_START "/linux/resources"
#define MAX_LINE 4096

/* devices are lists and programs, not files with values: tests/unit/cgroup_devices_test.c */
static const char not_here[] = "/devices";

struct table {
	struct arena *a;
	struct host v1, v2, none; /* none: a machine without controllers */
	struct strings fragments; /* the first column */
};

/* Whether the names of a pointer stand in a fragment, one behind the other; the number of an element is no name. */
static bool has_member(struct arena *a, const char *fragment, const char *pointer) {
	char *rest = NULL;

	for (char *name = strtok_r(arena_strdup(a, pointer), "/", &rest); name; name = strtok_r(NULL, "/", &rest)) {
		if (isdigit((unsigned char)*name))
			continue;
		fragment = strstr(fragment, arena_printf(a, "\"%s\":", name));
		if (!fragment)
			return false;
	}
	return true;
}

/* FILE=VALUE, and what else a setting says. */
static char *setting_text(struct arena *a, const char *fragment, const struct cgroup_setting *s) {
	char *text = arena_printf(a, "%s=%s", s->file, s->value);

	if (s->other_file)
		text = arena_printf(a, "%s or %s=%s", text, s->other_file, s->other_value);
	if (s->usage_file)
		text = arena_printf(a, "%s unless %s is more", text, s->usage_file);
	if (!has_member(a, fragment, s->field + strlen(POINTER_START)))
		text = arena_printf(a, "%s by %s", text, s->field);
	return text;
}

static char *cell(struct arena *a, const char *fragment, const struct host *h) {
	const char *json = arena_printf(a, "{%s}", fragment);
	struct spec_resources r;
	struct cgroup_settings settings = {0};
	struct error e = {0};
	char *text = arena_strdup(a, "");
	size_t skipped;

	if (parse_object(a, &spec_resources_type, "config.json", json, strlen(json), &r, NULL, &e) < 0 ||
	    cgroup_settings(a, &r, h, &settings, &e) < 0) {
		skipped = strncmp(e.field, POINTER_START, strlen(POINTER_START)) == 0 ? strlen(POINTER_START) : 0;
		return arena_printf(a, "refused: %s: %s", e.field + skipped, e.text);
	}
	for (size_t i = 0; i < settings.n; i++)
		text = arena_printf(a, "%s%s%s", text, i ? ", " : "", setting_text(a, fragment, &settings.v[i]));
	return *text ? text : arena_strdup(a, "-");
}

static void print_row(struct table *t, const char *fragment) {
	const char *nothing = strcmp(cell(t->a, fragment, &t->none), "-") == 0 ? "nothing" : "";
	const char *v1 = cell(t->a, fragment, &t->v1), *v2 = cell(t->a, fragment, &t->v2);

	if (strncmp(v1, "refused", strlen("refused")) == 0 && strcmp(v1, v2) == 0)
		v2 = "the same";
	printf("%-60s | %-7s | %-48s | %s\n", fragment, nothing, v1, v2);
}

static void print_line(struct table *t, char *line) {
	char *end = strstr(line, " |");

	if (*line == '#' || !end) {
		puts(line);
		return;
	}
	while (end > line && end[-1] == ' ')
		end--;
	*end = '\0';
	print_row(t, line);
	strings_add(t->a, &t->fragments, arena_strdup(t->a, line));
}

static bool is_in_table(const struct table *t, const char *pointer) {
	for (size_t i = 0; i < t->fragments.n; i++)
		if (has_member(t->a, t->fragments.v[i], pointer))
			return true;
	return false;
}

static size_t print_missing(const struct table *t, const struct type *type, const char *above) {
	size_t missing = 0;

	for (size_t i = 0; i < type->n; i++) {
		const struct field *f = &type->fields[i];
		const char *pointer = arena_printf(t->a, "%s/%s", above, f->name);

		if (strcmp(pointer, not_here) == 0)
			continue;
		if (f->type)
			missing += print_missing(t, f->type, pointer);
		else if (!is_in_table(t, pointer) && ++missing)
			printf("no line has %s%s\n", POINTER_START, pointer);
	}
	return missing;
}

int main(int argc, char **argv) {
	struct arena a = {0};
	struct table t = {.a = &a};
	struct error e = {0};
	char line[MAX_LINE];

	if (argc != 3 || host_read(&a, argv[1], &t.v1, &e) < 0 || host_read(&a, argv[2], &t.v2, &e) < 0) {
		fprintf(stderr, "resources V1_HOST.json V2_HOST.json < TABLE: %s\n", e.text);
		return 2;
	}
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		print_line(&t, line);
	}
	return print_missing(&t, &spec_resources_type, "") ? 1 : 0;
}
