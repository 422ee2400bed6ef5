#include "supervisor/place.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int
place_above(int fd)
{
	int above = fd < PLACE_LOW ? fcntl(fd, F_DUPFD_CLOEXEC, PLACE_LOW) : -1;

	if (above < 0)
		return fd;
	close(fd);
	return above;
}

int
place_pipe(int ends[2])
{
	int error;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	ends[0] = place_above(ends[0]);
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
		return 0;
	error = errno;
	close(ends[0]);
	close(ends[1]);
	return -error;
}

/* One that stands where another is to come moves out of the way. */
static int
move_above(int fd, int limit)
{
	int moved = fd < limit ? fcntl(fd, F_DUPFD_CLOEXEC, limit) : fd;

	return moved < 0 ? -errno : moved;
}

int
place_descriptors(const struct spawn_fd *fds, size_t count, int *keep)
{
	struct spawn_fd moved[SPAWN_FDS_MAX];
	int limit = 0;
	int fd;

	for (size_t i = 0; i < count; i++)
		limit = fds[i].to >= limit ? fds[i].to + 1 : limit;
	fd = move_above(*keep, limit);
	if (fd < 0)
		return fd;
	*keep = fd;
	for (size_t i = 0; i < count; i++) {
		moved[i] = (struct spawn_fd){move_above(fds[i].from, limit), fds[i].to};
		if (moved[i].from < 0)
			return moved[i].from;
	}
	for (size_t i = 0; i < count; i++)
		if (dup2(moved[i].from, moved[i].to) < 0)
			return -errno;
	return 0;
}
