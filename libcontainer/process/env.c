/* env.c - process.env, and the HOME that is added where it has none. */
#include "internal.h"
#include "../../specs/number.h"
#include "../os/fd.h"
#include "../os/path.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PASSWD (8 << 20) /* an image may hold a file without end */

/* The home directory of a line of /etc/passwd, name:password:uid:gid:comment:home:shell; NULL when it is another user's. */
static char *home_of_line(char *line, uint32_t uid) {
	char *fields[7] = {NULL}, *rest = line;
	uint64_t number;

	for (size_t i = 0; i < 7 && rest; i++)
		fields[i] = strsep(&rest, ":");
	if (!fields[5] || fields[5][0] != '/' || !number_unsigned(fields[2], strlen(fields[2]), UINT32_MAX, &number))
		return NULL;
	return number == uid ? fields[5] : NULL;
}

static void set_home(const struct program *g, const char *home) {
	struct text entry = {.at = g->home, .size = HOME_SIZE};

	if (strlen(home) < HOME_SIZE - sizeof("HOME="))
		text_add(&entry, "HOME=%s", home);
}

/* Looks at the whole lines of buf. False when the user was found; else *kept is where the unfinished line begins. */
static bool search_lines(const struct program *g, char *buf, char **kept) {
	char *newline, *found;

	for (*kept = buf; (newline = strchr(*kept, '\n')); *kept = newline + 1) {
		*newline = '\0';
		found = home_of_line(*kept, g->process->user.uid);
		if (found)
			set_home(g, found);
		if (found)
			return false;
	}
	return true;
}

/* Bounded, and without memory of its own. What is kept of a line that is far too long is taken for a line. */
static int search_passwd(const struct program *g, int fd) {
	char buf[4 * PATH_MAX], *kept = buf;
	size_t have = 0;

	for (size_t total = 0; total < MAX_PASSWD;) {
		ssize_t n = read(fd, buf + have, sizeof(buf) - 1 - have);

		if (n < 0)
			return -errno;
		memcpy(buf + have + n, n ? "" : "\n", n ? 1 : 2); /* the last line may have no end of its own */
		if (!search_lines(g, buf, &kept) || n == 0)
			return 0;
		total += (size_t)n;
		have = strlen(kept) < sizeof(buf) / 2 ? strlen(kept) : 0;
		memmove(buf, kept, have);
	}
	return 0;
}

/* What the image has there is its own business, and HOME is / when it is nothing that can be read: only a file is, since
 * reading a pipe would wait for a writer. */
static int run_home(struct run *r, const void *arg) {
	scratch int fd = root_open(r->root_fd, "/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == EACCES || errno == ENXIO
			       ? 0
			       : -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? search_passwd(arg, fd) : 0;
}

void plan_home(struct plan *p, const struct program *g) {
	if (g->home)
		plan_add(p, INSIDE, run_home, g, "/process/env", NO_INDEX, shell_later,
			 "find the home directory of the user");
}

static size_t name_length(const char *entry) {
	return strcspn(entry, "=");
}

static int by_name(const void *a, const void *b) {
	char *const *x = *(char *const *const *)a, *const *y = *(char *const *const *)b;
	size_t n = name_length(*x), m = name_length(*y);
	int order = memcmp(*x, *y, n < m ? n : m);

	if (order == 0 && n != m)
		order = n < m ? -1 : 1;
	return order ? order : (x > y) - (x < y);
}

/* Sets all but the last entry of each name to NULL. By sorting, since a config may hold 65,536 of them. */
static void drop_duplicates(struct arena *a, char **env, size_t n) {
	char ***sorted = arena_alloc(a, (n + 1) * sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		sorted[i] = &env[i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), by_name);
	for (size_t i = 0; i + 1 < n; i++) {
		size_t length = name_length(*sorted[i]);

		if (length == name_length(*sorted[i + 1]) && memcmp(*sorted[i], *sorted[i + 1], length) == 0)
			*sorted[i] = NULL;
	}
}

static int check_entry(struct arena *a, const char *entry, size_t i, struct error *e) {
	const char *equals = strchr(entry, '=');

	if (equals && equals != entry)
		return 0;
	return error_set(e, 0, arena_printf(a, "/process/env/%zu", i), "\"%.100s\" is not of the form NAME=value",
			 entry);
}

/* sd_listen_fds(3). The process is number 1 in a pid namespace of its own; in another one husk cannot know. */
void env_add_sockets(struct plan *p, const struct spec *spec, struct program *g) {
	const struct request *request = p->request;

	if (request->socket_fds == 0)
		return;
	strings_add(p->a, &g->from_manager, arena_printf(p->a, "LISTEN_FDS=%u", request->socket_fds));
	strings_add(p->a, &g->from_manager, arena_strdup(p->a, "LISTEN_PID=1"));
	if (request->socket_names)
		strings_add(p->a, &g->from_manager, arena_printf(p->a, "LISTEN_FDNAMES=%s", request->socket_names));
	if (!spec_has_new_namespace(spec, "pid"))
		plan_warn(p, "LISTEN_PID is 1, which the process is not without a pid namespace of its own");
}

/* sd_notify(3), and sd_watchdog_enabled(3), which asks for messages of that way: of the process, by its number in a pid
 * namespace of its own, else of whoever reads it. */
void env_add_notify(struct plan *p, const struct spec *spec, struct program *g) {
	const struct request *request = p->request;

	if (!request->notify_dir)
		return;
	strings_add(p->a, &g->from_manager, arena_strdup(p->a, "NOTIFY_SOCKET=" NOTIFY_DIR "/" NOTIFY_FILE));
	if (!request->watchdog_usec)
		return;
	strings_add(p->a, &g->from_manager, arena_printf(p->a, "WATCHDOG_USEC=%s", request->watchdog_usec));
	if (spec_has_new_namespace(spec, "pid"))
		strings_add(p->a, &g->from_manager, arena_strdup(p->a, "WATCHDOG_PID=1"));
}

int env_build(struct arena *a, struct program *g, struct error *e) {
	const struct strings *asked = &g->process->env;
	size_t count = asked->n + g->from_manager.n, n = 0;
	char **all = arena_alloc(a, (count + 2) * sizeof(*all));

	for (size_t i = 0; i < asked->n; i++) {
		all[i] = asked->v[i];
		if (check_entry(a, all[i], i, e) < 0)
			return -1;
	}
	for (size_t i = asked->n; i < count; i++)
		all[i] = g->from_manager.v[i - asked->n];
	drop_duplicates(a, all, count);
	g->home = arena_alloc(a, HOME_SIZE);
	set_home(g, "/");
	for (size_t i = 0; i < count; i++) {
		if (!all[i] || strcmp(all[i], "HOME=") == 0) /* an empty HOME is none, as in runc */
			continue;
		if (strncmp(all[i], "HOME=", 5) == 0)
			g->home = NULL;
		all[n++] = all[i];
	}
	all[n] = g->home;
	all[n + (g->home != NULL)] = NULL;
	g->envp = all;
	return 0;
}
