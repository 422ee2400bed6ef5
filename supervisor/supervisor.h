#ifndef SUPERVISOR_SUPERVISOR_H
#define SUPERVISOR_SUPERVISOR_H

/*
 * What happens in the world -> events for the plan; the plan's actions ->
 * deeds.  It knows processes and pipes, but not the event loop: loop.c calls
 * it when a signal has come, a descriptor is ready or the time is up.
 *
 * Nothing here blocks.  What fails (a fork, a pipe) becomes an event too.
 */

#include "supervisor/changes.h"
#include "supervisor/children.h"
#include "supervisor/events.h"
#include "supervisor/notify.h"
#include "supervisor/output.h"
#include "supervisor/plan.h"
#include "supervisor/probes.h"
#include "supervisor/reload.h"
#include "supervisor/stats.h"
#include "supervisor/text.h"

/* What only init/ knows. */
struct supervisor_duties {
	const sigset_t *child_mask; /* what children start with blocked */
	const struct rlimit *child_nofile; /* their limit of descriptors */
	char *const *environment; /* theirs to inherit */
	bool is_init; /* this is PID 1 */
	const char *folder; /* the runtime directory, or NULL */
	const struct fdstore *sockets; /* proctor was started with these */

	void *context; /* the first argument of those below */
	/*
	 * Reads the configuration anew.  Returns 0, to be given back with config_free();
	 * or -errno, with what is wrong, a line each.  NULL: there is no file.
	 */
	int (*load)(void *context, struct config *ret_config, struct text *ret_errors);
	/* Whether the OOM killer has struck just before. */
	bool (*was_oom_kill)(void *context, usec_t now);
	/* Looks whether it has; called when oom_fd can be read, or at deaths. */
	void (*look_for_oom_kill)(void *context, usec_t now);
	int oom_fd; /* or -1: at deaths */
	/*
	 * Sends a signal, with SIGCONT after SIGTERM, to every process that is left to
	 * proctor; 0 only asks.  Returns whether there is one that it may signal.
	 */
	bool (*sweep)(void *context, int signal);
	/* Once in every turn of the loop.  Returns when the next is due at the latest. */
	usec_t (*turn)(void *context, usec_t now);
};

/* What the loop is asked to watch, for reading. */
enum watched {
	WATCH_STATUS, /* of a service: status_fd */
	WATCH_READY, /* likewise: ready_fd */
	WATCH_STREAMS, /* likewise: its output, for good */
	WATCH_ANSWER, /* of a check: answer_fd */
};

/* index: of the service or check.  Descriptors of -1 are none. */
struct supervisor_watch {
	void *context;
	void (*watch)(void *context, enum watched, size_t index);
	void (*unwatch)(void *context, enum watched, size_t index); /* before it closes */
	/*
	 * Another configuration comes: from now on nothing is watched, until renew()
	 * says that all is in its place.  Returns 0 or -ENOMEM.
	 */
	int (*prepare)(void *context, const struct config *);
	void (*renew)(void *context);
};

/* A process that could not be made; the plan is told after its actions. */
struct unstarted {
	bool main;
	bool hook;
	struct ending ending;
};

/* The last that note.c knows of a service. */
struct noted {
	enum service_state state;
	bool ready;
};

struct supervisor {
	const struct config *config;
	const struct supervisor_duties *duties;
	const struct supervisor_watch *watch;
	struct plan plan;
	struct output output;
	struct children children;
	struct probes probes;
	struct notify notify;
	struct stats stats;
	struct events events; /* see note.c */
	struct noted *noted; /* one per service */
	bool controls; /* its socket serves the API: control was not off at the start */
	const char *telling; /* the kind of what is being said, or NULL */
	struct changes changes;
	struct reload *reloads; /* one per service */
	usec_t reload_deadline; /* of the first that is overdue */
	struct unstarted *unstarted; /* one per service */
	bool *unprobed; /* likewise one per check */
	size_t unstarted_count; /* of both */
	usec_t oom_looked; /* when for an OOM kill, where nobody tells */
	usec_t now;
	struct update *update; /* that is under way, or NULL */
	enum plan_outcome updated; /* what became of the last one */
	bool update_again; /* SIGHUP has come since it began */
	uint64_t rings; /* of services that came by an update */
	struct config *owned; /* what config is, after an update */
	struct config *outlived; /* and what it was before */
	bool ended;
};

/* All are borrowed and outlive it.  Returns 0 or -ENOMEM. */
int supervisor_init(struct supervisor *, const struct config *,
    const struct supervisor_duties *, const struct supervisor_watch *);
void supervisor_clear(struct supervisor *);

void supervisor_start(struct supervisor *, usec_t now);

/* A signal has come to proctor; SIGCHLD stands for any number of deaths. */
void supervisor_handle_signal(struct supervisor *, int signal, usec_t now);

/* The status_fd of this service can be read. */
void supervisor_handle_status(struct supervisor *, size_t service, usec_t now);

/* The ready_fd of this service can be read. */
void supervisor_handle_ready(struct supervisor *, size_t service, usec_t now);

/* The answer_fd of this check can be read. */
void supervisor_handle_answer(struct supervisor *, size_t check);

/* The notify socket can be read. */
void supervisor_handle_notify(struct supervisor *, usec_t now);

/* plan_ask(), and its deeds.  -EINPROGRESS: an update goes on; only STOP is possible. */
int supervisor_ask(struct supervisor *, size_t service, enum plan_request, usec_t now);

/* A signal for its main process.  Returns 0; -ESRCH: it has none; or -EPERM. */
int supervisor_send(struct supervisor *, size_t service, int signal);

/*
 * Makes it read its own configuration again: reload_check first, then reload_command or
 * the signal.  Returns 0: that has begun; -ESRCH: it does not run; -EBUSY: it is being
 * reloaded; or another -errno.
 */
int supervisor_reload(struct supervisor *, size_t service, usec_t now);

/* What became of the last reload; *ret_words: why it has failed, or NULL. */
enum plan_outcome supervisor_reloaded(
    const struct supervisor *, size_t service, const char **ret_words);

/* changes.fd can be read: something that is watched may have changed. */
void supervisor_handle_changes(struct supervisor *, usec_t now);

/* When supervisor_handle_timeout() is due, or USEC_NEVER. */
usec_t supervisor_deadline(const struct supervisor *);

/* An orderly stop asked from inside; status: -1 as SIGTERM would, or 0 to 255. */
void supervisor_shutdown(struct supervisor *, int status, usec_t now);

/* There may be something in /dev/log.  Returns whether there was. */
bool supervisor_handle_syslog(struct supervisor *);

/*
 * Reads the configuration again, and goes over to it: see update.c.  *ret_difference
 * and *ret_errors get a line for each.  dry: only tells the difference.  Returns 0;
 * -EINVAL: there are errors, and nothing changes; -EBUSY: another update is under way;
 * -ESHUTDOWN, -ENOENT (no file to read) or -ENOMEM.
 */
int supervisor_update(struct supervisor *, bool dry, usec_t now,
    struct text *ret_difference, struct text *ret_errors);

/* What is to be stopped for the last one has not stopped yet. */
bool supervisor_is_updating(const struct supervisor *);

/* What became of it.  FAILED: it was given up, and nothing of it has been taken over. */
enum plan_outcome supervisor_updated(const struct supervisor *);

/* Once in every turn of the loop, when no descriptor is being handled. */
void supervisor_handle_turn(struct supervisor *, usec_t now);

/* supervisor_deadline() has come. */
void supervisor_handle_timeout(struct supervisor *, usec_t now);

#endif
