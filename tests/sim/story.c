#include "tests/sim/story.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static void
tell_ending(const struct ending *e)
{
	static const char *const words[] = {
	    [ENDING_NONE] = "no end",
	    [ENDING_EXITED] = "exit status",
	    [ENDING_KILLED] = "killed by",
	    [ENDING_OOM] = "OOM-killed",
	    [ENDING_NOT_EXECUTED] = "not executed, errno",
	    [ENDING_NO_RESOURCES] = "no process, errno",
	    [ENDING_TIMED_OUT] = "timed out",
	    [ENDING_NOT_READY] = "not ready",
	    [ENDING_WATCHDOG] = "watchdog",
	    [ENDING_UNHEALTHY] = "unhealthy by check",
	    [ENDING_DEPENDENCY] = "dependency",
	    [ENDING_UNKILLABLE] = "unkillable",
	};

	printf(" (%s %d)", words[e->kind], e->number);
}

static void
tell_occasion(const struct occasion *o)
{
	printf("%14.6f  ", (double)o->now / 1e6);
	switch (o->call) {
	case CALL_START:
		printf("start");
		break;
	case CALL_HANDLE:
		printf("s%zu %s", o->service, service_event_name(o->input.event));
		if (o->input.event == SERVICE_EV_EXITED)
			tell_ending(&o->input.ending);
		if (o->input.leftovers)
			printf(" leaving some of its group");
		break;
	case CALL_ADVANCE:
		printf("%s", o->is_early ? "time, early" : "time");
		break;
	case CALL_REQUEST:
		printf("SIG%s", sigabbrev_np(o->signal));
		break;
	case CALL_SWEPT:
		printf("swept");
		break;
	case CALL_PROBED:
		printf("c%zu %s", o->check, o->good ? "good" : "bad");
		break;
	case CALL_UNPROBED:
		printf("c%zu could not be probed", o->check);
		break;
	case CALL_LEAVING:
		printf("s%zu says it stops", o->service);
		break;
	case CALL_EXTEND:
		printf("s%zu asks for %.6f s", o->service, (double)o->time / 1e6);
		break;
	case CALL_WATCHDOG:
		printf(
		    "s%zu has a watchdog of %.6f s", o->service, (double)o->time / 1e6);
		break;
	case CALL_ASK:
		printf("s%zu is asked to %s", o->service,
		    o->request == PLAN_ASK_START      ? "start"
			: o->request == PLAN_ASK_STOP ? "stop"
						      : "restart");
		break;
	case CALL_TRIGGER:
		printf("s%zu says it has failed", o->service);
		break;
	}
	printf("\n");
}

static void
tell_decision(const struct plan_action *a)
{
	static const char *const words[] = {
	    [PLAN_SPAWN] = "spawn",
	    [PLAN_RUN_HOOK] = "hook",
	    [PLAN_SEND_SIGNAL] = "signal",
	    [PLAN_CUT_HOOK] = "cut-hook",
	    [PLAN_SEND_KILL] = "kill",
	    [PLAN_PROBE] = "probe",
	    [PLAN_PROBE_DROP] = "drop",
	    [PLAN_SWEEP] = "sweep",
	    [PLAN_SWEEP_KILL] = "sweep-kill",
	    [PLAN_TELL_RESTART] = "tell-restart",
	    [PLAN_TELL_FAILED] = "tell-failed",
	    [PLAN_TELL_OVERDUE] = "tell-overdue",
	    [PLAN_TELL_WAITING] = "tell-waiting",
	    [PLAN_TELL_UNHEALTHY] = "tell-unhealthy",
	    [PLAN_TELL_HEALTHY] = "tell-healthy",
	    [PLAN_TELL_STOPPED] = "tell-stopped",
	    [PLAN_TELL_STOP] = "tell-stop",
	    [PLAN_END] = "end",
	};

	printf(" %s", words[a->kind]);
	if (a->service != SERVICE_NONE)
		printf(" %c%zu", witness_is_of_check(a) ? 'c' : 's', a->service);
}

static void
tell_states(const struct witness *w)
{
#define PHASE_NAME(id, name) [id] = name,
	static const char *const phases[] = {PLAN_PHASE_LIST(PHASE_NAME)};
#undef PHASE_NAME
	usec_t deadline = plan_deadline(w->plan);

	printf("                    %s:", phases[w->plan->phase]);
	for (size_t i = 0; i < w->config->count; i++)
		printf(" s%zu %s%s%s", i, service_state_name(w->plan->services[i].state),
		    w->world->bodies[i].exists ? "" : "-",
		    voice_is_hung(&w->world->bodies[i].voice, w->occasion.now) ? "!"
									       : "");
	if (deadline != USEC_NEVER)
		printf(", until %.6f", (double)deadline / 1e6);
	printf("\n");
}

void
story_tell(const struct witness *w)
{
	tell_occasion(&w->occasion);
	if (w->decided_count > 0) {
		printf("                ->");
		for (size_t i = 0; i < w->decided_count; i++)
			tell_decision(&w->decided[i]);
		printf("\n");
	}
	tell_states(w);
	if (w->plan->phase == PLAN_ENDED)
		printf("exit status %d, and the truth is %d\n", plan_status(w->plan),
		    w->status);
}
