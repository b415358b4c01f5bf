/* internal.h - between the files of namespace/. */
#pragma once
#include "namespace.h"

/* linux.timeOffsets as the text of timens_offsets; NULL where there are none. Pure. */
int time_offsets_read(struct arena *a, const struct spec *spec, const char **text, struct error *e);

/* Of the time namespace that the caller's next child is born into. 0, or -errno after run_hint(). */
int time_offsets_write(struct run *r, const struct spec_time_offsets *offsets, const char *text);
