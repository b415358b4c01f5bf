/* stats.c - what a container uses: which file of its cgroups is which member, and how each is read. */
#include "stats.h"
#include "settings.h"
#include "../os/fd.h"
#include "../../specs/number.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE (1 << 16) /* of a file with a line for each processor or disk */
#define TICK 10000000       /* nanoseconds; the kernel shows USER_HZ of them, 100 a second everywhere */
#define MICROSECOND 1000

/* A line "name number" of a file, and where it goes. */
struct key {
	const char *name;
	size_t offset; /* in struct stats */
	uint64_t times;
};

struct stat_file {
	const char *controller; /* by its v1 name */
	const char *file;
	void (*take)(struct arena *a, const struct stat_file *f, char *text, struct stats *s);
	size_t offset;          /* in struct stats, of the member that take_x() fills */
	const struct key *keys; /* of take_keys() */
};

/* --- how a text is read ------------------------------------------------------------------------------------------- */

static void *member_of(struct stats *s, const struct stat_file *f) {
	return (char *)s + f->offset;
}

/* "max" is no limit; what is no number is nothing. */
static uint64_t number_of(const char *s) {
	uint64_t number = 0;

	if (strcmp(s, "max") == 0)
		return UINT64_MAX;
	number_unsigned(s, strlen(s), UINT64_MAX, &number);
	return number;
}

static uint64_t sum(uint64_t a, uint64_t b) {
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* The next word of a text, which is behind it then; NULL: there is none. */
static char *next_word(char **text, const char *between) {
	char *word = NULL;

	while (*text && !(word && *word))
		word = strsep(text, between);
	return word && *word ? word : NULL;
}

static void take_number(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	(void)a;
	*(uint64_t *)member_of(s, f) = number_of(text);
}

static void take_signed(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	(void)a;
	number_signed(text, strlen(text), INT64_MIN, INT64_MAX, member_of(s, f));
}

/* No limit of processes is 0, as runc has it. */
static void take_pids_limit(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	(void)a;
	*(uint64_t *)member_of(s, f) = strcmp(text, "max") == 0 ? 0 : number_of(text);
}

static void uint64s_add(struct arena *a, struct uint64s *list, uint64_t number) {
	list->v = arena_grow(a, list->v, list->n, sizeof(*list->v));
	list->v[list->n++] = number;
}

/* Numbers in one line. */
static void take_numbers(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	for (char *word; (word = next_word(&text, " \n"));)
		uint64s_add(a, member_of(s, f), number_of(word));
}

/* "0-2,5" */
static void take_ranges(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	struct uint32s *list = member_of(s, f);

	for (char *range; (range = next_word(&text, ",\n"));) {
		char *last = range, *first = strsep(&last, "-");

		for (uint64_t n = number_of(first), end = last ? number_of(last) : n; n <= end; n++) {
			list->v = arena_grow(a, list->v, list->n, sizeof(*list->v));
			list->v[list->n++] = (uint32_t)n;
		}
	}
}

/* Lines of a processor, its time for the container and that for the kernel, below a line of headings. */
static void take_usage_all(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	(void)f;
	strsep(&text, "\n");
	for (char *line; (line = next_word(&text, "\n"));) {
		const char *user = (strsep(&line, " "), strsep(&line, " "));

		if (!user || !line)
			continue;
		uint64s_add(a, &s->cpu.usage.percpu_user, number_of(user));
		uint64s_add(a, &s->cpu.usage.percpu_kernel, number_of(line));
	}
}

static void take_keys(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	(void)a;
	for (char *line; (line = next_word(&text, "\n"));) {
		const char *name = strsep(&line, " ");

		for (const struct key *k = f->keys; line && k->name; k++)
			if (strcmp(name, k->name) == 0)
				*(uint64_t *)((char *)s + k->offset) = number_of(line) * k->times;
	}
}

static void take_counts(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	struct counts *counts = member_of(s, f);

	for (char *line; (line = next_word(&text, "\n"));) {
		const char *name = strsep(&line, " ");

		if (!line)
			continue;
		counts->v = arena_grow(a, counts->v, counts->n, sizeof(*counts->v));
		counts->v[counts->n++] = (struct count){arena_strdup(a, name), number_of(line)};
	}
}

/* memory.stat: all of it, and the cache among it. */
static void take_memory_stat(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	take_counts(a, f, text, s);
	for (size_t i = 0; i < s->memory.raw.n; i++)
		if (strcmp(s->memory.raw.v[i].name, f->keys->name) == 0)
			s->memory.cache = s->memory.raw.v[i].n;
}

/* The file has swap alone, and runc prints memory and swap together, as on v1. The memory stands before it in the table. */
static void take_swap(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	const struct memory_entry *memory = &s->memory.usage;
	bool limit = f->offset == offsetof(struct stats, memory.swap.limit);

	(void)a;
	*(uint64_t *)member_of(s, f) = sum(number_of(text), limit ? memory->limit : memory->usage);
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=0", and a line for full. */
static void take_pressure_line(char *line, struct pressure *p) {
	static const char *const averages[] = {"avg10", "avg60", "avg300"};
	struct pressure_line *into = strcmp(strsep(&line, " "), "full") == 0 ? &p->full : &p->some;
	double *const members[] = {&into->avg10, &into->avg60, &into->avg300};

	for (char *word; (word = next_word(&line, " "));) {
		const char *name = strsep(&word, "=");

		if (word && strcmp(name, "total") == 0)
			into->total = number_of(word);
		for (size_t i = 0; word && i < sizeof(members) / sizeof(*members); i++)
			if (strcmp(name, averages[i]) == 0)
				*members[i] = strtod(word, NULL);
	}
}

static void take_pressure(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	struct pressure *p = arena_new(a, struct pressure);

	for (char *line; (line = next_word(&text, "\n"));)
		take_pressure_line(line, p);
	*(const struct pressure **)member_of(s, f) = p;
}

static void io_add(struct arena *a, struct io_entries *entries, const char *device, const char *operation,
		   uint64_t value) {
	const char *colon = strchr(device, ':');
	struct io_entry entry = {.operation = operation ? arena_strdup(a, operation) : NULL, .value = value};

	if (!colon || !number_unsigned(device, (size_t)(colon - device), UINT64_MAX, &entry.major) ||
	    !number_unsigned(colon + 1, strlen(colon + 1), UINT64_MAX, &entry.minor))
		return;
	entries->v = arena_grow(a, entries->v, entries->n, sizeof(*entries->v));
	entries->v[entries->n++] = entry;
}

/* Lines "8:0 Read 4096", or without an operation. The first file of a member that has any wins: only the disks with
 * the BFQ scheduler are in bfq's, and all in those of the throttling. */
static void take_operations(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	struct io_entries *entries = member_of(s, f);

	if (entries->n)
		return;
	for (char *line; (line = next_word(&text, "\n"));) {
		const char *device = next_word(&line, " "), *operation = next_word(&line, " ");
		const char *value = next_word(&line, " ");

		if (device && operation)
			io_add(a, entries, device, value ? operation : NULL, number_of(value ? value : operation));
	}
}

/* Lines "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0". What is discarded has no name in runc's shape. */
static void take_io_stat(struct arena *a, const struct stat_file *f, char *text, struct stats *s) {
	const struct {
		const char *name, *operation;
		struct io_entries *entries;
	} names[] = {
		{"rbytes", "Read", &s->io.service_bytes},
		{"wbytes", "Write", &s->io.service_bytes},
		{"rios", "Read", &s->io.serviced},
		{"wios", "Write", &s->io.serviced},
	};

	(void)f;
	for (char *line; (line = next_word(&text, "\n"));) {
		const char *device = strsep(&line, " ");

		for (char *word; (word = next_word(&line, " "));) {
			const char *name = strsep(&word, "=");

			for (size_t i = 0; word && i < sizeof(names) / sizeof(*names); i++)
				if (strcmp(name, names[i].name) == 0)
					io_add(a, names[i].entries, device, names[i].operation, number_of(word));
		}
	}
}

/* --- which file is which member ----------------------------------------------------------------------------------- */

#define AT(member) offsetof(struct stats, member)

static const struct key v1_cpu_stat[] = {
	{"nr_periods", AT(cpu.throttling.periods), 1},
	{"nr_throttled", AT(cpu.throttling.throttled_periods), 1},
	{"throttled_time", AT(cpu.throttling.throttled_time), 1},
	{0},
};
static const struct key cpuacct_stat[] = {
	{"user", AT(cpu.usage.user), TICK},
	{"system", AT(cpu.usage.kernel), TICK},
	{0},
};
static const struct key v1_cache[] = {{.name = "cache"}}, v2_cache[] = {{.name = "file"}};

/* A member with two files takes the first that says something. */
static const struct stat_file v1_files[] = {
	{"cpuacct", "cpuacct.usage", take_number, AT(cpu.usage.total), NULL},
	{"cpuacct", "cpuacct.usage_percpu", take_numbers, AT(cpu.usage.percpu), NULL},
	{"cpuacct", "cpuacct.usage_all", take_usage_all, 0, NULL},
	{"cpuacct", "cpuacct.stat", take_keys, 0, cpuacct_stat},
	{"cpu", "cpu.stat", take_keys, 0, v1_cpu_stat},
	{"cpuset", "cpuset.cpus", take_ranges, AT(cpuset.cpus), NULL},
	{"cpuset", "cpuset.mems", take_ranges, AT(cpuset.mems), NULL},
	{"cpuset", "cpuset.cpu_exclusive", take_number, AT(cpuset.cpu_exclusive), NULL},
	{"cpuset", "cpuset.mem_hardwall", take_number, AT(cpuset.mem_hardwall), NULL},
	{"cpuset", "cpuset.mem_exclusive", take_number, AT(cpuset.mem_exclusive), NULL},
	{"cpuset", "cpuset.memory_migrate", take_number, AT(cpuset.memory_migrate), NULL},
	{"cpuset", "cpuset.memory_spread_page", take_number, AT(cpuset.memory_spread_page), NULL},
	{"cpuset", "cpuset.memory_spread_slab", take_number, AT(cpuset.memory_spread_slab), NULL},
	{"cpuset", "cpuset.memory_pressure", take_number, AT(cpuset.memory_pressure), NULL},
	{"cpuset", "cpuset.sched_load_balance", take_number, AT(cpuset.sched_load_balance), NULL},
	{"cpuset", "cpuset.sched_relax_domain_level", take_signed, AT(cpuset.sched_relax_domain_level), NULL},
	{"memory", "memory.stat", take_memory_stat, AT(memory.raw), v1_cache},
	{"memory", "memory.limit_in_bytes", take_number, AT(memory.usage.limit), NULL},
	{"memory", "memory.usage_in_bytes", take_number, AT(memory.usage.usage), NULL},
	{"memory", "memory.max_usage_in_bytes", take_number, AT(memory.usage.max), NULL},
	{"memory", "memory.failcnt", take_number, AT(memory.usage.failures), NULL},
	{"memory", "memory.memsw.limit_in_bytes", take_number, AT(memory.swap.limit), NULL},
	{"memory", "memory.memsw.usage_in_bytes", take_number, AT(memory.swap.usage), NULL},
	{"memory", "memory.memsw.max_usage_in_bytes", take_number, AT(memory.swap.max), NULL},
	{"memory", "memory.memsw.failcnt", take_number, AT(memory.swap.failures), NULL},
	{"memory", "memory.kmem.limit_in_bytes", take_number, AT(memory.kernel.limit), NULL},
	{"memory", "memory.kmem.usage_in_bytes", take_number, AT(memory.kernel.usage), NULL},
	{"memory", "memory.kmem.max_usage_in_bytes", take_number, AT(memory.kernel.max), NULL},
	{"memory", "memory.kmem.failcnt", take_number, AT(memory.kernel.failures), NULL},
	{"memory", "memory.kmem.tcp.limit_in_bytes", take_number, AT(memory.kernel_tcp.limit), NULL},
	{"memory", "memory.kmem.tcp.usage_in_bytes", take_number, AT(memory.kernel_tcp.usage), NULL},
	{"memory", "memory.kmem.tcp.max_usage_in_bytes", take_number, AT(memory.kernel_tcp.max), NULL},
	{"memory", "memory.kmem.tcp.failcnt", take_number, AT(memory.kernel_tcp.failures), NULL},
	{"pids", "pids.current", take_number, AT(pids.current), NULL},
	{"pids", "pids.max", take_pids_limit, AT(pids.limit), NULL},
	{"blkio", "blkio.bfq.io_service_bytes_recursive", take_operations, AT(io.service_bytes), NULL},
	{"blkio", "blkio.throttle.io_service_bytes_recursive", take_operations, AT(io.service_bytes), NULL},
	{"blkio", "blkio.bfq.io_serviced_recursive", take_operations, AT(io.serviced), NULL},
	{"blkio", "blkio.throttle.io_serviced_recursive", take_operations, AT(io.serviced), NULL},
	{"blkio", "blkio.bfq.io_queued_recursive", take_operations, AT(io.queued), NULL},
	{"blkio", "blkio.bfq.io_service_time_recursive", take_operations, AT(io.service_time), NULL},
	{"blkio", "blkio.bfq.io_wait_time_recursive", take_operations, AT(io.wait_time), NULL},
	{"blkio", "blkio.bfq.io_merged_recursive", take_operations, AT(io.merged), NULL},
	{"blkio", "blkio.bfq.time_recursive", take_operations, AT(io.time), NULL},
	{"blkio", "blkio.bfq.sectors_recursive", take_operations, AT(io.sectors), NULL},
	{0},
};

static const struct key v2_cpu_stat[] = {
	{"usage_usec", AT(cpu.usage.total), MICROSECOND},
	{"user_usec", AT(cpu.usage.user), MICROSECOND},
	{"system_usec", AT(cpu.usage.kernel), MICROSECOND},
	{"nr_periods", AT(cpu.throttling.periods), 1},
	{"nr_throttled", AT(cpu.throttling.throttled_periods), 1},
	{"throttled_usec", AT(cpu.throttling.throttled_time), MICROSECOND},
	{0},
};
static const struct key memory_events[] = {{"max", AT(memory.usage.failures), 1}, {0}};
static const struct key swap_events[] = {{"max", AT(memory.swap.failures), 1}, {0}};

static const struct stat_file v2_files[] = {
	{"cpu", "cpu.stat", take_keys, 0, v2_cpu_stat},
	{"cpu", "cpu.pressure", take_pressure, AT(cpu.pressure), NULL},
	{"memory", "memory.stat", take_memory_stat, AT(memory.raw), v2_cache},
	{"memory", "memory.max", take_number, AT(memory.usage.limit), NULL},
	{"memory", "memory.current", take_number, AT(memory.usage.usage), NULL},
	{"memory", "memory.peak", take_number, AT(memory.usage.max), NULL},
	{"memory", "memory.events", take_keys, 0, memory_events},
	{"memory", "memory.swap.max", take_swap, AT(memory.swap.limit), NULL},
	{"memory", "memory.swap.current", take_swap, AT(memory.swap.usage), NULL},
	{"memory", "memory.swap.events", take_keys, 0, swap_events},
	{"memory", "memory.pressure", take_pressure, AT(memory.pressure), NULL},
	{"pids", "pids.current", take_number, AT(pids.current), NULL},
	{"pids", "pids.max", take_pids_limit, AT(pids.limit), NULL},
	{"blkio", "io.stat", take_io_stat, 0, NULL},
	{"blkio", "io.pressure", take_pressure, AT(io.pressure), NULL},
	{0},
};

/* Behind "hugetlb.SIZE." */
static const struct {
	const char *name, *key; /* key: of the line that counts; NULL: the file is the number */
	size_t offset;
} hugetlb_files[] = {
	{"usage_in_bytes", NULL, offsetof(struct hugetlb_entry, usage)},
	{"max_usage_in_bytes", NULL, offsetof(struct hugetlb_entry, max)},
	{"failcnt", NULL, offsetof(struct hugetlb_entry, failures)},
	{"current", NULL, offsetof(struct hugetlb_entry, usage)},
	{"events", "max ", offsetof(struct hugetlb_entry, failures)},
};

/* --- the files ---------------------------------------------------------------------------------------------------- */

void stats_take(struct arena *a, bool v2, const char *file, char *text, struct stats *s) {
	for (const struct stat_file *f = v2 ? v2_files : v1_files; f->file; f++)
		if (strcmp(f->file, file) == 0)
			f->take(a, f, text, s);
}

static struct hugetlb_entry *hugetlb_entry(struct arena *a, const char *size, size_t n, struct stats *s) {
	for (size_t i = 0; i < s->hugetlb.n; i++)
		if (strlen(s->hugetlb.v[i].key) == n && strncmp(s->hugetlb.v[i].key, size, n) == 0)
			return &s->hugetlb.v[i];
	s->hugetlb.v = arena_grow(a, s->hugetlb.v, s->hugetlb.n, sizeof(*s->hugetlb.v));
	s->hugetlb.v[s->hugetlb.n].key = arena_strndup(a, size, n);
	return &s->hugetlb.v[s->hugetlb.n++];
}

/* Not "hugetlb.2MB.rsvd.current": what is reserved is not used yet. */
void stats_take_hugetlb(struct arena *a, const char *file, const char *text, struct stats *s) {
	const char *size = file + strlen("hugetlb."), *name = strchr(size, '.');

	for (size_t i = 0; name && i < sizeof(hugetlb_files) / sizeof(*hugetlb_files); i++) {
		const char *key = hugetlb_files[i].key;
		struct hugetlb_entry *entry;

		if (strcmp(name + 1, hugetlb_files[i].name) != 0 || (key && strncmp(text, key, strlen(key)) != 0))
			continue;
		entry = hugetlb_entry(a, size, (size_t)(name - size), s);
		*(uint64_t *)((char *)entry + hugetlb_files[i].offset) = number_of(key ? text + strlen(key) : text);
	}
}

/* Where there is none, the kernel has not what it tells, or the container is just ending: then nothing is said of it. */
static bool read_file(const char *path, char *text) {
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 && fd_read_text(fd, text, TEXT_SIZE) >= 0;
}

static void read_hugetlb(struct arena *a, const char *path, char *text, struct stats *s) {
	DIR *dir = opendir(path);

	for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir))
		if (strncmp(entry->d_name, "hugetlb.", 8) == 0 &&
		    read_file(arena_printf(a, "%s/%s", path, entry->d_name), text))
			stats_take_hugetlb(a, entry->d_name, text, s);
	if (dir)
		closedir(dir);
}

/* The directory of a container in the hierarchy of a controller; NULL when it has none. */
static const char *dir_of(const struct host *h, const struct strings *dirs, const char *controller, bool *v2) {
	size_t i = settings_find(h, controller);

	if (i >= dirs->n)
		return NULL;
	*v2 = h->cgroups.v[i].v2;
	return dirs->v[i];
}

static void read_files(struct arena *a, const struct host *h, const struct strings *dirs, bool v2, char *text,
		       struct stats *s) {
	for (const struct stat_file *f = v2 ? v2_files : v1_files; f->file; f++) {
		bool is_v2;
		const char *dir = dir_of(h, dirs, f->controller, &is_v2);

		if (dir && is_v2 == v2 && read_file(arena_printf(a, "%s/%s", dir, f->file), text))
			f->take(a, f, text, s);
	}
}

void cgroup_stats(struct arena *a, const struct host *h, const struct strings *dirs, struct stats *s) {
	char *text = arena_alloc(a, TEXT_SIZE);
	const char *dir;
	bool v2;

	*s = (struct stats){.hugetlb.v = arena_grow(a, NULL, 0, sizeof(*s->hugetlb.v))};
	read_files(a, h, dirs, false, text, s);
	read_files(a, h, dirs, true, text, s);
	dir = dir_of(h, dirs, "hugetlb", &v2);
	if (dir)
		read_hugetlb(a, dir, text, s);
}
