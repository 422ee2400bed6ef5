#include "supervisor/supervisor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "supervisor/reap.h"
#include "supervisor/tell.h"
#include "supervisor/terminal.h"

static bool
needs_terminal(const struct config *config)
{
	for (size_t i = 0; i < config->count; i++)
		if (config->services[i].stdin_mode == STDIN_TTY)
			return true;
	return false;
}

static void
prepare_children(struct supervisor *s)
{
	s->children.output = &s->output;
	s->children.environment = s->duties->environment;
	s->children.mask = s->duties->child_mask;
	s->children.nofile = s->duties->child_nofile;
	s->children.is_init = s->duties->is_init;
	s->children.terminal = needs_terminal(s->config) ? terminal_find() : -1;
}

int
supervisor_init(struct supervisor *s, const struct config *config,
    const struct supervisor_duties *duties, const struct supervisor_watch *watch)
{
	uint32_t seed = 0;

	memset(s, 0, sizeof(*s));
	s->config = config;
	s->duties = duties;
	s->watch = watch;
	/* Jitter is all it is for: zero would do. */
	(void)!getrandom(&seed, sizeof(seed), GRND_NONBLOCK);
	s->unstarted = calloc(config->count + 1, sizeof(*s->unstarted));
	if (!s->unstarted || plan_init(&s->plan, config, seed) < 0 ||
	    output_init(&s->output, config) < 0 ||
	    children_init(&s->children, config) < 0) {
		supervisor_clear(s);
		return -ENOMEM;
	}
	prepare_children(s);
	return 0;
}

void
supervisor_clear(struct supervisor *s)
{
	children_clear(&s->children);
	output_clear(&s->output);
	plan_clear(&s->plan);
	free(s->unstarted);
	memset(s, 0, sizeof(*s));
}

static void
handle(struct supervisor *s, size_t service, enum service_event event)
{
	struct service_input input = {.event = event};

	plan_handle(&s->plan, service, &input, s->now);
}

/* -- deeds ----------------------------------------------------------------- */

static void
spawn(struct supervisor *s, size_t i)
{
	if (children_spawn(&s->children, i, &s->unstarted[i].ending) == 0) {
		s->watch->started(s->watch->context, i);
		return;
	}
	s->unstarted[i].main = true;
	s->unstarted_count++;
}

static void
run_hook(struct supervisor *s, size_t i)
{
	if (children_spawn_hook(&s->children, i) == 0) {
		s->watch->started(s->watch->context, i);
		return;
	}
	s->unstarted[i].hook = true;
	s->unstarted_count++;
}

/*
 * Without a child there is no descendant either: orphans become children.  And who
 * may not be signalled is not waited for: it ends with PID 1.
 */
static void
sweep(struct supervisor *s, int signal)
{
	struct ending ending;
	pid_t pid;

	if (reap_peek(&pid, &ending) == REAP_CHILDLESS ||
	    !s->duties->sweep(s->duties->context, signal))
		plan_swept(&s->plan);
}

static void
cut_hook(struct supervisor *s, const struct plan_action *a)
{
	tell(&s->output, &s->plan, a, s->now);
	children_kill_hook(&s->children, a->service);
	children_stop(&s->children, a->service);
}

static void
carry_out(struct supervisor *s, const struct plan_action *a)
{
	switch (a->kind) {
	case PLAN_SPAWN:
		spawn(s, a->service);
		break;
	case PLAN_RUN_HOOK:
		run_hook(s, a->service);
		break;
	case PLAN_SEND_SIGNAL:
		children_stop(&s->children, a->service);
		break;
	case PLAN_CUT_HOOK:
		cut_hook(s, a);
		break;
	case PLAN_SEND_KILL:
		children_kill(&s->children, a->service);
		break;
	case PLAN_SWEEP:
		sweep(s, SIGTERM);
		break;
	case PLAN_SWEEP_KILL:
		sweep(s, SIGKILL);
		break;
	case PLAN_TELL_RESTART:
	case PLAN_TELL_FAILED:
	case PLAN_TELL_OVERDUE:
	case PLAN_TELL_STOP:
		tell(&s->output, &s->plan, a, s->now);
		break;
	case PLAN_END:
		s->ended = true;
		break;
	}
}

/* The plan is not told from within its own actions, but after them. */
static void
deliver_unstarted(struct supervisor *s)
{
	s->unstarted_count = 0;
	for (size_t i = 0; i < s->config->count; i++) {
		struct unstarted u = s->unstarted[i];
		struct service_input input = {
		    .event = SERVICE_EV_EXITED,
		    .ending = u.ending,
		};

		s->unstarted[i].main = s->unstarted[i].hook = false;
		if (u.main)
			plan_handle(&s->plan, i, &input, s->now);
		if (u.hook)
			handle(s, i, SERVICE_EV_HOOK);
	}
}

static void
carry_out_all(struct supervisor *s)
{
	struct plan_action action;

	for (;;) {
		while (plan_next_action(&s->plan, &action))
			carry_out(s, &action);
		if (s->unstarted_count == 0)
			return;
		deliver_unstarted(s);
	}
}

/* -- deaths ---------------------------------------------------------------- */

/* Whether the program runs; the pipe is done with as soon as that is known. */
static enum spawn_result
take_status(struct supervisor *s, size_t i)
{
	struct child *child = &s->children.items[i];
	enum spawn_result result;

	if (child->status_fd < 0)
		return SPAWN_PENDING;
	result = spawn_result(child->status_fd, &child->failure);
	if (result == SPAWN_PENDING)
		return result;
	s->watch->status_known(s->watch->context, i);
	close(child->status_fd);
	child->status_fd = -1;
	/* clean is for the time before the program runs for the first time. */
	child->cleaned |= result == SPAWN_RUNNING;
	return result;
}

/*
 * SIGKILL that is not ours may be the kernel's, for want of memory; and a shell
 * tells it of its last command as 137.
 */
static bool
is_oom_kill(struct supervisor *s, size_t i, const struct ending *ending)
{
	bool killed = ending->kind == ENDING_KILLED && ending->number == SIGKILL;
	bool told = ending->kind == ENDING_EXITED && ending->number == 128 + SIGKILL;

	return (killed || told) && s->plan.services[i].state != SERVICE_KILLING &&
	    s->duties->was_oom_kill(s->duties->context, s->now);
}

static struct ending
oom_ending(const struct ending *ending)
{
	return (struct ending){
	    .kind = ENDING_OOM,
	    .number = ending->kind == ENDING_EXITED ? ending->number : 0,
	};
}

static void
handle_main_exit(struct supervisor *s, size_t i, pid_t pid, const struct ending *ending)
{
	struct child *child = &s->children.items[i];
	struct service_input input = {.event = SERVICE_EV_EXITED, .ending = *ending};

	(void)take_status(s, i);
	if (child->failure.kind != ENDING_NONE)
		input.ending = child->failure;
	else if (is_oom_kill(s, i, ending))
		input.ending = oom_ending(ending);
	children_end(&s->children, i);
	reap_collect(pid);
	input.leftovers = !children_is_cleared(&s->children, i);
	if (s->config->services[i].stdin_mode == STDIN_TTY)
		terminal_take_back(s->children.terminal, pid);
	output_finish(&s->output, i);
	plan_handle(&s->plan, i, &input, s->now);
}

static bool
is_status(const struct ending *ending, int status)
{
	return ending->kind == ENDING_EXITED && ending->number == status;
}

/* How it ends after it was killed is proctor's doing, and has been told. */
static void
handle_hook_exit(struct supervisor *s, size_t i, pid_t pid, const struct ending *ending)
{
	(void)kill(-pid, SIGKILL);
	reap_collect(pid);
	s->children.items[i].hook = 0;
	if (s->plan.services[i].state == SERVICE_PRE_STOP && !is_status(ending, 0))
		tell_hook(&s->output, &s->plan, i, ending);
	handle(s, i, SERVICE_EV_HOOK);
}

static void
check_cleared(struct supervisor *s)
{
	for (size_t i = 0; i < s->config->count; i++)
		if (s->plan.services[i].state == SERVICE_CLEARING &&
		    children_is_cleared(&s->children, i))
			handle(s, i, SERVICE_EV_CLEARED);
}

static void
for_terminal(struct supervisor *s, void (*deed)(int terminal, pid_t group))
{
	for (size_t i = 0; s->children.terminal >= 0 && i < s->config->count; i++)
		if (s->config->services[i].stdin_mode == STDIN_TTY)
			deed(s->children.terminal, s->children.items[i].pid);
}

/*
 * The actions follow each death at once: what the next one means may depend
 * on them.
 */
static void
reap_all(struct supervisor *s)
{
	struct ending ending;
	pid_t pid;

	if (s->duties->oom_fd < 0)
		s->duties->look_for_oom_kill(s->duties->context, s->now);
	while (reap_peek(&pid, &ending) == REAP_DEAD) {
		bool is_hook = false;
		size_t i = children_find(&s->children, pid, &is_hook);

		if (i == SERVICE_NONE)
			reap_collect(pid);
		else if (is_hook)
			handle_hook_exit(s, i, pid, &ending);
		else
			handle_main_exit(s, i, pid, &ending);
		carry_out_all(s);
	}
	check_cleared(s);
	for_terminal(s, terminal_check_stopped);
	if (s->plan.phase == PLAN_SWEEPING)
		sweep(s, 0);
}

/* -- signals ----------------------------------------------------------------- */

static bool
asks_to_stop(int signal)
{
	return signal == SIGTERM || signal == SIGINT || signal == SIGQUIT ||
	    signal == SIGPWR || signal == SIGRTMIN + 3;
}

static void
forward(struct supervisor *s, int signal)
{
	for (size_t i = 0; i < s->config->count; i++) {
		const struct signal_pairs *pairs = &s->config->services[i].forward;

		for (size_t j = 0; j < pairs->count; j++)
			if (pairs->items[j].from == signal)
				children_forward(&s->children, i, pairs->items[j].to);
	}
}

void
supervisor_handle_signal(struct supervisor *s, int signal, usec_t now)
{
	s->now = now;
	if (signal == SIGCHLD) {
		reap_all(s);
	} else {
		forward(s, signal);
		if (signal == SIGCONT)
			for_terminal(s, terminal_continue);
		if (asks_to_stop(signal))
			plan_request_stop(&s->plan, signal, now);
	}
	carry_out_all(s);
}

void
supervisor_handle_status(struct supervisor *s, size_t service, usec_t now)
{
	s->now = now;
	if (take_status(s, service) == SPAWN_RUNNING)
		handle(s, service, SERVICE_EV_EXECED);
	carry_out_all(s);
}

void
supervisor_handle_timeout(struct supervisor *s, usec_t now)
{
	s->now = now;
	plan_advance(&s->plan, now);
	carry_out_all(s);
}

void
supervisor_start(struct supervisor *s, usec_t now)
{
	s->now = now;
	plan_start(&s->plan, now);
	carry_out_all(s);
}
