#ifndef SUPERVISOR_NOTIFICATION_H
#define SUPERVISOR_NOTIFICATION_H

/*
 * What a service says of itself, as in sd_notify(3): lines of NAME=VALUE.  Pure.
 * The text is of unknown origin: a line that makes no sense is passed over,
 * as systemd does.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "config/config.h"

struct notification {
	bool ready;
	bool reloading;
	bool stopping;
	bool ping; /* WATCHDOG=1 */
	bool trigger; /* WATCHDOG=trigger: it knows that it has failed */
	bool store; /* the descriptors that came with it are to be kept */
	bool unstore; /* those of this name are not */
	bool barrier; /* closing the descriptor that came with it is the answer */
	usec_t extend; /* EXTEND_TIMEOUT_USEC; 0: not there */
	usec_t watchdog; /* WATCHDOG_USEC; 0: not there, USEC_NEVER: no more */
	pid_t main_pid; /* 0: not there */
	int error; /* ERRNO; -1: not there */
	int exit_status; /* -1: not there */
	const char *status; /* into the text; NULL: not there */
	const char *name; /* FDNAME, likewise */
};

/* text is changed, and borrowed: it has a NUL at length. */
void notification_parse(char *text, size_t length, struct notification *ret_notification);

#endif
