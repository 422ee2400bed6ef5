/* A service that fails with 3 after the time that the board says. */
#include <unistd.h>

#include "board.h"

int
main(void)
{
	struct board *board = board_open();
	struct timespec delay = {
	    .tv_sec = board->delay / 1000000000,
	    .tv_nsec = board->delay % 1000000000,
	};
	int64_t never = 0;

	board_started(board);
	nanosleep(&delay, NULL);
	/* Where it is restarted, the first crash is the one that counts. */
	atomic_compare_exchange_strong(&board->crash, &never, now());
	_exit(3);
}
