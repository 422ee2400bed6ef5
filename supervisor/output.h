#ifndef SUPERVISOR_OUTPUT_H
#define SUPERVISOR_OUTPUT_H

/*
 * The children's output: streams in, whole lines out, and the last of it kept
 * for the termination message.
 *
 * A pipe per service and stream is made before its first start and stays for
 * all of its lives, both ends open here: nothing that was written is ever lost
 * with a process, and no end of file has to be waited for.  Standard output
 * stays standard output, error stays error.  Files that are followed and what
 * comes by syslog(3) are streams of their services as well.
 *
 * Streams that have something wait in a queue, and each is read in its turn, by
 * a fair share of the room there is.  Where the reader outside is slow, a buffer
 * fills, its streams are not read any more, and the children wait, as they would
 * without proctor; or, if they are told to, drop whole lines.
 *
 * output.c sets up and ends; flow.h tells who does what happens in between.
 */

#include <assert.h>

#include "supervisor/devlog.h"
#include "supervisor/follow.h"
#include "supervisor/form.h"
#include "supervisor/journal.h"
#include "supervisor/lines.h"
#include "supervisor/ring.h"
#include "supervisor/sink.h"
#include "supervisor/stats.h"

/* The ways out.  Where standard output and error are the same, all take the first. */
enum output_way { OUTPUT_STDOUT, OUTPUT_STDERR, OUTPUT_SINKS };
enum { OUTPUT_JOURNAL = OUTPUT_SINKS, OUTPUT_WAYS };

/* The first two are pipes. */
enum stream_kind { STREAM_STDOUT, STREAM_STDERR, STREAM_TAIL, STREAM_SYSLOG };
enum { STREAM_PIPES = 2, STREAM_KINDS = 4 };
static_assert((int)STREAM_KINDS == (int)RING_STREAMS, "a ring keeps all of them");

struct stream {
	int read_fd; /* -1: not captured, or no pipe */
	int write_fd; /* what the child gets */
	enum stream_kind kind;
	unsigned way; /* enum output_way, or OUTPUT_JOURNAL */
	size_t service; /* SERVICE_NONE: syslog's, of somebody else */
	pid_t pid; /* STREAM_SYSLOG: who said it */
	int priority; /* likewise */
	int facility;
	struct lines lines;
	bool finishing; /* its process is gone: what is left is a line */
	size_t rest; /* of its pipe: so much is left of that process */
	size_t later; /* and so much after it of one that is gone as well */
	char *held; /* owned: what was read and found no room; NULL: nothing */
	size_t held_begin;
	size_t held_end;
	uint64_t dropped; /* lines, not told yet */
	bool dropping; /* the rest of a line whose beginning was dropped goes too */
	bool queued;
	struct stream *next; /* in the queue */
};

struct stream_queue {
	struct stream *first;
	struct stream *last;
	size_t count;
	size_t crowd; /* the most of them at once, since there were none */
};

/* What is known of a service. */
struct output_source {
	struct ring ring;
	pid_t pid; /* of its main process, the last one; 0: none yet */
};

struct output {
	const struct config *config; /* borrowed */
	int null_fd; /* /dev/null, or -1 */
	struct sink sinks[OUTPUT_SINKS];
	bool shared; /* standard error is standard output: its sink is not used */
	bool coloured[OUTPUT_SINKS];
	struct journal journal;
	bool journals; /* it is used */
	uint64_t journal_told; /* of what it has lost */
	int no_journal; /* why not, though it was asked for; errno, or 0 */

	struct stream *streams; /* STREAM_PIPES per service, then files, then syslog's */
	size_t stream_count;
	struct output_source *sources; /* one per service */
	struct follows follows; /* one per file */
	struct devlog devlog;
	char host[256]; /* this machine's name, for syslog(3); "": not known */

	/* Of each way, and of the streams that never wait. */
	struct stream_queue queues[OUTPUT_WAYS + 1];
	uint64_t dropped; /* lines of all streams, not told yet */
	uint64_t own_lost; /* lines of proctor's own that found no room */
	struct form form;
	char *scratch;
	struct service_stats *stats; /* borrowed, one per service; NULL: not counted */
	/* Hears of all that output_say() says; NULL: nobody does. */
	void (*said)(void *context, const char *text);
	void *said_context; /* borrowed */
};

/* Returns 0 or -ENOMEM. */
int output_init(struct output *, const struct config *config);
void output_clear(struct output *);

/*
 * From here on this output, made for another configuration, has what old had: its pipes,
 * the ways out, what waits there, and what was kept.  olds: which service is which old
 * one, or SERVICE_NONE.  old is only good for output_clear().
 */
void output_adopt(struct output *, struct output *old, const size_t *olds);

/* Begins to follow files and to listen to syslog(3), and says what cannot be. */
void output_begin(struct output *);

/*
 * Makes the service's pipes, unless they are there.  0 or -errno (EMFILE,
 * say; it may be tried again).
 */
int output_open(struct output *, size_t service);

/* The descriptor for a child's output; -1: it inherits proctor's. */
int output_child_fd(const struct output *, size_t service, unsigned kind);

/* Its main process is this one from now on. */
void output_set_pid(struct output *, size_t service, pid_t);

/* One of the two pipes of a service. */
static inline struct stream *
output_stream(const struct output *o, size_t service, unsigned kind)
{
	return &o->streams[service * STREAM_PIPES + kind];
}

/* What a mode comes to: where journald is not there, its lines look as with prefix. */
static inline enum log_mode
output_mode(const struct output *o, enum log_mode mode)
{
	return mode == LOG_MODE_JOURNAL && !o->journals ? LOG_MODE_PREFIX : mode;
}

/* The last one, of syslog(3). */
static inline struct stream *
output_syslog_stream(const struct output *o)
{
	return &o->streams[o->stream_count - 1];
}

/* Whether it is read even where there is no room. */
static inline bool
output_drops(const struct output *o, const struct stream *s)
{
	return s->service != SERVICE_NONE &&
	    o->config->services[s->service].log_overflow == LOG_OVERFLOW_DROP;
}

/*
 * Whether streams of this way are to be read again, and whether no more: there
 * is much room for what comes, and little.
 */
bool output_has_room(const struct output *, unsigned way);
bool output_is_full(const struct output *, unsigned way);

/* The stream can be read: it is, in the next turn. */
void output_ready(struct output *, struct stream *);

/* inotify has news of the files that are followed. */
void output_handle_follows(struct output *);

/* Whether what was said by syslog(3) may be received. */
bool output_takes_syslog(const struct output *);

/* It was said by this service; SERVICE_NONE: by somebody else. */
void output_syslog(struct output *, size_t service, const struct datagram *);

/*
 * Once in every turn of the loop: reads what is ready, and writes what can be
 * written.  Returns whether there is more to be done at once.
 */
bool output_turn(struct output *);

/* Whether there are files that are followed and of which inotify does not tell all. */
bool output_has_to_look(const struct output *);

/* Looks at these. */
void output_look(struct output *);

/* Reads once from a stream, if there is room.  Returns how many bytes. */
size_t output_read(struct output *, struct stream *);

/* The service's process is gone: reads all it wrote, as far as there is room. */
void output_finish(struct output *, size_t service);

/* One of proctor's own lines, "proctor | TEXT", to standard error or the journal. */
void output_say(struct output *, const char *text);

/* The last one: to standard error in any case. */
void output_say_last(struct output *, const char *text);

/*
 * Before the end: everything that is still in the pipes and buffers goes out,
 * for at most so many microseconds.  Returns how many bytes did not, of those
 * that are known of.
 */
uint64_t output_drain(struct output *, usec_t limit);

/*
 * What is to be told of a way out that cannot be written: first why, then how
 * much of what was for it is lost; at once if that is all.  Returns false where
 * there is nothing to tell.
 */
bool output_next_failure(struct output *, bool ends, char *line, size_t size);

/* What has not gone out yet is given up, but for the rest of a line. */
void output_give_up(struct output *);

/* What was said goes out, for at most so many microseconds; nothing is read. */
void output_flush(struct output *, usec_t limit);

/*
 * Copies the last output of the service, at most size bytes: whole lines, or the
 * end of the last one where that is longer.
 * Returns how many.
 */
size_t output_tail(const struct output *, size_t service, char *buffer, size_t size);

#endif
