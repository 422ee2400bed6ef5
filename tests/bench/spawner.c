/*
 * spawner fork|vfork PROGRAM: as many processes as the board says, and nothing else: what
 * fork and exec alone cost.
 */
#include <err.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"

int
main(int argc, char **argv)
{
	struct board *board = board_open();
	int64_t count = board->target;

	if (argc != 3)
		errx(64, "usage: BOARD=FILE spawner fork|vfork PROGRAM");
	for (int64_t i = 0; i < count; i++) {
		pid_t pid = strcmp(argv[1], "vfork") == 0 ? vfork() : fork();

		if (pid < 0)
			err(71, "fork");
		if (pid == 0) {
			execv(argv[2], argv + 2);
			_exit(127);
		}
	}
	while (wait(NULL) > 0)
		continue;
	return 0;
}
