/* systemd.c - husk-systemd: one call of systemd over D-Bus, for husk, which as a static program cannot load a library that
 * speaks it.
 *
 *   husk-systemd BUS start UNIT N PROPERTY...   StartTransientUnit, waited for; prints the unit's cgroup
 *   husk-systemd BUS set UNIT N PROPERTY...     SetUnitProperties, until the next boot
 *   husk-systemd BUS stop UNIT DESCRIPTION      StopUnit, waited for, and forgotten; a unit of another description stays
 *
 * BUS is "system" or the address of a user's bus. Each of the N properties is NAME SIGNATURE VALUE..., as busctl(1) takes it, so
 * that `husk explain` shows the same words. What went wrong is said on stderr, and the status is 1. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

#define SERVICE "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER SERVICE ".Manager"
#define UNIT SERVICE ".Unit"
#define SCOPE SERVICE ".Scope"

#define WAIT_US 25000000 /* for systemd; husk itself gives up after 30 s */
#define PAUSE_NS 20000000
#define MAX_RETRIES 100 /* of PAUSE_NS: for a unit of this name that is just ending */

/* The systemd that first knew a property. An older one does not touch the file behind it, which husk has written. */
static const struct since {
	const char *name;
	int version;
} since[] = {
	{"MemoryMin", 240},          {"CPUQuotaPeriodUSec", 242}, {"AllowedCPUs", 244},
	{"AllowedMemoryNodes", 244}, {"OOMPolicy", 253},          {"MemoryZSwapMax", 253},
};
#define N_SINCE (sizeof(since) / sizeof(*since))

/* A job of one unit, until it is removed. */
struct job {
	char path[256];
	char result[64]; /* "": it has none yet */
};

struct words {
	char **v; /* those that are left; NULL behind the last */
	sd_bus *bus;
};

static int say(const char *what, const sd_bus_error *error, int rc) {
	fprintf(stderr, "%s: %s\n", what, error && error->message ? error->message : strerror(-rc));
	return -1;
}

static const char *next(struct words *w) {
	return *w->v ? *w->v++ : "";
}

static int bus_open(const char *address, sd_bus **bus) {
	int rc;

	if (strcmp(address, "system") == 0)
		return sd_bus_open_system(bus);
	rc = sd_bus_new(bus);
	if (rc >= 0)
		rc = sd_bus_set_address(*bus, address);
	if (rc >= 0)
		rc = sd_bus_set_bus_client(*bus, true);
	return rc < 0 ? rc : sd_bus_start(*bus);
}

/* --- properties ----------------------------------------------------------------------------------------------------------- */

/* Length of the first complete type of a signature: "a(st)s" -> 5. */
static size_t type_length(const char *signature) {
	size_t n = 0, depth = 0;

	for (;; n++) {
		depth += signature[n] == '(';
		depth -= signature[n] == ')';
		if (!signature[n] || (depth == 0 && signature[n] != 'a'))
			return n + (signature[n] != '\0');
	}
}

static int append_number(sd_bus_message *m, char type, const char *word) {
	uint64_t n = *word == '-' ? (uint64_t)strtoll(word, NULL, 10) : strtoull(word, NULL, 10);
	uint32_t n32 = type == 'b' ? strcmp(word, "true") == 0 : (uint32_t)n;
	uint8_t n8 = (uint8_t)n;

	if (strchr("tx", type))
		return sd_bus_message_append_basic(m, type, &n);
	return sd_bus_message_append_basic(m, type, type == 'y' ? (void *)&n8 : (void *)&n32);
}

static int append_types(sd_bus_message *m, const char *signature, struct words *w);

static int append_array(sd_bus_message *m, const char *element, struct words *w) {
	unsigned long n = strtoul(next(w), NULL, 10);
	int rc = sd_bus_message_open_container(m, 'a', element);

	for (; n > 0 && *w->v && rc >= 0; n--)
		rc = append_types(m, element, w);
	return rc < 0 ? rc : sd_bus_message_close_container(m);
}

static int append_struct(sd_bus_message *m, const char *members, struct words *w) {
	int rc = sd_bus_message_open_container(m, 'r', members);

	if (rc >= 0)
		rc = append_types(m, members, w);
	return rc < 0 ? rc : sd_bus_message_close_container(m);
}

static int append_type(sd_bus_message *m, const char *type, struct words *w) {
	char inner[64] = "";

	if (*type == 'a')
		return append_array(m, type + 1, w);
	if (*type == '(')
		return append_struct(m, strncpy(inner, type + 1, strlen(type) - 2), w);
	if (*type == 's')
		return sd_bus_message_append_basic(m, 's', next(w));
	return append_number(m, *type, next(w));
}

static int append_types(sd_bus_message *m, const char *signature, struct words *w) {
	int rc = 0;

	while (*signature && rc >= 0) {
		size_t n = type_length(signature);
		char type[64] = "";

		if (n >= sizeof(type))
			return -EINVAL;
		rc = append_type(m, strncpy(type, signature, n), w);
		signature += n;
	}
	return rc;
}

static int append_property(sd_bus_message *m, struct words *w) {
	const char *name = next(w), *signature = next(w);
	int rc = sd_bus_message_open_container(m, 'r', "sv");

	if (rc >= 0)
		rc = sd_bus_message_append_basic(m, 's', name);
	if (rc >= 0)
		rc = sd_bus_message_open_container(m, 'v', signature);
	if (rc >= 0)
		rc = append_types(m, signature, w);
	if (rc >= 0)
		rc = sd_bus_message_close_container(m);
	return rc < 0 ? rc : sd_bus_message_close_container(m);
}

/* "257.9-1~deb13u1" */
static int systemd_version(sd_bus *bus) {
	sd_bus_error error = SD_BUS_ERROR_NULL;
	char *text = NULL;
	int version = INT32_MAX;

	if (sd_bus_get_property_string(bus, SERVICE, MANAGER_PATH, MANAGER, "Version", &error, &text) >= 0)
		version = (int)strtol(*text == 'v' ? text + 1 : text, NULL, 10);
	sd_bus_error_free(&error);
	free(text);
	return version;
}

static bool knows(int version, const char *name) {
	for (size_t i = 0; i < N_SINCE; i++)
		if (strcmp(since[i].name, name) == 0)
			return version >= since[i].version;
	return true;
}

/* What this systemd does not know is read into a message that is not sent. */
static int append_properties(sd_bus_message *m, struct words *w) {
	int version = systemd_version(w->bus), rc;
	sd_bus_message *unknown = NULL;

	rc = sd_bus_message_new_method_call(w->bus, &unknown, SERVICE, MANAGER_PATH, MANAGER, "SetUnitProperties");
	if (rc >= 0)
		rc = sd_bus_message_open_container(unknown, 'a', "(sv)");
	if (rc >= 0)
		rc = sd_bus_message_open_container(m, 'a', "(sv)");
	for (unsigned long n = strtoul(next(w), NULL, 10); n > 0 && *w->v && rc >= 0; n--)
		rc = append_property(knows(version, *w->v) ? m : unknown, w);
	sd_bus_message_unref(unknown);
	return rc < 0 ? rc : sd_bus_message_close_container(m);
}

/* --- jobs ----------------------------------------------------------------------------------------------------------------- */

static int see_removed(sd_bus_message *m, void *arg, sd_bus_error *error) {
	const char *path, *unit, *result;
	struct job *job = arg;
	uint32_t id;

	(void)error;
	if (sd_bus_message_is_signal(m, MANAGER, "JobRemoved") &&
	    sd_bus_message_read(m, "uoss", &id, &path, &unit, &result) >= 0 && strcmp(path, job->path) == 0)
		snprintf(job->result, sizeof(job->result), "%s", result);
	return 0;
}

/* Only what is said of this unit: else each of us would be woken by the jobs of all others. The bus alone can tell, since
 * libsystemd compares no argument behind a number. */
static int listen_to(sd_bus *bus, const char *unit, struct job *job) {
	char match[512];

	snprintf(match, sizeof(match),
		 "type='signal',sender='" SERVICE "',path='" MANAGER_PATH "',interface='" MANAGER
		 "',member='JobRemoved',arg2='%s'",
		 unit);
	if (sd_bus_add_filter(bus, NULL, see_removed, job) < 0)
		return -ENOMEM;
	return sd_bus_call_method(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
				  "AddMatch", NULL, NULL, "s", match);
}

static uint64_t now_us(void) {
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int job_wait(sd_bus *bus, const struct job *job, const char *what, const char *unit) {
	uint64_t end = now_us() + WAIT_US, now;
	int rc = 0;

	while (!job->result[0] && rc >= 0 && (now = now_us()) < end) {
		rc = sd_bus_process(bus, NULL);
		if (rc == 0)
			rc = sd_bus_wait(bus, end - now);
	}
	if (rc < 0)
		return say("lost the connection to systemd", NULL, rc);
	if (strcmp(job->result, "done") == 0)
		return 0;
	if (job->result[0])
		fprintf(stderr, "systemd could not %s %s: the result of its job is \"%s\"\n", what, unit, job->result);
	else
		fprintf(stderr, "waited %d s for systemd's job %s to %s %s\n", WAIT_US / 1000000, job->path, what,
			unit);
	return -1;
}

/* Sends it; the reply is the path of a job. */
static int call_for_job(sd_bus *bus, sd_bus_message *m, struct job *job, sd_bus_error *error) {
	sd_bus_message *reply = NULL;
	const char *path;
	int rc = sd_bus_call(bus, m, WAIT_US, error, &reply);

	if (rc >= 0)
		rc = sd_bus_message_read(reply, "o", &path);
	if (rc >= 0)
		snprintf(job->path, sizeof(job->path), "%s", path);
	sd_bus_message_unref(reply);
	return rc;
}

static void reset_failed(sd_bus *bus, const char *unit) {
	sd_bus_call_method(bus, SERVICE, MANAGER_PATH, MANAGER, "ResetFailedUnit", NULL, NULL, "s", unit);
}

/* A property of a unit that is loaded, or NULL. */
static char *unit_property(sd_bus *bus, const char *unit, const char *interface, const char *name) {
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	char *text = NULL;
	const char *path;

	if (sd_bus_call_method(bus, SERVICE, MANAGER_PATH, MANAGER, "GetUnit", &error, &reply, "s", unit) >= 0 &&
	    sd_bus_message_read(reply, "o", &path) >= 0)
		sd_bus_get_property_string(bus, SERVICE, path, interface, name, &error, &text);
	sd_bus_error_free(&error);
	sd_bus_message_unref(reply);
	return text;
}

/* --- the three calls ------------------------------------------------------------------------------------------------------ */

static int start_once(struct words w, const char *unit, struct job *job, sd_bus_error *error) {
	sd_bus_message *m = NULL;
	int rc = sd_bus_message_new_method_call(w.bus, &m, SERVICE, MANAGER_PATH, MANAGER, "StartTransientUnit");

	if (rc >= 0)
		rc = sd_bus_message_append(m, "ss", unit, "fail");
	if (rc >= 0)
		rc = append_properties(m, &w);
	if (rc >= 0)
		rc = sd_bus_message_append(m, "a(sa(sv))", 0);
	if (rc >= 0)
		rc = call_for_job(w.bus, m, job, error);
	sd_bus_message_unref(m);
	return rc;
}

/* One that has failed keeps its name until that is reset, and one that ends needs a moment. */
static bool may_go(sd_bus *bus, const char *unit) {
	char *state = unit_property(bus, unit, UNIT, "ActiveState");
	bool stays = state && (strcmp(state, "active") == 0 || strcmp(state, "activating") == 0);

	free(state);
	if (stays)
		return false;
	reset_failed(bus, unit);
	nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
	return true;
}

static int start(struct words *w) {
	const char *unit = next(w);
	sd_bus_error error = SD_BUS_ERROR_NULL;
	struct job job = {.path = ""};
	char *group;
	int rc = listen_to(w->bus, unit, &job);

	if (rc >= 0)
		rc = start_once(*w, unit, &job, &error);
	for (int i = 0; i < MAX_RETRIES && sd_bus_error_has_name(&error, SERVICE ".UnitExists"); i++) {
		if (!may_go(w->bus, unit))
			break;
		sd_bus_error_free(&error);
		rc = start_once(*w, unit, &job, &error);
	}
	if (rc < 0)
		return say("systemd refuses StartTransientUnit", &error, rc);
	if (job_wait(w->bus, &job, "start", unit) < 0)
		return -1;
	group = unit_property(w->bus, unit, SCOPE, "ControlGroup");
	printf("%s\n", group ? group : "");
	free(group);
	return 0;
}

/* systemd writes the cgroup's files when it has answered, and before it reads the next call: husk, who writes them too, is to be
 * the last. */
static int set(struct words *w) {
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *m = NULL;
	int rc = sd_bus_message_new_method_call(w->bus, &m, SERVICE, MANAGER_PATH, MANAGER, "SetUnitProperties");

	if (rc >= 0)
		rc = sd_bus_message_append(m, "sb", next(w), 1);
	if (rc >= 0)
		rc = append_properties(m, w);
	if (rc >= 0)
		rc = sd_bus_call(w->bus, m, WAIT_US, &error, NULL);
	sd_bus_message_unref(m);
	if (rc >= 0)
		rc = sd_bus_call_method(w->bus, SERVICE, MANAGER_PATH, "org.freedesktop.DBus.Peer", "Ping", &error,
					NULL, NULL);
	return rc < 0 ? say("systemd refuses SetUnitProperties", &error, rc) : 0;
}

static bool is_gone(const sd_bus_error *error) {
	return sd_bus_error_has_name(error, SERVICE ".NoSuchUnit");
}

static int stop_unit(sd_bus *bus, const char *unit) {
	sd_bus_error error = SD_BUS_ERROR_NULL;
	struct job job = {.path = ""};
	sd_bus_message *m = NULL;
	int rc = listen_to(bus, unit, &job);

	if (rc >= 0)
		rc = sd_bus_message_new_method_call(bus, &m, SERVICE, MANAGER_PATH, MANAGER, "StopUnit");
	if (rc >= 0)
		rc = sd_bus_message_append(m, "ss", unit, "replace");
	if (rc >= 0)
		rc = call_for_job(bus, m, &job, &error);
	sd_bus_message_unref(m);
	if (rc < 0 && is_gone(&error))
		return 0;
	if (rc < 0)
		return say("systemd refuses StopUnit", &error, rc);
	return job_wait(bus, &job, "stop", unit);
}

/* Until systemd has forgotten it. */
static int stop(struct words *w) {
	const char *unit = next(w), *description = next(w);
	char *found = unit_property(w->bus, unit, UNIT, "Description");
	int tries = 0;

	if (found && strcmp(found, description) == 0 && stop_unit(w->bus, unit) < 0)
		return -1;
	while (found && strcmp(found, description) == 0) {
		if (tries++ == MAX_RETRIES)
			return fprintf(stderr, "systemd has stopped %s and does not forget it\n", unit), -1;
		may_go(w->bus, unit);
		free(found);
		found = unit_property(w->bus, unit, UNIT, "Description");
	}
	free(found);
	return 0;
}

static const struct verb {
	const char *name;
	int (*run)(struct words *w);
} verbs[] = {{"start", start}, {"set", set}, {"stop", stop}};
#define N_VERBS (sizeof(verbs) / sizeof(*verbs))

int main(int argc, char **argv) {
	struct words w = {.v = argv + 3};
	size_t verb = 0;
	int rc;

	while (argc > 3 && verb < N_VERBS && strcmp(argv[2], verbs[verb].name) != 0)
		verb++;
	if (argc <= 3 || verb == N_VERBS)
		return fputs("husk-systemd is started by husk, and speaks to systemd for it\n", stderr), 1;
	rc = bus_open(argv[1], &w.bus);
	rc = rc < 0 ? say("cannot connect to systemd's bus", NULL, rc) : verbs[verb].run(&w);
	sd_bus_flush_close_unref(w.bus);
	return rc < 0;
}
