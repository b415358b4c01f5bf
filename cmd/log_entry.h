/* log_entry.h - one thing that is said. */
#pragma once
#include <stddef.h>

enum log_level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_DEBUG };

struct log_entry {
	enum log_level level;
	const char *msg; /* one line, without control characters */
};

/* In the order in which they are said; of an arena. */
struct log_entries {
	struct log_entry *v;
	size_t n;
};
