#ifndef SUPERVISOR_TELL_H
#define SUPERVISOR_TELL_H

/*
 * The lines proctor says of its services while it runs: only what somebody
 * who looks for the cause of trouble would want to know.
 */

#include "supervisor/output.h"
#include "supervisor/plan.h"

/* Carries out a PLAN_TELL_... action, and what of PLAN_CUT_HOOK is to be told. */
void tell(struct output *, const struct plan *, const struct stats *,
    const struct plan_action *, usec_t now);

/* pre_stop of this service ended badly. */
void tell_hook(
    struct output *, const struct plan *, size_t service, const struct ending *);

#endif
