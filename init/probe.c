#include "init/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "config/clock.h"
#include "config/probe.h"
#include "config/signals.h"
#include "healthcheck/finding.h"
#include "healthcheck/probe.h"
#include "supervisor/loop.h"
#include "supervisor/spawn.h"

#define DEFAULT_TIMEOUT USEC_PER_SEC

struct attempt {
	const struct probe *probe;
	pid_t pid;
	int status_fd; /* see spawn_result() */
	int output; /* what it prints, not blocking; -1: no more */
	int deaths; /* signalfd(2) of SIGCHLD */
	char answer[ANSWER_SIZE]; /* the beginning of it */
	size_t length;
};

/* -- the child ----------------------------------------------------------------------- */

/* Its standard output is the pipe. */
static int
run_built_in(const void *probe)
{
	char answer[ANSWER_SIZE];
	bool good = probe_run(probe, NULL, answer, sizeof(answer));

	(void)!write(STDOUT_FILENO, answer, strlen(answer));
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
start_child(struct attempt *a, int input, int output, const sigset_t *mask)
{
	bool command = a->probe->kind == PROBE_EXEC;
	struct spawn spawn = {
	    .argv = command ? a->probe->command.items : NULL,
	    .body = run_built_in,
	    .argument = a->probe,
	    .envp = environ,
	    .mask = mask,
	    .input = input,
	    .output = output,
	    .error = output,
	    .terminal = -1,
	    .cgroup = -1,
	    .may_wait = command,
	    .death_signal = SIGKILL,
	};

	return spawn_start(&spawn, &a->pid, &a->status_fd);
}

static int
start(struct attempt *a, const sigset_t *mask)
{
	int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int ends[2];
	int r = place_pipe(ends);

	if (r == 0) {
		a->output = ends[0];
		r = start_child(a, input, ends[1], mask);
		close(ends[1]);
	}
	if (input >= 0)
		close(input);
	return r;
}

/* -- waiting for it -------------------------------------------------------------------- */

/* What does not fit is read all the same: the child is not to wait. */
static void
read_output(struct attempt *a)
{
	char beyond[4096];
	size_t room = sizeof(a->answer) - 1 - a->length;
	ssize_t n = room > 0 ? read(a->output, a->answer + a->length, room)
			     : read(a->output, beyond, sizeof(beyond));

	if (n > 0 && room > 0)
		a->length += (size_t)n;
	else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		a->output = -1;
}

/* It stays a zombie, so that its group cannot be anybody else's. */
static bool
has_ended(const struct attempt *a)
{
	siginfo_t info = {.si_pid = 0};

	return waitid(P_PID, (id_t)a->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == a->pid;
}

/* False: its time was up. */
static bool
wait_for(struct attempt *a, usec_t deadline)
{
	struct signalfd_siginfo death;

	while (!has_ended(a)) {
		struct pollfd fds[] = {
		    {.fd = a->deaths, .events = POLLIN},
		    {.fd = a->output, .events = POLLIN},
		};
		usec_t now = clock_now();
		struct timespec left = {0};

		if (now >= deadline)
			return false;
		left.tv_sec = (time_t)((deadline - now) / USEC_PER_SEC);
		left.tv_nsec = (long)((deadline - now) % USEC_PER_SEC) * 1000;
		(void)ppoll(fds, 2, &left, NULL);
		if (fds[0].revents)
			(void)!read(a->deaths, &death, sizeof(death));
		if (fds[1].revents)
			read_output(a);
	}
	return true;
}

/* Whatever is left of its group goes, and what it has printed is read. */
static int
finish(struct attempt *a)
{
	size_t before;
	int status = 0;

	(void)kill(a->pid, SIGKILL);
	(void)kill(-a->pid, SIGKILL);
	(void)waitpid(a->pid, &status, 0);
	do {
		before = a->length;
		if (a->output >= 0)
			read_output(a);
	} while (a->length > before);
	a->answer[strcspn(a->answer, "\r\n")] = '\0';
	finding_clean(a->answer);
	return status;
}

/* -- the verdict ------------------------------------------------------------------------- */

static bool
not_executed(
    const struct attempt *a, const struct ending *failure, char *line, size_t size)
{
	const char *name =
	    a->probe->kind == PROBE_EXEC ? a->probe->command.items[0] : "probe";

	if (failure->step == STEP_EXEC && failure->number == ENOENT)
		(void)snprintf(line, size, "'%.200s' was not found", name);
	else
		(void)snprintf(
		    line, size, "'%.200s': %s", name, strerror(failure->number));
	return false;
}

/* A built-in one says all itself; of a command, the status is told as well. */
static bool
judge(const struct attempt *a, int status, char *line, size_t size)
{
	const char *colon = *a->answer ? ": " : "";
	struct ending failure;

	if (spawn_result(a->status_fd, &failure) == SPAWN_FAILED)
		return not_executed(a, &failure, line, size);
	if (WIFSIGNALED(status))
		(void)snprintf(line, size, "was killed by %s%s%s",
		    signal_name(WTERMSIG(status)), colon, a->answer);
	else if (a->probe->kind == PROBE_EXEC && WEXITSTATUS(status) != 0)
		(void)snprintf(line, size, "ended with %d%s%s", WEXITSTATUS(status),
		    colon, a->answer);
	else
		(void)snprintf(line, size, "%s", *a->answer ? a->answer : "ended with 0");
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int
say(const struct probe *probe, bool good, const char *line)
{
	char name[256];

	if (good)
		return puts(line) >= 0 && fflush(stdout) == 0 ? EX_OK : EX_IOERR;
	(void)snprintf(name, sizeof(name), "%s", probe->text);
	finding_clean(name);
	fprintf(stderr, "proctor: %s: %s\n", name, line);
	return EXIT_FAILURE;
}

static int
try(const struct probe *probe, usec_t timeout, const char *timeout_text)
{
	struct attempt a = {.probe = probe, .output = -1};
	char line[ANSWER_SIZE + 64];
	usec_t deadline = clock_now() + timeout;
	sigset_t deaths;
	sigset_t mask;
	int r;

	sigemptyset(&deaths);
	sigaddset(&deaths, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &deaths, &mask);
	(void)signal(SIGCHLD, SIG_DFL);
	a.deaths = signalfd(-1, &deaths, SFD_CLOEXEC | SFD_NONBLOCK);
	r = a.deaths < 0 ? -errno : start(&a, &mask);
	if (r < 0) {
		fprintf(stderr, "proctor: the system refused: %s\n", strerror(-r));
		return EX_OSERR;
	}
	if (wait_for(&a, deadline))
		return say(probe, judge(&a, finish(&a), line, sizeof(line)), line);
	(void)finish(&a);
	(void)snprintf(line, sizeof(line), "no answer within %s", timeout_text);
	return say(probe, false, line);
}

/* -- the command line ---------------------------------------------------------------------- */

static int
usage(const char *error, const char *text)
{
	fprintf(stderr, "proctor: probe: %s%s\n", error, text);
	return EX_USAGE;
}

/* text may be NULL: the default. */
static int
parse_timeout(struct value_context *context, const char *text, usec_t *ret_timeout)
{
	*ret_timeout = DEFAULT_TIMEOUT;
	if (!text)
		return 0;
	if (value_duration(context, text, ret_timeout) < 0)
		return -EINVAL;
	if (*ret_timeout == 0 || *ret_timeout > USEC_DAY)
		return value_fail(context, "%s is no time to wait; write one such as 5s",
		    value_quote(context, text));
	return 0;
}

static int
parse_and_try(struct value_context *context, const char *text, const char *timeout_text)
{
	struct probe probe;
	usec_t timeout;

	if (parse_timeout(context, timeout_text, &timeout) < 0)
		return usage("--timeout: ", context->error);
	if (value_probe(context, text, &probe) < 0)
		return usage("", context->error);
	if (probe_lacks(probe.kind))
		return usage("", probe_lacks(probe.kind));
	return try(&probe, timeout, value_duration_text(context->arena, timeout));
}

int
probe_command(const char *text, const char *timeout)
{
	struct arena arena = {0};
	struct value_context context = {.arena = &arena, .environment = environ};
	int status = parse_and_try(&context, text, timeout);

	arena_clear(&arena);
	return status;
}
