/* Reads the lines of the producer, whatever was put in front of them, until it has all. */
#include <err.h>
#include <unistd.h>

#include "board.h"

static size_t
count_ends(const char *bytes, size_t length)
{
	size_t count = 0;

	while (length > 0) {
		size_t n = length < 255 ? length : 255; /* what a byte can count: fast */
		unsigned char ends = 0;

		for (size_t i = 0; i < n; i++)
			ends = (unsigned char)(ends + (bytes[i] == '\n'));
		count += ends;
		bytes += n;
		length -= n;
	}
	return count;
}

int
main(void)
{
	static char bytes[256 * 1024];
	struct board *board = board_open();
	int64_t lines = -1; /* the first one is not counted */
	int64_t received = 0;

	while (lines < board->lines) {
		ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));

		if (n <= 0)
			errx(74, "the output ended after %lld of %lld lines",
			    (long long)lines, (long long)board->lines);
		lines += (int64_t)count_ends(bytes, (size_t)n);
		received += n;
		if (lines == 0 && board->first == 0)
			board->first = now();
	}
	board->received = received;
	board->done = now();
	return 0;
}
