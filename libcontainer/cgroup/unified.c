/* unified.c - linux.resources.unified: files of cgroup v2 by their names. All pure. */
#include "settings.h"
#include <string.h>

#define FIELD "/linux/resources/unified"
#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

/* Of the files that every cgroup has, those that limit nothing but move, stop or kill. What is born into a frozen cgroup never
 * runs. */
static const char *const refused[] = {"cgroup.procs", "cgroup.threads", "cgroup.freeze", "cgroup.kill"};
#define N_REFUSED (sizeof(refused) / sizeof(*refused))

static int check_name(const char *name, struct error *e) {
	if (!*name || name[strspn(name, NAME_LETTERS)] || strstr(name, ".."))
		return error_set(e, 0, FIELD, "\"%s\" is no name of a cgroup file: one such as memory.high is needed",
				 name);
	if (*name == '.' || !strchr(name, '.'))
		return error_set(e, 0, FIELD, "\"%s\" names no controller: a file such as memory.high is needed", name);
	for (size_t i = 0; i < N_REFUSED; i++)
		if (strcmp(name, refused[i]) == 0)
			return error_set(e, 0, FIELD, "%s moves, stops or ends processes: leave it out", name);
	return 0;
}

/* The hierarchy of a controller, which must be of v2; for the files that every cgroup has, the cgroup2 itself. */
static int find_unified(const struct host *h, const char *controller, const char *field, size_t *hierarchy,
			struct error *e) {
	size_t i = controller ? settings_find(h, controller) : 0;

	while (!controller && i < h->cgroups.n && !h->cgroups.v[i].v2)
		i++;
	if (i == h->cgroups.n)
		return controller
			       ? error_set(e, 0, field,
					   "this machine has no cgroup controller \"%s\": enable it, or leave this out",
					   controller)
			       : error_set(e, 0, field, "is for cgroup v2, and none is mounted here");
	if (!h->cgroups.v[i].v2)
		return error_set(e, 0, field,
				 "is for cgroup v2, and this machine has the controller \"%s\" in cgroup v1",
				 controller);
	*hierarchy = i;
	return 0;
}

/* A line is a write: io.max takes one disk at a time. */
static int add_lines(const struct settings_maker *m, const struct cgroup_setting *s, const char *text) {
	struct cgroup_settings *all = m->settings;
	char *rest = arena_strdup(m->a, text);
	size_t before = all->n;

	for (char *line; (line = strsep(&rest, "\n"));) {
		if (!*line)
			continue;
		if (settings_check_value(line, s->field, m->e) < 0)
			return -1;
		all->v = arena_grow(m->a, all->v, all->n, sizeof(*all->v));
		all->v[all->n] = *s;
		all->v[all->n++].value = line;
	}
	return all->n > before ? 0 : error_set(m->e, 0, s->field, "is empty: a value to write is needed");
}

int settings_add_unified(const struct settings_maker *m, const struct pairs *unified) {
	for (size_t i = 0; i < unified->n; i++) {
		const char *name = unified->v[i].name;
		struct cgroup_setting s = {.file = name, .index = NO_INDEX, .right = "what the kernel's file takes"};
		bool every = strncmp(name, "cgroup.", 7) == 0;

		if (check_name(name, m->e) < 0)
			return -1;
		s.field = arena_printf(m->a, FIELD "/%s", name);
		s.controller = every ? NULL : arena_strndup(m->a, name, strcspn(name, "."));
		if (find_unified(m->host, s.controller, s.field, &s.hierarchy, m->e) < 0 ||
		    add_lines(m, &s, unified->v[i].text) < 0)
			return -1;
	}
	return 0;
}
