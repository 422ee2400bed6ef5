#ifndef SUPERVISOR_SERVICE_H
#define SUPERVISOR_SERVICE_H

/*
 * One service as a machine: what happened, what time it is -> what to do.
 *
 * This file knows no pids, no file descriptors and no clock.  It cannot fail
 * and it allocates nothing, so every path through it can be walked by a test
 * with invented time.  plan.c feeds it, loop.c carries out the actions.
 *
 *            START            EXECED       READY
 *   DOWN ------------> STARTING ------> UP ------> READY
 *    ^                    ^  |           |           |
 *    |             TIMEOUT|  |           |  STOP, FAULT, TIMEOUT
 *    |                    |  |           v           v
 *    |              BACKOFF  |        PRE_STOP ---> STOPPING ---> KILLING
 *    |                    ^  |           |  HOOK_ENDED |  TIMEOUT    |
 *    |                    |  +-----------+----+--------+-------------+
 *    |                    |                   | EXITED
 *    |                    |                   v
 *    +--------------------+---------------CLEARING----> DONE, FAILED
 *
 * LEAVING leads from UP and READY to STOPPING too, without a signal; PING, WAIT
 * and EXTEND only move the deadline.
 *
 * A life is one process, from SPAWN to the moment nothing of its process
 * group is left.  CLEARING is passed through at once where nothing is.  After
 * a life come DOWN (it was asked to stop), BACKOFF (it gets another one),
 * DONE (a task or main that ended well) or FAILED (for good); only the last two
 * are final.
 *
 * What somebody asks for by hand is WANT, HALT and RENEW: HALT leads as STOP does,
 * but to STOPPED, where it stays until it is wanted again; RENEW leads to DOWN, as
 * one that starts anew; WANT leads there from STOPPED, BACKOFF, DONE and FAILED.
 * None of these is a failure, and none costs a restart of the budget.
 */

#include "supervisor/backoff.h"
#include "supervisor/ending.h"

#define SERVICE_STATE_LIST(X)                                                            \
	X(SERVICE_DOWN, "down")                                                          \
	X(SERVICE_STARTING, "starting")                                                  \
	X(SERVICE_UP, "up")                                                              \
	X(SERVICE_READY, "ready")                                                        \
	X(SERVICE_PRE_STOP, "pre-stop")                                                  \
	X(SERVICE_STOPPING, "stopping")                                                  \
	X(SERVICE_KILLING, "killing")                                                    \
	X(SERVICE_CLEARING, "clearing")                                                  \
	X(SERVICE_BACKOFF, "backoff")                                                    \
	X(SERVICE_DONE, "done")                                                          \
	X(SERVICE_FAILED, "failed")                                                      \
	X(SERVICE_STOPPED, "stopped")

#define SERVICE_EVENT_LIST(X)                                                            \
	X(SERVICE_EV_START, "start") /* everything it waits for is there */              \
	X(SERVICE_EV_STOP, "stop") /* by until; then it is killed */                     \
	X(SERVICE_EV_KILL, "kill") /* at once */                                         \
	X(SERVICE_EV_RETIRE, "retire") /* it may run on, but gets no new life */         \
	X(SERVICE_EV_FAULT, "fault") /* it runs, and yet has failed */                   \
	X(SERVICE_EV_EXECED, "execed") /* its program runs */                            \
	X(SERVICE_EV_READY, "ready") /* it can be used */                                \
	X(SERVICE_EV_WAIT, "wait") /* it cannot start yet; to be told if that lasts */   \
	X(SERVICE_EV_PING, "ping") /* it says it is alive: its watchdog */               \
	X(SERVICE_EV_EXTEND, "extend") /* it needs more time, until then */              \
	X(SERVICE_EV_LEAVING, "leaving") /* it stops by itself, by until */              \
	X(SERVICE_EV_EXITED, "exited") /* its main process is gone */                    \
	X(SERVICE_EV_CLEARED, "cleared") /* and so is the rest of its group */           \
	X(SERVICE_EV_HOOK, "hook") /* pre_stop has ended */                              \
	X(SERVICE_EV_TIMEOUT, "timeout") /* the deadline has come */                     \
	X(SERVICE_EV_WANT, "want") /* somebody asks that it runs */                      \
	X(SERVICE_EV_HALT, "halt") /* or that it stops, by until, and stays so */        \
	X(SERVICE_EV_RENEW, "renew") /* or likewise, and then starts anew */

#define SERVICE_ENUM(id, name) id,
#define SERVICE_COUNT(id, name) +1
enum service_state { SERVICE_STATE_LIST(SERVICE_ENUM) };
enum service_event { SERVICE_EVENT_LIST(SERVICE_ENUM) };
enum { SERVICE_STATE_COUNT = 0 SERVICE_STATE_LIST(SERVICE_COUNT) };
enum { SERVICE_EVENT_COUNT = 0 SERVICE_EVENT_LIST(SERVICE_COUNT) };

enum service_action {
	SERVICE_NOTHING,
	SERVICE_SPAWN, /* start a process */
	SERVICE_RUN_HOOK, /* run pre_stop; SERVICE_EV_HOOK says it has ended */
	SERVICE_SEND_SIGNAL, /* the stop signal, and SIGCONT */
	SERVICE_CUT_HOOK, /* SIGKILL for pre_stop, and then the stop signal */
	SERVICE_SEND_KILL, /* SIGKILL for its group, and for pre_stop's */
	SERVICE_TELL_WAITING, /* it has waited for others for long */
};

/* What somebody has asked for is to become of it when it has stopped. */
enum service_asked {
	ASKED_NOTHING,
	ASKED_HALT,
	ASKED_RENEW,
};

struct service_input {
	enum service_event event;
	struct ending ending; /* EXITED, FAULT */
	bool leftovers; /* EXITED: more of its group is still there */
	usec_t
	    until; /* STOP, HALT, RENEW, FAULT, LEAVING: the end of its stop time; EXTEND */
};

struct service {
	const struct service_config *config; /* borrowed; outlives the service */
	enum service_state state;
	bool wanted; /* it may have another life */
	bool hangs; /* FAILED, and the process that SIGKILL did not end is still there */
	enum service_asked asked; /* while it is being stopped */
	enum service_asked pending; /* once those that require it are; kept by asked.c */
	size_t with; /* whose stop by hand stopped it: its own, or what it requires; so */
	bool overdue; /* killed in this life because its time was up */
	int sent; /* stop signal it was sent in this life, or 0 */
	unsigned blockers; /* services it still waits for; kept by plan.c */
	struct ending fault; /* why it was stopped though nobody asked */
	struct ending ending; /* of the last life */
	usec_t started; /* the last life */
	usec_t deadline; /* next TIMEOUT, or USEC_NEVER */
	usec_t stop_begun; /* it, and when it is to be over */
	usec_t stop_until;
	usec_t watchdog; /* how often it has to ping; USEC_NEVER: need not */

	struct backoff backoff;
};

/* moments and seed: see backoff_init(). */
void service_init(struct service *, const struct service_config *config, usec_t *moments,
    uint32_t seed);

/* Never fails.  After it, deadline tells when SERVICE_EV_TIMEOUT is due. */
enum service_action service_step(
    struct service *, const struct service_input *, usec_t now);

const char *service_state_name(enum service_state);
const char *service_event_name(enum service_event);

/* Whether it has, or may still have, a process. */
bool service_has_process(const struct service *);

/* Whether no event but a request can change it any more. */
bool service_is_final(const struct service *);

#endif
