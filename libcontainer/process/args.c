/* args.c - process.args: the program is found before the wait for `start`, and executed behind it.
 *
 * By the rules of execvp: a name with a slash is used as it is, another one is looked for in PATH of process.env, where the
 * first file that may be executed wins. Unlike execvp, and like runc, husk gives no file without #! to a shell. The path is
 * remembered and not a descriptor: execve of a script's descriptor that is CLOEXEC fails. */
#include "internal.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For a config whose env has no PATH. It is searched only; the process gets the env that was asked for. */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* 0 when we may execute the file, as who we are now: faccessat without AT_EACCESS would ask for the real user's. */
static int check_file(const char *path) {
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	return syscall(SYS_faccessat2, AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : -errno;
}

static const char *path_of(char *const *envp) {
	for (; *envp; envp++)
		if (strncmp(*envp, "PATH=", 5) == 0)
			return *envp + 5;
	return DEFAULT_PATH;
}

/* The errors that only say that the program is not in this directory of PATH, or that the directory is closed to us. */
static bool leads_on(int rc) {
	return rc == -ENOENT || rc == -ENOTDIR || rc == -EISDIR || rc == -EACCES || rc == -ENAMETOOLONG;
}

/* Leaves the file's path in found. -EACCES when the only files of that name may not be executed, as execvp has it. */
static int search_path(const struct program *g, const char *name) {
	int rc = -ENOENT;

	for (const char *dir = name[0] ? path_of(g->envp) : NULL; dir;) {
		size_t n = strcspn(dir, ":");
		struct text path = {.at = g->found, .size = PATH_MAX};
		int here;

		/* An empty entry is the working directory. */
		text_add(&path, "%.*s%s%s", (int)n, dir, n ? "/" : "", name);
		here = path.n + 1 < path.size ? check_file(g->found) : -ENAMETOOLONG;
		if (!leads_on(here))
			return here;
		if (here == -EACCES && access(g->found, F_OK) == 0)
			rc = -EACCES;
		dir = dir[n] ? dir + n + 1 : NULL;
	}
	return rc;
}

/* The words are Go's: engines read them (docker's exit codes 126 and 127, podman's too). Of a directory docker knows "permission
 * denied" up to 20.10, which is execve's own error, and "is a directory" later. */
static const char *lookup_text(int errnum) {
	return errnum == EISDIR ? "is a directory: permission denied" : error_text(errnum);
}

static int run_lookup(struct run *r, const void *arg) {
	const struct program *g = arg;
	const char *name = g->process->args.v[0];
	bool is_path = strchr(name, '/');
	int rc;

	if (is_path)
		memcpy(g->found, name, strlen(name) + 1); /* fits: the plan has seen to it */
	rc = is_path ? check_file(name) : search_path(g, name);
	if (rc == -ENOENT && !is_path)
		run_hint(r, "exec: \"%s\": executable file not found in $PATH", name);
	else if (rc < 0)
		run_hint(r, "exec: \"%s\": %s", name, lookup_text(-rc));
	return rc;
}

int plan_lookup(struct plan *p, struct program *g, struct error *e) {
	const struct strings *args = &g->process->args;

	if (args->n == 0)
		return error_set(e, 0, "/process/args", "is empty: the first entry names the program");
	if (strlen(args->v[0]) >= PATH_MAX)
		return error_set(e, ENAMETOOLONG, "/process/args/0", "the name of the program");
	g->found = arena_alloc(p->a, PATH_MAX);
	plan_add(p, INSIDE, run_lookup, g, "/process/args", 0, shell_later, "find the program %s", args->v[0]);
	return 0;
}

/* "exec called" without an error is how `start` knows that it worked. A filter may end us at the first call behind a failed
 * execve (kernel.md), so that plain words are left before the file is asked for better ones. */
static int run_execve(struct run *r, const void *arg) {
	const struct program *g = arg;
	char hint[HINT_SIZE] = "";
	int rc;

	r->report->exec_called = 1;
	execve(g->found, g->process->args.v, g->envp);
	rc = -errno;
	error_set(&r->report->error, -rc, "/process/args/0", "cannot execute %s", g->found);
	r->report->failed = 1;
	exec_hint(&TEXT(hint), g->found, -rc);
	labels_hint(&TEXT(hint), g->process, -rc);
	run_hint(r, "exec: \"%s\": %s%s", g->found, error_text(-rc), hint);
	return rc;
}

/* The step that looks the program up leaves its path to the one that executes it. */
void plan_execve(struct plan *p) {
	for (size_t i = 0; i < p->n; i++) {
		const struct program *g = p->v[i].arg;

		if (p->v[i].run != run_lookup)
			continue;
		plan_add(p, INSIDE, run_execve, g, "/process/args", 0, shell_command, "execute %s",
			 g->process->args.v[0]);
		return;
	}
}
