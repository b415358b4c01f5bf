/* host.c - probing the facts that a plan is compiled from. */
#include "host.h"
#include "../specs/fields.h"
#include "../specs/parse.h"
#include "cgroup/cgroup.h"
#include "os/fd.h"
#include "process/process.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define MAX_STATUS (1 << 20) /* bytes: a process has up to 65,536 groups, of 11 characters each */

#define INITIAL_USER_NAMESPACE 0xeffffffdU /* its inode, the same on every Linux */

#define T struct cgroup_hierarchy
TYPE(cgroup_hierarchy, R("controllers", controllers), R("mountpoint", mountpoint), R("own", own), F("v2", v2));
#undef T

#define T struct host
TYPE(host, R("euid", euid), R("capEffective", cap_effective), R("capBounding", cap_bounding), R("lastCap", last_cap),
     R("kernelMajor", kernel_major), R("kernelMinor", kernel_minor), F("inUserNamespace", in_user_namespace),
     F("umask", umask), F("ignored", ignored), F("narrowAffinity", narrow_affinity), R("machine", machine),
     F("apparmor", apparmor), F("selinux", selinux), F("resctrl", resctrl), F("resctrlSchemata", resctrl_schemata),
     F("resctrlMonitored", resctrl_monitored), A("cgroups", cgroups, cgroup_hierarchy),
     F("v2Controllers", v2_controllers), F("noCgroups", no_cgroups), F("systemdBus", systemd_bus),
     F("systemdRoot", systemd_root), F("systemdHelper", systemd_helper));
#undef T

/* A number of /proc/self/status; 0 where the kernel does not tell it. */
static uint64_t status_number(const char *status, const char *name, int base) {
	const char *line = strstr(status, name);

	return line ? strtoull(line + strlen(name), NULL, base) : 0;
}

static bool has_narrow_affinity(const char *status) {
	static const char name[] = "\nCpus_allowed:\t";
	const char *line = strstr(status, name);

	return !line || affinity_may_be_narrow(line + sizeof(name) - 1);
}

static int probe_status(struct arena *a, struct host *h, struct error *e) {
	char few[4096], *status = few;
	int n = file_read_at(AT_FDCWD, "/proc/self/status", few, sizeof(few));

	if (n == -EFBIG) {
		status = arena_alloc(a, MAX_STATUS);
		n = file_read_at(AT_FDCWD, "/proc/self/status", status, MAX_STATUS);
	}
	if (n < 0)
		return error_set(e, -n, NULL, "cannot read /proc/self/status: is /proc mounted?");
	h->umask = (uint32_t)status_number(status, "\nUmask:", 8);
	h->ignored = status_number(status, "\nSigIgn:", 16);
	h->narrow_affinity = has_narrow_affinity(status);
	h->cap_effective = status_number(status, "\nCapEff:", 16);
	h->cap_bounding = status_number(status, "\nCapBnd:", 16);
	for (h->last_cap = 40; prctl(PR_CAPBSET_READ, h->last_cap + 1) >= 0;)
		h->last_cap++;
	return 0;
}

int host_probe(struct arena *a, struct host *h, struct error *e) {
	struct utsname name;
	struct stat st;

	*h = (struct host){.euid = geteuid()};
	if (uname(&name) < 0 || sscanf(name.release, "%u.%u", &h->kernel_major, &h->kernel_minor) != 2)
		return error_set(e, errno, NULL, "cannot tell the kernel's version");
	h->machine = arena_strdup(a, name.machine);
	h->in_user_namespace = stat("/proc/self/ns/user", &st) < 0 || st.st_ino != INITIAL_USER_NAMESPACE;
	if (probe_status(a, h, e) < 0)
		return -1;
	return cgroup_detect(a, h, e);
}

/* The file is there when the kernel was built with AppArmor (Linux 5.8), and can be read when it is on. */
static int probe_apparmor(struct arena *a, struct host *h, struct error *e) {
	static const char path[] = "/proc/self/attr/apparmor/current";
	char label[LABEL_SIZE];
	int n = file_read_at(AT_FDCWD, path, label, sizeof(label));

	if (n == -ENOENT || n == -EINVAL)
		return 0;
	if (n < 0)
		return error_set(e, -n, NULL, "cannot read %s", path);
	h->apparmor = arena_strdup(a, label);
	return 0;
}

/* Its file system is known to the kernel only while it is on. */
static int probe_selinux(struct host *h, struct error *e) {
	char file_systems[8192];
	int n = file_read_at(AT_FDCWD, "/proc/filesystems", file_systems, sizeof(file_systems));

	if (n < 0)
		return error_set(e, -n, NULL, "cannot read /proc/filesystems");
	h->selinux = strstr(file_systems, "\tselinuxfs");
	return 0;
}

int host_probe_labels(struct arena *a, struct host *h, struct error *e) {
	return probe_apparmor(a, h, e) < 0 || probe_selinux(h, e) < 0 ? -1 : 0;
}

int host_read(struct arena *a, const char *path, struct host *h, struct error *e) {
	char *text = arena_alloc(a, 65536);
	ssize_t n = file_read_at(AT_FDCWD, path, text, 65536);

	if (n < 0)
		return error_set(e, (int)-n, NULL, "cannot read %s", path);
	return parse_object(a, &host_type, path, text, (size_t)n, h, NULL, e);
}

bool host_kernel_has(const struct host *h, unsigned major, unsigned minor) {
	return h->kernel_major > major || (h->kernel_major == major && h->kernel_minor >= minor);
}

enum cgroup_mode host_cgroup_mode(const struct host *h) {
	bool v1 = false, v2 = false;

	for (size_t i = 0; i < h->cgroups.n; i++) {
		v1 |= !h->cgroups.v[i].v2;
		v2 |= h->cgroups.v[i].v2;
	}
	if (v1)
		return v2 ? CGROUP_HYBRID : CGROUP_V1;
	return v2 ? CGROUP_V2 : CGROUP_NONE;
}
