/* net_devices.c - linux.netDevices: devices of the host that move into the container's network namespace.
 *
 * A device that moves loses its addresses and is down: both are put right there. On its way it has a name that nobody else has
 * ("husk" and its number), by which it is found again, so that a name that is taken is the kernel's answer, and a template's
 * name the kernel's choice.
 *
 * A container that cannot be made gives its devices back, with their names and addresses; routes and the bridge that one was a
 * port of are not remembered. Otherwise they stay where they are, as the specification says: with the namespace's end the kernel
 * takes physical devices back and destroys virtual ones (network_namespaces(7)). */
#include "namespace.h"
#include "../os/fd.h"
#include "../os/netlink.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ADDRESSES_SIZE 16384 /* of one device, as messages: about 200 */

/* A device as it is now, and as it was on the host. */
struct moving {
	int index;       /* on the host; 0: it has not set out */
	int inside;      /* in the container; 0: nobody has seen it there */
	bool was_up;     /* on the host */
	char *addresses; /* ADDRESSES_SIZE bytes: messages RTM_NEWADDR */
	size_t size;     /* of them */
};
struct device {
	const char *name, *inside; /* on the host, and in the container: it may be a template */
	struct moving *moving;
};

/* --- what rtnetlink is asked ---------------------------------------------------------------------------------------- */

/* As the kernel tells of it. */
struct link {
	int index;
	bool is_up;
	char name[IFNAMSIZ];
};

static int take_link(void *to, const struct nlmsghdr *m) {
	const struct ifinfomsg *head = NLMSG_DATA(m);
	size_t left = IFLA_PAYLOAD(m);
	struct link *link = to;

	if (m->nlmsg_type != RTM_NEWLINK)
		return 0;
	*link = (struct link){.index = head->ifi_index, .is_up = head->ifi_flags & IFF_UP};
	for (const struct rtattr *a = IFLA_RTA(head); RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == IFLA_IFNAME)
			snprintf(link->name, sizeof(link->name), "%s", (const char *)RTA_DATA(a));
	return 0;
}

/* The kernel looks for alternative names too. */
static int link_find(int fd, const char *name, struct link *link) {
	struct netlink_request q;

	netlink_begin(&q, RTM_GETLINK, 0, &(struct ifinfomsg){0}, sizeof(struct ifinfomsg));
	netlink_put(&q, IFLA_IFNAME, name, strlen(name) + 1);
	return netlink_ask(fd, &q, take_link, link);
}

/* -ENODEV: it is not there. */
static int link_look(int fd, int index) {
	struct netlink_request q;

	netlink_begin(&q, RTM_GETLINK, 0, &(struct ifinfomsg){.ifi_index = index}, sizeof(struct ifinfomsg));
	return netlink_ask(fd, &q, NULL, NULL);
}

static int refused(struct run *r, const struct netlink_request *q, int rc) {
	if (rc < 0 && q->words[0])
		run_hint(r, "%s: %s", error_text(-rc), q->words);
	return rc;
}

/* Into the network namespace of a process, under the name that it has on its way. */
static int link_move(struct run *r, int fd, int index, const char *name, pid_t pid) {
	struct netlink_request q;
	int rc;

	netlink_begin(&q, RTM_NEWLINK, 0, &(struct ifinfomsg){.ifi_index = index}, sizeof(struct ifinfomsg));
	netlink_put(&q, IFLA_IFNAME, name, strlen(name) + 1);
	netlink_put(&q, IFLA_NET_NS_PID, &(uint32_t){(uint32_t)pid}, sizeof(uint32_t));
	rc = refused(r, &q, netlink_ask(fd, &q, NULL, NULL));
	if (rc == -EINVAL && !q.words[0]) /* older kernels give no reason */
		run_hint(r, "%s: some kinds of devices stay in their namespace: bridges, for one", error_text(EINVAL));
	return rc;
}

static int link_rename(struct run *r, int fd, int index, const char *name) {
	struct netlink_request q;
	int rc;

	netlink_begin(&q, RTM_NEWLINK, 0, &(struct ifinfomsg){.ifi_index = index}, sizeof(struct ifinfomsg));
	netlink_put(&q, IFLA_IFNAME, name, strlen(name) + 1);
	rc = refused(r, &q, netlink_ask(fd, &q, NULL, NULL));
	if (rc == -EEXIST)
		run_hint(r, "there is a device %s already", name);
	return rc;
}

/* What is to be kept of an address, as the message that gives it to a device again. Its label is the device's name. */
static int take_address(void *to, const struct nlmsghdr *m) {
	const struct ifaddrmsg *address = NLMSG_DATA(m);
	uint32_t flags = address->ifa_flags;
	struct moving *moving = to;
	struct netlink_request q;
	size_t left = IFA_PAYLOAD(m);

	netlink_begin(&q, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, address, sizeof(*address));
	for (const struct rtattr *a = IFA_RTA(address); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == IFA_FLAGS)
			memcpy(&flags, RTA_DATA(a), sizeof(flags));
		if (a->rta_type != IFA_LABEL)
			netlink_put(&q, a->rta_type, RTA_DATA(a), RTA_PAYLOAD(a));
	}
	if (m->nlmsg_type != RTM_NEWADDR || !(flags & IFA_F_PERMANENT) || address->ifa_scope != RT_SCOPE_UNIVERSE)
		return 0;
	if (q.head.nlmsg_len > sizeof(q.head) + sizeof(q.body) ||
	    moving->size + NLMSG_ALIGN(q.head.nlmsg_len) > ADDRESSES_SIZE)
		return -E2BIG;
	memcpy(moving->addresses + moving->size, &q, q.head.nlmsg_len);
	moving->size += NLMSG_ALIGN(q.head.nlmsg_len);
	return 0;
}

static int addresses_read(int fd, int index, struct moving *moving) {
	struct netlink_request q;

	moving->size = 0;
	netlink_begin(&q, RTM_GETADDR, NLM_F_DUMP, &(struct ifaddrmsg){.ifa_index = (uint32_t)index},
		      sizeof(struct ifaddrmsg));
	return netlink_ask(fd, &q, take_address, moving);
}

static int addresses_write(struct run *r, int fd, int index, const struct moving *moving) {
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < moving->size;) {
		struct netlink_request q = {0};
		struct ifaddrmsg *address = (void *)q.body;
		uint32_t size = ((const struct nlmsghdr *)(const void *)(moving->addresses + at))->nlmsg_len;

		memcpy(&q, moving->addresses + at, size);
		address->ifa_index = (uint32_t)index;
		rc = refused(r, &q, netlink_ask(fd, &q, NULL, NULL));
		at += NLMSG_ALIGN(size);
	}
	return rc;
}

/* --- there and back ------------------------------------------------------------------------------------------------- */

static int open_talking(void) {
	auto_close int fd = netlink_open();

	if (fd < 0 || netlink_option(fd, NETLINK_EXT_ACK) < 0 || netlink_option(fd, NETLINK_GET_STRICT_CHK) < 0)
		return -1;
	return fd_take(&fd);
}

/* A socket of the init's namespace, which then lives as long as the socket does: also when the init has died, devices can
 * still be taken out of it. */
static int run_network(struct run *r, const void *arg) {
	auto_close int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int rc;

	(void)arg;
	if (own < 0 || setns(r->pidfd, CLONE_NEWNET) < 0)
		return -errno;
	r->network_fd = open_talking();
	rc = r->network_fd < 0 ? -errno : 0;
	return setns(own, CLONE_NEWNET) < 0 ? -errno : rc;
}

struct way {
	int from, to; /* sockets of both namespaces */
	int index;    /* of the device in the former */
	pid_t pid;    /* a process in the latter */
	const char *name;
	bool up;
};

static void name_on_the_way(const struct moving *moving, char name[IFNAMSIZ]) {
	snprintf(name, IFNAMSIZ, "husk%d", moving->index);
}

/* *index is written as soon as it is known where the device is now. */
static int transfer(struct run *r, const struct moving *moving, const struct way *way, int *index) {
	struct link link = {0};
	char name[IFNAMSIZ];
	int rc;

	name_on_the_way(moving, name);
	rc = link_move(r, way->from, way->index, name, way->pid);
	if (rc == 0)
		rc = link_find(way->to, name, &link);
	if (rc < 0)
		return rc;
	*index = link.index;
	rc = link_rename(r, way->to, link.index, way->name);
	if (rc == 0)
		rc = addresses_write(r, way->to, link.index, moving);
	return rc == 0 && way->up ? netlink_set_up(way->to, link.index) : rc;
}

/* By an alternative name it could not be renamed: neither to that nor, to give it back, to the first. */
static int look_at(struct run *r, int fd, const struct device *d) {
	struct moving *moving = d->moving;
	struct link link = {0};
	int rc = link_find(fd, d->name, &link);

	if (rc == -ENODEV)
		run_hint(r, "the host has no such network device");
	if (rc == 0 && strcmp(link.name, d->name) != 0)
		return run_hint(r, "it is an alternative name, of the device %s", link.name), -EINVAL;
	if (rc == 0)
		rc = addresses_read(fd, link.index, moving);
	if (rc == -E2BIG)
		run_hint(r, "it has more addresses than can be taken along, which are about 200");
	if (rc < 0)
		return rc;
	moving->index = link.index;
	moving->was_up = link.is_up;
	return 0;
}

static int run_net_device(struct run *r, const void *arg) {
	const struct device *d = arg;
	struct moving *moving = d->moving;
	struct way way = {.to = r->network_fd, .pid = r->pid, .name = d->inside, .up = true};
	auto_close int fd = open_talking();
	int rc = fd < 0 ? -errno : look_at(r, fd, d);

	if (rc < 0)
		return rc;
	way.from = fd;
	way.index = moving->index;
	return transfer(r, moving, &way, &moving->inside);
}

/* When only the kernel's answer has failed, the device has left: the host does not have it, and it still has the name of the way. */
static int find_inside(const struct run *r, int host_fd, struct moving *moving) {
	struct link link = {0};
	char name[IFNAMSIZ];
	int rc;

	if (moving->inside)
		return 0;
	rc = link_look(host_fd, moving->index);
	if (rc != -ENODEV)
		return rc;
	name_on_the_way(moving, name);
	rc = link_find(r->network_fd, name, &link);
	moving->inside = link.index;
	return rc;
}

static int give_back(struct run *r, int fd, const struct device *d) {
	struct moving *moving = d->moving;
	int rc = find_inside(r, fd, moving);

	if (rc < 0 || !moving->inside)
		return rc;
	return transfer(r, moving, &(struct way){r->network_fd, fd, moving->inside, getpid(), d->name, moving->was_up},
			&moving->inside);
}

void net_devices_give_back(struct run *r, struct error *e) {
	struct text text = {.at = e->text, .size = sizeof(e->text), .n = strlen(e->text)};
	auto_close int fd = r->network_fd < 0 ? -1 : open_talking();
	int opened = fd < 0 ? -errno : 0;

	for (size_t i = 0; r->network_fd >= 0 && i < r->plan->n; i++) {
		const struct device *d = r->plan->v[i].arg;
		int rc = 0;

		if (r->plan->v[i].run == run_net_device && d->moving->index)
			rc = opened < 0 ? opened : give_back(r, fd, d);
		if (rc < 0)
			text_add(&text, "; and the network device %s could not be given back (%s)", d->name,
				 error_text(-rc));
	}
	fd_close(&r->network_fd);
}

/* --- the plan ------------------------------------------------------------------------------------------------------- */

/* A shell does not know the name that comes of a template. */
static void shell_net_device(struct text *out, const void *arg) {
	static const char inside[] = "nsenter --target \"$init\" --net ip";
	const struct device *d = arg;

	text_add(out, "addresses=$(ip -o address show dev ");
	text_add_quoted(out, d->name);
	text_add(out, " scope global permanent | awk '{ print $4 }')\nip link set ");
	text_add_quoted(out, d->name);
	text_add(out, " netns \"$init\" name ");
	text_add_quoted(out, d->inside);
	text_add(out, "\nfor address in $addresses; do %s address add \"$address\" dev ", inside);
	text_add_quoted(out, d->inside);
	text_add(out, "; done\n%s link set ", inside);
	text_add_quoted(out, d->inside);
	text_add(out, " up");
}

static bool is_template(const char *name) {
	size_t n = strlen(name);

	return n >= 2 && strcmp(name + n - 2, "%d") == 0 && strchr(name, '%') == name + n - 2;
}

/* The kernel's dev_valid_name(), and what it would take for a template. NULL: it is good. */
static const char *wrong_with(const char *name) {
	if (!name[0] || strlen(name) >= IFNAMSIZ)
		return "it must have 1 to 15 characters";
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return "that is no name for a device";
	for (const char *c = name; *c; c++)
		if (*c == '/' || *c == ':' || isspace((unsigned char)*c))
			return "it must have no slash, colon or white space";
	if (strcmp(name, "lo") == 0)
		return "each network namespace has a loopback device of its own";
	return NULL;
}

static const char *inside_name(const struct spec_net_device *asked) {
	return asked->name && asked->name[0] ? asked->name : asked->key;
}

static int check_device(struct arena *a, const struct spec_net_devices *all, size_t i, const char *field,
			struct error *e) {
	const char *name = inside_name(&all->v[i]), *name_field = arena_printf(a, "%s/name", field), *wrong;

	wrong = wrong_with(all->v[i].key);
	if (wrong)
		return error_set(e, 0, field, "\"%s\" cannot be moved: %s", all->v[i].key, wrong);
	wrong = wrong_with(name);
	if (!wrong && strchr(name, '%') && !is_template(name))
		wrong = "%d at the end makes it a template, and % is good for nothing else";
	if (wrong)
		return error_set(e, 0, name_field, "\"%s\" cannot be the name: %s", name, wrong);
	for (size_t j = 0; j < i; j++)
		if (!is_template(name) && strcmp(inside_name(&all->v[j]), name) == 0)
			return error_set(e, 0, name_field, "\"%s\" is to be the name of %s already", name,
					 all->v[j].key);
	return 0;
}

static int check_network(const struct spec *spec, const struct host *h, struct error *e) {
	if (!spec_namespace(spec, "network"))
		return error_set(e, 0, "/linux/netDevices",
				 "a namespace of type network is needed in /linux/namespaces, for them to move to");
	if (!(h->cap_effective >> CAP_NET_ADMIN & 1))
		return error_set(e, 0, "/linux/netDevices",
				 "to take devices from the host needs CAP_NET_ADMIN, which only root can have here");
	return 0;
}

static char *field_of(struct arena *a, const char *key) {
	struct text field = {.size = sizeof("/linux/netDevices/") + 2 * strlen(key)};

	field.at = arena_alloc(a, field.size);
	text_add(&field, "/linux/netDevices");
	text_add_member(&field, key, strlen(key));
	return field.at;
}

int plan_net_devices(struct plan *p, const struct spec *spec, const struct host *h, struct error *e) {
	const struct spec_net_devices *all = &spec->linux_.net_devices;

	if (all->n == 0)
		return 0;
	if (check_network(spec, h, e) < 0)
		return -1;
	plan_add(p, HOST, run_network, NULL, "/linux/netDevices", NO_INDEX, NULL, "reach the container's network");
	for (size_t i = 0; i < all->n; i++) {
		struct device *d = arena_new(p->a, struct device);
		const char *field = field_of(p->a, all->v[i].key);

		if (check_device(p->a, all, i, field, e) < 0)
			return -1;
		*d = (struct device){all->v[i].key, inside_name(&all->v[i]), arena_new(p->a, struct moving)};
		d->moving->addresses = arena_alloc(p->a, ADDRESSES_SIZE);
		plan_add(p, HOST, run_net_device, d, field, NO_INDEX, is_template(d->inside) ? NULL : shell_net_device,
			 "move the network device %s to the container as %s", d->name, d->inside);
	}
	return 0;
}
