/* personality.c - linux.personality: as what machine the kernel shows itself to the process. */
#include "internal.h"
#include <errno.h>
#include <linux/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const domains[] = {"LINUX", "LINUX32", NULL};
static const unsigned long numbers[] = {PER_LINUX, PER_LINUX32};

/* The whole of it: flags of the caller, as setarch(8) sets them, are not the container's. */
static int run_personality(struct run *r, const void *arg) {
	if (syscall(SYS_personality, *(const unsigned long *)arg) >= 0)
		return 0;
	if (errno == EINVAL)
		run_hint(r, "%s: this machine runs no 32-bit programs", error_text(EINVAL));
	return -errno;
}

int plan_personality(struct plan *p, const struct spec_personality *s, struct error *e) {
	int domain;

	if (!s)
		return 0;
	domain = text_index(domains, s->domain);
	if (domain < 0)
		return error_set(e, 0, "/linux/personality/domain", "unknown domain \"%s\": one of LINUX and LINUX32",
				 s->domain);
	if (s->flags.n)
		return error_set(e, 0, "/linux/personality/flags/0",
				 "unknown flag \"%s\": the specification has none yet", s->flags.v[0]);
	plan_add(p, INSIDE, run_personality, &numbers[domain], "/linux/personality", NO_INDEX, shell_later,
		 "set the personality %s", s->domain);
	return 0;
}
