#ifndef SUPERVISOR_PROBLEM_H
#define SUPERVISOR_PROBLEM_H

/*
 * What the API answers where it cannot do as it was asked, for programs and for
 * people:
 *
 *	{"error":{"code":"no-such-service","message":"there is no service 'wbe'"}}
 */

#include "supervisor/page.h"

/* What the answer was to be so far is forgotten. */
void problem(struct page *, unsigned status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* For a status that says it all, such as 400 or 503, with words of its own. */
void problem_of_status(struct page *, unsigned status, const char *words);

#endif
