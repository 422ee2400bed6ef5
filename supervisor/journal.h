#ifndef SUPERVISOR_JOURNAL_H
#define SUPERVISOR_JOURNAL_H

/*
 * Lines to systemd-journald, by its native protocol: a datagram of fields for
 * each.  See systemd's "Native Journal Protocol", and systemd.journal-fields(7).
 *
 * Not by libsystemd: sd_journal_sendv(3) waits where the socket is full, and
 * PID 1 may not.  Entries are kept in a buffer, and as many as there are go out
 * with one system call.
 *
 *   MESSAGE            the line
 *   PRIORITY           from <N> in front of it, else that of info
 *   SYSLOG_FACILITY    daemon, unless it came by syslog(3)
 *   SYSLOG_IDENTIFIER  the service, or the tag of syslog(3)
 *   SYSLOG_PID         its process, as the container counts
 *   PROCTOR_SERVICE    the service
 *   PROCTOR_STREAM     stdout, stderr and the like
 *
 * No OBJECT_PID: journald would look that number up outside of the container,
 * and write down somebody else's command line.  What it knows of the sender,
 * _PID and the like, is proctor's.  It drops what comes too fast from one unit
 * (RateLimitBurst), and tells us nothing of it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define JOURNAL_PATH "/run/systemd/journal/socket"

struct journal {
	int fd; /* the same for all its life: to be watched for writing if blocked */
	const char *path; /* borrowed */
	bool connected;
	bool blocked; /* journald is slow: the rest is kept */
	int error; /* errno of the last connection that could not be; 0: it could */
	char *buffer; /* owned: of each entry a size_t, and as many bytes */
	size_t start;
	size_t end;
	size_t capacity;
	uint64_t lost; /* entries that nobody could take */
};

struct journal_entry {
	const char *service;
	const char *identifier; /* NULL: as the service */
	const char *stream; /* NULL: none of a service's */
	pid_t pid; /* 0: not known */
	int priority; /* LOG_EMERG ... LOG_DEBUG */
	int facility; /* LOG_FAC() */
	const char *data;
	size_t length;
};

/*
 * Returns 0 or -errno.  That journald is not there is not an error: error tells,
 * and each flush tries again.
 */
int journal_open(struct journal *, const char *path, size_t capacity);
void journal_close(struct journal *);

/*
 * The priority that a line begins with, "<N>" as in sd-daemon(3), which is cut
 * off; info where there is none.  As systemd has it for the output of its
 * services (SyslogLevel=, SyslogLevelPrefix=), for both streams.
 */
int journal_priority(const char **data, size_t *length);

/* Room for so many more bytes, and what an entry takes of it. */
size_t journal_room(const struct journal *);
size_t journal_size(const struct journal_entry *);
size_t journal_pending(const struct journal *);

/* Returns false where there is no room: it is not taken then. */
bool journal_put(struct journal *, const struct journal_entry *);

/*
 * Sends what can be sent now.  Where there is no journald, what is pending is
 * lost, and counted; one that has been started anew is found again.
 */
void journal_flush(struct journal *);

/* What is pending is given up, and counted. */
void journal_drop(struct journal *);

#endif
