/* names.c - hostname and domainname, and the loopback device of a new network namespace. */
#include "namespace.h"
#include "../os/fd.h"
#include "../os/netlink.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MAX_NAME 64      /* __NEW_UTS_LEN of the kernel */
#define LOOPBACK_INDEX 1 /* LOOPBACK_IFINDEX: the same in every network namespace */

static int run_hostname(struct run *r, const void *name) {
	(void)r;
	return sethostname(name, strlen(name)) == 0 ? 0 : -errno;
}

static void shell_hostname(struct text *out, const void *name) {
	text_add(out, "hostname ");
	text_add_quoted(out, name);
}

static int run_domainname(struct run *r, const void *name) {
	(void)r;
	return setdomainname(name, strlen(name)) == 0 ? 0 : -errno;
}

static void shell_domainname(struct text *out, const void *name) {
	text_add(out, "domainname ");
	text_add_quoted(out, name);
}

/* It gets its addresses from the kernel. */
static int run_loopback(struct run *r, const void *arg) {
	scratch int fd = netlink_open();

	(void)r, (void)arg;
	return fd < 0 ? -errno : netlink_set_up(fd, LOOPBACK_INDEX);
}

static void shell_loopback(struct text *out, const void *arg) {
	(void)arg;
	text_add(out, "ip link set lo up");
}

/* The name of a namespace that is not the container's would be the host's. */
static int check_name(const struct spec *spec, const char *name, const char *field, struct error *e) {
	if (!spec_namespace(spec, "uts"))
		return error_set(
			e, 0, field,
			"a namespace of type uts is needed in /linux/namespaces, or the host would be renamed");
	if (strlen(name) > MAX_NAME)
		return error_set(e, 0, field, "%zu characters, the kernel takes %d at most", strlen(name), MAX_NAME);
	return 0;
}

int plan_names(struct plan *p, const struct spec *spec, struct error *e) {
	const char *host = spec->hostname, *domain = spec->domainname;

	if (host && host[0]) {
		if (check_name(spec, host, "/hostname", e) < 0)
			return -1;
		plan_add(p, INSIDE, run_hostname, host, "/hostname", NO_INDEX, shell_hostname, "set the hostname to %s",
			 host);
	}
	if (domain && domain[0]) {
		if (check_name(spec, domain, "/domainname", e) < 0)
			return -1;
		plan_add(p, INSIDE, run_domainname, domain, "/domainname", NO_INDEX, shell_domainname,
			 "set the domainname to %s", domain);
	}
	return 0;
}

void plan_loopback(struct plan *p, const struct spec *spec) {
	const struct spec_namespace *network = spec_namespace(spec, "network");

	if (network && !network->path)
		plan_add(p, INSIDE, run_loopback, NULL, "/linux/namespaces", (int)(network - spec->linux_.namespaces.v),
			 shell_loopback, "start the loopback device");
}
