/*
 * The life of a service: one process, from its start to the moment nothing
 * of it is left, and what follows then.
 */
#include "supervisor/steps.h"

#include "config/moment.h"

/* How long what is left of a group may take to vanish after its SIGKILL. */
#define CLEAR_TIME USEC_PER_SEC

/* A service that waits for others for longer says so. */
#define WAIT_TIME (30 * USEC_PER_SEC)

/* How long the way to its program, and on to being ready or done, may take. */
static usec_t
start_time(const struct service_config *c)
{
	return c->kind == KIND_TASK ? c->timeout : c->ready_timeout;
}

static enum service_action
spawn(struct service *s, usec_t now)
{
	s->fault = (struct ending){0};
	s->overdue = false;
	s->sent = 0;
	s->started = now;
	s->watchdog = s->config->watchdog;
	service_enter(s, SERVICE_STARTING, moment_after(now, start_time(s->config)));
	return SERVICE_SPAWN;
}

static bool
policy_allows(const struct service *s)
{
	switch (s->config->restart) {
	case RESTART_NEVER:
		return false;
	case RESTART_ON_FAILURE:
		return !ending_is_success(&s->ending, s->config);
	case RESTART_ALWAYS:
		return true;
	}
	return false;
}

/* Whether the failed life is followed by another one, and how soon. */
static bool
may_restart(struct service *s, usec_t now, usec_t *ret_delay)
{
	if (s->ending.kind == ENDING_DEPENDENCY)
		return false;
	if (s->ending.kind == ENDING_NO_RESOURCES)
		return backoff_refusal(&s->backoff, ret_delay);
	return policy_allows(s) && backoff_restart(&s->backoff, now, ret_delay);
}

static void
fail(struct service *s, usec_t now)
{
	usec_t delay;

	if (may_restart(s, now, &delay))
		service_enter(s, SERVICE_BACKOFF, moment_after(now, delay));
	else
		service_enter(s, SERVICE_FAILED, USEC_NEVER);
}

/* Until somebody wants it again. */
static void
halt(struct service *s)
{
	service_retire(s);
	service_enter(s, SERVICE_STOPPED, USEC_NEVER);
}

static void
want(struct service *s, usec_t now)
{
	s->wanted = true;
	s->asked = ASKED_NOTHING;
	s->with = SERVICE_NONE;
	service_enter(s, SERVICE_DOWN, moment_after(now, WAIT_TIME));
}

/* Nothing of it is left. */
static void
finish_life(struct service *s, usec_t now)
{
	if (s->fault.kind != ENDING_NONE)
		s->ending = s->fault;
	backoff_note_life(&s->backoff, now - s->started);
	if (s->asked == ASKED_HALT)
		halt(s);
	else if (s->asked == ASKED_RENEW)
		want(s, now);
	else if (!s->wanted)
		service_enter(s, SERVICE_DOWN, USEC_NEVER);
	else if (s->config->kind != KIND_SERVICE &&
	    ending_is_success(&s->ending, s->config))
		service_enter(s, SERVICE_DONE, USEC_NEVER);
	else
		fail(s, now);
}

enum service_action
life_start(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input;
	return s->wanted ? spawn(s, now) : SERVICE_NOTHING;
}

/* After the back-off: what it comes after may be down again by now. */
enum service_action
life_start_again(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input;
	return s->blockers == 0 ? spawn(s, now) : life_wait(s, input, now);
}

enum service_action
life_wait(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input;
	service_enter(s, SERVICE_DOWN, moment_after(now, WAIT_TIME));
	return SERVICE_NOTHING;
}

/* Once is enough: the deadline goes. */
enum service_action
life_waited(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input, (void)now;
	service_enter(s, SERVICE_DOWN, USEC_NEVER);
	return s->wanted ? SERVICE_TELL_WAITING : SERVICE_NOTHING;
}

enum service_action
life_execed(struct service *s, const struct service_input *input, usec_t now)
{
	if (s->config->kind != KIND_TASK && s->config->ready.kind == READY_STARTED)
		return life_ready(s, input, now);
	service_enter(s, SERVICE_UP, s->deadline);
	return SERVICE_NOTHING;
}

enum service_action
life_ready(struct service *s, const struct service_input *input, usec_t now)
{
	return life_ping(s, input, now);
}

enum service_action
life_ping(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input;
	service_enter(s, SERVICE_READY, moment_after(now, s->watchdog));
	return SERVICE_NOTHING;
}

/* What has no deadline needs no more time. */
enum service_action
life_extend(struct service *s, const struct service_input *input, usec_t now)
{
	(void)now;
	service_enter(s, s->state, moment_later(s->deadline, input->until));
	return SERVICE_NOTHING;
}

enum service_action
life_exited(struct service *s, const struct service_input *input, usec_t now)
{
	s->ending = input->ending;
	if (s->ending.kind != ENDING_NO_RESOURCES)
		backoff_note_process(&s->backoff);
	if (input->leftovers)
		service_enter(s, SERVICE_CLEARING, moment_after(now, CLEAR_TIME));
	else
		finish_life(s, now);
	return SERVICE_NOTHING;
}

enum service_action
life_cleared(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input;
	finish_life(s, now);
	return SERVICE_NOTHING;
}

/* It has no process. */
enum service_action
life_fault(struct service *s, const struct service_input *input, usec_t now)
{
	if (!s->wanted)
		return SERVICE_NOTHING;
	s->ending = input->ending;
	fail(s, now);
	return SERVICE_NOTHING;
}

/*
 * Never two processes of one service: with this one still there it cannot
 * have another life, so it has failed.
 */
enum service_action
life_unkillable(struct service *s, const struct service_input *input, usec_t now)
{
	usec_t delay;

	(void)input;
	s->hangs = true;
	s->asked = ASKED_NOTHING;
	s->ending = s->fault;
	if (s->fault.kind == ENDING_NONE || may_restart(s, now, &delay))
		s->ending = (struct ending){.kind = ENDING_UNKILLABLE};
	service_enter(s, SERVICE_FAILED, USEC_NEVER);
	return SERVICE_NOTHING;
}

enum service_action
life_retire(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input, (void)now;
	service_retire(s);
	return SERVICE_NOTHING;
}

enum service_action
life_give_up(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input, (void)now;
	service_retire(s);
	service_enter(s, SERVICE_DOWN, USEC_NEVER);
	return SERVICE_NOTHING;
}

enum service_action
life_gone(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input, (void)now;
	s->hangs = false;
	return SERVICE_NOTHING;
}

enum service_action
life_want(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input;
	want(s, now);
	return SERVICE_NOTHING;
}

/* Never two processes of one service, whoever asks. */
enum service_action
life_want_anew(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input;
	if (s->hangs)
		return SERVICE_NOTHING;
	backoff_forgive(&s->backoff);
	want(s, now);
	return SERVICE_NOTHING;
}

enum service_action
life_halt(struct service *s, const struct service_input *input, usec_t now)
{
	(void)input, (void)now;
	halt(s);
	return SERVICE_NOTHING;
}
