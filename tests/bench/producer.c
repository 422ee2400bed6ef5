/*
 * A service that writes lines, all made beforehand: one as soon as it runs, the others
 * when the board says go. Then it stays until it is told to stop, so that its end is
 * not part of what is measured.
 */
#include <err.h>
#include <string.h>
#include <unistd.h>

#include "board.h"

/* As many whole lines as a piece holds, one at least. */
static char *
make_piece(size_t line, size_t count)
{
	char *bytes = malloc(line * count);

	if (!bytes)
		err(71, "malloc");
	for (size_t i = 0; i < line * count; i++)
		bytes[i] = (char)((i + 1) % line == 0 ? '\n' : 'a' + i % 26);
	return bytes;
}

static void
write_all(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, length);

		if (n < 0)
			err(74, "write");
		bytes += n;
		length -= (size_t)n;
	}
}

int
main(void)
{
	struct board *board = board_open();
	size_t line = (size_t)board->line;
	size_t count = (size_t)board->piece > line ? (size_t)board->piece / line : 1;
	char *bytes = make_piece(line, count);

	write_all(bytes, line);
	board_started(board);
	while (!board->go)
		usleep(1000);
	board->begun = now();
	for (size_t left = (size_t)board->lines; left > 0;) {
		size_t n = left < count ? left : count;

		write_all(bytes, n * line);
		left -= n;
	}
	pause();
	return 0;
}
