#ifndef SUPERVISOR_STEPS_H
#define SUPERVISOR_STEPS_H

/*
 * The cells of the table in service.c: what a service does when something
 * happens to it.  life.c knows how a life begins and ends, stop.c the way from
 * a reason to stop to the last SIGKILL.  Private to these three files.
 */

#include "supervisor/service.h"

typedef enum service_action service_step_fn(
    struct service *, const struct service_input *, usec_t now);

/* The only assignment to state, so that no state inherits a stale timer. */
void service_enter(struct service *, enum service_state, usec_t deadline);

/* It may have no other life: whatever somebody had asked for, it is over. */
void service_retire(struct service *);

/* life.c */
service_step_fn life_start;
service_step_fn life_start_again; /* after the back-off */
service_step_fn life_execed;
service_step_fn life_ready;
service_step_fn life_wait;
service_step_fn life_waited;
service_step_fn life_ping;
service_step_fn life_extend;
service_step_fn life_exited;
service_step_fn life_cleared;
service_step_fn life_fault; /* it has failed without a process */
service_step_fn life_unkillable;
service_step_fn life_retire;
service_step_fn life_give_up; /* waiting for the next life */
service_step_fn life_gone; /* the process that made it fail by being there */
service_step_fn life_want;
service_step_fn life_want_anew; /* with all that went wrong before forgiven */
service_step_fn life_halt; /* it has no process */

/* stop.c */
service_step_fn stop_early; /* its program does not run yet */
service_step_fn stop_begin;
service_step_fn stop_halt_early; /* somebody asks: see SERVICE_EV_HALT */
service_step_fn stop_halt;
service_step_fn stop_halt_late; /* it is being stopped already */
service_step_fn stop_renew_early; /* likewise SERVICE_EV_RENEW */
service_step_fn stop_renew;
service_step_fn stop_renew_late;
service_step_fn stop_sooner; /* it is being stopped already */
service_step_fn stop_leaving; /* by itself */
service_step_fn stop_extend;
service_step_fn stop_hook_over;
service_step_fn stop_hook_overdue;
service_step_fn stop_overdue;
service_step_fn stop_at_once;
service_step_fn stop_fault_early;
service_step_fn stop_fault;
service_step_fn stop_fault_late;
service_step_fn stop_timed_out_early;
service_step_fn stop_timed_out;

#endif
