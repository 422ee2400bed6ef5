#ifndef SUPERVISOR_API_H
#define SUPERVISOR_API_H

/*
 * The API: what the HTTP server answers below /v1, to those who may ask.  GET tells,
 * POST changes; proctor-api(7) has all of it.  For every other path, the pages of
 * supervisor/pages.h.
 *
 *	/v1				/v1/services[/NAME]
 *	/v1/services/NAME/VERB		/v1/checks	/v1/health	/v1/config
 *	/v1/events	/v1/logs	/v1/shutdown	/v1/update
 *
 * An answer that waits for something is asked for in every turn of the loop (see
 * supervisor/web.h), and looks each time whether it is so by now.  Nothing is kept
 * but the errand, so that nothing is left behind when its client goes away.
 */

#include "supervisor/supervisor.h"
#include "supervisor/web.h"

/* Of this moment: the supervisor's now, and wall, since 1970. */
void api_answer(struct supervisor *, enum access, const struct request *, struct errand *,
    usec_t wall, struct page *);

/* The next piece of a stream; false: that was all. */
bool api_more(
    const struct supervisor *, const struct request *, struct errand *, struct text *);

/* What the web server serves: the API, and the pages.  The supervisor is borrowed. */
struct web_site api_site(struct supervisor *);

#endif
