#ifndef SUPERVISOR_OUTPUT_H
#define SUPERVISOR_OUTPUT_H

/*
 * The children's output: pipes in, whole lines out, and the last of it kept
 * for the termination message.
 *
 * A pipe per service and stream is made before its first start and stays for
 * all of its lives, both ends open here: nothing that was written is ever lost
 * with a process, and no end of file has to be waited for.  Standard output
 * stays standard output, error stays error.
 *
 * Where the reader outside is slow, a sink's buffer fills, its streams are
 * not read any more, and the children wait, as they would without proctor.
 */

#include "supervisor/lines.h"
#include "supervisor/sink.h"
#include "supervisor/stats.h"
#include "config/config.h"

enum { OUTPUT_STDOUT, OUTPUT_STDERR, OUTPUT_SINKS };

/* The last output of a service, of both streams: kept for the verdict. */
#define TAIL_SIZE 4096

struct tail {
	char *bytes; /* owned; NULL until there is any */
	size_t total; /* bytes ever; the oldest are overwritten */
};

struct stream {
	int read_fd; /* -1: not captured */
	int write_fd; /* what the child gets */
	unsigned sink;
	size_t service;
	struct lines lines;
	bool finishing; /* its process is gone: what is left is a line */
};

struct output {
	const struct config *config; /* borrowed */
	int null_fd; /* /dev/null, or -1 */
	struct sink sinks[OUTPUT_SINKS];
	struct stream *streams; /* OUTPUT_SINKS per service */
	struct tail *tails; /* one per service */
	char *scratch;
	struct service_stats *stats; /* borrowed, one per service; NULL: not counted */
	/* Hears of all that output_say() says; NULL: nobody does. */
	void (*said)(void *context, const char *text);
	void *said_context; /* borrowed */
	uint64_t own_lost; /* lines of proctor's own that found no room */
};

/* Returns 0 or -ENOMEM. */
int output_init(struct output *, const struct config *config);
void output_clear(struct output *);

/*
 * Makes the service's pipes, unless they are there.  0 or -errno (EMFILE,
 * say; it may be tried again).
 */
int output_open(struct output *, size_t service);

/* The descriptor for a child's output; -1: it inherits proctor's. */
int output_child_fd(const struct output *, size_t service, unsigned sink);

static inline struct stream *
output_stream(const struct output *o, size_t service, unsigned sink)
{
	return &o->streams[service * OUTPUT_SINKS + sink];
}

/* Whether a stream of this sink may be read: there is room for what comes. */
bool output_has_room(struct output *, unsigned sink);

/* Reads once from a stream, if there is room.  Returns how many bytes. */
size_t output_read(struct output *, struct stream *);

/* The service's process is gone: reads all it wrote, as far as there is room. */
void output_finish(struct output *, size_t service);

/* One of proctor's own lines, "proctor | TEXT", to standard error. */
void output_say(struct output *, const char *text);

/*
 * Before the end: everything that is still in the pipes and buffers goes out,
 * for at most so many microseconds.
 */
void output_drain(struct output *, usec_t limit);

/*
 * Copies the last output of the service: whole lines, at most size bytes.
 * Returns how many.
 */
size_t output_tail(const struct output *, size_t service, char *buffer, size_t size);

#endif
