#include "config/signals.h"

#include <signal.h>
#include <string.h>
#include <strings.h>

#include "config/letters.h"
#include "config/nearest.h"

#define SIGNAL(name) [SIG##name] = "SIG" #name
static const char *const names[] = {SIGNAL(HUP), SIGNAL(INT), SIGNAL(QUIT), SIGNAL(ILL),
    SIGNAL(TRAP), SIGNAL(ABRT), SIGNAL(BUS), SIGNAL(FPE), SIGNAL(KILL), SIGNAL(USR1),
    SIGNAL(SEGV), SIGNAL(USR2), SIGNAL(PIPE), SIGNAL(ALRM), SIGNAL(TERM), SIGNAL(STKFLT),
    SIGNAL(CHLD), SIGNAL(CONT), SIGNAL(STOP), SIGNAL(TSTP), SIGNAL(TTIN), SIGNAL(TTOU),
    SIGNAL(URG), SIGNAL(XCPU), SIGNAL(XFSZ), SIGNAL(VTALRM), SIGNAL(PROF), SIGNAL(WINCH),
    SIGNAL(IO), SIGNAL(PWR), SIGNAL(SYS)};
#undef SIGNAL

enum { NAMES_COUNT = sizeof(names) / sizeof(names[0]) };

static const struct {
	const char *name;
	int signal;
} aliases[] = {{"POLL", SIGIO}, {"IOT", SIGABRT}, {"CLD", SIGCHLD}};

/* As distances from SIGRTMIN, which the C library decides. */
static const char *const realtime_names[] = {"SIGRTMIN", "SIGRTMIN+1", "SIGRTMIN+2",
    "SIGRTMIN+3", "SIGRTMIN+4", "SIGRTMIN+5", "SIGRTMIN+6", "SIGRTMIN+7", "SIGRTMIN+8",
    "SIGRTMIN+9", "SIGRTMIN+10", "SIGRTMIN+11", "SIGRTMIN+12", "SIGRTMIN+13",
    "SIGRTMIN+14", "SIGRTMIN+15", "SIGRTMIN+16", "SIGRTMIN+17", "SIGRTMIN+18",
    "SIGRTMIN+19", "SIGRTMIN+20", "SIGRTMIN+21", "SIGRTMIN+22", "SIGRTMIN+23",
    "SIGRTMIN+24", "SIGRTMIN+25", "SIGRTMIN+26", "SIGRTMIN+27", "SIGRTMIN+28",
    "SIGRTMIN+29", "SIGRTMIN+30"};

enum { REALTIME_COUNT = sizeof(realtime_names) / sizeof(realtime_names[0]) };

const char *
signal_name(int signal)
{
	if (signal > 0 && signal < NAMES_COUNT && names[signal] != NULL)
		return names[signal];
	if (signal >= SIGRTMIN && signal <= SIGRTMAX &&
	    signal - SIGRTMIN < REALTIME_COUNT)
		return realtime_names[signal - SIGRTMIN];
	if (signal == 32)
		return "signal 32";
	return signal == 33 ? "signal 33" : "an unknown signal";
}

/* At most two digits and nothing behind them; -1 otherwise. */
static int
small_number(const char *text)
{
	int number = 0;
	int digits = 0;

	for (; *text >= '0' && *text <= '9' && digits < 3; text++, digits++)
		number = number * 10 + (*text - '0');
	return *text == '\0' && digits > 0 && digits < 3 ? number : -1;
}

static int
realtime_number(const char *name)
{
	int base = letters_are_same(name, "RTMIN", 5) ? SIGRTMIN : SIGRTMAX;
	int sign = base == SIGRTMIN ? 1 : -1;
	int distance;

	if (base == SIGRTMAX && !letters_are_same(name, "RTMAX", 5))
		return -1;
	if (name[5] == '\0')
		return base;
	if (name[5] != (sign > 0 ? '+' : '-'))
		return -1;
	distance = small_number(name + 6);
	if (distance < 0 || distance > SIGRTMAX - SIGRTMIN)
		return -1;
	return base + sign * distance;
}

int
signal_number(const char *name)
{
	int number = small_number(name);

	if (number >= 0)
		return number > 0 && number <= SIGRTMAX ? number : -1;
	if (letters_are_same(name, "SIG", 3))
		name += 3;
	for (int i = 1; i < NAMES_COUNT; i++) {
		if (names[i] != NULL && strcasecmp(names[i] + 3, name) == 0)
			return i;
	}
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcasecmp(aliases[i].name, name) == 0)
			return aliases[i].signal;
	}
	return realtime_number(name);
}

int
signal_parse(struct value_context *context, const char *text, int *ret_signal)
{
	int number = signal_number(text);
	bool prefixed = letters_are_same(text, "SIG", 3);
	struct nearest nearest = nearest_to(prefixed ? text + 3 : text);

	if (number > 0) {
		*ret_signal = number;
		return 0;
	}
	for (int i = 1; i < NAMES_COUNT; i++) {
		if (names[i] != NULL)
			nearest_offer(&nearest, names[i] + 3);
	}
	if (nearest.best != NULL)
		return value_fail(context, "%s is not a signal; did you mean %s?",
		    value_quote(context, text), nearest.best);
	return value_fail(context,
	    "%s is not a signal; write a name such as TERM or RTMIN+3, or "
	    "a number from 1 to %d",
	    value_quote(context, text), SIGRTMAX);
}

bool
signal_can_arrive(int signal)
{
	static const int none[] = {SIGKILL, SIGSTOP, SIGPIPE, SIGSEGV, SIGBUS, SIGFPE,
	    SIGILL, SIGABRT, SIGTRAP, SIGSYS};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		if (none[i] == signal)
			return false;
	}
	return true;
}
