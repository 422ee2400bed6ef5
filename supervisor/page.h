#ifndef SUPERVISOR_PAGE_H
#define SUPERVISOR_PAGE_H

/* An answer of the HTTP server, without what only the connection knows. */

#include "supervisor/text.h"

struct page {
	unsigned status;
	const char *type; /* of the content */
	struct text body;
};

#endif
