#ifndef SUPERVISOR_RING_H
#define SUPERVISOR_RING_H

/*
 * The last output of one service, as it was read: pieces of its streams, each
 * with its time, the oldest of which make room for the new ones.  To keep a
 * piece is one copy, however many lines are in it; they are found only when
 * somebody asks.
 *
 * A place in the ring is the number of bytes that were put into it before, so it
 * means the same for ever: who reads on from one learns what is new.  Another ring for
 * the same service begins at a place of its own, beyond all of those before.
 *
 * Pure but for its memory.
 */

#include "supervisor/lines.h"
#include "config/config.h"

/* What a ring holds, with a head of 16 bytes for each piece. */
#define RING_SIZE ((size_t)64 * 1024)

/* The longest line that is told in one. */
#define RING_LINE_SIZE ((size_t)16 * 1024)

/* What ring_read_some() reads at most. */
#define RING_STEP ((size_t)1024)

enum { RING_STREAMS = 4 };

struct ring {
	char *bytes; /* owned; NULL until there is any */
	uint64_t begin; /* the oldest piece that is there */
	uint64_t end;
};

struct ring_piece {
	usec_t wall; /* since 1970 */
	unsigned stream; /* less than RING_STREAMS */
	bool begins; /* with the beginning of a line */
	bool ends; /* nothing more comes: what has no end is a line */
	const char *data;
	size_t length;
};

void ring_clear(struct ring *);

/* Where there is no memory, nothing is kept. */
void ring_put(struct ring *, const struct ring_piece *);

struct ring_line {
	usec_t wall; /* when its end was read */
	unsigned stream;
	bool continued; /* the one before it was too long to be told in one */
	const char *data; /* without its end; valid during the call */
	size_t length;
};

typedef void ring_line_fn(void *context, const struct ring_line *);

/* Somebody who reads it, line by line. */
struct ring_reader {
	uint64_t place; /* of the next piece */
	size_t within; /* so many of its bytes are read */
	uint64_t missed; /* bytes that were gone before they could be read */
	struct ring_stream {
		struct lines lines;
		bool whole; /* the beginning of the line that comes is known */
	} streams[RING_STREAMS];
};

/* From the oldest line on. */
void ring_reader_init(struct ring_reader *, const struct ring *);
void ring_reader_clear(struct ring_reader *);

/*
 * Tells every line that has come since, by the order of their ends; of each
 * stream only from the beginning of a line on.  Returns whether there were pieces.
 */
bool ring_read(struct ring_reader *, const struct ring *, ring_line_fn *, void *context);

/* The same with no more than a step of it; false: there was nothing. */
bool ring_read_some(
    struct ring_reader *, const struct ring *, ring_line_fn *, void *context);

/*
 * Copies the last lines, each with its end, that fit into size bytes together; where
 * not even the last one does, or its beginning is gone, the end of it.
 * Returns how many bytes.
 */
size_t ring_last(const struct ring *, char *buffer, size_t size);

#endif
