/*
 * The way of a service from a reason to stop to the last SIGKILL: pre_stop,
 * the stop signal, and what follows when its time is up.
 */
#include "supervisor/steps.h"

#include <limits.h>

#include "config/moment.h"

/* A process that outlives SIGKILL by this much hangs in the kernel. */
#define KILL_TIME (5 * USEC_PER_SEC)

static enum service_action
send_signal(struct service *s, usec_t until, usec_t now)
{
	s->stop_until = until;
	s->sent = s->config->stop_signal;
	service_enter(s, SERVICE_STOPPING, moment_later(until, now));
	return SERVICE_SEND_SIGNAL;
}

static enum service_action
send_kill(struct service *s, usec_t now)
{
	s->overdue = true;
	service_enter(s, SERVICE_KILLING, moment_after(now, KILL_TIME));
	return SERVICE_SEND_KILL;
}

/*
 * A pre_stop that hangs must not cost the service its stop signal: a tenth of
 * its stop time is left for that.
 */
static usec_t
hook_until(const struct service *s, usec_t now)
{
	return s->stop_until - (s->stop_until - moment_earlier(now, s->stop_until)) / 10;
}

/* There is nothing yet that pre_stop could prepare. */
static enum service_action
begin_early(struct service *s, usec_t until, usec_t now)
{
	s->stop_begun = now;
	return send_signal(s, until, now);
}

static enum service_action
begin(struct service *s, usec_t until, usec_t now)
{
	s->stop_begun = now;
	if (s->config->pre_stop.count == 0)
		return send_signal(s, until, now);
	s->stop_until = until;
	service_enter(s, SERVICE_PRE_STOP, hook_until(s, now));
	return SERVICE_RUN_HOOK;
}

enum service_action
stop_early(struct service *s, const struct service_input *input, usec_t now)
{
	service_retire(s);
	return begin_early(s, input->until, now);
}

enum service_action
stop_begin(struct service *s, const struct service_input *input, usec_t now)
{
	service_retire(s);
	return begin(s, input->until, now);
}

static void
move_end(struct service *s, usec_t until, usec_t now)
{
	s->stop_until = until;
	service_enter(
	    s, s->state, s->state == SERVICE_PRE_STOP ? hook_until(s, now) : until);
}

/* Somebody asks for it. */
static void
note_halt(struct service *s)
{
	s->wanted = false;
	s->asked = ASKED_HALT;
}

static void
note_renew(struct service *s)
{
	s->wanted = true;
	s->with = SERVICE_NONE;
	s->asked = ASKED_RENEW;
}

enum service_action
stop_halt_early(struct service *s, const struct service_input *input, usec_t now)
{
	note_halt(s);
	return begin_early(s, input->until, now);
}

enum service_action
stop_halt(struct service *s, const struct service_input *input, usec_t now)
{
	note_halt(s);
	return begin(s, input->until, now);
}

enum service_action
stop_halt_late(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input, (void)now;
	note_halt(s);
	return SERVICE_NOTHING;
}

enum service_action
stop_renew_early(struct service *s, const struct service_input *input, usec_t now)
{
	note_renew(s);
	return begin_early(s, input->until, now);
}

enum service_action
stop_renew(struct service *s, const struct service_input *input, usec_t now)
{
	note_renew(s);
	return begin(s, input->until, now);
}

enum service_action
stop_renew_late(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input, (void)now;
	note_renew(s);
	return SERVICE_NOTHING;
}

/* What stops it already was another reason; the time may get shorter. */
enum service_action
stop_sooner(struct service *s, const struct service_input *input, usec_t now)
{
	service_retire(s);
	if (input->until < s->stop_until)
		move_end(s, input->until, now);
	return SERVICE_NOTHING;
}

/* It has told that it stops; whoever asks it to now has nothing to add. */
enum service_action
stop_leaving(struct service *s, const struct service_input *input, usec_t now)
{
	s->stop_begun = now;
	s->stop_until = input->until;
	service_enter(s, SERVICE_STOPPING, moment_later(input->until, now));
	return SERVICE_NOTHING;
}

enum service_action
stop_extend(struct service *s, const struct service_input *input, usec_t now)
{
	if (input->until > s->stop_until)
		move_end(s, input->until, now);
	return SERVICE_NOTHING;
}

enum service_action
stop_hook_over(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input;
	return send_signal(s, s->stop_until, now);
}

enum service_action
stop_hook_overdue(struct service *s, const struct service_input *input, usec_t now)
{
	(void)stop_hook_over(s, input, now);
	return SERVICE_CUT_HOOK;
}

enum service_action
stop_overdue(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input;
	return send_kill(s, now);
}

/* Its time is up, for whoever stops it. */
enum service_action
stop_at_once(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input;
	service_retire(s);
	return send_kill(s, now);
}

/* What counts is the first fault. */
static void
note_fault(struct service *s, const struct ending *fault)
{
	if (s->fault.kind == ENDING_NONE)
		s->fault = *fault;
}

enum service_action
stop_fault_early(struct service *s, const struct service_input *input, usec_t now)
{
	note_fault(s, &input->ending);
	return begin_early(s, input->until, now);
}

enum service_action
stop_fault(struct service *s, const struct service_input *input, usec_t now)
{
	note_fault(s, &input->ending);
	return begin(s, input->until, now);
}

enum service_action
stop_fault_late(struct service *s, const struct service_input *input, usec_t now)
{
	(void)now;
	note_fault(s, &input->ending);
	return SERVICE_NOTHING;
}

/* What the deadline of a service that runs was for. */
static struct ending
missed(const struct service *s)
{
	struct ending fault = {.kind = ENDING_NOT_READY};

	if (s->config->kind == KIND_TASK) {
		fault.kind = ENDING_TIMED_OUT;
	} else if (s->state == SERVICE_READY) {
		fault.kind = ENDING_WATCHDOG;
		fault.number = (int)moment_earlier(
		    moment_later(s->watchdog / USEC_PER_MSEC, 1), INT_MAX);
	}
	return fault;
}

enum service_action
stop_timed_out_early(struct service *s, const struct service_input *input, usec_t now)
{
	struct ending fault = missed(s);

	note_fault(s, &fault);
	return begin_early(s, input->until, now);
}

enum service_action
stop_timed_out(struct service *s, const struct service_input *input, usec_t now)
{
	struct ending fault = missed(s);

	note_fault(s, &fault);
	return begin(s, input->until, now);
}
