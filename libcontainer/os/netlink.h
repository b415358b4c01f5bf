/* netlink.h - rtnetlink: network devices and their addresses, asked for and changed by messages that the kernel answers.
 *
 * A socket speaks of the network namespace in which it was opened, wherever its owner goes. */
#pragma once
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>

/* What is asked, written by netlink_begin and netlink_put, and what the kernel had to say about it. */
struct netlink_request {
	struct nlmsghdr head;
	char body[512];
	char words[128]; /* the kernel's reason for refusing it, where it gives one; "" */
};

/* A socket, or -1 and errno. */
int netlink_open(void);

/* Turns one of the socket's options on: NETLINK_EXT_ACK for reasons, NETLINK_GET_STRICT_CHK for dumps of one device. 0 or
 * -errno. */
int netlink_option(int fd, int option);

/* A message of this type (RTM_NEWLINK), with NLM_F_ flags beside those that every request has. */
void netlink_begin(struct netlink_request *q, int type, int flags, const void *header, size_t size);

/* Adds an attribute. One too much makes netlink_ask fail with -EMSGSIZE. */
void netlink_put(struct netlink_request *q, int type, const void *value, size_t size);

/* Sends it, and calls each (NULL: nobody is interested) for every message of the answer. 0, or -errno: the kernel's, or what
 * each has returned, for which the rest of the answer is dropped. */
typedef int (*netlink_fn)(void *to, const struct nlmsghdr *message);
int netlink_ask(int fd, struct netlink_request *q, netlink_fn each, void *to);

/* Sets IFF_UP of a device. */
int netlink_set_up(int fd, int index);
