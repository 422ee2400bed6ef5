#ifndef SUPERVISOR_METRICS_H
#define SUPERVISOR_METRICS_H

/*
 * The page /metrics, in one of two languages: OpenMetrics 1.0, for a client that
 * says it takes that, or Prometheus' older text format 0.0.4.  Names, labels and
 * values are the same in both.
 */

#include "supervisor/text.h"
#include "supervisor/view.h"

const char *metrics_type(bool openmetrics);
void metrics_write(struct text *, const struct view *, bool openmetrics);

#endif
