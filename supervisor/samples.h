#ifndef SUPERVISOR_SAMPLES_H
#define SUPERVISOR_SAMPLES_H

/*
 * How metrics are written, in the two languages of supervisor/metrics.h: the
 * head of a family, and its samples, each of them a line with its name, its
 * labels and its value.
 *
 *	# HELP proctor_service_restarts Restarts, by the end that made them necessary.
 *	# TYPE proctor_service_restarts counter
 *	proctor_service_restarts_total{service="web",cause="oom"} 2
 */

#include "supervisor/text.h"

enum sample_type {
	SAMPLE_COUNTER,
	SAMPLE_GAUGE,
	SAMPLE_STATESET,
	SAMPLE_INFO,
	SAMPLE_SUMMARY,
};

struct sample_head {
	const char *name; /* without a suffix such as _total */
	enum sample_type type;
	const char *unit; /* the last part of the name, or NULL */
	const char *help;
};

void sample_family(struct text *, const struct sample_head *, bool openmetrics);

/* The beginning; its labels follow, if it has any, and then its value. */
void sample_begin(struct text *, const char *family, const char *suffix);
void sample_label(struct text *, const char *name, const char *value);
void sample_value(struct text *, uint64_t);
void sample_seconds(struct text *, usec_t);

#endif
