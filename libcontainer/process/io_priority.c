/* io_priority.c - process.ioPriority: whose requests the disk serves first. */
#include "internal.h"
#include <errno.h>
#include <linux/ioprio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Place n is the kernel's class n + 1. */
static const char *const classes[] = {"IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE", NULL};

/* By the host: root of a user namespace may not have real time. The init is alone yet; what it starts inherits it. */
static int run_io_priority(struct run *r, const void *arg) {
	if (syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, r->pid, *(const int *)arg) == 0)
		return 0;
	if (errno == EPERM)
		run_hint(r, "%s: IOPRIO_CLASS_RT needs CAP_SYS_ADMIN or CAP_SYS_NICE", error_text(EPERM));
	return -errno;
}

static void shell_io_priority(struct text *out, const void *arg) {
	int value = *(const int *)arg;

	text_add(out, "ionice --class %d --classdata %d --pid \"$init\"", (int)IOPRIO_PRIO_CLASS(value),
		 (int)IOPRIO_PRIO_DATA(value));
}

int plan_io_priority(struct plan *p, const struct spec_process *process, struct error *e) {
	const struct spec_io_priority *io = process->io_priority;
	int *value, class;

	if (!io)
		return 0;
	class = text_index(classes, io->class) + 1;
	if (class == 0)
		return error_set(e, 0, "/process/ioPriority/class",
				 "unknown class \"%s\": one of IOPRIO_CLASS_RT, IOPRIO_CLASS_BE and IOPRIO_CLASS_IDLE",
				 io->class);
	if (io->priority < 0 || io->priority > 7)
		return error_set(e, 0, "/process/ioPriority/priority", "%d is out of range: 0, the highest, to 7",
				 io->priority);
	value = arena_new(p->a, int);
	*value = IOPRIO_PRIO_VALUE(class, io->priority);
	plan_add(p, HOST, run_io_priority, value, "/process/ioPriority", NO_INDEX, shell_io_priority,
		 "set the I/O priority %s", io->class);
	return 0;
}
