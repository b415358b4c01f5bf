/* spec.c - husk spec */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "print.h"
#include "verb.h"

struct spec {
	const char *bundle, *file;
	bool rootless;
};

static const struct option spec_options[] = {
	OPTION(struct spec, bundle, "bundle", "b", "DIR", "where config.json is written (default: .)"),
	OPTION(struct spec, file, "file", "f", "FILE", "write FILE instead, from the same directory on"),
	OPTION(struct spec, rootless, "rootless", NULL, NULL, "for a caller who is not root: with a user namespace"),
	{0},
};

static int write_new(const char *path, const char *text) {
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	int r;

	if (fd < 0)
		return -errno;
	r = write_text(fd, text);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	return r;
}

/* link(2) fails where the name is taken, so that nothing is overwritten and nobody sees half a file. */
static int write_whole(const char *path, const char *temporary, const char *text) {
	int r = write_new(temporary, text);

	if (r == -EEXIST)
		return r;
	if (r == 0 && link(temporary, path) < 0)
		r = -errno;
	unlink(temporary);
	return r;
}

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct spec *o = options;
	const char *dir = o->bundle ? o->bundle : ".", *file = o->file ? o->file : "config.json";
	const char *path = file[0] == '/' ? file : arena_printf(env->a, "%s/%s", dir, file);
	const char *temporary = arena_printf(env->a, "%s.%d", path, (int)getpid());
	int r = faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? -EEXIST : 0;

	if (r == 0)
		r = write_whole(path, temporary, container_spec_template(env, o->rootless));
	if (r == -EEXIST)
		return error_set(e, 0, NULL, "%s exists already: remove it first", path), e->errnum = EEXIST, -1;
	return r < 0 ? error_set(e, -r, NULL, "cannot write %s", path) : 0;
}

const struct verb verb_spec = {
	.name = "spec",
	.group = GROUP_MAKE,
	.summary = "write a config.json to start from",
	.description =
		"Writes config.json for a shell in the directory rootfs beside it. An existing file is not touched.",
	.examples = (const struct example[]){{"husk spec", "config.json here, for a root in rootfs"},
					     {"husk spec --rootless -b /srv/demo", "for a user, in another directory"},
					     {0}},
	.options = {spec_options},
	.size = sizeof(struct spec),
	.run = run,
};
