#ifndef SUPERVISOR_PAGES_H
#define SUPERVISOR_PAGES_H

/*
 * The pages of the HTTP server, which page is where, and the three that tell
 * about health:
 *
 *	/livez	/readyz /healthz	/startupz	/metrics	/status
 *
 * 200 and "ok", or 503 and a line for each thing that is wrong.  With ?verbose
 * they list proctor itself, every service and every check, as the Kubernetes
 * API server does.  What does not count for this page is "excluded", so a page
 * is 503 exactly if one of its lines begins with [-]:
 *
 *	[+]proctor ok: running
 *	[+]db ok: ready
 *	[-]web failed: not ready: readiness check web-http failed: HTTP 503
 *	[-]web/web-http failed: readiness, failing: HTTP 503
 *	readyz check failed
 */

#include "supervisor/page.h"
#include "supervisor/request.h"
#include "supervisor/view.h"

void pages_answer(const struct view *, const struct request *, struct page *);

#endif
