#ifndef SUPERVISOR_PAGE_H
#define SUPERVISOR_PAGE_H

/* An answer of the HTTP server, without what only the connection knows. */

#include "supervisor/text.h"

enum page_kind {
	PAGE_WHOLE,
	PAGE_LATER, /* there is nothing to say yet; to be asked again in the next turn */
	PAGE_STREAM, /* the body comes piece by piece */
};

struct page {
	enum page_kind kind;
	unsigned status;
	const char *type; /* of the content */
	const char *allow; /* with 405: the methods that there are */
	struct text body;
};

/* What is remembered of a request whose answer is not yet whole. */
struct errand {
	bool room; /* it may take its time: there are not too many that do */
	bool begun; /* it has been looked at before */
	usec_t deadline; /* when it is to be looked at in any case; USEC_NEVER */
	size_t service; /* whom it is about, as it was found last */
	uint64_t next; /* of a stream: what comes next */
	uint64_t end; /* and where it ends */
	bool more; /* and that there was more than one piece holds */
	void *state; /* and what is kept for it; forget() gives it back */
	void (*forget)(void *state); /* NULL: nothing is kept */
};

#endif
