#ifndef SUPERVISOR_CHANGES_H
#define SUPERVISOR_CHANGES_H

/*
 * The files and folders that services watch.
 *
 * inotify(7) only tells when to look: at a file itself, which is all there is of a bind
 * mount; at the folder it is in, where editors rename and Kubernetes swaps ..data; and
 * at the same two of what its links lead to.  Whether something has changed is told by
 * a mark made of what is there then: which file, how long, how old.  So an event that
 * was lost costs nothing but another look at everything.
 */

#include "config/config.h"

/* What one service watches. */
struct changes_of {
	uint64_t mark;
	usec_t first; /* event since the last look; USEC_NEVER: none */
	usec_t due; /* the next look */
};

struct changes {
	const struct config *config; /* borrowed */
	int fd; /* of inotify; -1: nobody watches, or the system refuses */
	struct changes_of *items; /* owned; one per service */
	struct {
		int number; /* inotify's */
		size_t service;
	} * watches; /* owned */
	size_t watch_count;
	size_t watch_room;
	int error; /* the first that kept something from being watched, until it is told */
	bool overflow_told;
	bool error_told;
};

/* Returns 0 or -ENOMEM.  What the system refuses is told by changes_trouble(). */
int changes_init(struct changes *, const struct config *);
void changes_clear(struct changes *);

/* A service that watches the same as one of old: what that one has not seen is seen. */
void changes_adopt(
    struct changes *, size_t service, const struct changes *old, size_t from, usec_t now);

/* fd can be read. */
void changes_read(struct changes *, usec_t now);

/* When to call changes_take(), or USEC_NEVER. */
usec_t changes_deadline(const struct changes *);

/* A service for which something has changed, by now; SERVICE_NONE: no more. */
size_t changes_take(struct changes *, usec_t now);

/* What is to be told once, or NULL. */
const char *changes_trouble(struct changes *);

#endif
