/* faults.c - fault injection for test builds: --fail-at N|NAME and --kill-at N. */
#include "faults.h"
#include "container.h"
#include "os/syscalls.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

const bool container_can_fail = true;

static bool is_step(const char *wanted, const struct step *s, int step) {
	char number[12];

	if (!wanted)
		return false;
	snprintf(number, sizeof(number), "%d", step);
	return strcmp(wanted, number) == 0 || strcmp(wanted, s->name) == 0;
}

int fault_before(const struct run *r, enum side side, int step) {
	const struct request *request = r->plan->request;
	const struct step *s = &r->plan->v[step];

	if (is_step(request->kill_at, s, step)) {
		if (side == HOST)
			raise(SIGKILL);
		sys_pidfd_send_signal(r->pidfd, SIGKILL);
	}
	return is_step(request->fail_at, s, step) ? -EIO : 0;
}
