#ifndef SUPERVISOR_STATUS_H
#define SUPERVISOR_STATUS_H

/* The page /status: everything about proctor, its services and checks, as JSON. */

#include "supervisor/text.h"
#include "supervisor/view.h"

void status_write(struct text *, const struct view *);

#endif
