#ifndef SIM_OCCASION_H
#define SIM_OCCASION_H

/* What the plan is called for. */

#include "supervisor/plan.h"

enum call {
	CALL_START,
	CALL_HANDLE,
	CALL_ADVANCE,
	CALL_REQUEST,
	CALL_SWEPT,
	CALL_PROBED,
	CALL_UNPROBED,
	CALL_LEAVING,
	CALL_EXTEND,
	CALL_WATCHDOG,
	CALL_TRIGGER,
	CALL_ASK,
};

struct occasion {
	enum call call;
	usec_t now;
	size_t service; /* CALL_HANDLE, and what a service says */
	struct service_input input; /* CALL_HANDLE */
	int signal; /* CALL_REQUEST */
	enum plan_request request; /* CALL_ASK */
	bool is_early; /* CALL_ADVANCE: before the deadline */
	size_t check; /* CALL_PROBED, CALL_UNPROBED */
	bool good; /* CALL_PROBED */
	usec_t time; /* CALL_EXTEND, CALL_WATCHDOG */
};

#endif
