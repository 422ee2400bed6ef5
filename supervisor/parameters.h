#ifndef SUPERVISOR_PARAMETERS_H
#define SUPERVISOR_PARAMETERS_H

/*
 * The parameters of a request, those of the query before those of the form:
 * NAME=VALUE&NAME=VALUE, with %XX for a byte.  A '+' is a '+', as in RTMIN+3.
 *
 * Pure: no system calls, no allocation.
 */

#include <stdint.h>

#include "config/config.h"
#include "supervisor/request.h"

enum parameter {
	PARAMETER_NONE,
	PARAMETER_GIVEN,
	PARAMETER_WRONG, /* it cannot be what it is to be, or is too long */
};

/*
 * As a string; false: it does not fit, or is none: a '%' that means nothing, or NUL,
 * a control character.
 */
bool slice_decode(struct slice, char *ret_text, size_t size);

/* The next one from *rest on; false: there is none any more. */
bool parameter_next(struct slice *rest, struct slice *ret_name, struct slice *ret_value);

/* The first one of this name. */
enum parameter parameter_text(
    const struct request *, const char *name, char *ret_text, size_t size);

/* From 0 to max. */
enum parameter parameter_number(
    const struct request *, const char *name, uint64_t max, uint64_t *ret_number);

/* Seconds, such as 10 or 0.5; up to a year. */
enum parameter parameter_seconds(
    const struct request *, const char *name, usec_t *ret_time);

#endif
