#include "supervisor/loop.h"

#include <errno.h>
#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config/signals.h"
#include "supervisor/children.h"
#include "supervisor/reap.h"
#include "supervisor/sentence.h"
#include "supervisor/terminal.h"

/* The watchers of one service. */
struct watchers {
	ev_io status;
	ev_io streams[OUTPUT_SINKS];
	struct loop *loop;
	bool unstarted; /* its process could not be made; the plan is to be told */
	bool hook_over; /* its pre_stop could not be started */
	struct ending failure;
};

struct loop {
	const struct config *config;
	const struct loop_duties *duties;
	struct ev_loop *ev;
	struct plan plan;
	struct output output;
	struct children children;
	struct watchers *watchers;
	ev_io signals;
	ev_io sinks[OUTPUT_SINKS];
	bool reading[OUTPUT_SINKS]; /* the streams of this sink are watched */
	ev_timer timer;
	ev_prepare prepare;
	usec_t now; /* of this turn */
};

usec_t
loop_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (usec_t)now.tv_sec * USEC_PER_SEC + (usec_t)now.tv_nsec / 1000;
}

static void
say(struct loop *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
say(struct loop *l, const char *format, ...)
{
	char line[SENTENCE_SIZE + 256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	output_say(&l->output, line);
}

static void
handle(struct loop *l, size_t service, enum service_event event)
{
	struct service_input input = {.event = event};

	plan_handle(&l->plan, service, &input, l->now);
}

/* -- telling --------------------------------------------------------------- */

static void
tell_restart(struct loop *l, size_t i)
{
	const struct service *s = &l->plan.services[i];
	const struct service_config *c = s->config;
	char ending[SENTENCE_SIZE];
	char delay[32];
	usec_t first;

	sentence_ending(ending, sizeof(ending), l->config, c, &s->ending);
	sentence_duration(delay, sizeof(delay), s->deadline - l->now);
	if (s->ending.kind == ENDING_NO_RESOURCES)
		say(l, "%s: %s; another try in %s", c->name, ending, delay);
	else if (c->restart_limit.count == RESTARTS_UNLIMITED)
		say(l, "%s: %s; restart %u in %s", c->name, ending, s->backoff.total, delay);
	else
		say(l, "%s: %s; restart %u of %u in %s", c->name, ending,
		    backoff_recent(&s->backoff, l->now, &first), c->restart_limit.count, delay);
}

static void
tell_failed(struct loop *l, size_t i)
{
	const struct service *s = &l->plan.services[i];
	char ending[SENTENCE_SIZE];

	sentence_ending(ending, sizeof(ending), l->config, s->config, &s->ending);
	say(l, "%s: %s; it has failed, and is not critical", s->config->name, ending);
}

static void
tell_stop(struct loop *l)
{
	char cause[SENTENCE_SIZE];

	if (l->plan.cause.kind == CAUSE_ASKED)
		return; /* whoever asked knows */
	sentence_cause(cause, sizeof(cause), &l->plan);
	say(l, "%s; stopping", cause);
}

/* -- deeds ----------------------------------------------------------------- */

static void
watch_streams(struct loop *l, size_t i)
{
	for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
		ev_io *io = &l->watchers[i].streams[sink];
		int fd = output_stream(&l->output, i, sink)->read_fd;

		if (fd < 0 || ev_is_active(io) || !l->reading[sink])
			continue;
		ev_io_set(io, fd, EV_READ);
		ev_io_start(l->ev, io);
	}
}

/* The plan is not told from within its own actions, but after them. */
static void
spawn(struct loop *l, size_t i)
{
	struct watchers *w = &l->watchers[i];

	if (children_spawn(&l->children, i, &w->failure) < 0) {
		w->unstarted = true;
		return;
	}
	ev_io_set(&w->status, l->children.items[i].status_fd, EV_READ);
	ev_io_start(l->ev, &w->status);
	watch_streams(l, i);
}

static void
sweep(struct loop *l, int signal)
{
	struct ending ending;
	pid_t pid;

	if (reap_peek(&pid, &ending) == REAP_CHILDLESS)
		plan_swept(&l->plan);
	else
		l->duties->sweep(l->duties->context, signal);
}

static void
carry_out(struct loop *l, const struct plan_action *a)
{
	switch (a->kind) {
	case PLAN_SPAWN:
		spawn(l, a->service);
		break;
	case PLAN_RUN_HOOK:
		l->watchers[a->service].hook_over =
		    children_spawn_hook(&l->children, a->service) < 0;
		break;
	case PLAN_SEND_SIGNAL:
		children_stop(&l->children, a->service);
		break;
	case PLAN_SEND_KILL:
		children_kill(&l->children, a->service);
		break;
	case PLAN_SWEEP:
		sweep(l, SIGTERM);
		break;
	case PLAN_SWEEP_KILL:
		sweep(l, SIGKILL);
		break;
	case PLAN_TELL_RESTART:
		tell_restart(l, a->service);
		break;
	case PLAN_TELL_FAILED:
		tell_failed(l, a->service);
		break;
	case PLAN_TELL_OVERDUE:
		say(l, "%s: did not stop in time; killed", l->config->services[a->service].name);
		break;
	case PLAN_TELL_STOP:
		tell_stop(l);
		break;
	case PLAN_END:
		ev_break(l->ev, EVBREAK_ALL);
		break;
	}
}

/* Tells the plan what could not be started; whether there was anything. */
static bool
deliver_failures(struct loop *l)
{
	bool any = false;

	for (size_t i = 0; i < l->config->count; i++) {
		struct watchers *w = &l->watchers[i];
		struct service_input input = {
		    .event = SERVICE_EV_EXITED,
		    .ending = w->failure,
		};

		if (w->unstarted) {
			any = true;
			w->unstarted = false;
			plan_handle(&l->plan, i, &input, l->now);
		}
		if (w->hook_over) {
			any = true;
			w->hook_over = false;
			handle(l, i, SERVICE_EV_HOOK);
		}
	}
	return any;
}

static void
carry_out_all(struct loop *l)
{
	struct plan_action action;

	do
		while (plan_next_action(&l->plan, &action))
			carry_out(l, &action);
	while (deliver_failures(l));
}

/* -- what happened to children --------------------------------------------- */

/* Whether the program runs; the pipe is done with as soon as that is known. */
static enum spawn_result
take_status(struct loop *l, size_t i)
{
	struct child *child = &l->children.items[i];
	enum spawn_result result;

	if (child->status_fd < 0)
		return SPAWN_PENDING;
	result = spawn_result(child->status_fd, &child->failure);
	if (result == SPAWN_PENDING)
		return result;
	ev_io_stop(l->ev, &l->watchers[i].status);
	close(child->status_fd);
	child->status_fd = -1;
	return result;
}

static void
on_status(struct ev_loop *ev, ev_io *io, int events)
{
	struct watchers *w = io->data;
	struct loop *l = w->loop;
	size_t i = (size_t)(w - l->watchers);

	(void)ev, (void)events;
	l->now = loop_now();
	if (take_status(l, i) == SPAWN_RUNNING)
		handle(l, i, SERVICE_EV_EXECED);
}

/* SIGKILL that is not ours may be the kernel's, for want of memory. */
static void
judge_kill(struct loop *l, size_t i, struct ending *ending)
{
	bool oom = l->duties->was_oom_kill(l->duties->context);

	if (oom && ending->kind == ENDING_KILLED && ending->number == SIGKILL &&
	    l->plan.services[i].state != SERVICE_KILLING)
		ending->kind = ENDING_OOM;
}

static void
on_main_exit(struct loop *l, size_t i, pid_t pid, struct ending ending)
{
	struct child *child = &l->children.items[i];
	struct service_input input = {.event = SERVICE_EV_EXITED};

	(void)take_status(l, i);
	if (ending.kind == ENDING_KILLED)
		judge_kill(l, i, &ending);
	input.ending = child->failure.kind != ENDING_NONE ? child->failure : ending;
	children_end(&l->children, i);
	reap_collect(pid);
	input.leftovers = !children_is_cleared(&l->children, i);
	if (l->config->services[i].stdin_mode == STDIN_TTY)
		terminal_take_back(l->children.terminal);
	output_finish(&l->output, i);
	plan_handle(&l->plan, i, &input, l->now);
}

static void
on_hook_exit(struct loop *l, size_t i, pid_t pid, const struct ending *ending)
{
	const struct service_config *c = &l->config->services[i];
	char text[SENTENCE_SIZE];

	(void)kill(-pid, SIGKILL);
	reap_collect(pid);
	l->children.items[i].hook = 0;
	sentence_ending(text, sizeof(text), l->config, c, ending);
	if (ending->kind != ENDING_EXITED || ending->number != 0)
		say(l, "%s: pre_stop %s", c->name, text);
	handle(l, i, SERVICE_EV_HOOK);
}

static void
check_cleared(struct loop *l)
{
	for (size_t i = 0; i < l->config->count; i++)
		if (l->plan.services[i].state == SERVICE_CLEARING &&
		    children_is_cleared(&l->children, i))
			handle(l, i, SERVICE_EV_CLEARED);
}

static void
check_terminal(struct loop *l, void (*deed)(int terminal, pid_t group))
{
	for (size_t i = 0; l->children.terminal >= 0 && i < l->config->count; i++)
		if (l->config->services[i].stdin_mode == STDIN_TTY)
			deed(l->children.terminal, l->children.items[i].pid);
}

/* SIGCHLD may stand for any number of deaths. */
static void
reap_all(struct loop *l)
{
	enum reap_result result;
	struct ending ending;
	pid_t pid;

	while ((result = reap_peek(&pid, &ending)) == REAP_DEAD) {
		bool is_hook = false;
		size_t i = children_find(&l->children, pid, &is_hook);

		if (i == SERVICE_NONE)
			reap_collect(pid);
		else if (is_hook)
			on_hook_exit(l, i, pid, &ending);
		else
			on_main_exit(l, i, pid, ending);
		carry_out_all(l);
	}
	check_cleared(l);
	check_terminal(l, terminal_check_stopped);
	if (result == REAP_CHILDLESS)
		plan_swept(&l->plan);
}

/* -- signals ----------------------------------------------------------------- */

static bool
asks_to_stop(int signal)
{
	return signal == SIGTERM || signal == SIGINT || signal == SIGQUIT || signal == SIGPWR ||
	    signal == SIGRTMIN + 3;
}

static void
forward(struct loop *l, int signal)
{
	for (size_t i = 0; i < l->config->count; i++) {
		const struct signal_pairs *pairs = &l->config->services[i].forward;

		for (size_t j = 0; j < pairs->count; j++)
			if (pairs->items[j].from == signal)
				children_forward(&l->children, i, pairs->items[j].to);
	}
}

static void
on_signal(struct loop *l, int signal)
{
	if (signal == SIGCHLD) {
		reap_all(l);
		return;
	}
	forward(l, signal);
	if (signal == SIGCONT)
		check_terminal(l, terminal_continue);
	if (asks_to_stop(signal))
		plan_request_stop(&l->plan, signal, l->now);
}

static void
on_signal_fd(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;
	struct signalfd_siginfo info[16];
	ssize_t n = read(io->fd, info, sizeof(info));

	(void)ev, (void)events;
	l->now = loop_now();
	for (size_t i = 0; n > 0 && i < (size_t)n / sizeof(info[0]); i++) {
		on_signal(l, (int)info[i].ssi_signo);
		carry_out_all(l);
	}
}

/* -- output -------------------------------------------------------------------- */

static void
on_stream(struct ev_loop *ev, ev_io *io, int events)
{
	struct watchers *w = io->data;
	struct loop *l = w->loop;
	unsigned sink = (unsigned)(io - w->streams);

	(void)ev, (void)events;
	(void)output_read(&l->output, output_stream(&l->output, (size_t)(w - l->watchers), sink));
}

static void
on_sink(struct ev_loop *ev, ev_io *io, int events)
{
	(void)ev, (void)io, (void)events; /* before_sleep() writes */
}

/* Reads or leaves all streams of a sink, by the room it has for them. */
static void
watch_sink(struct loop *l, unsigned sink)
{
	bool room = output_has_room(&l->output, sink);
	bool blocked = l->output.sinks[sink].blocked;

	if (blocked && !ev_is_active(&l->sinks[sink]))
		ev_io_start(l->ev, &l->sinks[sink]);
	if (!blocked && ev_is_active(&l->sinks[sink]))
		ev_io_stop(l->ev, &l->sinks[sink]);
	if (room == l->reading[sink])
		return;
	l->reading[sink] = room;
	for (size_t i = 0; i < l->config->count; i++)
		if (room)
			watch_streams(l, i);
		else
			ev_io_stop(l->ev, &l->watchers[i].streams[sink]);
}

/* -- the loop ------------------------------------------------------------------ */

static void
on_timer(struct ev_loop *ev, ev_timer *timer, int events)
{
	struct loop *l = timer->data;

	(void)ev, (void)events;
	l->now = loop_now();
	plan_advance(&l->plan, l->now);
}

static void
arm_timer(struct loop *l)
{
	usec_t deadline = plan_deadline(&l->plan);
	usec_t now = loop_now();

	ev_timer_stop(l->ev, &l->timer);
	if (deadline == USEC_NEVER)
		return;
	ev_now_update(l->ev);
	ev_timer_set(&l->timer, deadline > now ? (double)(deadline - now) / 1e6 : 0, 0);
	ev_timer_start(l->ev, &l->timer);
}

static void
before_sleep(struct ev_loop *ev, ev_prepare *prepare, int events)
{
	struct loop *l = prepare->data;

	(void)ev, (void)events;
	carry_out_all(l);
	for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
		sink_flush(&l->output.sinks[sink]);
		watch_sink(l, sink);
	}
	arm_timer(l);
}

static void
init_watchers(struct loop *l)
{
	for (size_t i = 0; i < l->config->count; i++) {
		struct watchers *w = &l->watchers[i];

		w->loop = l;
		ev_init(&w->status, on_status);
		w->status.data = w;
		for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
			ev_init(&w->streams[sink], on_stream);
			w->streams[sink].data = w;
		}
	}
	for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
		ev_io_init(&l->sinks[sink], on_sink, l->output.sinks[sink].fd, EV_WRITE);
		l->reading[sink] = true;
	}
	ev_io_init(&l->signals, on_signal_fd, l->duties->signal_fd, EV_READ);
	l->signals.data = l;
	ev_init(&l->timer, on_timer);
	l->timer.data = l;
	ev_prepare_init(&l->prepare, before_sleep);
	l->prepare.data = l;
}

static bool
needs_terminal(const struct config *config)
{
	for (size_t i = 0; i < config->count; i++)
		if (config->services[i].stdin_mode == STDIN_TTY)
			return true;
	return false;
}

static int
init(struct loop *l)
{
	uint32_t seed = 0;

	/* Jitter is all it is for: zero would do. */
	(void)!getrandom(&seed, sizeof(seed), GRND_NONBLOCK);
	l->watchers = calloc(l->config->count + 1, sizeof(*l->watchers));
	if (!l->watchers || plan_init(&l->plan, l->config, seed) < 0 ||
	    output_init(&l->output, l->config) < 0 ||
	    children_init(&l->children, l->config) < 0)
		return -ENOMEM;
	l->children.output = &l->output;
	l->children.environment = l->duties->environment;
	l->children.mask = l->duties->child_mask;
	l->children.nofile = l->duties->child_nofile;
	l->children.is_init = l->duties->is_init;
	l->children.terminal = needs_terminal(l->config) ? terminal_find() : -1;
	/*
	 * Not the default loop, which reaps children itself and loses their
	 * statuses; and no say for LIBEV_FLAGS: the environment is the user's.
	 */
	l->ev = ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL);
	return l->ev ? 0 : -errno;
}

struct loop *
loop_new(const struct config *config, const struct loop_duties *duties)
{
	struct loop *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return NULL;
	l->config = config;
	l->duties = duties;
	r = init(l);
	if (r < 0) {
		loop_free(l);
		errno = -r;
		return NULL;
	}
	init_watchers(l);
	return l;
}

void
loop_free(struct loop *l)
{
	if (!l)
		return;
	if (l->ev)
		ev_loop_destroy(l->ev);
	children_clear(&l->children);
	if (l->output.config)
		output_clear(&l->output);
	plan_clear(&l->plan);
	free(l->watchers);
	free(l);
}

void
loop_run(struct loop *l)
{
	l->now = loop_now();
	ev_io_start(l->ev, &l->signals);
	ev_prepare_start(l->ev, &l->prepare);
	plan_start(&l->plan, l->now);
	carry_out_all(l);
	while (l->plan.phase != PLAN_ENDED || l->plan.action_tail > 0)
		ev_run(l->ev, 0);
}

const struct plan *
loop_plan(const struct loop *l)
{
	return &l->plan;
}

struct output *
loop_output(struct loop *l)
{
	return &l->output;
}
