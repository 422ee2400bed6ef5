#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "config/clock.h"
#include "config/signals.h"
#include "init/crash.h"
#include "init/pid1.h"
#include "supervisor/loop.h"
#include "supervisor/reap.h"

/* Descriptors that may be a service's output; enough for 1,000 services. */
#define DESCRIPTORS_MAX 4096

/* How long what got SIGKILL is waited for. */
#define KILL_MARGIN (500 * USEC_PER_MSEC)

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

/* What the handler must reach; see signal-safety(7). */
static pid_t guarded;
static int executable = -1;
static char grace_text[24];
static char signal_text[8];
static char program[] = "proctor";
static char option[] = CRASH_OPTION;

/*
 * The children's pipes go on into the new image, which reads them: a child
 * that cannot write could not stop in order.
 */
static void
keep_descriptors(void)
{
	for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS_MAX; fd++)
		if (fd != executable)
			(void)fcntl(fd, F_SETFD, 0);
}

static _Noreturn void
on_fault(int signal)
{
	char *arguments[] = {program, option, grace_text, signal_text, NULL};

	/* A child that has not come to its program yet is no PID 1. */
	if (getpid() == guarded) {
		signal_text[0] = (char)('0' + signal / 10 % 10);
		signal_text[1] = (char)('0' + signal % 10);
		keep_descriptors();
		(void)execveat(executable, "", arguments, environ, AT_EMPTY_PATH);
	}
	_exit(EX_SOFTWARE);
}

static int
open_executable(void)
{
	const char *name;
	int fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	/* Without /proc: the name it was started by; see getauxval(3). */
	memcpy(&name, &(unsigned long){getauxval(AT_EXECFN)}, sizeof(name));
	return name ? open(name, O_PATH | O_CLOEXEC) : -1;
}

void
crash_set_grace(usec_t grace)
{
	static usec_t written = USEC_NEVER;

	if (grace == written)
		return;
	written = grace;
	(void)snprintf(grace_text, sizeof(grace_text), "%llu", (unsigned long long)grace);
}

void
crash_guard(usec_t grace)
{
	static char stack_memory[32 * 1024];
	stack_t stack = {.ss_sp = stack_memory, .ss_size = sizeof(stack_memory)};
	struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK};

	guarded = getpid();
	executable = open_executable();
	crash_set_grace(grace);
	(void)sigfillset(&action.sa_mask);
	if (executable < 0 || sigaltstack(&stack, NULL) < 0)
		return;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		(void)sigaction(faults[i], &action, NULL);
}

/* -- the new image ------------------------------------------------------------ */

static bool
is_output_of_child(int fd)
{
	struct stat st;
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) == O_RDONLY && (flags & O_NONBLOCK) &&
	    fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* Whether the last byte that went out was a line's end. */
static bool line_is_over = true;

static bool
can_write(usec_t until)
{
	struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
	usec_t now = clock_now();
	usec_t left = until > now ? until - now : 0;

	return poll(&ready, 1, (int)(left / USEC_PER_MSEC)) == 1 &&
	    (ready.revents & POLLOUT);
}

/* stderr may be stuck, and a stop must not wait for it. */
static void
say(const char *text)
{
	if (!line_is_over && can_write(0))
		(void)!write(STDERR_FILENO, "\n", 1);
	if (can_write(0))
		(void)!write(STDERR_FILENO, text, strlen(text));
	line_is_over = true;
}

/*
 * What the children wrote, as it is: there is nobody any more who knows whose it
 * is.  No more at once than poll(2) promises room for; see pipe(7).
 */
static void
copy_stream(int fd, usec_t until)
{
	char text[PIPE_BUF];
	ssize_t n;

	while (can_write(until) && (n = read(fd, text, sizeof(text))) > 0) {
		(void)!write(STDERR_FILENO, text, (size_t)n);
		line_is_over = text[n - 1] == '\n';
	}
}

/* Waits until then for a slow reader. */
static void
copy_output(const bool *is_output, usec_t until)
{
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		if (is_output[fd])
			copy_stream(fd, until);
}

/* Whether nobody is left. */
static bool
reap_everybody(void)
{
	enum reap_result result;
	struct ending ending;
	pid_t pid;

	do
		result = reap_next(&pid, &ending);
	while (result == REAP_DEAD);
	return result == REAP_CHILDLESS;
}

/*
 * Waits until nobody is left, or the time is over, or a second request to stop
 * comes.  The turns are short since the children's output is to be read.
 */
static void
wait_for_all(usec_t until, const bool *is_output)
{
	struct timespec turn = {.tv_nsec = 20 * 1000 * 1000};
	sigset_t awaited;
	unsigned requests = 0;

	(void)sigemptyset(&awaited);
	(void)sigaddset(&awaited, SIGCHLD);
	(void)sigaddset(&awaited, SIGTERM);
	(void)sigaddset(&awaited, SIGINT);
	while (!reap_everybody() && clock_now() < until && requests < 2) {
		int signal;

		copy_output(is_output, 0);
		signal = sigtimedwait(&awaited, NULL, &turn);
		requests += signal == SIGTERM || signal == SIGINT;
	}
	copy_output(is_output, 0);
}

_Noreturn void
crash_stop_all(char *const *arguments)
{
	static bool is_output[DESCRIPTORS_MAX];
	char line[128];
	usec_t grace = arguments[0] ? strtoull(arguments[0], NULL, 10) : 0;
	int signal =
	    arguments[0] && arguments[1] ? (int)strtol(arguments[1], NULL, 10) : 0;
	struct pid1 self;
	sigset_t handled;

	pid1_prepare(&self, &handled);
	for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS_MAX; fd++)
		is_output[fd] = is_output_of_child(fd);
	(void)snprintf(line, sizeof(line),
	    "proctor | proctor itself has crashed (%s); stopping everything\n",
	    signal_name(signal));
	say(line);
	pid1_sweep(NULL, SIGTERM);
	wait_for_all(clock_now() + grace, is_output);
	pid1_sweep(NULL, SIGKILL);
	wait_for_all(clock_now() + KILL_MARGIN, is_output);
	copy_output(is_output, clock_now() + KILL_MARGIN);
	say("proctor | exit 70: proctor itself has crashed\n");
	_exit(EX_SOFTWARE);
}
