#ifndef SUPERVISOR_SYSLOG_H
#define SUPERVISOR_SYSLOG_H

/*
 * What a program says by syslog(3): a datagram in, its text out.  Pure.
 *
 *   <PRI>Mmm dd hh:mm:ss [HOST] TAG[PID]: message           RFC 3164, as libc has it
 *   <PRI>1 TIME HOST TAG PID ID [data] message              RFC 5424
 *
 * What is shown is "TAG[PID]: message" for both, without what proctor or the
 * reader outside knows better.  It is of unknown origin: what is like neither
 * is shown as it is, as user.notice where it has no <PRI>.
 */

#include <stdbool.h>
#include <stddef.h>

struct syslog_message {
	int priority; /* LOG_EMERG ... LOG_DEBUG, as in <N> */
	int facility; /* LOG_FAC() */
	const char *text; /* into the datagram, one line or more; NULL: nothing */
	size_t length;
};

/*
 * The datagram is changed, and borrowed.  host: the name of this machine, left
 * out where a program has put it in; NULL: not known.
 */
void syslog_parse(
    char *datagram, size_t length, const char *host, struct syslog_message *ret_message);

#endif
