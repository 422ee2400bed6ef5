#ifndef HEALTHCHECK_URL_H
#define HEALTHCHECK_URL_H

/* Where an HTTP request goes, and where an answer sends it on to.  Pure. */

#include <stdbool.h>

#include "config/config.h"

enum { URL_TARGET_SIZE = 4096 };

struct url {
	bool secure; /* https */
	char host[256]; /* without brackets */
	char port[8];
	char target[URL_TARGET_SIZE]; /* path and query */
};

enum url_move {
	URL_SAME_HOST, /* the URL is now where it was sent to */
	URL_ELSEWHERE, /* the URL is as it was, like below */
	URL_BAD, /* nobody can say where to */
};

void url_of(struct url *, const struct probe *);

/* The location of an answer, a reference as in RFC 3986, section 4.1. */
enum url_move url_move(struct url *, const char *location);

#endif
