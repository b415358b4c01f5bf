/* kill.c - husk kill */
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include "../specs/number.h"
#include "verb.h"

struct kill {
	const char *id, *signal;
	bool all;
};

static const struct option kill_options[] = {
	OPTION(struct kill, all, "all", "a", NULL, "send it to every process of the container"),
	ARGUMENT(struct kill, id, "ID", "the container"),
	ARGUMENT(struct kill, signal, "[SIGNAL]", "a number, or a name with or without SIG (default: TERM)"),
	{0},
};

static const struct {
	const char *name;
	int number;
} signals[] = {
	{"HUP", SIGHUP},   {"INT", SIGINT},       {"QUIT", SIGQUIT}, {"ILL", SIGILL},       {"TRAP", SIGTRAP},
	{"ABRT", SIGABRT}, {"IOT", SIGABRT},      {"BUS", SIGBUS},   {"FPE", SIGFPE},       {"KILL", SIGKILL},
	{"USR1", SIGUSR1}, {"SEGV", SIGSEGV},     {"USR2", SIGUSR2}, {"PIPE", SIGPIPE},     {"ALRM", SIGALRM},
	{"TERM", SIGTERM}, {"CHLD", SIGCHLD},     {"CLD", SIGCHLD},  {"CONT", SIGCONT},     {"STOP", SIGSTOP},
	{"TSTP", SIGTSTP}, {"TTIN", SIGTTIN},     {"TTOU", SIGTTOU}, {"URG", SIGURG},       {"XCPU", SIGXCPU},
	{"XFSZ", SIGXFSZ}, {"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"WINCH", SIGWINCH},   {"IO", SIGIO},
	{"POLL", SIGIO},   {"PWR", SIGPWR},       {"SYS", SIGSYS},   {"STKFLT", SIGSTKFLT},
};

/* Real-time signals as Docker numbers them. Not SIGRTMIN: that is the first one which a libc leaves free, and the libc of
 * the container may be another. */
#define RTMIN 34
#define RTMAX 64

/* The number behind RTMIN and RTMAX: "", "+3" or "-3"; -1 where it is none. */
static int real_time_offset(const char *s, char sign) {
	uint64_t n;

	if (!s[0])
		return 0;
	return s[0] == sign && number_unsigned(s + 1, strlen(s + 1), RTMAX - RTMIN, &n) ? (int)n : -1;
}

/* -1 where s names no signal; 0 is one, which only asks whether it could be sent. */
static int signal_number(const char *s) {
	uint64_t number;
	int offset;

	if (number_unsigned(s, strlen(s), RTMAX, &number))
		return (int)number;
	if (strncasecmp(s, "SIG", 3) == 0)
		s += 3;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (strcasecmp(s, signals[i].name) == 0)
			return signals[i].number;
	if (strncasecmp(s, "RTMIN", 5) == 0 && (offset = real_time_offset(s + 5, '+')) >= 0)
		return RTMIN + offset;
	if (strncasecmp(s, "RTMAX", 5) == 0 && (offset = real_time_offset(s + 5, '-')) >= 0)
		return RTMAX - offset;
	return -1;
}

static int run(struct container_env *env, const void *options, struct error *e) {
	const struct kill *o = options;
	int signal = o->signal ? signal_number(o->signal) : SIGTERM;

	if (signal < 0)
		return error_set(e, 0, NULL, "unknown signal %s: a name such as TERM or a number up to %d is needed",
				 o->signal, RTMAX);
	return container_kill(env, o->id, signal, o->all, e);
}

const struct verb verb_kill = {
	.name = "kill",
	.group = GROUP_LIFE,
	.summary = "send a signal to the process of a container",
	.description = "Sends a signal to the first process of a container, or to all of its processes.",
	.options = {kill_options},
	.size = sizeof(struct kill),
	.run = run,
};
