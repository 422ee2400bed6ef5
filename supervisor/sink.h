#ifndef SUPERVISOR_SINK_H
#define SUPERVISOR_SINK_H

/*
 * Where proctor writes: its standard output or error, through a bounded
 * buffer, and never blocking.
 *
 * O_NONBLOCK belongs to the open file, which descriptors 0, 1 and 2 share
 * with everybody else who has it; set there, it would surprise them.  So the
 * file is opened once more through /proc, which makes an open file of our
 * own.  Where that cannot be, each write is one that cannot block.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sink_way {
	SINK_NONBLOCK, /* an open file of our own, O_NONBLOCK */
	SINK_PLAIN, /* a regular file: a write does not wait for a reader */
	SINK_SOCKET, /* MSG_DONTWAIT */
	SINK_CAREFUL, /* RWF_NOWAIT, or no more at once than poll(2) promises */
};

struct sink {
	int fd;
	bool own; /* fd is to be closed */
	enum sink_way way;
	bool blocked; /* the last write would have waited; watch for writing */
	char *buffer; /* owned */
	size_t start;
	size_t end;
	size_t capacity;
	bool middle; /* what was written last does not end a line */
	bool torn; /* nor will it: the rest is lost */
	uint64_t lost; /* bytes that nobody could take */
	int reason; /* why, the last time; errno */
	bool failing; /* the last write failed */
	bool failure_told; /* with the next, what has been said of all this */
	uint64_t lost_told;
};

/* fd: 1 or 2; stays open.  Returns 0 or -ENOMEM. */
int sink_init(struct sink *, int fd, size_t capacity);
void sink_clear(struct sink *);

/* Room for so many more bytes, and what is in it. */
size_t sink_room(const struct sink *);
size_t sink_pending(const struct sink *);

/* Where so many bytes can be written to, for sink_commit(); NULL: no room. */
char *sink_reserve(struct sink *, size_t length);
void sink_commit(struct sink *, size_t length);

/*
 * Writes what can be written now.  Where nobody reads any more (EPIPE), or
 * the disk is full, what is pending is lost, and counted.  Where that is the
 * rest of a line, its beginning gets an end before anything else.
 */
void sink_flush(struct sink *);

/*
 * What is pending is lost, and counted as if that had been told; but a line that
 * was begun goes out whole.
 */
void sink_give_up(struct sink *);

#endif
