#ifndef SUPERVISOR_HANDOVER_H
#define SUPERVISOR_HANDOVER_H

/*
 * The descriptors that a main process gets besides 0, 1 and 2: sockets that
 * proctor was started with, those it stored itself, as in sd_listen_fds(3), and the
 * one of ready = fd:N.
 */

#include "supervisor/environment.h"
#include "supervisor/fdstore.h"
#include "supervisor/spawn.h"

struct handover {
	struct spawn_fd fds[SPAWN_FDS_MAX];
	size_t count;
	char listen_pid[32]; /* see struct spawn */
};

/*
 * sockets are proctor's own, of which the service gets those it names; stored are
 * the service's.  Sets LISTEN_FDS and LISTEN_FDNAMES.  Returns 0 or -ENOMEM.
 */
int handover_listen(struct handover *, const struct service_config *,
    const struct fdstore *sockets, const struct fdstore *stored, struct environment *);

/* One more, that the child finds under this number. */
void handover_add(struct handover *, int fd, int number);

#endif
