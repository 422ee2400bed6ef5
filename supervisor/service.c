#include "supervisor/service.h"

#include <string.h>

#include "supervisor/steps.h"

void
service_init(struct service *s, const struct service_config *config, usec_t *moments,
    uint32_t seed)
{
	memset(s, 0, sizeof(*s));
	s->config = config;
	s->wanted = true;
	s->with = SERVICE_NONE;
	s->watchdog = config->watchdog;
	backoff_init(&s->backoff, config, moments, seed);
	service_enter(s, SERVICE_DOWN, USEC_NEVER);
}

void
service_enter(struct service *s, enum service_state state, usec_t deadline)
{
	s->state = state;
	s->deadline = deadline;
}

void
service_retire(struct service *s)
{
	s->wanted = false;
	s->asked = s->pending = ASKED_NOTHING;
}

static enum service_action
nothing(struct service *s, const struct service_input *input, usec_t now)
{
	(void)s, (void)input, (void)now;
	return SERVICE_NOTHING;
}

/* clang-format off */
static service_step_fn *const steps[SERVICE_STATE_COUNT][SERVICE_EVENT_COUNT] = {
	[SERVICE_DOWN] = {
		[SERVICE_EV_START]   = life_start,
		[SERVICE_EV_STOP]    = life_retire,
		[SERVICE_EV_KILL]    = life_retire,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = life_fault,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = life_wait,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = nothing,
		[SERVICE_EV_LEAVING] = nothing,
		[SERVICE_EV_EXITED]  = nothing,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = life_waited,
		[SERVICE_EV_WANT]    = nothing,
		[SERVICE_EV_HALT]    = life_halt,
		[SERVICE_EV_RENEW]   = nothing,
	},
	[SERVICE_STARTING] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = stop_early,
		[SERVICE_EV_KILL]    = stop_at_once,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = stop_fault_early,
		[SERVICE_EV_EXECED]  = life_execed,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = life_extend,
		[SERVICE_EV_LEAVING] = nothing,
		[SERVICE_EV_EXITED]  = life_exited,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = stop_timed_out_early,
		[SERVICE_EV_WANT]    = nothing,
		[SERVICE_EV_HALT]    = stop_halt_early,
		[SERVICE_EV_RENEW]   = stop_renew_early,
	},
	[SERVICE_UP] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = stop_begin,
		[SERVICE_EV_KILL]    = stop_at_once,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = stop_fault,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = life_ready,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = life_extend,
		[SERVICE_EV_LEAVING] = stop_leaving,
		[SERVICE_EV_EXITED]  = life_exited,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = stop_timed_out,
		[SERVICE_EV_WANT]    = nothing,
		[SERVICE_EV_HALT]    = stop_halt,
		[SERVICE_EV_RENEW]   = stop_renew,
	},
	[SERVICE_READY] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = stop_begin,
		[SERVICE_EV_KILL]    = stop_at_once,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = stop_fault,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = life_ping,
		[SERVICE_EV_EXTEND]  = nothing,
		[SERVICE_EV_LEAVING] = stop_leaving,
		[SERVICE_EV_EXITED]  = life_exited,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = stop_timed_out,
		[SERVICE_EV_WANT]    = nothing,
		[SERVICE_EV_HALT]    = stop_halt,
		[SERVICE_EV_RENEW]   = stop_renew,
	},
	[SERVICE_PRE_STOP] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = stop_sooner,
		[SERVICE_EV_KILL]    = stop_at_once,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = stop_fault_late,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = stop_extend,
		[SERVICE_EV_LEAVING] = nothing,
		[SERVICE_EV_EXITED]  = life_exited,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = stop_hook_over,
		[SERVICE_EV_TIMEOUT] = stop_hook_overdue,
		[SERVICE_EV_WANT]    = stop_renew_late,
		[SERVICE_EV_HALT]    = stop_halt_late,
		[SERVICE_EV_RENEW]   = stop_renew_late,
	},
	[SERVICE_STOPPING] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = stop_sooner,
		[SERVICE_EV_KILL]    = stop_at_once,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = stop_fault_late,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = stop_extend,
		[SERVICE_EV_LEAVING] = nothing,
		[SERVICE_EV_EXITED]  = life_exited,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = stop_overdue,
		[SERVICE_EV_WANT]    = stop_renew_late,
		[SERVICE_EV_HALT]    = stop_halt_late,
		[SERVICE_EV_RENEW]   = stop_renew_late,
	},
	[SERVICE_KILLING] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = life_retire,
		[SERVICE_EV_KILL]    = life_retire,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = stop_fault_late,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = nothing,
		[SERVICE_EV_LEAVING] = nothing,
		[SERVICE_EV_EXITED]  = life_exited,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = life_unkillable,
		[SERVICE_EV_WANT]    = stop_renew_late,
		[SERVICE_EV_HALT]    = stop_halt_late,
		[SERVICE_EV_RENEW]   = stop_renew_late,
	},
	[SERVICE_CLEARING] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = life_retire,
		[SERVICE_EV_KILL]    = life_retire,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = nothing,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = nothing,
		[SERVICE_EV_LEAVING] = nothing,
		[SERVICE_EV_EXITED]  = nothing,
		[SERVICE_EV_CLEARED] = life_cleared,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = life_cleared,
		[SERVICE_EV_WANT]    = stop_renew_late,
		[SERVICE_EV_HALT]    = stop_halt_late,
		[SERVICE_EV_RENEW]   = stop_renew_late,
	},
	[SERVICE_BACKOFF] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = life_give_up,
		[SERVICE_EV_KILL]    = life_give_up,
		[SERVICE_EV_RETIRE]  = life_give_up,
		[SERVICE_EV_FAULT]   = life_fault,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = nothing,
		[SERVICE_EV_LEAVING] = nothing,
		[SERVICE_EV_EXITED]  = nothing,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = life_start_again,
		[SERVICE_EV_WANT]    = life_want,
		[SERVICE_EV_HALT]    = life_halt,
		[SERVICE_EV_RENEW]   = life_want,
	},
	[SERVICE_DONE] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = life_retire,
		[SERVICE_EV_KILL]    = life_retire,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = nothing,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = nothing,
		[SERVICE_EV_LEAVING] = nothing,
		[SERVICE_EV_EXITED]  = nothing,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = nothing,
		[SERVICE_EV_WANT]    = life_want,
		[SERVICE_EV_HALT]    = nothing,
		[SERVICE_EV_RENEW]   = life_want,
	},
	[SERVICE_FAILED] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = life_retire,
		[SERVICE_EV_KILL]    = life_retire,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = nothing,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = nothing,
		[SERVICE_EV_LEAVING] = nothing,
		[SERVICE_EV_EXITED]  = life_gone,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = nothing,
		[SERVICE_EV_WANT]    = life_want_anew,
		[SERVICE_EV_HALT]    = nothing,
		[SERVICE_EV_RENEW]   = life_want_anew,
	},
	[SERVICE_STOPPED] = {
		[SERVICE_EV_START]   = nothing,
		[SERVICE_EV_STOP]    = life_retire,
		[SERVICE_EV_KILL]    = life_retire,
		[SERVICE_EV_RETIRE]  = life_retire,
		[SERVICE_EV_FAULT]   = nothing,
		[SERVICE_EV_EXECED]  = nothing,
		[SERVICE_EV_READY]   = nothing,
		[SERVICE_EV_WAIT]    = nothing,
		[SERVICE_EV_PING]    = nothing,
		[SERVICE_EV_EXTEND]  = nothing,
		[SERVICE_EV_LEAVING] = nothing,
		[SERVICE_EV_EXITED]  = nothing,
		[SERVICE_EV_CLEARED] = nothing,
		[SERVICE_EV_HOOK]    = nothing,
		[SERVICE_EV_TIMEOUT] = nothing,
		[SERVICE_EV_WANT]    = life_want,
		[SERVICE_EV_HALT]    = nothing,
		[SERVICE_EV_RENEW]   = life_want,
	},
};
/* clang-format on */

enum service_action
service_step(struct service *s, const struct service_input *input, usec_t now)
{
	return steps[s->state][input->event](s, input, now);
}

const char *
service_state_name(enum service_state state)
{
#define SERVICE_NAME(id, name) [id] = name,
	static const char *const names[] = {SERVICE_STATE_LIST(SERVICE_NAME)};

	return names[state];
}

const char *
service_event_name(enum service_event event)
{
	static const char *const names[] = {SERVICE_EVENT_LIST(SERVICE_NAME)};
#undef SERVICE_NAME

	return names[event];
}

bool
service_has_process(const struct service *s)
{
	switch (s->state) {
	case SERVICE_STARTING:
	case SERVICE_UP:
	case SERVICE_READY:
	case SERVICE_PRE_STOP:
	case SERVICE_STOPPING:
	case SERVICE_KILLING:
	case SERVICE_CLEARING:
		return true;
	case SERVICE_DOWN:
	case SERVICE_BACKOFF:
	case SERVICE_DONE:
	case SERVICE_FAILED:
	case SERVICE_STOPPED:
		return false;
	}
	return false;
}

bool
service_is_final(const struct service *s)
{
	return s->state == SERVICE_DONE || s->state == SERVICE_FAILED;
}
