#ifndef SUPERVISOR_HEAD_H
#define SUPERVISOR_HEAD_H

/* What goes before a page: the status line and the fields of an answer. */

#include "supervisor/page.h"
#include "supervisor/request.h"

#define HEAD_SIZE_MAX ((size_t)1024)

/* wall: now, since 1970. */
void head_write(struct text *, const struct page *, const struct request *, usec_t wall);

/* A last word, of this type, to somebody who does not get a connection. */
void head_refuse(int fd, unsigned status, const char *type, const char *body);

/* "Service Unavailable" */
const char *head_reason(unsigned status);

#endif
