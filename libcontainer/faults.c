/* faults.c - fault injection for test builds: --fail-at N|NAME and --kill-at N. */
#include "faults.h"
#include "container.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const bool container_can_fail = true;

/* What is written here kills the runtime. The inside may not signal a process of an outer pid namespace; but a pipe can signal
 * its owner whoever writes. */
static int killer[2] = {-1, -1};

static int arm_killer(void) {
	if (pipe2(killer, O_CLOEXEC) < 0 || fcntl(killer[0], F_SETOWN, getpid()) < 0 ||
	    fcntl(killer[0], F_SETSIG, SIGKILL) < 0)
		return -errno;
	return fcntl(killer[0], F_SETFL, O_ASYNC) < 0 ? -errno : 0;
}

static bool is_step(const char *wanted, const struct step *s, int step) {
	char number[12];

	if (!wanted)
		return false;
	snprintf(number, sizeof(number), "%d", step);
	return strcmp(wanted, number) == 0 || strcmp(wanted, s->name) == 0;
}

int fault_before(const struct run *r, int step) {
	const struct request *request = r->plan->request;
	const struct step *s = &r->plan->v[step];

	if (request->kill_at && step == 0 && arm_killer() < 0)
		return -EIO;
	if (is_step(request->kill_at, s, step) && write(killer[1], "", 1) != 1)
		return -EIO;
	return is_step(request->fail_at, s, step) ? -EIO : 0;
}
