/*
 * libev's default loop reaps every child itself, so that waitid(2) sees none; a
 * loop of ev_loop_new() leaves them alone.  And libev aborts where an allocation
 * fails, which PID 1 must be ready for.
 */
#include <ev.h>

#include "fact.h"

static int
die_at_once(void)
{
	return 3;
}

static void
stop(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)timer, (void)events;
	ev_break(loop, EVBREAK_ALL);
}

static void
turn(struct ev_loop *loop, double seconds)
{
	ev_timer timer;

	ev_timer_init(&timer, stop, seconds, 0);
	ev_timer_start(loop, &timer);
	ev_run(loop, 0);
}

/* The status, or -1: somebody else has collected it. */
static int
left_by(struct ev_loop *loop)
{
	pid_t pid = start(die_at_once);

	if (!ends(pid))
		die("the child");
	for (int i = 0; i < 100 && kill(pid, 0) == 0; i++)
		turn(loop, 0.001);
	return status_of(pid);
}

static void *
refuse(void *memory, long size)
{
	(void)memory, (void)size;
	return NULL;
}

static int
lack_memory(void)
{
	struct ev_loop *loop;

	(void)freopen("/dev/null", "w", stderr);
	ev_set_allocator(refuse);
	loop = ev_loop_new(EVFLAG_NOENV);
	return loop ? 0 : 1;
}

int
main(void)
{
	const struct rlimit no_core = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &no_core);
	fact("a loop of its own leaves children alone",
	    left_by(ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL)), 3);
	fact("one with EVFLAG_SIGNALFD too",
	    left_by(ev_loop_new(EVFLAG_NOENV | EVFLAG_SIGNALFD)), 3);
	fact("the default loop reaps them", left_by(ev_default_loop(EVFLAG_NOENV)), -1);
	fact("it aborts without memory", status_of(start(lack_memory)), 128 + SIGABRT);
	return facts_failed;
}
