#ifndef SUPERVISOR_STATUS_H
#define SUPERVISOR_STATUS_H

/* The page /status: everything about proctor, its services and checks, as JSON. */

#include "supervisor/text.h"
#include "supervisor/view.h"

void status_write(struct text *, const struct view *);

/* The same of one service, and of one check, for the API; see json.h for the name. */
void status_write_service(
    struct text *, const char *name, const struct view *, size_t service);
void status_write_check(struct text *, const struct view *, size_t check);

#endif
