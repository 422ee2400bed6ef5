#ifndef INIT_UPWARD_H
#define INIT_UPWARD_H

/*
 * What proctor tells whoever runs it, through the outer NOTIFY_SOCKET: READY=1 when
 * everything is ready for the first time, STATUS= in a sentence, STOPPING=1 with the
 * time that it may take, and WATCHDOG=1 while it is live.
 *
 * This is the protocol of sd_notify(3), which is stable and small, as that manual
 * itself shows; so no library is needed, and the static build can do it too.
 */

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "supervisor/supervisor.h"

struct upward {
	int fd; /* -1: nobody is to be told anything */
	struct sockaddr_un address;
	socklen_t length;
	usec_t watchdog; /* between two WATCHDOG=1; USEC_NEVER: none is asked for */
	usec_t next_ping;
	bool ready_told;
	bool stopping_told;
	bool refused; /* in this turn: it has to be tried again */
	size_t told; /* how many services were ready at the last STATUS= */
};

/*
 * Takes what is for proctor out of its environment, so that no service takes it
 * for its own.
 */
void upward_open(struct upward *);
void upward_close(struct upward *);

/* Once in every turn of the loop.  Returns when the next is due; or USEC_NEVER. */
usec_t upward_turn(struct upward *, const struct supervisor *, usec_t now);

#endif
