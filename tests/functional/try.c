/* try.c - makes system calls and says what came of them, for seccomp.bats: static, so that it needs few itself.
 *
 *   try CALL [ARGUMENT...]   "CALL: ok" or "CALL: errno 38"; a SIGSYS that can be caught is "CALL: SIGSYS"
 *   try thread CALL...       the same by a second thread; then "the first thread lives on"
 *   try traced CALL...       the same under a tracer, who says which number the filter gave it and lets the call pass
 *   try 32 NUMBER            by the i386 gate of x86_64
 *   try x32 CALL             with x32's bit in the number */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	const char *name;
	long number;
} calls[] = {
	{"personality", SYS_personality}, {"getppid", SYS_getppid}, {"getpgid", SYS_getpgid},
	{"sched_yield", SYS_sched_yield}, {"sync", SYS_sync},       {"unshare", SYS_unshare},
	{"reboot", SYS_reboot},           {"keyctl", SYS_keyctl},   {"clone3", SYS_clone3},
	{"capset", SYS_capset},           {"newer", 700}, /* than any profile */
};

static const char *name;

static long number_of(const char *call) {
	name = call;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (strcmp(calls[i].name, call) == 0)
			return calls[i].number;
	exit(99);
}

/* In one write: more calls might be denied. */
static void say(const char *what, long number) {
	char line[80];
	int n = snprintf(line, sizeof(line), number ? "%s: %s%ld\n" : "%s: %s\n", name, what, number);

	if (write(1, line, (size_t)n) != n)
		_exit(98);
}

static void on_sigsys(int signal, siginfo_t *info, void *context) {
	(void)signal, (void)context;
	say("SIGSYS of call ", info->si_syscall);
	_exit(0);
}

static void try_call(char **words) {
	long number = number_of(words[0]), a[6] = {0};

	for (size_t i = 0; i < 6 && words[i + 1]; i++)
		a[i] = (long)strtoul(words[i + 1], NULL, 0);
	if (syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]) < 0)
		say("errno ", errno);
	else
		say("ok", 0);
}

static void *in_thread(void *words) {
	try_call(words);
	return NULL;
}

static int try_in_thread(char **words) {
	pthread_t thread;

	if (pthread_create(&thread, NULL, in_thread, words) != 0)
		return 97;
	pthread_join(thread, NULL);
	name = "the first thread";
	say("lives on", 0);
	return 0;
}

static int try_traced(char **words) {
	unsigned long given;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		try_call(words);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESECCOMP) < 0)
		return 96;
	for (;;) {
		ptrace(PTRACE_CONT, pid, 0, 0);
		if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			return 0;
		if (status >> 8 != (SIGTRAP | PTRACE_EVENT_SECCOMP << 8) ||
		    ptrace(PTRACE_GETEVENTMSG, pid, 0, &given) < 0)
			continue;
		name = "the tracer";
		say("is given ", (long)given);
	}
}

#ifdef __x86_64__
static int try_32(const char *number) {
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(atol(number)), "b"(0L) : "memory", "r8", "r9", "r10", "r11");
	name = "i386";
	say(result < 0 ? "errno " : "ok", result < 0 ? -result : 0);
	return 0;
}

static int try_x32(const char *call) {
	long number = number_of(call) | 0x40000000;

	if (syscall(number) < 0)
		say("errno ", errno);
	else
		say("ok", 0);
	return 0;
}
#endif

int main(int n, char **words) {
	struct sigaction catch = {.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO};

	sigaction(SIGSYS, &catch, NULL);
	if (n < 2)
		return 99;
#ifdef __x86_64__
	if (strcmp(words[1], "32") == 0)
		return try_32(words[2]);
	if (strcmp(words[1], "x32") == 0)
		return try_x32(words[2]);
#endif
	if (strcmp(words[1], "thread") == 0)
		return try_in_thread(words + 2);
	if (strcmp(words[1], "traced") == 0)
		return try_traced(words + 2);
	try_call(words + 1);
	return 0;
}
