/* seccomp_tree.c - the calls of one architecture as a binary search over ranges of numbers.
 *
 * A filter runs at calls, and when it is loaded the kernel runs it once for each number there is: a chain of comparisons,
 * which libseccomp makes of hundreds of names, costs a millisecond there. libseccomp's own tree has a leaf for each number and
 * is four times as large as this one, since most neighbours share their fate. */
#include "seccomp.h"

void bpf_add(struct bpf *p, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k) {
	if (p->n < BPF_MAXINSNS)
		p->v[p->n] = (struct sock_filter){code, jt, jf, k};
	p->n++;
}

void seccomp_add_range(struct arena *a, struct seccomp_ranges *ranges, uint32_t first, uint32_t value) {
	struct seccomp_range *last = ranges->n ? &ranges->v[ranges->n - 1] : NULL;

	if (last && last->first == first) { /* nothing was left of the last one */
		ranges->n--;
		last = ranges->n ? last - 1 : NULL;
	}
	if (last && last->value == value)
		return;
	ranges->v = arena_grow(a, ranges->v, ranges->n, sizeof(*ranges->v));
	ranges->v[ranges->n++] = (struct seccomp_range){first, value};
}

#define UNKNOWN_END UINT32_MAX /* in a jump that leaves the tree, until its length is known */

static void add_leaf(struct bpf *p, uint32_t value) {
	if (value == SECCOMP_ASK)
		bpf_add(p, BPF_JMP | BPF_JA, 0, 0, UNKNOWN_END);
	else
		bpf_add(p, BPF_RET | BPF_K, 0, 0, value);
}

#define MAX_NEAR 128 /* leaves and their comparisons are 255 instructions, as far as a comparison can jump */

/* A comparison jumps over the lower half to the upper one. */
static void add_branch(struct bpf *p, const struct seccomp_range *v, size_t n) {
	size_t half = n / 2, at = p->n;
	bool far = half > MAX_NEAR;

	if (n == 1) {
		add_leaf(p, v->value);
		return;
	}
	bpf_add(p, BPF_JMP | BPF_JGE | BPF_K, 0, far, v[half].first);
	if (far)
		bpf_add(p, BPF_JMP | BPF_JA, 0, 0, 0);
	add_branch(p, v, half);
	if (far && at + 1 < BPF_MAXINSNS)
		p->v[at + 1].k = (uint32_t)(p->n - at - 2);
	else if (at < BPF_MAXINSNS)
		p->v[at].jt = (uint8_t)(p->n - at - 1);
	add_branch(p, v + half, n - half);
}

void bpf_add_tree(struct bpf *p, const struct seccomp_ranges *ranges) {
	size_t begin = p->n;

	add_branch(p, ranges->v, ranges->n);
	for (size_t i = begin; i < p->n && i < BPF_MAXINSNS; i++)
		if (p->v[i].code == (BPF_JMP | BPF_JA) && p->v[i].k == UNKNOWN_END)
			p->v[i].k = (uint32_t)(p->n - i - 1);
}
