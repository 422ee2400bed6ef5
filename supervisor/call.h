#ifndef SUPERVISOR_CALL_H
#define SUPERVISOR_CALL_H

/*
 * The parts of the API: api.c finds out what is asked for, and tells what there is;
 * ask.c waits for what becomes of a service; act.c has things done; feed.c is the
 * streams; settings.c the configuration.  Private to these files.
 */

#include "supervisor/api.h"
#include "supervisor/parameters.h"
#include "supervisor/view.h"

enum { NAME_SIZE = 256 };

/* One request, while it is looked at. */
struct call {
	struct supervisor *supervisor;
	enum access access;
	const struct request *request;
	struct errand *errand;
	struct page *page;
	struct view view;
	char name[NAME_SIZE]; /* of the service in the path, or "" */
	size_t service; /* that one */
};

/* They are about a service. */
void ask_wait(struct call *);
void ask_start(struct call *);
void ask_stop(struct call *);
void ask_restart(struct call *);
void ask_reload(struct call *);
void ask_signal(struct call *);

/* About proctor itself. */
void ask_shutdown(struct call *);
void ask_update(struct call *);

void feed_events(struct call *);
void feed_logs(struct call *);

void settings_answer(struct call *);

/* The next piece of either; false: that was all. */
bool feed_more(
    const struct supervisor *, const struct request *, struct errand *, struct text *);

bool logs_more(const struct supervisor *, struct errand *, struct text *);

/* Whether there is room for one more that takes its time, before anything is done. */
bool call_may_wait(struct call *);

/*
 * For those that wait: the parameter timeout is taken, once; false: it was refused.
 * From then on it waits as long as it has time.
 */
bool call_begin_wait(struct call *);
void call_wait(struct call *);

/* The service has come to what it was to, or not; before: what goes before how it is. */
void call_is_so(struct call *, unsigned status, const char *outcome);
void call_not_so(struct call *, unsigned status, const char *code, const char *before);
void call_lost(struct call *);

/* Says that a parameter is not as it has to be; see problem.h. */
void call_refuse(struct call *, const char *parameter, const char *wanted);

#endif
