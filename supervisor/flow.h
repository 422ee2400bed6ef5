#ifndef SUPERVISOR_FLOW_H
#define SUPERVISOR_FLOW_H

/*
 * How output flows: flow.c reads, emit.c makes lines of it in the buffers
 * of the ways out, share.c says who is read, own.c has what comes from no pipe.  Private to these and output.c.
 */

#include "supervisor/output.h"

/* What a way out holds while it cannot be written. */
#define FLOW_SINK_SIZE ((size_t)512 * 1024)
#define FLOW_JOURNAL_SIZE ((size_t)1024 * 1024)

/* The most that is read at once. */
#define FLOW_READ_SIZE ((size_t)64 * 1024)

/* A stream's share of the room is not less, where there is that much. */
#define FLOW_SHARE_MIN ((size_t)4 * 1024)

/* Kept free for proctor's own lines, which no child may crowd out. */
#define FLOW_OWN_ROOM ((size_t)16 * 1024)

/* The room of a way out that is left, and that there is at all. */
size_t flow_room(const struct output *, unsigned way);
size_t flow_size(unsigned way);

const char *flow_kind_name(enum stream_kind);

/* The number of the file that a STREAM_TAIL is. */
size_t flow_file(const struct output *, const struct stream *);

/* Which way its lines go, as their mode has it. */
unsigned flow_way(const struct output *, const struct stream *);

/* Whose they are: the service, or "syslog". */
const char *flow_name(const struct output *, const struct stream *);

/* What comes now by syslog(3) is of this service, or SERVICE_NONE. */
void flow_set_origin(struct output *, struct stream *, size_t service);

/* What becomes of its lines. */
enum log_mode flow_mode(const struct output *, const struct stream *);

/* Takes as many of the bytes, read at this time, as there is room for; that many. */
size_t flow_take(
    struct output *, struct stream *, usec_t wall, const char *data, size_t length);

/* What was begun is a line.  Returns false where there is no room. */
bool flow_end_line(struct output *, struct stream *, usec_t wall);

void flow_write_way(struct output *, unsigned way);

/* The stream has said this. */
void flow_deliver(struct output *, struct stream *, const char *data, size_t length);

/* What was held goes on, if there is room.  Returns whether that was all of it. */
bool flow_release(struct output *, struct stream *);

/* Reads once, at most so much, if there is room.  Returns how many bytes. */
size_t flow_read(struct output *, struct stream *, size_t share);

/* Its process is gone: what it has left in the pipe is read up to there, as lines. */
void flow_mark_end(struct stream *);

/*
 * Reads what there is in it now.  No more: somebody else may hold a pipe and
 * write for ever.  Returns whether all of it is read and taken.
 */
bool flow_read_rest(struct output *, struct stream *);

/* Says that log = journal is as prefix, and why. */
void own_tell_no_journal(struct output *);

/* Says what journald has not taken, now that it takes something. */
void own_tell_lost(struct output *);

/*
 * Says that a way out cannot be written, and how much was lost once it can be.
 * Returns whether anything was said.
 */
bool own_tell_failures(struct output *);

/* Says how many lines were dropped, if there is room for more. */
void own_tell_dropped(struct output *);

/* Says what keeps the file from being followed, if it is new. */
void own_tell_trouble(struct output *, const struct stream *);

/*
 * Reads what there is in all streams now, for the last time: what was begun is
 * a line.  Returns whether that was all of it.
 */
bool flow_read_all(struct output *);

/* Writes what can be written now.  Returns whether there is more. */
bool flow_write(struct output *);

/* Bytes that have not gone out, as far as is known. */
uint64_t flow_left(const struct output *);

#endif
