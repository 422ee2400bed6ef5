/*
 * PID 1 can execute itself from the handler of a fault, on an alternate stack:
 * it stays PID 1 and its children stay its children.  The signals that were
 * blocked in the handler stay blocked, so that the new image must reset them.
 */
#include "fact.h"

static char *self;
static char child_text[16];

static void
on_fault(int signal)
{
	char *arguments[] = {self, child_text, NULL};

	(void)signal;
	execv("/proc/self/exe", arguments);
	_exit(20);
}

/* Through a pointer, so that no compiler makes a loop of it. */
static int exhaust_stack(int depth);
static int (*volatile deeper)(int) = exhaust_stack;

static int
exhaust_stack(int depth)
{
	volatile char room[4096];

	room[0] = (char)depth;
	return deeper(depth + 1) + room[0];
}

/* Without any stack left, as when it has overflowed. */
static int
crash(void)
{
	static char memory[64 * 1024];
	const stack_t stack = {.ss_sp = memory, .ss_size = sizeof(memory)};
	struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK};

	snprintf(child_text, sizeof(child_text), "%d", (int)start(wait_for_ever));
	(void)sigfillset(&action.sa_mask);
	if (getpid() != 1 || sigaltstack(&stack, NULL) < 0 ||
	    sigaction(SIGSEGV, &action, NULL) < 0)
		return 10;
	return exhaust_stack(0);
}

/* The new image. */
static int
after_crash(pid_t child)
{
	sigset_t mask;

	if (getpid() != 1)
		return 11;
	if (sigprocmask(SIG_SETMASK, NULL, &mask) < 0 || !sigismember(&mask, SIGTERM) ||
	    !sigismember(&mask, SIGSEGV))
		return 12;
	if (kill(child, SIGKILL) < 0 || status_of(child) != 128 + SIGKILL)
		return 13;
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return after_crash(atoi(argv[1]));
	self = argv[0];
	fact("PID 1 executes itself from the handler of a fault",
	    status_of(start_init(crash)), 0);
	return facts_failed;
}
