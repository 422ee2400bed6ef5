#ifndef SIM_WORLD_H
#define SIM_WORLD_H

/*
 * The world that a plan acts in: processes that start or do not, obey or do
 * not, end when they like, leave others behind, speak or hang.  It is honest: a
 * process exists from the moment it was made until its end has been told.
 */

#include "tests/sim/occasion.h"
#include "tests/sim/scenery.h"
#include "tests/sim/voice.h"

/* The processes of one service.  Moments are USEC_NEVER where nothing is due. */
struct body {
	bool exists; /* the main process */
	bool execed; /* its program runs, whether that was told or not */
	bool is_stubborn; /* it does not care for its stop signal */
	bool is_unkillable;
	bool leaves; /* some of its group, when it ends */
	bool hook_exists;
	bool refused; /* it was to be made, and could not be */
	bool hook_refused;
	struct ending end; /* at exit_at */
	usec_t exec_at;
	usec_t exit_at;
	usec_t clear_at; /* the rest of its group is gone */
	usec_t hook_at; /* pre_stop ends */
	struct voice voice;
	unsigned sickness; /* chance in percent that a probe finds it bad */
};

/* The probe of one check. */
struct probing {
	bool exists;
	bool refused;
	bool good;
	usec_t answer_at;
};

struct world {
	struct random *random; /* borrowed */
	const struct config *config;
	struct body bodies[SERVICES_MAX];
	struct probing probings[CHECKS_MAX];
	unsigned shortage; /* chance in percent that a process cannot be made */
	bool has_strays; /* processes that belong to no service */
	bool are_stubborn;
	bool are_unkillable;
	usec_t strays_at; /* they end */
	bool is_swept; /* somebody wants to know when nothing is left */
};

void world_init(struct world *, const struct config *, struct random *);

/* Carries out what concerns processes. */
void world_act(struct world *, const struct plan_action *, usec_t now);

/* When something happens next. */
usec_t world_next(const struct world *);

/*
 * Something of what has happened by now; which of it, is left to chance.
 * Returns false if nothing is left to be told.
 */
bool world_take(struct world *, usec_t now, struct occasion *ret_occasion);

/* Whether all that a sweep was for is gone. */
bool world_is_empty(const struct world *);

#endif
