#ifndef SUPERVISOR_STATS_H
#define SUPERVISOR_STATS_H

/*
 * What is counted for the pages and the metrics.  Plain numbers, written by
 * supervisor.c and its neighbours where things happen, read by pages.c.
 */

#include "supervisor/ending.h"

struct service_stats {
	uint64_t starts;
	uint32_t restarts[ENDING_KIND_COUNT]; /* by the ending that made them necessary */
	uint64_t oom_kills;
	uint64_t log_lines[4]; /* enum stream_kind of output.h */
	uint64_t log_bytes[4];
	uint64_t log_dropped; /* lines */
	usec_t started; /* the last life, on the monotonic clock; 0: never */
	struct ending last; /* the last life; kind ENDING_NONE: none has ended */
	char *status; /* owned; what it said by STATUS= of sd_notify(3), or NULL */
	int error; /* likewise by ERRNO=, or 0 */
	int exit_status; /* likewise by EXIT_STATUS=, or 0 */
	bool reloading; /* likewise by RELOADING=1 */
};

struct check_stats {
	uint64_t good;
	uint64_t bad;
	usec_t last; /* the end of the last probe, on the monotonic clock; 0: none yet */
	usec_t duration; /* of that */
	usec_t durations; /* of all */
	char *answer; /* owned; the last one, a line of valid UTF-8, or NULL */
};

struct stats {
	struct service_stats *services; /* owned; one per service of the configuration */
	struct check_stats *checks; /* likewise, per check */
	uint64_t orphans; /* reaped */
	usec_t begun; /* proctor itself, on the monotonic clock */
};

/* Returns 0 or -ENOMEM. */
int stats_init(struct stats *, const struct config *);

/* Its process is there.  What the one before it said of itself is over. */
void stats_begin_life(struct service_stats *, usec_t now);

void stats_clear(struct stats *, const struct config *);

#endif
