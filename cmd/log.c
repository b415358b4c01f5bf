/* log.c - the last words of a command. */
#include "log.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "../specs/emit.h"
#include "../specs/fields.h"
#include "../specs/text.h"
#include "print.h"

/* RFC 3339 with nanoseconds: containerd drops an entry whose time it cannot read. */
static char *time_now(struct arena *a) {
	char text[64] = "";
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	text_add_time(&TEXT(text), &now);
	return arena_strdup(a, text);
}

/* strerrorname_np is glibc's alone. */
#define NAME(e) [e] = #e
static const char *const errno_names[] = {
	NAME(EPERM),    NAME(ENOENT),    NAME(ESRCH),      NAME(EINTR),        NAME(EIO),       NAME(ENXIO),
	NAME(E2BIG),    NAME(ENOEXEC),   NAME(EBADF),      NAME(ECHILD),       NAME(EAGAIN),    NAME(ENOMEM),
	NAME(EACCES),   NAME(EFAULT),    NAME(ENOTBLK),    NAME(EBUSY),        NAME(EEXIST),    NAME(EXDEV),
	NAME(ENODEV),   NAME(ENOTDIR),   NAME(EISDIR),     NAME(EINVAL),       NAME(ENFILE),    NAME(EMFILE),
	NAME(ENOTTY),   NAME(ETXTBSY),   NAME(EFBIG),      NAME(ENOSPC),       NAME(ESPIPE),    NAME(EROFS),
	NAME(EMLINK),   NAME(EPIPE),     NAME(EDOM),       NAME(ERANGE),       NAME(EDEADLK),   NAME(ENAMETOOLONG),
	NAME(ENOSYS),   NAME(ENOTEMPTY), NAME(ELOOP),      NAME(ENODATA),      NAME(EOVERFLOW), NAME(EUSERS),
	NAME(ENOTSOCK), NAME(EMSGSIZE),  NAME(EOPNOTSUPP), NAME(EADDRINUSE),   NAME(ENOBUFS),   NAME(ETIMEDOUT),
	NAME(EALREADY), NAME(ESTALE),    NAME(EDQUOT),     NAME(ECONNREFUSED), NAME(ECANCELED), NAME(EKEYREJECTED),
};
#undef NAME

static const char *errno_name(struct arena *a, int errnum) {
	size_t n = sizeof(errno_names) / sizeof(errno_names[0]);

	if (errnum > 0 && (size_t)errnum < n && errno_names[errnum])
		return errno_names[errnum];
	return arena_printf(a, "%d", errnum);
}

/* What is told as JSON. NULL, 0 and empty: left out. */
struct entry {
	const char *level, *msg, *time, *field, *step, *errno_name, *shell, *file;
	uint32_t line, column;
	struct strings warnings, debug;
};

/* clang-format off */
#define T struct entry
TYPE(entry,
	R("level", level),
	R("msg", msg),
	R("time", time),
	F("field", field),
	F("step", step),
	F("errno", errno_name),
	F("shell", shell),
	F("file", file),
	F("line", line),
	F("column", column),
	F("warnings", warnings),
	F("debug", debug));
#undef T
/* clang-format on */

static const char *or_absent(const char *s) {
	return s[0] ? s : NULL;
}

static const char *error_message(struct arena *a, const struct error *e) {
	char line[sizeof(*e)];

	return arena_strdup(a, error_line(e, line, sizeof(line)));
}

static struct entry entry_of_error(struct arena *a, const struct error *e) {
	return (struct entry){
		.level = "error",
		.msg = error_message(a, e),
		.field = or_absent(e->field),
		.step = or_absent(e->step),
		.errno_name = e->errnum ? errno_name(a, e->errnum) : NULL,
		.shell = or_absent(e->shell),
		.file = or_absent(e->file),
		.line = e->line,
		.column = e->column,
	};
}

/* The one object, or NULL when there is nothing to say. Without an error it is about the warnings, or what was debugged. */
static const char *end_object(const struct log *l, const struct container_env *env, const struct error *e) {
	bool warn = l->level >= LEVEL_WARNING && env->warnings.n, debug = l->level >= LEVEL_DEBUG && env->debug.n;
	struct entry entry;

	if (e)
		entry = entry_of_error(env->a, e);
	else if (warn)
		entry = (struct entry){.level = "warning", .msg = env->warnings.v[0]};
	else if (debug)
		entry = (struct entry){.level = "debug", .msg = env->debug.v[0]};
	else
		return NULL;
	entry.time = time_now(env->a);
	if (env->warnings.n)
		entry.warnings = env->warnings;
	if (debug)
		entry.debug = env->debug;
	return emit_object(env->a, &entry_type, &entry, false);
}

static char *object_line(struct arena *a, const char *object) {
	return object ? arena_printf(a, "%s\n", object) : arena_strdup(a, "");
}

/* Names come from images and configs: they must not speak to a terminal, nor make a line of their own (as in error_line). */
static char *without_controls(struct arena *a, const char *s) {
	char *plain = arena_strdup(a, s);

	for (char *c = plain; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return plain;
}

static void add_entry(struct arena *a, struct log_entries *entries, enum log_level level, const char *msg) {
	entries->v = arena_grow(a, entries->v, entries->n, sizeof(*entries->v));
	entries->v[entries->n++] = (struct log_entry){level, msg};
}

/* What the file or the daemon gets. */
static struct log_entries end_entries(const struct log *l, const struct container_env *env, const struct error *e) {
	struct log_entries entries = {0};
	struct arena *a = env->a;

	if (l->json) {
		if (e || (l->level >= LEVEL_WARNING && env->warnings.n))
			add_entry(a, &entries, e ? LEVEL_ERROR : LEVEL_WARNING, end_object(l, env, e));
		return entries;
	}
	for (size_t i = 0; l->level >= LEVEL_DEBUG && i < env->debug.n; i++)
		add_entry(a, &entries, LEVEL_DEBUG, without_controls(a, env->debug.v[i]));
	for (size_t i = 0; l->level >= LEVEL_WARNING && i < env->warnings.n; i++)
		add_entry(a, &entries, LEVEL_WARNING, without_controls(a, env->warnings.v[i]));
	if (e)
		add_entry(a, &entries, LEVEL_ERROR, error_message(a, e));
	return entries;
}

/* Once, at the end: there may be thousands. */
static char *join(struct arena *a, const struct strings *lines) {
	size_t size = 1;
	char *all, *end;

	for (size_t i = 0; i < lines->n; i++)
		size += strlen(lines->v[i]);
	all = end = arena_alloc(a, size);
	for (size_t i = 0; i < lines->n; i++)
		end = stpcpy(end, lines->v[i]);
	return all;
}

/* A line of the log file. */
static char *file_line(struct arena *a, const struct log_entry *entry) {
	static const char *const levels[] = {
		[LEVEL_ERROR] = "error", [LEVEL_WARNING] = "warning", [LEVEL_DEBUG] = "debug"};
	char *quoted = arena_alloc(a, 2 * strlen(entry->msg) + 1), *end = quoted;

	for (const char *c = entry->msg; *c; *end++ = *c++)
		if (*c == '"' || *c == '\\')
			*end++ = '\\';
	return arena_printf(a, "time=\"%s\" level=%s msg=\"%s\"\n", time_now(a), levels[entry->level], quoted);
}

/* A line for a person. */
static void add_line(struct arena *a, struct strings *lines, const char *label, const char *words) {
	strings_add(a, lines, arena_printf(a, "%s: %s\n", label, without_controls(a, words)));
}

static const char *end_lines(const struct log *l, const struct container_env *env, const struct error *e) {
	struct arena *a = env->a;
	bool logged = l->file || l->daemon;
	bool debug = l->level >= LEVEL_DEBUG, warn = debug || (!e && !logged && l->level >= LEVEL_WARNING);
	struct strings lines = {0};

	for (size_t i = 0; debug && i < env->debug.n; i++)
		add_line(a, &lines, "debug", env->debug.v[i]);
	for (size_t i = 0; warn && i < env->warnings.n; i++)
		add_line(a, &lines, "warning", env->warnings.v[i]);
	if (debug && e && e->shell[0])
		add_line(a, &lines, "shell", e->shell);
	if (e)
		add_line(a, &lines, "husk", error_message(a, e));
	return join(a, &lines);
}

int log_place(struct log *l, const char *value, struct error *e) {
	const struct log_daemon *daemon = log_daemon_find(value);
	bool prefixed = daemon || strncmp(value, "file:", 5) == 0;
	const char *name = prefixed ? strchr(value, ':') + 1 : value;

	if (!name[0])
		return error_set(e, 0, NULL, "--log %s: a name is needed behind the colon", value);
	l->daemon = daemon;
	*(daemon ? &l->name : &l->file) = name;
	return 0;
}

static int log_open(const struct log *l) {
	return open(l->file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);
}

int log_check(const struct log *l, struct error *e) {
	int fd = l->file ? log_open(l) : -1;

	if (l->daemon)
		return log_daemon_check(l->daemon, l->name, e);
	if (l->file && fd < 0)
		return error_set(e, errno, NULL, "cannot open the log file %s", l->file);
	if (fd >= 0)
		close(fd);
	return 0;
}

static int log_append(const struct log *l, struct arena *a, const struct log_entries *entries) {
	struct strings lines = {0};
	int fd, rc;

	for (size_t i = 0; i < entries->n; i++)
		strings_add(a, &lines, l->json ? object_line(a, entries->v[i].msg) : file_line(a, &entries->v[i]));
	fd = log_open(l);
	if (fd < 0)
		return -errno;
	rc = write_text(fd, join(a, &lines));
	close(fd);
	return rc;
}

/* 0 or -errno. */
static int log_write(const struct log *l, struct arena *a, const struct log_entries *entries) {
	if (l->file)
		return log_append(l, a, entries);
	return log_daemon_send(l->daemon, a, without_controls(a, l->name), entries);
}

/* An error that the log did not take is on stderr anyway; of warnings nobody would hear. */
static void say_lost(const struct log *l, struct arena *a, int rc) {
	const char *place = l->file ? l->file : arena_printf(a, "%s:%s", l->daemon->name, l->name);
	struct strings line = {0};

	add_line(a, &line, "warning", arena_printf(a, "cannot write to the log %s: %s", place, error_text(-rc)));
	write_text(STDERR_FILENO, line.v[0]);
}

void log_end(const struct log *l, const struct container_env *env, const struct error *e) {
	bool only_stderr = !l->file && !l->daemon;
	struct log_entries entries = {0};
	struct arena *a = env->a;
	int rc = 0;

	if (!only_stderr)
		entries = end_entries(l, env, e);
	if (entries.n)
		rc = log_write(l, a, &entries);
	if (rc < 0 && !e)
		say_lost(l, a, rc);
	write_text(STDERR_FILENO,
		   only_stderr && l->json ? object_line(a, end_object(l, env, e)) : end_lines(l, env, e));
}
