/* host.c - probing the facts that a plan is compiled from. */
#include "host.h"
#include "../specs/fields.h"
#include "../specs/parse.h"
#include "cgroup/cgroup.h"
#include "os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#define T struct cgroup_hierarchy
TYPE(cgroup_hierarchy, R("controllers", controllers), R("mountpoint", mountpoint), R("own", own), F("v2", v2));
#undef T

#define T struct host
TYPE(host, R("euid", euid), R("egid", egid), R("capEffective", cap_effective), R("capBounding", cap_bounding),
     R("lastCap", last_cap), R("kernelMajor", kernel_major), R("kernelMinor", kernel_minor),
     F("inUserNamespace", in_user_namespace), R("machine", machine), A("cgroups", cgroups, cgroup_hierarchy),
     F("v2Controllers", v2_controllers));
#undef T

static uint64_t status_mask(const char *status, const char *name) {
	const char *line = strstr(status, name);

	return line ? strtoull(line + strlen(name), NULL, 16) : 0;
}

static int probe_capabilities(struct host *h, struct error *e) {
	char status[4096];

	if (file_read_at(AT_FDCWD, "/proc/self/status", status, sizeof(status)) < 0)
		return error_set(e, errno, NULL, "cannot read /proc/self/status: is /proc mounted?");
	h->cap_effective = status_mask(status, "CapEff:");
	h->cap_bounding = status_mask(status, "CapBnd:");
	for (h->last_cap = 39; prctl(PR_CAPBSET_READ, h->last_cap + 1) >= 0;)
		h->last_cap++;
	return 0;
}

int host_probe(struct arena *a, struct host *h, struct error *e) {
	static const char everyone[] = "         0          0 4294967295";
	char uid_map[64];
	struct utsname name;

	*h = (struct host){.euid = geteuid(), .egid = getegid()};
	if (uname(&name) < 0 || sscanf(name.release, "%u.%u", &h->kernel_major, &h->kernel_minor) != 2)
		return error_set(e, errno, NULL, "cannot tell the kernel's version");
	h->machine = arena_strdup(a, name.machine);
	h->in_user_namespace = file_read_at(AT_FDCWD, "/proc/self/uid_map", uid_map, sizeof(uid_map)) < 0 || strcmp(uid_map, everyone) != 0;
	if (probe_capabilities(h, e) < 0)
		return -1;
	return cgroup_detect(a, h, e);
}

int host_read(struct arena *a, const char *path, struct host *h, struct error *e) {
	char *text = arena_alloc(a, 65536);
	ssize_t n = file_read_at(AT_FDCWD, path, text, 65536);

	if (n < 0)
		return error_set(e, (int)-n, NULL, "cannot read %s", path);
	return parse_object(a, &host_type, path, text, (size_t)n, h, NULL, e);
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
