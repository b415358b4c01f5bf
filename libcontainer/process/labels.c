/* labels.c - process.apparmorProfile and process.selinuxLabel: the confinement that the kernel puts on at execve.
 *
 * A process asks for it by writing about itself, into a procfs that no image can fake (security rule D3, CVE-2019-19921),
 * and reads back what the kernel has understood. Its children have asked for the same: hooks of startContainer too. */
#include "internal.h"
#include "../os/fd.h"
#include "../os/procfs.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* What a refusal means. */
struct refusal {
	int errnum;
	const char *words;
};

static const struct refusal apparmor_refusals[] = {
	{ENOENT, "no profile of this name is loaded: apparmor_parser(8) loads it from a file"},
	{EACCES, "the profile that confines the caller does not allow the change"},
	{0, NULL},
};

static const struct refusal selinux_refusals[] = {
	{EINVAL, "the policy has no such label: right is one such as system_u:system_r:container_t:s0"},
	{EACCES, "the policy does not let the caller's label ask for another"},
	{0, NULL},
};

static int refused(struct run *r, const struct label *l, int rc) {
	for (const struct refusal *refusal = l->refusals; refusal->errnum; refusal++)
		if (refusal->errnum == -rc)
			run_hint(r, "%s: %s", error_text(-rc), refusal->words);
	return rc;
}

/* AppArmor adds the mode: "name (enforce)". */
static bool is_asked(const struct label *l, const char *read) {
	const char *rest = read + l->compared;

	if (strncmp(read, l->name, l->compared) != 0)
		return false;
	return l->name[l->compared] || !*rest || strncmp(rest, " (", 2) == 0;
}

static int run_label(struct run *r, const void *arg) {
	const struct label *l = arg;
	char read[LABEL_SIZE];
	scratch int fd = procfs_open_self(r->procfs_fd, l->file, O_RDWR);
	int rc = fd < 0 ? -errno : fd_write_text(fd, l->text);

	if (rc < 0)
		return refused(r, l, rc);
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	rc = fd_read_value(fd, read, sizeof(read));
	if (rc < 0)
		return rc;
	if (is_asked(l, read))
		return 0;
	run_hint(r, "the kernel reads it as \"%s\": write it so", read);
	return -EINVAL;
}

/* A profile with flags=(unconfined) confines no more than none: "unconfined", "runc (unconfined)". */
static bool is_confined(const char *label) {
	const char *mode = strrchr(label, '(');

	return strcmp(label, "unconfined") != 0 && (!mode || strcmp(mode, "(unconfined)") != 0);
}

/* The kernel lets a confined process with noNewPrivileges change to nothing but more confinement: there the profile is
 * stacked onto the caller's. Everywhere else it takes the place of what was there. */
static const char *apparmor_command(const struct spec_process *process, const struct host *h) {
	return process->no_new_privileges && is_confined(h->apparmor) ? "stack" : "exec";
}

static void add_label(struct plan *p, struct program *g, const struct label *l, const char *field, const char *phrase) {
	g->labels[g->n_labels++] = l;
	plan_add(p, INSIDE, run_label, l, field, NO_INDEX, shell_later, phrase, l->name);
}

static int plan_apparmor(struct plan *p, struct program *g, const struct host *h, struct error *e) {
	static const char field[] = "/process/apparmorProfile";
	const char *name = spec_label(g->process->apparmor_profile);
	struct label *l;

	if (!name)
		return 0;
	if (!h->apparmor)
		return error_set(e, 0, field, "AppArmor is off on this host: the profile \"%s\" cannot confine", name);
	l = arena_new(p->a, struct label);
	*l = (struct label){"attr/apparmor/exec", arena_printf(p->a, "%s %s", apparmor_command(g->process, h), name),
			    name, strlen(name), apparmor_refusals};
	add_label(p, g, l, field, "confine the process by the profile %s");
	return 0;
}

/* "user:role:": these have one name each. A type may have several, and categories come back in order. */
static size_t user_and_role(const char *label) {
	const char *colon = strchr(label, ':');

	colon = colon ? strchr(colon + 1, ':') : NULL;
	return colon ? (size_t)(colon + 1 - label) : strlen(label);
}

static const struct label *selinux_label(struct arena *a, const char *name, const char *file) {
	struct label *l = arena_new(a, struct label);

	*l = (struct label){file, name, name, user_and_role(name), selinux_refusals};
	return l;
}

static int plan_selinux(struct plan *p, struct program *g, const struct host *h, struct error *e) {
	static const char field[] = "/process/selinuxLabel";
	const char *name = spec_label(g->process->selinux_label);

	if (!name)
		return 0;
	if (!h->selinux)
		return error_set(e, 0, field, "SELinux is off on this host: the label \"%s\" cannot confine", name);
	add_label(p, g, selinux_label(p->a, name, "attr/exec"), field, "give the process the label %s");
	return 0;
}

/* The keyring is made while the process has the caller's label still, and must be of use to the one it gets. execve ends
 * this. */
void plan_key_label(struct plan *p, const struct spec_process *process) {
	const char *name = spec_label(process->selinux_label);

	if (name && p->request->keyring)
		plan_add(p, INSIDE, run_label, selinux_label(p->a, name, "attr/keycreate"), "/process/selinuxLabel",
			 NO_INDEX, NULL, "give new keys the label %s", name);
}

int plan_labels(struct plan *p, struct program *g, const struct host *h, struct error *e) {
	return plan_apparmor(p, g, h, e) < 0 || plan_selinux(p, g, h, e) < 0 ? -1 : 0;
}

bool process_has_label(const struct spec *spec) {
	const struct spec_process *process = spec->process;

	return process && (spec_label(process->apparmor_profile) || spec_label(process->selinux_label));
}

void labels_hint(struct text *out, const struct spec_process *process, int errnum) {
	const char *name = spec_label(process->selinux_label);

	if (name && (errnum == EACCES || errnum == EPERM))
		text_add(out, ": the SELinux policy may forbid it to %s, which the kernel's log would tell", name);
}
