/* inject.c - inject NUMBER ERRNO|kill REPORT COMMAND...: runs the command, and makes its system call NUMBER fail, counted over all
 * its processes until they execute another program; or kills the command just before it. The call's name is written to REPORT,
 * which stays empty when there were not as many. */
#include <elf.h>
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS                                                                                                        \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | \
	 PTRACE_O_EXITKILL)

struct injection {
	long wanted, seen;
	int errnum; /* 0: kill */
	const char *report;
	pid_t command, failing; /* failing: between entry and end of the call */
};

static void write_report(const struct injection *in, int call) {
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, call);
	FILE *f = fopen(in->report, "w");

	if (!f || fprintf(f, "%s\n", name ? name : "unknown") < 0 || fclose(f) != 0)
		exit(125);
	free(name);
}

static void registers(pid_t pid, struct user_regs_struct *r, enum __ptrace_request request) {
	struct iovec io = {r, sizeof(*r)};

	if (ptrace(request, pid, NT_PRSTATUS, &io) < 0 && errno != ESRCH)
		exit(125);
}

/* A descriptor is closed even where close says that it failed. */
static void skip_call(pid_t pid, long call) {
	struct user_regs_struct r;

	if (call == SYS_close)
		return;
	registers(pid, &r, PTRACE_GETREGSET);
	r.orig_rax = (unsigned long long)-1;
	registers(pid, &r, PTRACE_SETREGSET);
}

static void fail_call(pid_t pid, int errnum) {
	struct user_regs_struct r;

	registers(pid, &r, PTRACE_GETREGSET);
	r.rax = (unsigned long long)-errnum;
	registers(pid, &r, PTRACE_SETREGSET);
}

static void at_call(struct injection *in, pid_t pid) {
	struct __ptrace_syscall_info s;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(s), &s) < 0)
		return; /* it has been killed */
	if (s.op == PTRACE_SYSCALL_INFO_EXIT && pid == in->failing) {
		fail_call(pid, in->errnum);
		in->failing = 0;
	}
	if (s.op != PTRACE_SYSCALL_INFO_ENTRY || s.entry.nr == SYS_exit || s.entry.nr == SYS_exit_group)
		return;
	if (++in->seen != in->wanted)
		return;
	write_report(in, (int)s.entry.nr);
	if (in->errnum == 0) {
		kill(in->command, SIGKILL);
		return;
	}
	skip_call(pid, (long)s.entry.nr);
	in->failing = pid;
}

/* The signal to go on with. */
static int at_stop(struct injection *in, pid_t pid, int status) {
	int event = status >> 16, signal = WSTOPSIG(status);

	if (signal == (SIGTRAP | 0x80))
		at_call(in, pid);
	if (signal == (SIGTRAP | 0x80) || event)
		return 0;
	return signal == SIGSTOP ? 0 : signal; /* a new process begins with it */
}

static void go_on(const struct injection *in, pid_t pid, int status, int signal) {
	bool program = status >> 16 == PTRACE_EVENT_EXEC && pid != in->command;

	ptrace(program ? PTRACE_DETACH : PTRACE_SYSCALL, pid, 0, signal);
}

static int watch(struct injection *in) {
	int status, result = 125;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status))
			go_on(in, pid, status, at_stop(in, pid, status));
		else if (pid == in->command)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return result;
}

int main(int argc, char **argv) {
	struct injection in = {0};
	int status;

	if (argc < 5)
		return 125;
	in.wanted = atol(argv[1]);
	in.errnum = atoi(argv[2]);
	in.report = argv[3];
	in.command = fork();
	if (in.command == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execv(argv[4], argv + 4);
		_exit(125);
	}
	if (in.command < 0 || waitpid(in.command, &status, 0) < 0 || !WIFSTOPPED(status))
		return 125;
	ptrace(PTRACE_SETOPTIONS, in.command, 0, OPTIONS);
	ptrace(PTRACE_SYSCALL, in.command, 0, 0);
	return watch(&in);
}
