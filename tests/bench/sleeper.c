/* A service that works until it is told to stop, and then ends with 0. */
#include <signal.h>

#include "board.h"

int
main(void)
{
	struct board *board = board_open();
	sigset_t stop;
	int sig;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	board_started(board);
	sigwait(&stop, &sig);
	board->term = now();
	return 0;
}
