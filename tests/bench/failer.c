/* A service that fails at once, each time. */
#include <unistd.h>

#include "board.h"

int
main(void)
{
	board_started(board_open());
	_exit(1);
}
