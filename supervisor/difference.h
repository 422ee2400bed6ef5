#ifndef SUPERVISOR_DIFFERENCE_H
#define SUPERVISOR_DIFFERENCE_H

/*
 * What another configuration changes: which service is which, what of it can be taken
 * over while it runs, and all of that in words.
 */

#include "config/config.h"
#include "config/keys.h"
#include "supervisor/text.h"

enum change {
	CHANGE_NONE,
	CHANGE_LIVE, /* it runs on */
	CHANGE_RESTART,
	CHANGE_NEW,
};

struct difference {
	const struct config *old; /* borrowed, as the next one */
	const struct config *fresh;
	size_t *olds; /* of a new service: which old one; or SERVICE_NONE */
	size_t *news; /* of an old one: which new one; or SERVICE_NONE: it goes */
	enum change *changes; /* one per new service */
	bool *same_checks; /* likewise: its checks go on as they are */
};

/* Returns 0 or -ENOMEM. */
int difference_init(
    struct difference *, const struct config *old, const struct config *fresh);
void difference_clear(struct difference *);

/* One line for each that changes; nothing: they are the same. */
void difference_write(const struct difference *, struct text *);

/* settings.c: whether this key has another value in the one and the other. */
bool settings_differ(const struct key *, const void *one, const void *other);

#endif
