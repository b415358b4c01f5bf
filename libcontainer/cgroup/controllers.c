/* controllers.c - the steps by which the cgroups above a container's give it their controllers, on v2. */
#include "limits.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PATH_FIELD "/linux/cgroupsPath"

/* A cgroup of v2 that gives controllers to its children. */
struct giver {
	struct strings controllers;
	const char *value;           /* the same as +cpu +memory */
	const char *control, *procs; /* cgroup.subtree_control and cgroup.procs */
	const char *available;       /* cgroup.controllers: what it could give */
	const char *type;            /* cgroup.type */
};

static bool has_word(const char *list, const char *word) {
	size_t n = strlen(word);

	for (const char *at = list; *at; at += strspn(at, " ")) {
		if (strncmp(at, word, n) == 0 && (at[n] == ' ' || !at[n]))
			return true;
		at += strcspn(at, " ");
	}
	return false;
}

static bool gives_all(const struct giver *g) {
	char list[512];

	if (file_read_at(AT_FDCWD, g->control, list, sizeof(list)) < 0)
		return false;
	for (size_t i = 0; i < g->controllers.n; i++)
		if (!has_word(list, g->controllers.v[i]))
			return false;
	return true;
}

/* With processes in it a cgroup may still give away cpu, cpuset and pids, but to threads: the container's cgroup would be
 * invalid. Only the root, which has no type, may have processes; where a cgroup namespace shows another one, that is none. */
static bool has_processes(const struct giver *g) {
	char some[16];
	int n = access(g->type, F_OK) < 0 ? 0 : file_read_at(AT_FDCWD, g->procs, some, sizeof(some));

	return n > 0 || n == -EFBIG;
}

/* v2: all that it has, for statistics and for limits that an update may bring. Nobody has asked for that, so it may fail; what
 * the limits need, the next step insists on. */
static int run_offer_controllers(struct run *r, const void *arg) {
	const struct giver *g = arg;
	char available[512], given[512], all[1024] = "", *rest = available;
	struct text text = TEXT(all);

	(void)r;
	if (has_processes(g) || file_read_at(AT_FDCWD, g->available, available, sizeof(available)) <= 0 ||
	    file_read_at(AT_FDCWD, g->control, given, sizeof(given)) < 0 || strcmp(available, given) == 0)
		return 0;
	for (char *name; (name = strsep(&rest, " "));)
		text_add(&text, "+%s ", name);
	file_write_at(AT_FDCWD, g->control, all);
	return 0;
}

static void shell_offer_controllers(struct text *out, const void *arg) {
	const struct giver *g = arg;

	text_add(out, "sed 's/[a-z]*/+&/g' ");
	text_add_quoted(out, g->available);
	text_add(out, " >");
	text_add_quoted(out, g->control);
	text_add(out, " 2>/dev/null || :");
}

/* v2: lets the children of a cgroup have controllers. */
static int run_enable_controllers(struct run *r, const void *arg) {
	const struct giver *g = arg;
	int rc;

	if (gives_all(g))
		return 0;
	if (has_processes(g)) {
		run_hint(
			r,
			"it has processes, so that its children can have no controllers: move them to a child of it, or "
			"choose another /linux/cgroupsPath");
		return -EBUSY;
	}
	rc = file_write_at(AT_FDCWD, g->control, g->value);
	if (rc < 0)
		run_hint(r, "%s; right is a parent whose cgroup.controllers has all of these", error_text(-rc));
	return rc;
}

static void shell_enable_controllers(struct text *out, const void *arg) {
	const struct giver *g = arg;

	text_add(out, "echo ");
	text_add_quoted(out, g->value);
	text_add(out, " >");
	text_add_quoted(out, g->control);
}

/* The controllers that the settings of a hierarchy need, each once. */
static struct strings list_controllers(struct arena *a, const struct cgroup_settings *settings, size_t hierarchy) {
	struct strings list = {0};

	for (size_t i = 0; i < settings->n; i++) {
		const char *name = settings->v[i].controller;

		if (name && settings->v[i].hierarchy == hierarchy && !strings_have(&list, name))
			strings_add(a, &list, arena_strdup(a, name));
	}
	return list;
}

static struct giver *giver_new(struct arena *a, const char *dir, const struct strings *controllers, const char *value) {
	struct giver *g = arena_new(a, struct giver);

	g->controllers = *controllers;
	g->value = value;
	g->control = arena_printf(a, "%s/cgroup.subtree_control", dir);
	g->procs = arena_printf(a, "%s/cgroup.procs", dir);
	g->type = arena_printf(a, "%s/cgroup.type", dir);
	g->available = arena_printf(a, "%s/cgroup.controllers", dir);
	return g;
}

void plan_controllers(struct plan *p, const struct strings *levels, const struct cgroup_settings *settings,
		      size_t hierarchy, bool offers) {
	const struct strings needed = list_controllers(p->a, settings, hierarchy);
	const char *value = "";

	for (size_t i = 0; i < needed.n; i++)
		value = arena_printf(p->a, "%s%s+%s", value, i ? " " : "", needed.v[i]);
	for (size_t i = 0; i + 1 < levels->n; i++) {
		const struct giver *g = giver_new(p->a, levels->v[i], &needed, value);

		if (offers)
			plan_add(p, HOST, run_offer_controllers, g, PATH_FIELD, NO_INDEX, shell_offer_controllers,
				 "offer all controllers of %s", levels->v[i]);
		if (needed.n)
			plan_add(p, HOST, run_enable_controllers, g, "/linux/resources", NO_INDEX,
				 shell_enable_controllers, "write %s to %s", value, g->control);
	}
}
