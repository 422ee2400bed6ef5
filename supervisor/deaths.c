/*
 * Children that have ended: whose they were, and what that means.
 */
#include "supervisor/deeds.h"

#include <errno.h>
#include <unistd.h>

#include "supervisor/reap.h"
#include "supervisor/tell.h"
#include "supervisor/terminal.h"

/*
 * SIGKILL that is not ours may be the kernel's, for want of memory; and a shell
 * tells it of its last command as 137.
 */
static bool
may_be_oom_kill(const struct ending *ending)
{
	bool killed = ending->kind == ENDING_KILLED && ending->number == SIGKILL;
	bool told = ending->kind == ENDING_EXITED && ending->number == 128 + SIGKILL;

	return killed || told;
}

static bool
is_oom_kill(struct supervisor *s, size_t i, const struct ending *ending)
{
	return may_be_oom_kill(ending) && s->plan.services[i].state != SERVICE_KILLING &&
	    s->duties->was_oom_kill(s->duties->context, s->now);
}

/* Of orphans there may be very many: for them, now and then is enough. */
static void
look_for_oom_kill(struct supervisor *s, bool orphan, const struct ending *ending)
{
	bool due =
	    !orphan || may_be_oom_kill(ending) || s->now - s->oom_looked >= USEC_PER_SEC;

	if (s->duties->oom_fd >= 0 || !due)
		return;
	s->oom_looked = s->now;
	s->duties->look_for_oom_kill(s->duties->context, s->now);
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

	(void)deeds_take_status(s, i, true);
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
	messages_forget_ready(s, i);
	if (input.ending.kind == ENDING_OOM)
		s->stats.services[i].oom_kills++;
	plan_handle(&s->plan, i, &input, s->now);
	s->stats.services[i].last = s->plan.services[i].ending;
	note_exit(s, i);
	note_state(s, i);
}

/*
 * The process that was started has named another one, and ends.  That one is our
 * child from now on, unless it is gone already.
 */
static void
handle_starter_exit(
    struct supervisor *s, size_t i, pid_t pid, const struct ending *ending)
{
	struct child *child = &s->children.items[i];

	child->starter = 0;
	if (child->pid > 0 && kill(child->pid, 0) < 0 && errno == ESRCH)
		handle_main_exit(s, i, pid, ending);
	else
		reap_collect(pid);
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
	deeds_handle(s, i, SERVICE_EV_HOOK);
}

static void
handle_probe_exit(
    struct supervisor *s, size_t check, pid_t pid, const struct ending *ending)
{
	bool good;

	s->watch->unwatch(s->watch->context, WATCH_ANSWER, check);
	good = probes_end(&s->probes, check, ending, s->now);
	reap_collect(pid);
	plan_probed(&s->plan, check, good, s->now);
	note_state(s, s->config->checks[check].service);
}

static void
check_cleared(struct supervisor *s)
{
	for (size_t i = 0; i < s->config->count; i++)
		if (s->plan.services[i].state == SERVICE_CLEARING &&
		    children_is_cleared(&s->children, i))
			deeds_handle(s, i, SERVICE_EV_CLEARED);
}

void
deaths_for_terminal(struct supervisor *s, void (*deed)(int terminal, pid_t group))
{
	for (size_t i = 0; s->children.terminal >= 0 && i < s->config->count; i++)
		if (s->config->services[i].stdin_mode == STDIN_TTY)
			deed(s->children.terminal, s->children.items[i].pid);
}

static void
handle_exit(struct supervisor *s, pid_t pid, const struct ending *ending)
{
	enum child_role role;
	size_t i = children_find(&s->children, pid, &role);
	size_t check = i == SERVICE_NONE ? probes_find(&s->probes, pid) : SERVICE_NONE;
	size_t reload = i == SERVICE_NONE ? reloads_find(s, pid) : SERVICE_NONE;
	bool orphan =
	    i == SERVICE_NONE && check == SERVICE_NONE && reload == SERVICE_NONE;

	look_for_oom_kill(s, orphan, ending);
	if (check != SERVICE_NONE) {
		handle_probe_exit(s, check, pid, ending);
	} else if (reload != SERVICE_NONE) {
		reloads_end(s, reload, pid, ending);
	} else if (orphan) {
		reap_collect(pid);
		s->stats.orphans += !probes_was_dropped(&s->probes, pid);
	} else if (role == CHILD_HOOK) {
		handle_hook_exit(s, i, pid, ending);
	} else if (role == CHILD_STARTER) {
		handle_starter_exit(s, i, pid, ending);
	} else {
		handle_main_exit(s, i, pid, ending);
	}
}

/*
 * What a child has said comes before its death.  The actions follow each death at
 * once: what the next one means may depend on them.
 */
void
deaths_reap(struct supervisor *s)
{
	struct ending ending;
	pid_t pid;

	messages_receive(s);
	(void)supervisor_handle_syslog(s);
	while (reap_peek(&pid, &ending) == REAP_DEAD) {
		handle_exit(s, pid, &ending);
		deeds_carry_out(s);
	}
	check_cleared(s);
	deaths_for_terminal(s, terminal_check_stopped);
	if (s->plan.phase == PLAN_SWEEPING)
		deeds_sweep(s, 0);
}
