/* The machine as a whole: its picture, its table, its names. */
#include "tests/unit/supervisor/service-story.h"

static struct hero hero;
static char hook[] = "hook";
static char *hook_words[] = {hook, NULL};

static void
put_in(enum service_state state)
{
	hero_init(&hero, KIND_SERVICE);
	hero.config.pre_stop = (struct words){.items = hook_words, .count = 1};
	service_init(&hero.service, &hero.config, hero.moments, 1);
	hero.service.state = state;
	hero.service.stop_until = 100;
}

/* Every edge of the picture in service.h, and no other. */
static void
test_table_is_complete_and_is_the_picture(void **state)
{
	/* clang-format off */
	static const char *const picture[SERVICE_STATE_COUNT][SERVICE_EVENT_COUNT] = {
	/*             start       stop        kill        retire      fault       execed      ready       wait        ping        extend      leaving     exited      cleared     hook        timeout     want        halt        renew */
	/* down     */ {"starting", "down",     "down",     "down",     "failed",   "down",     "down",     "down",     "down",     "down",     "down",     "down",     "down",     "down",     "down", "down", "stopped", "down"},
	/* starting */ {"starting", "stopping", "killing",  "starting", "stopping", "ready",    "starting", "starting", "starting", "starting", "starting", "failed",   "starting", "starting", "stopping", "starting", "stopping", "stopping"},
	/* up       */ {"up",       "pre-stop", "killing",  "up",       "pre-stop", "up",       "ready",    "up",       "up",       "up",       "stopping", "failed",   "up",       "up",       "pre-stop", "up", "pre-stop", "pre-stop"},
	/* ready    */ {"ready",    "pre-stop", "killing",  "ready",    "pre-stop", "ready",    "ready",    "ready",    "ready",    "ready",    "stopping", "failed",   "ready",    "ready",    "pre-stop", "ready", "pre-stop", "pre-stop"},
	/* pre-stop */ {"pre-stop", "pre-stop", "killing",  "pre-stop", "pre-stop", "pre-stop", "pre-stop", "pre-stop", "pre-stop", "pre-stop", "pre-stop", "failed",   "pre-stop", "stopping", "stopping", "pre-stop", "pre-stop", "pre-stop"},
	/* stopping */ {"stopping", "stopping", "killing",  "stopping", "stopping", "stopping", "stopping", "stopping", "stopping", "stopping", "stopping", "failed",   "stopping", "stopping", "killing", "stopping", "stopping", "stopping"},
	/* killing  */ {"killing",  "killing",  "killing",  "killing",  "killing",  "killing",  "killing",  "killing",  "killing",  "killing",  "killing",  "failed",   "killing",  "killing",  "failed", "killing", "killing", "killing"},
	/* clearing */ {"clearing", "clearing", "clearing", "clearing", "clearing", "clearing", "clearing", "clearing", "clearing", "clearing", "clearing", "clearing", "failed",   "clearing", "failed", "clearing", "clearing", "clearing"},
	/* backoff  */ {"backoff",  "down",     "down",     "down",     "failed",   "backoff",  "backoff",  "backoff",  "backoff",  "backoff",  "backoff",  "backoff",  "backoff",  "backoff",  "starting", "down", "stopped", "down"},
	/* done     */ {"done",     "done",     "done",     "done",     "done",     "done",     "done",     "done",     "done",     "done",     "done",     "done",     "done",     "done",     "done", "down", "done", "down"},
	/* failed   */ {"failed",   "failed",   "failed",   "failed",   "failed",   "failed",   "failed",   "failed",   "failed",   "failed",   "failed",   "failed",   "failed",   "failed",   "failed", "down", "failed", "down"},
	/* stopped  */ {"stopped", "stopped", "stopped", "stopped", "stopped", "stopped", "stopped", "stopped", "stopped", "stopped", "stopped", "stopped", "stopped", "stopped", "stopped", "down", "stopped", "down"},
	};
	/* clang-format on */

	(void)state;
	for (unsigned from = 0; from < SERVICE_STATE_COUNT; from++)
		for (unsigned ev = 0; ev < SERVICE_EVENT_COUNT; ev++) {
			struct service_input input = {
			    .event = (enum service_event)ev,
			    .ending = EXIT(1),
			    .until = 50,
			};

			put_in((enum service_state)from);
			(void)service_step(&hero.service, &input, 10);
			assert_string_equal(
			    service_state_name(hero.service.state), picture[from][ev]);
		}
}

static void
test_only_these_cells_act(void **state)
{
	static const struct {
		enum service_state state;
		enum service_event event;
		enum service_action action;
	} acts[] = {
	    {DOWN, SERVICE_EV_START, SPAWN},
	    {DOWN, SERVICE_EV_TIMEOUT, TELL_WAITING},
	    {BACKOFF, SERVICE_EV_TIMEOUT, SPAWN},
	    {STARTING, SERVICE_EV_STOP, SEND_SIGNAL},
	    {STARTING, SERVICE_EV_FAULT, SEND_SIGNAL},
	    {STARTING, SERVICE_EV_TIMEOUT, SEND_SIGNAL},
	    {STARTING, SERVICE_EV_KILL, SEND_KILL},
	    {UP, SERVICE_EV_STOP, RUN_HOOK},
	    {UP, SERVICE_EV_FAULT, RUN_HOOK},
	    {UP, SERVICE_EV_TIMEOUT, RUN_HOOK},
	    {UP, SERVICE_EV_KILL, SEND_KILL},
	    {READY, SERVICE_EV_STOP, RUN_HOOK},
	    {READY, SERVICE_EV_FAULT, RUN_HOOK},
	    {READY, SERVICE_EV_TIMEOUT, RUN_HOOK},
	    {READY, SERVICE_EV_KILL, SEND_KILL},
	    {PRE_STOP, SERVICE_EV_HOOK, SEND_SIGNAL},
	    {PRE_STOP, SERVICE_EV_TIMEOUT, CUT_HOOK},
	    {PRE_STOP, SERVICE_EV_KILL, SEND_KILL},
	    {STARTING, SERVICE_EV_HALT, SEND_SIGNAL},
	    {STARTING, SERVICE_EV_RENEW, SEND_SIGNAL},
	    {UP, SERVICE_EV_HALT, RUN_HOOK},
	    {UP, SERVICE_EV_RENEW, RUN_HOOK},
	    {READY, SERVICE_EV_HALT, RUN_HOOK},
	    {READY, SERVICE_EV_RENEW, RUN_HOOK},
	    {STOPPING, SERVICE_EV_TIMEOUT, SEND_KILL},
	    {STOPPING, SERVICE_EV_KILL, SEND_KILL},
	};
	enum service_action wanted[SERVICE_STATE_COUNT][SERVICE_EVENT_COUNT] = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(acts); i++)
		wanted[acts[i].state][acts[i].event] = acts[i].action;
	for (unsigned from = 0; from < SERVICE_STATE_COUNT; from++)
		for (unsigned ev = 0; ev < SERVICE_EVENT_COUNT; ev++) {
			struct service_input input = {.event = (enum service_event)ev};

			put_in((enum service_state)from);
			assert_int_equal(
			    service_step(&hero.service, &input, 10), wanted[from][ev]);
		}
}

/* Where it is not wanted any more, nothing leads to another life. */
static void
test_no_life_once_it_is_not_wanted(void **state)
{
	(void)state;
	for (unsigned from = 0; from < SERVICE_STATE_COUNT; from++)
		for (unsigned ev = 0; ev < SERVICE_EVENT_COUNT; ev++) {
			struct service_input input = {.event = (enum service_event)ev};

			/* Back-off is left as soon as that is so; and these two want it. */
			if (from == BACKOFF || ev == SERVICE_EV_WANT ||
			    ev == SERVICE_EV_RENEW)
				continue;
			put_in((enum service_state)from);
			hero.config.restart = RESTART_ALWAYS;
			hero.service.wanted = false;
			assert_int_not_equal(
			    service_step(&hero.service, &input, 10), SPAWN);
			assert_int_not_equal(hero.service.state, BACKOFF);
			assert_false(hero.service.wanted);
		}
}

static void
test_a_request_to_end_leaves_nothing_wanted(void **state)
{
	static const enum service_event requests[] = {
	    SERVICE_EV_STOP, SERVICE_EV_KILL, SERVICE_EV_RETIRE};

	(void)state;
	for (unsigned from = 0; from < SERVICE_STATE_COUNT; from++)
		for (size_t i = 0; i < LENGTH(requests); i++) {
			struct service_input input = {.event = requests[i]};

			put_in((enum service_state)from);
			(void)service_step(&hero.service, &input, 10);
			assert_false(hero.service.wanted);
		}
}

/* One without a process has no deadline, but for the back-off's and the wait's. */
static void
test_no_state_inherits_a_deadline(void **state)
{
	(void)state;
	for (unsigned from = 0; from < SERVICE_STATE_COUNT; from++)
		for (unsigned ev = 0; ev < SERVICE_EVENT_COUNT; ev++) {
			struct service_input input = {
			    .event = (enum service_event)ev, .until = 15};
			const struct service *s = &hero.service;

			put_in((enum service_state)from);
			if (service_has_process(s) || from == BACKOFF)
				hero.service.deadline = 20;
			(void)service_step(&hero.service, &input, 10);
			if (!service_has_process(s) && s->state != BACKOFF &&
			    !(s->state == DOWN &&
				(ev == SERVICE_EV_WAIT || ev == SERVICE_EV_WANT ||
				    ev == SERVICE_EV_RENEW)))
				assert_int_equal(s->deadline, NEVER);
			assert_true(s->deadline >= 10);
		}
}

static void
test_names(void **state)
{
	static const char *const states[] = {"down", "starting", "up", "ready",
	    "pre-stop", "stopping", "killing", "clearing", "backoff", "done", "failed",
	    "stopped"};
	static const char *const events[] = {"start", "stop", "kill", "retire", "fault",
	    "execed", "ready", "wait", "ping", "extend", "leaving", "exited", "cleared",
	    "hook", "timeout", "want", "halt", "renew"};

	(void)state;
	assert_int_equal(LENGTH(states), SERVICE_STATE_COUNT);
	assert_int_equal(LENGTH(events), SERVICE_EVENT_COUNT);
	for (unsigned i = 0; i < SERVICE_STATE_COUNT; i++)
		assert_string_equal(service_state_name((enum service_state)i), states[i]);
	for (unsigned i = 0; i < SERVICE_EVENT_COUNT; i++)
		assert_string_equal(service_event_name((enum service_event)i), events[i]);
}

static void
test_which_states_have_a_process_and_which_are_final(void **state)
{
	static const struct {
		enum service_state state;
		bool has_process;
		bool is_final;
	} rows[] = {
	    {DOWN, false, false},
	    {STARTING, true, false},
	    {UP, true, false},
	    {READY, true, false},
	    {PRE_STOP, true, false},
	    {STOPPING, true, false},
	    {KILLING, true, false},
	    {CLEARING, true, false},
	    {BACKOFF, false, false},
	    {DONE, false, true},
	    {FAILED, false, true},
	    {STOPPED, false, false},
	};

	(void)state;
	assert_int_equal(LENGTH(rows), SERVICE_STATE_COUNT);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		put_in(rows[i].state);
		assert_int_equal(service_has_process(&hero.service), rows[i].has_process);
		assert_int_equal(service_is_final(&hero.service), rows[i].is_final);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table_is_complete_and_is_the_picture),
	    cmocka_unit_test(test_only_these_cells_act),
	    cmocka_unit_test(test_no_life_once_it_is_not_wanted),
	    cmocka_unit_test(test_a_request_to_end_leaves_nothing_wanted),
	    cmocka_unit_test(test_no_state_inherits_a_deadline),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_which_states_have_a_process_and_which_are_final),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
