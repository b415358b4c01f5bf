/* limits.c - the steps that write what linux.resources comes to. */
#include "limits.h"
#include "../os/fd.h"
#include "../../specs/number.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A file that gets a value. */
struct setting {
	const char *path, *value;
	const char *other_path, *other_value; /* for the kernel that has not the first; NULL: no other */
	const char *usage_path;               /* holds what must not be more than the value; NULL: nothing does */
	const char *right;                    /* what would be right, for the error */
	bool by_itself;                       /* without the file the kernel does the same */
};

static int write_file(struct run *r, const char *path, const char *value, const char *right) {
	int rc = file_write_at(AT_FDCWD, path, value);

	if (rc < 0)
		run_hint(r, "%s; right is %s", error_text(-rc), right);
	return rc;
}

/* memory.checkBeforeUpdate */
static int check_usage(struct run *r, const struct setting *s) {
	char text[32];
	uint64_t usage, limit;
	int n = file_read_at(AT_FDCWD, s->usage_path, text, sizeof(text));

	if (n < 0)
		return n;
	if (!number_unsigned(text, (size_t)n, UINT64_MAX, &usage) ||
	    !number_unsigned(s->value, strlen(s->value), UINT64_MAX, &limit))
		return -EINVAL;
	if (usage <= limit)
		return 0;
	run_hint(r, "%s is in use, which checkBeforeUpdate protects; right is no less than that", text);
	return -EBUSY;
}

static int run_limit(struct run *r, const void *arg) {
	const struct setting *s = arg;
	int rc = s->usage_path ? check_usage(r, s) : 0;

	if (rc < 0)
		return rc;
	/* Files come with the controller, so which of them the kernel has is seen only now. */
	if (s->other_path && access(s->path, F_OK) < 0)
		return write_file(r, s->other_path, s->other_value, s->right);
	rc = write_file(r, s->path, s->value, s->right);
	/* Without the file, such as that of swap without swap accounting, there is no limit: what was asked for. */
	return rc == -ENOENT && s->by_itself ? 0 : rc;
}

static void shell_write(struct text *out, const char *path, const char *value) {
	text_add(out, "echo ");
	text_add_quoted(out, value);
	text_add(out, " >");
	text_add_quoted(out, path);
}

static void shell_setting(struct text *out, const void *arg) {
	const struct setting *s = arg;

	if (s->usage_path) {
		text_add(out, "[ \"$(cat ");
		text_add_quoted(out, s->usage_path);
		text_add(out, ")\" -le %s ] && ", s->value);
	}
	if (s->other_path) {
		text_add(out, "if ! [ -e ");
		text_add_quoted(out, s->path);
		text_add(out, " ]; then ");
		shell_write(out, s->other_path, s->other_value);
		text_add(out, "; else ");
	}
	shell_write(out, s->path, s->value);
	if (s->other_path)
		text_add(out, "; fi");
}

static const char *file_in(struct arena *a, const char *dir, const char *file) {
	return file ? arena_printf(a, "%s/%s", dir, file) : NULL;
}

void plan_limit(struct plan *p, const char *dir, const struct cgroup_setting *asked) {
	struct setting *s = arena_new(p->a, struct setting);

	s->path = file_in(p->a, dir, asked->file);
	s->value = asked->value;
	s->other_path = file_in(p->a, dir, asked->other_file);
	s->other_value = asked->other_value;
	s->usage_path = file_in(p->a, dir, asked->usage_file);
	s->right = asked->right;
	s->by_itself = asked->by_itself;
	plan_add(p, HOST, run_limit, s, asked->field, asked->index, shell_setting, "write %s to %s", s->value, s->path);
}
