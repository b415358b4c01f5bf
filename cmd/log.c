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

/* The one object. Without an error it is about the warnings, or what was debugged. */
static const char *end_json(const struct log *l, const struct container_env *env, const struct error *e) {
	bool warn = l->level >= LEVEL_WARNING && env->warnings.n, debug = l->level >= LEVEL_DEBUG && env->debug.n;
	struct entry entry;

	if (e)
		entry = entry_of_error(env->a, e);
	else if (warn)
		entry = (struct entry){.level = "warning", .msg = env->warnings.v[0]};
	else if (debug)
		entry = (struct entry){.level = "debug", .msg = env->debug.v[0]};
	else
		return "";
	entry.time = time_now(env->a);
	if (env->warnings.n)
		entry.warnings = env->warnings;
	if (debug)
		entry.debug = env->debug;
	return arena_printf(env->a, "%s\n", emit_object(env->a, &entry_type, &entry, false));
}

/* Names come from images and configs: they must not speak to a terminal, nor make a line of their own (as in error_line). */
static char *without_controls(struct arena *a, const char *s) {
	char *plain = arena_strdup(a, s);

	for (char *c = plain; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return plain;
}

/* A line of the log file. */
static const char *add_entry(struct arena *a, const char *lines, const char *level, const char *msg) {
	char *quoted = arena_alloc(a, 2 * strlen(msg) + 1), *end = quoted;

	for (const char *c = without_controls(a, msg); *c; *end++ = *c++)
		if (*c == '"' || *c == '\\')
			*end++ = '\\';
	return arena_printf(a, "%stime=\"%s\" level=%s msg=\"%s\"\n", lines, time_now(a), level, quoted);
}

static const char *end_entries(const struct log *l, const struct container_env *env, const struct error *e) {
	struct arena *a = env->a;
	const char *lines = "";

	for (size_t i = 0; l->level >= LEVEL_DEBUG && i < env->debug.n; i++)
		lines = add_entry(a, lines, "debug", env->debug.v[i]);
	for (size_t i = 0; l->level >= LEVEL_WARNING && i < env->warnings.n; i++)
		lines = add_entry(a, lines, "warning", env->warnings.v[i]);
	return e ? add_entry(a, lines, "error", error_message(a, e)) : lines;
}

/* A line for a person. */
static const char *add_line(struct arena *a, const char *lines, const char *label, const char *words) {
	return arena_printf(a, "%s%s: %s\n", lines, label, without_controls(a, words));
}

static const char *end_lines(const struct log *l, const struct container_env *env, const struct error *e) {
	struct arena *a = env->a;
	bool debug = l->level >= LEVEL_DEBUG, warn = debug || (!e && l->level >= LEVEL_WARNING);
	const char *lines = "";

	for (size_t i = 0; debug && i < env->debug.n; i++)
		lines = add_line(a, lines, "debug", env->debug.v[i]);
	for (size_t i = 0; warn && i < env->warnings.n; i++)
		lines = add_line(a, lines, "warning", env->warnings.v[i]);
	if (debug && e && e->shell[0])
		lines = add_line(a, lines, "shell", e->shell);
	return e ? add_line(a, lines, "husk", error_message(a, e)) : lines;
}

static int log_open(const struct log *l) {
	return open(l->file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);
}

int log_check(const struct log *l, struct error *e) {
	int fd = l->file ? log_open(l) : -1;

	if (l->file && fd < 0)
		return error_set(e, errno, NULL, "cannot open the log file %s", l->file);
	if (fd >= 0)
		close(fd);
	return 0;
}

/* What cannot be written here is on stderr too. */
static void log_append(const struct log *l, const char *text) {
	int fd = log_open(l);

	if (fd < 0)
		return;
	write_text(fd, text);
	close(fd);
}

void log_end(const struct log *l, const struct container_env *env, const struct error *e) {
	const char *file = "";

	if (l->file && !l->json)
		file = end_entries(l, env, e);
	else if (l->file && e)
		file = end_json(l, env, e);
	if (file[0])
		log_append(l, file);
	write_text(STDERR_FILENO, !l->file && l->json ? end_json(l, env, e) : end_lines(l, env, e));
}
