/* signals.c - the signals of `kill` by name and number. */
#include "signals.h"
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include "../specs/number.h"

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
#define RTMAX SIGNAL_MAX

/* The number behind RTMIN and RTMAX: "", "+3" or "-3"; -1 where it is none. */
static int real_time_offset(const char *s, char sign) {
	uint64_t n;

	if (!s[0])
		return 0;
	return s[0] == sign && number_unsigned(s + 1, strlen(s + 1), RTMAX - RTMIN, &n) ? (int)n : -1;
}

int signal_number(const char *s) {
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

const char *signal_name(size_t index) {
	return index < sizeof(signals) / sizeof(signals[0]) ? signals[index].name : NULL;
}
