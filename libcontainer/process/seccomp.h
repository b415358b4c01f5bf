/* seccomp.h - the files about linux.seccomp to each other.
 *
 *   seccomp.c          what may be asked for, when the filter is made, and its loading
 *   seccomp_notify.c   the agent that decides about calls under SCMP_ACT_NOTIFY
 *   seccomp_names.c    actions, operators, architectures and flags by name
 *   seccomp_compile.c  the profile as a program: a tree of the numbers, and libseccomp where arguments count
 *   seccomp_tree.c     that tree
 *   seccomp_cache.c    programs that were compiled before
 *   seccomp_none.c     in place of all of them, for a husk without libseccomp */
#pragma once
#include "process.h"
#include <linux/filter.h>
#include <linux/seccomp.h>

/* A BPF program that grows. */
struct bpf {
	struct sock_filter *v; /* BPF_MAXINSNS of them */
	size_t n;              /* may be more than BPF_MAXINSNS: then it is too large, and v has its begin */
};

/* Belongs to the plan's arena. */
struct seccomp_filter {
	const struct spec_seccomp *profile;
	unsigned flags;     /* of seccomp(2) */
	const char *agent;  /* path of the socket to which its listener goes; NULL: it has none */
	struct bpf program; /* empty until seccomp_prepare */
};

/* From now on the calls of this thread pass the filter. No other system call than seccomp(2). *listener is set when it has one.
 * 0 or -errno. */
int seccomp_enter(const struct seccomp_filter *f, int *listener);

/* INSIDE: the same, and the listener is with its agent when this returns. 0 or -errno. */
int seccomp_confine(const struct seccomp_filter *f, const struct run *r);

/* Whether and where the agent listens, and that what the listener needs on its way is allowed. *agent is filled but for its
 * message, its path is NULL where no rule notifies. 0, or -1 and *e. */
int seccomp_check_agent(struct plan *p, const struct spec *spec, struct seccomp_agent *agent, struct error *e);

struct seccomp_action {
	const char *name;
	uint32_t value;     /* SECCOMP_RET_x */
	uint32_t max_errno; /* what errnoRet may be; 0: the action has none */
	bool passes;        /* the call is made, or somebody else decides about it */
};
#define SECCOMP_NO_TRACE 0xffff /* for a tracer, the only errno that no profile can ask for */
struct seccomp_number {
	const char *name;
	unsigned value;
};
/* Each ends in a NULL name. */
extern const struct seccomp_action seccomp_actions[];
extern const struct seccomp_number seccomp_operators[], seccomp_flags[];
extern const char *const seccomp_architectures[];

/* NULL: there is none of that name. */
const struct seccomp_action *seccomp_action(const char *name);
const struct seccomp_number *seccomp_operator(const char *name);
const struct seccomp_number *seccomp_flag(const char *name);

/* What the filter returns for an action that is known: its value and the errno, EPERM when none is given. */
uint32_t seccomp_value(const char *name, const uint32_t *errno_ret);

/* libseccomp's token; 0: the name is none of the specification, or libseccomp does not have it. */
uint32_t seccomp_architecture(const char *name);

/* Whether libseccomp has a system call of that name, on any architecture. */
bool seccomp_call_is_known(const char *name);

/* Asks the kernel. */
bool seccomp_flag_works(unsigned flag);

/* An architecture's calls in the order of their numbers: what happens from `first` on, up to the next range. */
struct seccomp_range {
	uint32_t first;
	uint32_t value; /* SECCOMP_RET_x with its data, or SECCOMP_ASK */
};
struct seccomp_ranges {
	struct seccomp_range *v; /* what is below the first goes with it */
	size_t n;
};
#define SECCOMP_ASK 0xffffffffU /* the program behind the tree decides */

/* Adds a range, or nothing when it only goes on with the last one. Those that begin behind it must not be there yet. */
void seccomp_add_range(struct arena *a, struct seccomp_ranges *ranges, uint32_t first, uint32_t value);

void bpf_add(struct bpf *p, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k);
/* Decides about the number in the accumulator. Where it is to ask, it goes on behind its own end. */
void bpf_add_tree(struct bpf *p, const struct seccomp_ranges *ranges);

/* Fills f->program from f->profile. 0, or -1 and *e. */
int seccomp_compile(struct arena *a, struct seccomp_filter *f, struct error *e);

/* Programs compiled before, in the folder `root`/@seccomp. A cache that cannot be used is never an error, only slow. */
struct seccomp_cache {
	char *dir;
	char *key; /* all that the program depends on, the profile itself included */
	size_t key_length;
	unsigned slot; /* where a program with this key lies, if it is there */
};
void seccomp_cache_init(struct arena *a, struct seccomp_cache *c, const char *root, const struct host *h,
			const struct spec_seccomp *profile);
/* True when it was there: *program is filled. */
bool seccomp_cache_read(struct arena *a, const struct seccomp_cache *c, struct bpf *program);
void seccomp_cache_write(struct arena *a, const struct seccomp_cache *c, const struct bpf *program);
