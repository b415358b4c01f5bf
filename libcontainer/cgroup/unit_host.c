/* unit_host.c - which systemd makes the scope, and below which cgroup: the system's for root, else that of the user. */
#include "cgroup.h"
#include "../os/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int check_helper(const char *helper, struct error *e) {
	if (access(helper, X_OK) == 0)
		return 0;
	return error_set(e, errno, NULL,
			 "the systemd cgroup driver needs husk-systemd, which is not at %s: install it, or name it by "
			 "--systemd-helper",
			 helper);
}

/* The cgroup of process 1 is /init.scope, below what it takes for the root. */
static int find_system(struct arena *a, struct host *h, struct error *e) {
	char text[4096], *line, *end;
	int n;

	if (access("/run/systemd/system", F_OK) < 0)
		return error_set(e, 0, NULL,
				 "the cgroup manager is \"systemd\", and systemd does not run here: use cgroupfs");
	n = file_read_at(AT_FDCWD, "/proc/1/cgroup", text, sizeof(text));
	if (n < 0)
		return error_set(e, -n, NULL, "cannot read the cgroup of process 1");
	line = strstr(text, ":name=systemd:");
	line = line ? line + strlen(":name=systemd:") : strstr(text, "0::") ? strstr(text, "0::") + 3 : text;
	line[strcspn(line, "\n")] = '\0';
	end = strstr(line, "/init.scope");
	h->systemd_bus = "system";
	h->systemd_root = arena_strndup(a, line, end ? (size_t)(end - line) : 0);
	return 0;
}

/* Who we are outside of our user namespace. */
static int owner_uid(struct error *e) {
	unsigned inside, outside;
	char text[4096];
	int n = file_read_at(AT_FDCWD, "/proc/self/uid_map", text, sizeof(text));

	if (n < 0 || sscanf(text, "%u %u", &inside, &outside) != 2)
		return error_set(e, n < 0 ? -n : 0, NULL, "cannot tell whose user namespace this is");
	return (int)(geteuid() == 0 ? outside : geteuid());
}

static int find_user(struct arena *a, struct host *h, struct error *e) {
	const char *address = getenv("DBUS_SESSION_BUS_ADDRESS"), *dir = getenv("XDG_RUNTIME_DIR");
	int uid = owner_uid(e);

	if (uid < 0)
		return -1;
	if (!address && !dir)
		return error_set(e, 0, NULL,
				 "the cgroup manager is \"systemd\", and the bus of the user's is not known: set "
				 "XDG_RUNTIME_DIR or DBUS_SESSION_BUS_ADDRESS");
	h->systemd_bus = address ? arena_strdup(a, address) : arena_printf(a, "unix:path=%s/bus", dir);
	h->systemd_root = arena_printf(a, "/user.slice/user-%d.slice/user@%d.service", uid, uid);
	return 0;
}

int cgroup_find_systemd(struct arena *a, const char *helper, struct host *h, struct error *e) {
	if (check_helper(helper, e) < 0)
		return -1;
	h->systemd_helper = arena_strdup(a, helper);
	return h->euid == 0 && !h->in_user_namespace ? find_system(a, h, e) : find_user(a, h, e);
}
