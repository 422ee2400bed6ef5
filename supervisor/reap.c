#include "supervisor/reap.h"

#include <errno.h>
#include <sys/wait.h>

static enum reap_result
find_dead(int options, pid_t *ret_pid, struct ending *ret_ending)
{
	siginfo_t info = {0};

	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | options) < 0)
		return errno == ECHILD ? REAP_CHILDLESS : REAP_NONE;
	if (info.si_pid == 0)
		return REAP_NONE;
	*ret_pid = info.si_pid;
	*ret_ending = (struct ending){
	    .kind = info.si_code == CLD_EXITED ? ENDING_EXITED : ENDING_KILLED,
	    .number = info.si_status,
	};
	return REAP_DEAD;
}

enum reap_result
reap_peek(pid_t *ret_pid, struct ending *ret_ending)
{
	return find_dead(WNOWAIT, ret_pid, ret_ending);
}

enum reap_result
reap_next(pid_t *ret_pid, struct ending *ret_ending)
{
	return find_dead(0, ret_pid, ret_ending);
}

void
reap_collect(pid_t pid)
{
	siginfo_t info;

	(void)waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG);
}
