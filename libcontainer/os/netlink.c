/* netlink.c - a conversation with rtnetlink: one request, then its answer to the end. */
#include "netlink.h"
#include <errno.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_SIZE 32768 /* the most that the kernel puts into one datagram of a dump (netlink(7)) */

int netlink_open(void) {
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

int netlink_option(int fd, int option) {
	return setsockopt(fd, SOL_NETLINK, option, &(int){1}, sizeof(int)) == 0 ? 0 : -errno;
}

/* Behind what is there, aligned. An end beyond the body is kept as the length, for netlink_ask to refuse. */
static void append(struct netlink_request *q, const void *bytes, size_t size) {
	size_t at = NLMSG_ALIGN(q->head.nlmsg_len) - sizeof(q->head);

	if (at <= sizeof(q->body) && size <= sizeof(q->body) - at)
		memcpy(q->body + at, bytes, size);
	q->head.nlmsg_len = (uint32_t)(sizeof(q->head) + at + size);
}

void netlink_begin(struct netlink_request *q, int type, int flags, const void *header, size_t size) {
	*q = (struct netlink_request){.head = {.nlmsg_len = sizeof(q->head), .nlmsg_type = (uint16_t)type}};
	q->head.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	append(q, header, size);
}

void netlink_put(struct netlink_request *q, int type, const void *value, size_t size) {
	struct nlattr attribute = {.nla_len = (uint16_t)(NLA_HDRLEN + size), .nla_type = (uint16_t)type};

	append(q, &attribute, sizeof(attribute));
	append(q, value, size);
}

/* Behind the errno comes the request, or its head alone, and then what the kernel says. */
static void read_words(struct netlink_request *q, const struct nlmsghdr *answer) {
	const struct nlmsgerr *error = NLMSG_DATA(answer);
	size_t skip = sizeof(*error);

	if (!(answer->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(error->msg.nlmsg_len) - sizeof(error->msg);
	if (!(answer->nlmsg_flags & NLM_F_ACK_TLVS) || skip > NLMSG_PAYLOAD(answer, 0))
		return;
	const struct rtattr *a = (const void *)((const char *)error + skip);
	for (size_t left = NLMSG_PAYLOAD(answer, 0) - skip; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == NLMSGERR_ATTR_MSG)
			snprintf(q->words, sizeof(q->words), "%.*s", (int)RTA_PAYLOAD(a), (const char *)RTA_DATA(a));
}

/* 0: it is the end of the answer, or -errno; 1: more is to come. */
static int take(struct netlink_request *q, const struct nlmsghdr *m, netlink_fn each, void *to) {
	const struct nlmsgerr *error = NLMSG_DATA(m);
	int rc;

	if (m->nlmsg_type == NLMSG_ERROR && error->error != 0)
		read_words(q, m);
	if (m->nlmsg_type == NLMSG_ERROR || m->nlmsg_type == NLMSG_DONE)
		return error->error; /* NLMSG_DONE begins with one too */
	if (m->nlmsg_flags & NLM_F_DUMP_INTR)
		return -EAGAIN; /* what is listed changed meanwhile: a part may be missing */
	rc = each ? each(to, m) : 0;
	return rc < 0 ? rc : 1;
}

static int read_answer(int fd, struct netlink_request *q, netlink_fn each, void *to) {
	char buffer[ANSWER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	int rc = 1;

	while (rc > 0) {
		ssize_t n = recv(fd, buffer, sizeof(buffer), MSG_TRUNC);

		if (n < 0 || n > (ssize_t)sizeof(buffer))
			return n < 0 ? -errno : -EMSGSIZE;
		for (struct nlmsghdr *m = (void *)buffer; rc > 0 && NLMSG_OK(m, n); m = NLMSG_NEXT(m, n))
			rc = take(q, m, each, to);
	}
	return rc;
}

/* So that it is not taken for the answer to the next request. All of it is there: the kernel answers within send(2). */
static void drop_answer(int fd) {
	char first;

	while (recv(fd, &first, sizeof(first), MSG_DONTWAIT) >= 0)
		;
}

int netlink_ask(int fd, struct netlink_request *q, netlink_fn each, void *to) {
	int rc;

	if (q->head.nlmsg_len > sizeof(q->head) + sizeof(q->body))
		return -EMSGSIZE;
	if (send(fd, q, q->head.nlmsg_len, 0) < 0)
		return -errno;
	rc = read_answer(fd, q, each, to);
	if (rc < 0)
		drop_answer(fd);
	return rc;
}

int netlink_set_up(int fd, int index) {
	struct ifinfomsg up = {.ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct netlink_request q;

	netlink_begin(&q, RTM_NEWLINK, 0, &up, sizeof(up));
	return netlink_ask(fd, &q, NULL, NULL);
}
