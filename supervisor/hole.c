#include "supervisor/hole.h"

#include <unistd.h>

/* More than a block of any file system has. */
enum { READS_MAX = 64 };

/* The kernel knows holes by pages or blocks: the rest of the last one is read. */
bool
hole_skip(int fd, off_t *offset)
{
	off_t data = lseek(fd, *offset, SEEK_DATA);

	if (data > *offset)
		*offset = data;
	for (int i = 0; i < READS_MAX; i++) {
		char page[4096];
		ssize_t n = pread(fd, page, sizeof(page), *offset);
		ssize_t zeros = 0;

		if (n <= 0)
			return false;
		while (zeros < n && page[zeros] == '\0')
			zeros++;
		*offset += zeros;
		if (zeros < n)
			return true;
	}
	return true;
}
