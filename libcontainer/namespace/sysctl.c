/* sysctl.c - linux.sysctl: kernel parameters, only those that belong to a namespace of the container. */
#include "namespace.h"
#include "../os/procfs.h"
#include <string.h>

/* Which parameters the kernel keeps per namespace. A name that ends in a slash stands for all below it. */
static const struct scope {
	const char *name, *type;
} scopes[] = {
	{"net/", "network"},
	{"user/", "user"},
	{"fs/mqueue/", "ipc"},
	{"kernel/msgmax", "ipc"},
	{"kernel/msgmnb", "ipc"},
	{"kernel/msgmni", "ipc"},
	{"kernel/sem", "ipc"},
	{"kernel/shmall", "ipc"},
	{"kernel/shmmax", "ipc"},
	{"kernel/shmmni", "ipc"},
	{"kernel/shm_rmid_forced", "ipc"},
	{"kernel/domainname", "uts"},
};

struct sysctl {
	const char *path; /* sys/net/ipv4/ip_forward: below a procfs */
	const char *value;
};

static int run_sysctl(struct run *r, const void *arg) {
	const struct sysctl *s = arg;

	return procfs_write(r->procfs_fd, s->path, s->value);
}

static void shell_sysctl(struct text *out, const void *arg) {
	const struct sysctl *s = arg;

	text_add(out, "echo ");
	text_add_quoted(out, s->value);
	text_add(out, " >/proc/");
	text_add_quoted(out, s->path);
}

/* Names as sysctl(8) takes them. The first separator decides: net.ipv4.conf.eth0/100.forwarding is the file that
 * net/ipv4/conf/eth0.100/forwarding is too. */
static char *path_of(struct arena *a, const char *key) {
	char *path = arena_printf(a, "sys/%s", key), *name = path + strlen("sys/");
	bool dotted = name[strcspn(name, "./")] == '.';

	for (char *c = name; dotted && *c; c++) {
		if (*c == '.')
			*c = '/';
		else if (*c == '/')
			*c = '.';
	}
	return path;
}

/* Nothing that a tool between could read as more than a name (CVE-2022-0811: a '+' opened a second setting). */
static bool is_plain(const char *name) {
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:";

	for (;;) {
		size_t n = strcspn(name, "/");
		bool upwards = strncmp(name, "..", n) == 0; /* "." too: the first n characters are compared */

		if (n == 0 || upwards || strspn(name, allowed) < n)
			return false;
		if (!name[n])
			return true;
		name += n + 1;
	}
}

static const struct scope *scope_of(const char *name) {
	for (size_t i = 0; i < sizeof(scopes) / sizeof(*scopes); i++) {
		size_t n = strlen(scopes[i].name);

		if (strcmp(name, scopes[i].name) == 0 ||
		    (scopes[i].name[n - 1] == '/' && strncmp(name, scopes[i].name, n) == 0))
			return &scopes[i];
	}
	return NULL;
}

bool sysctl_in_namespace(struct arena *a, const struct spec *spec, const char *type) {
	for (size_t i = 0; i < spec->linux_.sysctl.n; i++) {
		const struct scope *scope = scope_of(path_of(a, spec->linux_.sysctl.v[i].name) + strlen("sys/"));

		if (scope && strcmp(scope->type, type) == 0)
			return true;
	}
	return false;
}

static char *field_of(struct arena *a, const char *key) {
	struct text field = {.size = sizeof("/linux/sysctl/") + 2 * strlen(key)};

	field.at = arena_alloc(a, field.size);
	text_add(&field, "/linux/sysctl");
	text_add_member(&field, key, strlen(key));
	return field.at;
}

static int check_sysctl(const struct spec *spec, const struct pair *asked, const char *name, const char *field,
			struct error *e) {
	const struct scope *scope = scope_of(name);

	if (!is_plain(name))
		return error_set(
			e, 0, field,
			"\"%s\" is not the name of a kernel parameter: letters, digits and _-.:/ only, and no ..",
			asked->name);
	if (strcmp(name, "kernel/hostname") == 0)
		return error_set(e, 0, field, "%s is what /hostname sets", asked->name);
	if (!scope)
		return error_set(e, 0, field, "%s belongs to no namespace: it would change the host", asked->name);
	if (!spec_namespace(spec, scope->type))
		return error_set(e, 0, field,
				 "%s needs a namespace of type %s in /linux/namespaces, or it would change the host",
				 asked->name, scope->type);
	if (!asked->text[0] || strchr(asked->text, '\n'))
		return error_set(e, 0, field, "the value of %s must be one line, and not empty", asked->name);
	return 0;
}

int plan_sysctl(struct plan *p, const struct spec *spec, struct error *e) {
	const struct pairs *all = &spec->linux_.sysctl;

	for (size_t i = 0; i < all->n; i++) {
		const struct pair *asked = &all->v[i];
		const char *path = path_of(p->a, asked->name), *field = field_of(p->a, asked->name);
		struct sysctl *s = arena_new(p->a, struct sysctl);

		if (check_sysctl(spec, asked, path + strlen("sys/"), field, e) < 0)
			return -1;
		*s = (struct sysctl){path, asked->text};
		plan_add(p, INSIDE, run_sysctl, s, field, NO_INDEX, shell_sysctl, "set %s to %s", asked->name,
			 asked->text);
	}
	return 0;
}
