#include "init/single.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "config/clock.h"
#include "config/signals.h"
#include "init/pid1.h"
#include "supervisor/loop.h"
#include "supervisor/reap.h"
#include "supervisor/spawn.h"
#include "supervisor/terminal.h"

/* What the command leaves behind has so long to end after SIGTERM. */
#define LEFTOVER_TIME USEC_PER_SEC

struct run {
	const struct single *options;
	struct pid1 self;
	sigset_t handled;
	int terminal;
	pid_t pid;
	struct ending ending; /* of the command; ENDING_NONE: it runs */
	bool childless;
	bool refusal_told;
};

void
single_init(struct single *s)
{
	memset(s, 0, sizeof(*s));
	for (int n = 1; n < SINGLE_SIGNALS; n++)
		s->rewrite[n] = n;
}

static void
reap_all(struct run *r)
{
	enum reap_result result;
	struct ending ending;
	pid_t pid;

	while ((result = reap_next(&pid, &ending)) == REAP_DEAD)
		if (pid == r->pid)
			r->ending = ending;
	r->childless = result == REAP_CHILDLESS;
}

/* EPERM: the command has another uid, and there is no CAP_KILL. */
static void
pass_on(struct run *r, int signal)
{
	int to = r->options->rewrite[signal];

	if (to == 0 || r->ending.kind != ENDING_NONE)
		return;
	if (kill(r->options->group ? -r->pid : r->pid, to) == 0 || errno != EPERM)
		return;
	if (!r->refusal_told)
		fprintf(stderr, "proctor: %s could not be sent: %s\n", signal_name(to),
		    strerror(EPERM));
	r->refusal_told = true;
}

static void
take_signal(struct run *r, int signal)
{
	if (signal == SIGCHLD) {
		reap_all(r);
		terminal_check_stopped(r->terminal, r->pid);
	} else if (signal == SIGCONT && r->terminal >= 0) {
		terminal_continue(r->terminal, r->pid);
	} else {
		pass_on(r, signal);
	}
}

/*
 * As PID 1, proctor takes the rest of the namespace with it when it ends:
 * not without a request to stop.  Elsewhere, what the command left to run on
 * may run on.
 */
static void
end_leftovers(struct run *r)
{
	usec_t until = clock_now() + LEFTOVER_TIME;

	reap_all(r);
	if (r->childless || !r->self.is_init)
		return;
	pid1_sweep(NULL, SIGTERM);
	for (;;) {
		usec_t now = clock_now();
		usec_t left = until > now ? until - now : 0;
		struct timespec wait = {
		    .tv_sec = (time_t)(left / USEC_PER_SEC),
		    .tv_nsec = (long)(left % USEC_PER_SEC) * 1000,
		};

		reap_all(r);
		if (r->childless || left == 0)
			return;
		(void)sigtimedwait(&r->handled, NULL, &wait);
	}
}

/*
 * Socket activation names the process it is meant for by its pid before
 * exec: that was ours, and is to be the command's; see sd_listen_fds(3).
 * Returns the variable that the child completes, or NULL.
 */
static char *
hand_over_sockets(char *variable)
{
	const char *owner = getenv("LISTEN_PID");

	if (!owner || strtol(owner, NULL, 10) != (long)getpid())
		return NULL;
	return putenv(variable) == 0 ? variable : NULL;
}

static int
start(struct run *r, int *ret_status_fd)
{
	static char listen_pid[32] = "LISTEN_PID=0";
	struct spawn spawn = {
	    .argv = r->options->command,
	    .mask = &r->self.mask,
	    .input = -1,
	    .output = -1,
	    .error = -1,
	    .terminal = r->terminal,
	    .cgroup = -1,
	    /* As the command would lead one if it were PID 1 here itself. */
	    .session = getsid(0) == getpid() && !terminal_controls(),
	    .may_wait = true,
	    .listen_pid = hand_over_sockets(listen_pid),
	    .listen_pid_size = sizeof(listen_pid),
	};

	spawn.envp = environ;
	return spawn_start(&spawn, &r->pid, ret_status_fd);
}

static int
report_failure(const struct run *r, const struct ending *failure)
{
	const char *name = r->options->command[0];

	if (failure->step == STEP_EXEC && failure->number == ENOENT)
		fprintf(stderr, "proctor: '%s' was not found\n", name);
	else
		fprintf(stderr, "proctor: '%s': %s\n", name, strerror(failure->number));
	return ending_status(failure);
}

static int
status_of(const struct run *r, int status_fd)
{
	struct ending failure;
	int status = ending_status(&r->ending);

	if (spawn_result(status_fd, &failure) == SPAWN_FAILED)
		return report_failure(r, &failure);
	return r->options->forgiven[status] ? 0 : status;
}

int
single_run(const struct single *options)
{
	struct run r = {.options = options};
	int status_fd;
	int error;
	int status;

	if (options->death_signal)
		(void)prctl(PR_SET_PDEATHSIG, options->death_signal);
	pid1_prepare(&r.self, &r.handled);
	/* A SIGCHLD that is ignored loses exit statuses; see waitid(2), NOTES. */
	(void)signal(SIGCHLD, SIG_DFL);
	r.terminal = terminal_find();
	error = start(&r, &status_fd);
	if (error < 0) {
		fprintf(stderr, "proctor: fork: %s\n", strerror(-error));
		return EX_OSERR;
	}
	while (r.ending.kind == ENDING_NONE) {
		int signal = sigwaitinfo(&r.handled, NULL);

		if (signal > 0)
			take_signal(&r, signal);
	}
	status = status_of(&r, status_fd);
	terminal_take_back(r.terminal, r.pid);
	end_leftovers(&r);
	return status;
}
