/*
 * A real fault kills PID 1, which no signal from inside can; abort(3) does so
 * too, though SIGABRT does not: it ends in a fault of its own.
 */
#include <sys/mman.h>

#include "fact.h"

static int
fault(void)
{
	volatile char *nothing =
	    mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (getpid() != 1 || nothing == MAP_FAILED)
		return 10;
	return *nothing;
}

static int
give_up(void)
{
	(void)raise(SIGABRT);
	if (getpid() == 1)
		abort();
	return 10;
}

int
main(void)
{
	fact("a fault kills PID 1", status_of(start_init(fault)), 128 + SIGSEGV);
#ifdef __x86_64__
	fact("abort() ends as SIGSEGV", status_of(start_init(give_up)), 128 + SIGSEGV);
#else
	fact("abort() kills PID 1", status_of(start_init(give_up)) > 128, true);
#endif
	return facts_failed;
}
