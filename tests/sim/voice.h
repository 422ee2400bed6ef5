#ifndef SIM_VOICE_H
#define SIM_VOICE_H

/*
 * What the main process of a service says of itself, and when: that it is ready, that
 * it is alive, and now and then something else.  One that hangs says nothing more.
 */

#include "tests/sim/occasion.h"
#include "tests/sim/random.h"

/* Moments are USEC_NEVER where nothing is due. */
struct voice {
	usec_t ready_at;
	usec_t ping_at;
	usec_t ping_every;
	usec_t speak_at; /* of something else */
	usec_t hang_at;
};

void voice_init(struct voice *);

/* Its program runs. */
void voice_begin(
    struct voice *, const struct service_config *, struct random *, usec_t now);

/* It is asked to stop, and may have something to say to that. */
void voice_hear_stop(
    struct voice *, const struct service_config *, struct random *, usec_t now);

/* When it says something next. */
usec_t voice_next(const struct voice *);

bool voice_is_hung(const struct voice *, usec_t now);

/* What it says by now; false: nothing. */
bool voice_take(
    struct voice *, struct random *, usec_t now, struct occasion *ret_occasion);

#endif
