/* A service that waits for SIGUSR1, again and again, and notes when it came. */
#include <signal.h>

#include "board.h"

int
main(void)
{
	struct board *board = board_open();
	sigset_t wanted;
	int sig;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGUSR1);
	sigaddset(&wanted, SIGTERM);
	sigprocmask(SIG_BLOCK, &wanted, NULL);
	board_started(board);
	while (sigwait(&wanted, &sig) == 0 && sig == SIGUSR1)
		board->caught = now();
	return 0;
}
