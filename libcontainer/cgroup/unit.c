/* unit.c - what husk asks of systemd, by husk-systemd (cmd/systemd.c): to make the scope around the init, to take other limits,
 * to stop it. */
#include "settings.h"
#include "unit.h"
#include "../annotations.h"
#include "../os/fd.h"
#include "../os/program.h"
#include "../os/wait.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define FIELD "/linux/cgroupsPath"
#define TIMEOUT_MS 30000
#define PID_SIZE 12

/* A call of the helper, made with the plan. */
struct unit_start {
	const struct cgroup_unit *unit;
	struct strings argv;
	char *pid;    /* the word of argv that is the init's pid, PID_SIZE bytes; written when it is known */
	size_t first; /* of the words that busctl takes too */
};

/* Says what was waited for. */
static int explain_failure(int rc, const struct text *printed, struct text *why) {
	if (rc == -ETIME)
		text_add(why, "systemd has not answered within %d s%s%s", TIMEOUT_MS / 1000, printed->n ? ": " : "",
			 printed->at);
	else if (rc == -EINTR)
		text_add(why, "ended by a signal to the runtime");
	else
		text_add(why, "%s", printed->n ? printed->at : "husk-systemd failed and did not say why");
	return rc;
}

static int run_unit(struct run *r, const void *arg) {
	const struct unit_start *s = arg;
	char said[HINT_SIZE] = "", why[HINT_SIZE] = "";
	struct text printed = TEXT(said);
	const struct program_call call = {s->unit->helper, s->argv.v, TIMEOUT_MS, r->interrupt_fd};
	int rc;

	snprintf(s->pid, PID_SIZE, "%d", (int)r->pid);
	rc = program_run(&call, &printed);
	if (rc < 0) {
		explain_failure(rc, &printed, &TEXT(why));
		run_hint(r, "%s", why);
		return rc;
	}
	if (strcmp(said, s->unit->group) == 0)
		return 0;
	run_hint(r, "systemd has put it into the cgroup %s, where %s was expected", said, s->unit->group);
	return -EXDEV;
}

static void shell_unit(struct text *out, const void *arg) {
	const struct unit_start *s = arg;
	const struct cgroup_unit *unit = s->unit;

	text_add(out,
		 "busctl %s call org.freedesktop.systemd1 /org/freedesktop/systemd1 "
		 "org.freedesktop.systemd1.Manager StartTransientUnit 'ssa(sv)a(sa(sv))' ",
		 strcmp(unit->bus, "system") == 0 ? "--quiet" : "--quiet --user");
	text_add_quoted(out, unit->name);
	text_add(out, " fail");
	for (size_t i = s->first; i < s->argv.n; i++) {
		text_add(out, " ");
		if (s->argv.v[i] == s->pid)
			text_add(out, "\"$init\"");
		else
			text_add_quoted(out, s->argv.v[i]);
	}
	text_add(out, " 0\nuntil grep -qF ");
	text_add_quoted(out, unit->group);
	text_add(out, " /proc/\"$init\"/cgroup; do sleep 0.01; done");
}

/* What every scope has. systemd is to leave the cgroup to the container (Delegate), to order nothing around it, and to forget
 * it as soon as it is over, also when that was a failure. */
static void add_own(struct arena *a, const struct host *h, const struct unit_start *s, struct unit_properties *all) {
	static const char *const accounting[] = {"CPUAccounting", "MemoryAccounting", "TasksAccounting"};
	const char *io = host_cgroup_mode(h) == CGROUP_V2 ? "IOAccounting" : "BlockIOAccounting";

	unit_property_set(a, all, "Description", "s", s->unit->description);
	unit_property_set(a, all, "Slice", "s", s->unit->slice);
	strings_add(a, unit_property_set(a, all, "PIDs", "au", "1"), s->pid);
	unit_property_set(a, all, "Delegate", "b", "true");
	unit_property_set(a, all, "DefaultDependencies", "b", "false");
	unit_property_set(a, all, "CollectMode", "s", "inactive-or-failed");
	for (size_t i = 0; i < sizeof(accounting) / sizeof(*accounting); i++)
		unit_property_set(a, all, accounting[i], "b", "true");
	unit_property_set(a, all, io, "b", "true");
}

static void add_words(struct arena *a, const struct unit_properties *all, struct strings *words) {
	strings_add(a, words, arena_printf(a, "%zu", all->n));
	for (size_t i = 0; i < all->n; i++) {
		strings_add(a, words, (char *)all->v[i].name);
		strings_add(a, words, (char *)all->v[i].signature);
		for (size_t k = 0; k < all->v[i].value.n; k++)
			strings_add(a, words, all->v[i].value.v[k]);
	}
}

int plan_unit(struct plan *p, const struct spec *spec, const struct host *h, const struct cgroup_unit *unit,
	      const struct cgroup_settings *settings, struct error *e) {
	struct unit_start *s = arena_new(p->a, struct unit_start);
	struct unit_properties all = {0};
	const char *words[] = {unit->helper, unit->bus, "start", unit->name};

	s->unit = unit;
	s->pid = arena_alloc(p->a, PID_SIZE);
	add_own(p->a, h, s, &all);
	if (unit_properties_limit(p->a, settings, h, &all, e) < 0 ||
	    unit_properties_devices(p->a, &spec->linux_.resources.devices, &all, e) < 0 ||
	    unit_properties_annotate(p->a, annotations_acting(p, spec), &all, e) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		strings_add(p->a, &s->argv, (char *)words[i]);
	s->first = s->argv.n;
	add_words(p->a, &all, &s->argv);
	plan_add(p, HOST, run_unit, s, FIELD, NO_INDEX, shell_unit, "have systemd make %s in %s", unit->name,
		 unit->slice);
	return 0;
}

/* The unit's properties, and behind them the files that systemd writes less exactly: a quota in whole percents, at least one task. */
struct unit_set {
	const struct cgroup_unit *unit;
	struct strings argv;
	struct strings paths, values;
};

static const char *const rounded_files[] = {"cpu.max", "cpu.cfs_quota_us", "pids.max"};
#define N_ROUNDED_FILES (sizeof(rounded_files) / sizeof(*rounded_files))

static int run_unit_set(struct run *r, const void *arg) {
	const struct unit_set *s = arg;
	const struct program_call call = {s->unit->helper, s->argv.v, TIMEOUT_MS, -1};
	char said[HINT_SIZE] = "", why[HINT_SIZE] = "";
	struct text printed = TEXT(said);
	int rc = program_run(&call, &printed);

	if (rc < 0) {
		explain_failure(rc, &printed, &TEXT(why));
		run_hint(r, "%s", why);
	}
	for (size_t i = 0; i < s->paths.n && rc == 0; i++)
		rc = file_write_at(AT_FDCWD, s->paths.v[i], s->values.v[i]);
	return rc;
}

/* What a unit has been told, or is to be. */
struct told {
	struct cgroup_settings settings;
	struct unit_properties properties;
};

static int read_told(struct arena *a, const struct host *h, const struct spec_resources *r, struct told *told,
		     struct error *e) {
	if (cgroup_settings(a, r, h, &told->settings, e) < 0 ||
	    unit_properties_limit(a, &told->settings, h, &told->properties, e) < 0)
		return -1;
	return unit_properties_devices(a, &r->devices, &told->properties, e);
}

static bool is_rounded(const struct cgroup_setting *s) {
	for (size_t i = 0; i < N_ROUNDED_FILES; i++)
		if (strcmp(s->file, rounded_files[i]) == 0)
			return true;
	return false;
}

/* Going there, what changes is written by a later step, in its order; this one is the last of the way back. */
static void add_rounded(struct arena *a, const struct cgroup_update *u, const struct cgroup_settings *to,
			const struct cgroup_settings *stays, struct unit_set *set) {
	for (size_t i = 0; i < to->n; i++) {
		const struct cgroup_setting *s = &to->v[i];

		if (!is_rounded(s) || !settings_have(stays, s))
			continue;
		strings_add(a, &set->paths, arena_printf(a, "%s/%s", u->dirs->v[s->hierarchy], s->file));
		strings_add(a, &set->values, (char *)s->value);
	}
}

int plan_unit_change(struct plan *p, const struct cgroup_update *u, const struct spec_resources *from,
		     const struct spec_resources *to, struct error *e) {
	const char *words[] = {u->unit->helper, u->unit->bus, "set", u->unit->name};
	struct told before = {0}, after = {0};
	struct unit_properties change = {0};
	struct unit_set *s;

	if (!u->unit->name)
		return 0;
	if (read_told(p->a, u->host, from, &before, e) < 0 || read_told(p->a, u->host, to, &after, e) < 0)
		return -1;
	unit_properties_change(p->a, &before.properties, &after.properties, &change);
	if (change.n == 0)
		return 0;
	s = arena_new(p->a, struct unit_set);
	s->unit = u->unit;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		strings_add(p->a, &s->argv, (char *)words[i]);
	add_words(p->a, &change, &s->argv);
	add_rounded(p->a, u, &after.settings, to == u->before ? &after.settings : &before.settings, s);
	plan_add(p, HOST, run_unit_set, s, FIELD, NO_INDEX, NULL, "tell systemd the limits of %s", u->unit->name);
	return 0;
}

int cgroup_unit_stop(const struct cgroup_unit *unit, int64_t deadline_ms, struct error *e) {
	char *argv[] = {unit->helper, unit->bus, "stop", unit->name, unit->description, NULL};
	const struct program_call call = {unit->helper, argv, remaining_ms(deadline_ms), -1};
	char said[HINT_SIZE] = "", why[HINT_SIZE] = "";
	struct text printed = TEXT(said);
	int rc;

	if (!unit->name)
		return 0;
	rc = program_run(&call, &printed);
	if (rc == 0)
		return 0;
	explain_failure(rc, &printed, &TEXT(why));
	return error_set(e, 0, NULL, "cannot have systemd stop %s: %s", unit->name, why);
}
