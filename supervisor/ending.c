#include "supervisor/ending.h"

#include <errno.h>
#include <signal.h>
#include <sysexits.h>

/* The shell's and Docker's statuses for a command that could not be run. */
enum { STATUS_NOT_EXECUTABLE = 126, STATUS_NOT_FOUND = 127 };

int
ending_status(const struct ending *e)
{
	switch (e->kind) {
	case ENDING_NONE:
		return 0;
	case ENDING_EXITED:
		return e->number & 0xff;
	case ENDING_KILLED:
		return 128 + (e->number & 0x7f);
	case ENDING_OOM:
	case ENDING_UNKILLABLE:
		return 128 + SIGKILL;
	case ENDING_NOT_EXECUTED:
		if (e->step == STEP_EXEC && e->number == ENOENT)
			return STATUS_NOT_FOUND;
		return STATUS_NOT_EXECUTABLE;
	case ENDING_NO_RESOURCES:
		return EX_OSERR;
	case ENDING_TIMED_OUT:
	case ENDING_NOT_READY:
	case ENDING_WATCHDOG:
	case ENDING_UNHEALTHY:
	case ENDING_DEPENDENCY:
		return EX_UNAVAILABLE;
	}
	return EX_SOFTWARE;
}

bool
ending_is_success(const struct ending *e, const struct service_config *config)
{
	if (e->kind == ENDING_EXITED)
		return end_set_has_status(&config->success, e->number);
	if (e->kind == ENDING_KILLED)
		return end_set_has_signal(&config->success, e->number);
	return false;
}

bool
ending_is_good_stop(const struct ending *e, const struct service_config *config, int sent)
{
	if (e->kind == ENDING_EXITED && e->number == 0)
		return true;
	if (sent != 0 && e->kind == ENDING_KILLED && e->number == sent)
		return true;
	if (sent != 0 && e->kind == ENDING_EXITED && e->number == 128 + sent)
		return true;
	return ending_is_success(e, config);
}
