/* time.c - linux.timeOffsets: how far the clocks of a new time namespace are from the host's. */
#include "internal.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

/* KTIME_SEC_MAX / 2 of the kernel: no clock shows more, and so no offset can be more. */
#define MAX_SECONDS 4611686018LL
#define SECOND_NS 1000000000U

static const struct clock {
	const char *name; /* in config.json and in timens_offsets */
	clockid_t id;
	size_t member; /* of struct spec_time_offsets */
} clocks[] = {
	{"monotonic", CLOCK_MONOTONIC, offsetof(struct spec_time_offsets, monotonic)},
	{"boottime", CLOCK_BOOTTIME, offsetof(struct spec_time_offsets, boottime)},
};
#define N_CLOCKS (sizeof(clocks) / sizeof(*clocks))

static const struct spec_time_offset *offset_of(const struct spec_time_offsets *offsets, const struct clock *clock) {
	static const struct spec_time_offset none;
	const struct spec_time_offset *const *offset = (const void *)((const char *)offsets + clock->member);

	return *offset ? *offset : &none;
}

static int check_offset(struct arena *a, const struct spec_time_offset *offset, const struct clock *clock,
			struct error *e) {
	const char *field = arena_printf(a, "/linux/timeOffsets/%s", clock->name);

	if (offset->nanosecs >= SECOND_NS)
		return error_set(e, 0, arena_printf(a, "%s/nanosecs", field),
				 "%u is out of range: 0 to 999999999, beside secs", offset->nanosecs);
	if (offset->secs > MAX_SECONDS || offset->secs < -MAX_SECONDS)
		return error_set(e, 0, arena_printf(a, "%s/secs", field), "%lld is out of range: -%lld to %lld",
				 (long long)offset->secs, MAX_SECONDS, MAX_SECONDS);
	return 0;
}

int time_offsets_read(struct arena *a, const struct spec *spec, const char **text, struct error *e) {
	const struct spec_time_offsets *offsets = &spec->linux_.time_offsets;
	char buffer[128] = "";
	struct text lines = TEXT(buffer);

	*text = NULL;
	if (!offsets->monotonic && !offsets->boottime)
		return 0;
	if (!spec_has_new_namespace(spec, "time"))
		return error_set(e, 0, "/linux/timeOffsets",
				 "a new namespace of type time is needed in /linux/namespaces");
	for (size_t i = 0; i < N_CLOCKS; i++) {
		const struct spec_time_offset *offset = offset_of(offsets, &clocks[i]);

		if (check_offset(a, offset, &clocks[i], e) < 0)
			return -1;
		text_add(&lines, "%s %lld %u\n", clocks[i].name, (long long)offset->secs, offset->nanosecs);
	}
	*text = arena_strdup(a, buffer);
	return 0;
}

/* Only now it is known what the clocks show. */
static void blame_clock(struct run *r, const struct spec_time_offsets *offsets) {
	for (size_t i = 0; i < N_CLOCKS; i++) {
		const struct spec_time_offset *offset = offset_of(offsets, &clocks[i]);
		struct timespec now = {0};
		long long secs = offset->secs;

		if (clock_gettime(clocks[i].id, &now) == 0 &&
		    (now.tv_sec + secs < 0 || now.tv_sec + secs > MAX_SECONDS))
			run_hint(r, "/linux/timeOffsets/%s: the clock shows %lld s, and cannot be set %lld s %s",
				 clocks[i].name, (long long)now.tv_sec, secs < 0 ? -secs : secs,
				 secs < 0 ? "back" : "forward");
	}
}

int time_offsets_write(struct run *r, const struct spec_time_offsets *offsets, const char *text) {
	int rc = file_write_at(AT_FDCWD, "/proc/self/timens_offsets", text);

	if (rc < 0)
		run_hint(r, "/linux/timeOffsets: %s", error_text(-rc));
	if (rc == -ERANGE)
		blame_clock(r, offsets);
	return rc;
}
