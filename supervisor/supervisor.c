#include "supervisor/supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "supervisor/deeds.h"
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

static bool
listens(const struct config *config)
{
	for (size_t i = 0; i < config->count; i++)
		if (service_notifies(&config->services[i]))
			return true;
	return false;
}

/* Without it, no service that has to speak through it can become ready. */
static void
open_notify(struct supervisor *s)
{
	char line[128];
	int r = notify_open(&s->notify, s->duties->folder);

	if (r == 0)
		return;
	(void)snprintf(line, sizeof(line), "no socket for sd_notify: %s", strerror(-r));
	output_say(&s->output, line);
}

/* For any configuration, the first or a later one. */
void
deeds_prepare_children(struct supervisor *s)
{
	if (s->notify.fd < 0 && listens(s->config))
		open_notify(s);

	s->children.output = &s->output;
	s->children.environment = s->duties->environment;
	s->children.mask = s->duties->child_mask;
	s->children.nofile = s->duties->child_nofile;
	s->children.is_init = s->duties->is_init;
	s->children.notify_name = s->notify.name;
	s->children.sockets = s->duties->sockets;
	if (s->children.terminal < 0 && needs_terminal(s->config))
		s->children.terminal = terminal_find();
}

int
supervisor_init(struct supervisor *s, const struct config *config,
    const struct supervisor_duties *duties, const struct supervisor_watch *watch)
{
	uint32_t seed = 0;

	memset(s, 0, sizeof(*s));
	s->config = config;
	s->controls = config->control != NULL;
	s->duties = duties;
	s->watch = watch;
	/* Jitter is all it is for: zero would do. */
	(void)!getrandom(&seed, sizeof(seed), GRND_NONBLOCK);
	s->notify.fd = -1;
	s->reload_deadline = USEC_NEVER;
	s->reloads = calloc(config->count + 1, sizeof(*s->reloads));
	s->unstarted = calloc(config->count + 1, sizeof(*s->unstarted));
	s->unprobed = calloc(config->check_count + 1, sizeof(*s->unprobed));
	s->noted = calloc(config->count + 1, sizeof(*s->noted));
	if (!s->unstarted || !s->unprobed || !s->noted || !s->reloads ||
	    events_init(&s->events) < 0 || plan_init(&s->plan, config, seed) < 0 ||
	    stats_init(&s->stats, config) < 0 || output_init(&s->output, config) < 0 ||
	    children_init(&s->children, config) < 0 ||
	    changes_init(&s->changes, config) < 0 ||
	    probes_init(&s->probes, config, &s->children, s->stats.checks) < 0) {
		supervisor_clear(s);
		return -ENOMEM;
	}
	s->output.stats = s->stats.services;
	s->output.said = note_said;
	s->output.said_context = s;
	output_begin(&s->output);
	deeds_prepare_children(s);
	return 0;
}

void
supervisor_clear(struct supervisor *s)
{
	probes_clear(&s->probes);
	notify_close(&s->notify);
	children_clear(&s->children);
	output_clear(&s->output);
	plan_clear(&s->plan);
	if (s->config) {
		stats_clear(&s->stats, s->config);
		reloads_free(s->reloads, s->config->count);
	}
	updates_clear(s);
	changes_clear(&s->changes);
	free(s->unstarted);
	free(s->unprobed);
	free(s->noted);
	events_clear(&s->events);
	memset(s, 0, sizeof(*s));
}

void
deeds_handle(struct supervisor *s, size_t service, enum service_event event)
{
	struct service_input input = {.event = event};

	plan_handle(&s->plan, service, &input, s->now);
	note_state(s, service);
}

/* -- deeds ----------------------------------------------------------------- */

static void
watch(struct supervisor *s, enum watched kind, size_t index)
{
	s->watch->watch(s->watch->context, kind, index);
}

static void
spawn(struct supervisor *s, size_t i)
{
	struct service_stats *stats = &s->stats.services[i];

	messages_forget_ready(s, i);
	if (children_spawn(&s->children, i, &s->unstarted[i].ending) == 0) {
		stats_begin_life(stats, s->now);
		note_spawn(s, i);
		watch(s, WATCH_STREAMS, i);
		watch(s, WATCH_STATUS, i);
		watch(s, WATCH_READY, i);
		return;
	}
	s->unstarted[i].main = true;
	s->unstarted_count++;
}

static void
run_hook(struct supervisor *s, size_t i)
{
	if (children_spawn_hook(&s->children, i) == 0) {
		watch(s, WATCH_STREAMS, i);
		return;
	}
	s->unstarted[i].hook = true;
	s->unstarted_count++;
}

static void
start_probe(struct supervisor *s, size_t check)
{
	if (probes_start(&s->probes, check, s->now) == 0) {
		watch(s, WATCH_ANSWER, check);
		return;
	}
	s->unprobed[check] = true;
	s->unstarted_count++;
}

static void
drop_probe(struct supervisor *s, size_t check)
{
	s->watch->unwatch(s->watch->context, WATCH_ANSWER, check);
	probes_drop(&s->probes, check, s->now);
}

static void
note_restart(struct supervisor *s, size_t i)
{
	s->stats.services[i].restarts[s->plan.services[i].ending.kind]++;
}

/*
 * Without a child there is no descendant either: orphans become children.  And who
 * may not be signalled is not waited for: it ends with PID 1.
 */
void
deeds_sweep(struct supervisor *s, int signal)
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
	tell(&s->output, &s->plan, &s->stats, a, s->now);
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
		deeds_sweep(s, SIGTERM);
		break;
	case PLAN_SWEEP_KILL:
		deeds_sweep(s, SIGKILL);
		break;
	case PLAN_PROBE:
		start_probe(s, a->service);
		break;
	case PLAN_PROBE_DROP:
		drop_probe(s, a->service);
		break;
	case PLAN_TELL_RESTART:
		note_restart(s, a->service);
		tell(&s->output, &s->plan, &s->stats, a, s->now);
		break;
	case PLAN_TELL_FAILED:
	case PLAN_TELL_OVERDUE:
	case PLAN_TELL_WAITING:
	case PLAN_TELL_STOPPED:
	case PLAN_TELL_UNHEALTHY:
	case PLAN_TELL_HEALTHY:
	case PLAN_TELL_STOP:
		tell(&s->output, &s->plan, &s->stats, a, s->now);
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
			deeds_handle(s, i, SERVICE_EV_HOOK);
	}
	for (size_t i = 0; i < s->config->check_count; i++) {
		if (s->unprobed[i])
			plan_unprobed(&s->plan, i, s->now);
		s->unprobed[i] = false;
	}
}

void
deeds_carry_out(struct supervisor *s)
{
	struct plan_action action;

	for (;;) {
		while (plan_next_action(&s->plan, &action)) {
			note_before(s, &action);
			carry_out(s, &action);
			note_after(s, &action);
		}
		if (s->unstarted_count == 0)
			return;
		deliver_unstarted(s);
	}
}

enum spawn_result
deeds_take_status(struct supervisor *s, size_t i, bool certain)
{
	struct child *child = &s->children.items[i];
	enum spawn_result result;

	if (child->status_fd < 0)
		return SPAWN_PENDING;
	result = spawn_result(child->status_fd, &child->failure);
	/* Another child, not come to anything yet, may have the other end still. */
	if (result == SPAWN_PENDING && certain)
		result = SPAWN_RUNNING;
	if (result == SPAWN_PENDING)
		return result;
	s->watch->unwatch(s->watch->context, WATCH_STATUS, i);
	close(child->status_fd);
	child->status_fd = -1;
	/* clean is for the time before the program runs for the first time. */
	child->cleaned |= result == SPAWN_RUNNING;
	return result;
}

void
deeds_note_running(struct supervisor *s, size_t i, bool certain)
{
	if (deeds_take_status(s, i, certain) == SPAWN_RUNNING)
		deeds_handle(s, i, SERVICE_EV_EXECED);
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
		deaths_reap(s);
	} else {
		forward(s, signal);
		if (signal == SIGCONT)
			deaths_for_terminal(s, terminal_continue);
		if (signal == SIGHUP && s->config->update_on_hup)
			updates_hear_hup(s);
		if (asks_to_stop(signal))
			plan_request_stop(&s->plan, signal, now);
	}
	deeds_carry_out(s);
}

void
supervisor_handle_status(struct supervisor *s, size_t service, usec_t now)
{
	s->now = now;
	deeds_note_running(s, service, false);
	deeds_carry_out(s);
}

void
supervisor_handle_timeout(struct supervisor *s, usec_t now)
{
	s->now = now;
	plan_advance(&s->plan, now);
	reloads_advance(s);
	deeds_advance_changes(s);
	deeds_carry_out(s);
}

void
supervisor_start(struct supervisor *s, usec_t now)
{
	s->now = now;
	s->stats.begun = now;
	deeds_tell_changes(s);
	plan_start(&s->plan, now);
	deeds_carry_out(s);
}
