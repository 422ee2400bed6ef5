#include "supervisor/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "config/clock.h"

/* What one sink holds while it cannot be written. */
#define SINK_SIZE (256 * 1024)

/* Kept free for proctor's own lines, which no child may crowd out. */
#define OWN_ROOM (16 * 1024)

/*
 * The longest line with its prefix and its end: what Docker's log drivers
 * take in one piece (moby/moby#34855).
 */
#define LINE_SIZE (16 * 1024)

#define READ_SIZE (64 * 1024)
#define READ_MIN 256

static const char own_name[] = "proctor";

/* -- set-up ---------------------------------------------------------------- */

static bool
captures(const struct service_config *c, const struct output *o)
{
	switch (c->log) {
	case LOG_MODE_PREFIX:
	case LOG_MODE_RAW:
		return true;
	case LOG_MODE_INHERIT:
		return false;
	case LOG_MODE_NULL: /* without /dev/null, read and thrown away */
		return o->null_fd < 0;
	}
	return false;
}

/* "NAME | " in front and a line end behind. */
static size_t
decoration(const struct service_config *c)
{
	return c->log == LOG_MODE_PREFIX ? strlen(c->name) + sizeof(" | \n") - 1 : 1;
}

int
output_init(struct output *o, const struct config *config)
{
	size_t n = config->count;

	memset(o, 0, sizeof(*o));
	o->config = config;
	o->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	o->streams = calloc(n * OUTPUT_SINKS + 1, sizeof(*o->streams));
	o->tails = calloc(n + 1, sizeof(*o->tails));
	o->scratch = malloc(READ_SIZE);
	for (size_t i = 0; o->streams && i < n * OUTPUT_SINKS; i++) {
		struct stream *s = &o->streams[i];

		s->service = i / OUTPUT_SINKS;
		s->sink = i % OUTPUT_SINKS;
		s->read_fd = s->write_fd = -1;
		lines_init(
		    &s->lines, LINE_SIZE - decoration(&config->services[s->service]));
	}
	if (!o->streams || !o->tails || !o->scratch ||
	    sink_init(&o->sinks[OUTPUT_STDOUT], STDOUT_FILENO, SINK_SIZE) < 0 ||
	    sink_init(&o->sinks[OUTPUT_STDERR], STDERR_FILENO, SINK_SIZE) < 0) {
		output_clear(o);
		return -ENOMEM;
	}
	return 0;
}

static void
close_stream(struct stream *s)
{
	if (s->read_fd >= 0)
		close(s->read_fd);
	if (s->write_fd >= 0)
		close(s->write_fd);
	s->read_fd = s->write_fd = -1;
	lines_clear(&s->lines);
}

void
output_clear(struct output *o)
{
	if (!o->config)
		return;
	for (size_t i = 0; o->streams && i < o->config->count * OUTPUT_SINKS; i++)
		close_stream(&o->streams[i]);
	for (size_t i = 0; o->tails && i < o->config->count; i++)
		free(o->tails[i].bytes);
	if (o->null_fd >= 0)
		close(o->null_fd);
	sink_clear(&o->sinks[OUTPUT_STDOUT]);
	sink_clear(&o->sinks[OUTPUT_STDERR]);
	free(o->streams);
	free(o->tails);
	free(o->scratch);
	memset(o, 0, sizeof(*o));
}

/*
 * The pipe belongs to the child's user, so that a daemon that opens
 * /dev/stdout anew may.  The read end has its own open file: O_NONBLOCK there
 * is not seen by the child.
 */
static int
open_stream(struct stream *s, const struct identity *identity)
{
	int fds[2];

	if (s->read_fd >= 0)
		return 0;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	if (fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0) {
		close(fds[0]);
		close(fds[1]);
		return -EIO;
	}
	if (identity->uid != (uid_t)-1 || identity->gid != (gid_t)-1)
		(void)!fchown(fds[1], identity->uid, identity->gid);
	s->read_fd = fds[0];
	s->write_fd = fds[1];
	return 0;
}

int
output_open(struct output *o, size_t service)
{
	const struct service_config *c = &o->config->services[service];

	if (!captures(c, o))
		return 0;
	for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
		int r = open_stream(output_stream(o, service, sink), &c->identity);

		if (r < 0)
			return r;
	}
	return 0;
}

int
output_child_fd(const struct output *o, size_t service, unsigned sink)
{
	const struct service_config *c = &o->config->services[service];

	if (captures(c, o))
		return output_stream(o, service, sink)->write_fd;
	return c->log == LOG_MODE_NULL ? o->null_fd : -1;
}

/* -- lines ------------------------------------------------------------------- */

static void
put_tail(struct tail *t, const char *data, size_t length)
{
	if (!t->bytes)
		t->bytes = malloc(TAIL_SIZE);
	if (!t->bytes)
		return;
	if (length > TAIL_SIZE) {
		t->total += length - TAIL_SIZE;
		data += length - TAIL_SIZE;
		length = TAIL_SIZE;
	}
	while (length > 0) {
		size_t at = t->total % TAIL_SIZE;
		size_t n = length < TAIL_SIZE - at ? length : TAIL_SIZE - at;

		memcpy(t->bytes + at, data, n);
		t->total += n;
		data += n;
		length -= n;
	}
}

struct emission {
	struct output *output;
	struct stream *stream;
};

/* A line of NAME: "NAME | line"; the rest of one that was split: "NAME + rest". */
static void
emit_line(void *context, const char *data, size_t length, bool continued)
{
	const struct emission *e = context;
	struct sink *sink = &e->output->sinks[e->stream->sink];
	const struct service_config *c = &e->output->config->services[e->stream->service];
	struct tail *tail = &e->output->tails[e->stream->service];

	if (e->output->stats) {
		struct service_stats *stats = &e->output->stats[e->stream->service];

		stats->log_bytes[e->stream->sink] += length + 1;
		stats->log_lines[e->stream->sink]++;
	}
	put_tail(tail, data, length);
	put_tail(tail, "\n", 1);
	if (c->log == LOG_MODE_NULL)
		return;
	if (c->log == LOG_MODE_PREFIX) {
		sink_put(sink, c->name, strlen(c->name));
		sink_put(sink, continued ? " + " : " | ", 3);
	}
	sink_put(sink, data, length);
	sink_put(sink, "\n", 1);
}

/* So many bytes may be read that, were each a line, there would be room. */
static size_t
read_limit(struct output *o, const struct stream *s)
{
	size_t reserved = OWN_ROOM + LINE_SIZE;
	size_t room = sink_room(&o->sinks[s->sink]);
	size_t each = decoration(&o->config->services[s->service]) + 1;
	size_t limit = room > reserved ? (room - reserved) / each : 0;

	return limit < READ_SIZE ? limit : READ_SIZE;
}

/* The same rule for the longest name there may be. */
bool
output_has_room(struct output *o, unsigned sink)
{
	return sink_room(&o->sinks[sink]) >= SINK_SIZE / 2;
}

size_t
output_read(struct output *o, struct stream *s)
{
	struct emission e = {o, s};
	size_t limit = read_limit(o, s);
	ssize_t n;

	if (s->read_fd < 0 || limit < READ_MIN)
		return 0;
	n = read(s->read_fd, o->scratch, limit);
	if (n > 0) {
		lines_feed(&s->lines, o->scratch, (size_t)n, emit_line, &e);
		return (size_t)n;
	}
	if (s->finishing && (n == 0 || errno == EAGAIN)) {
		lines_finish(&s->lines, emit_line, &e);
		s->finishing = false;
	}
	return 0;
}

/*
 * Reads what is in the pipe now.  No more: somebody else may hold it and
 * write for ever.  Returns whether all of it is read.
 */
static bool
read_rest(struct output *o, struct stream *s)
{
	struct emission e = {o, s};
	int left = 0;

	if (s->read_fd < 0 || ioctl(s->read_fd, FIONREAD, &left) < 0)
		return true;
	while (left > 0) {
		size_t n = output_read(o, s);

		if (n == 0)
			return false;
		left -= (int)n;
		sink_flush(&o->sinks[s->sink]);
	}
	if (s->finishing)
		lines_finish(&s->lines, emit_line, &e);
	s->finishing = false;
	return true;
}

void
output_finish(struct output *o, size_t service)
{
	for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
		struct stream *s = output_stream(o, service, sink);

		s->finishing = true;
		(void)read_rest(o, s);
	}
}

static bool
put_own(struct sink *s, const char *text)
{
	size_t length = strlen(text);

	if (sink_room(s) < sizeof(own_name) + 3 + length)
		return false;
	sink_put(s, own_name, sizeof(own_name) - 1);
	sink_put(s, " | ", 3);
	sink_put(s, text, length);
	sink_put(s, "\n", 1);
	return true;
}

void
output_say(struct output *o, const char *text)
{
	struct sink *s = &o->sinks[OUTPUT_STDERR];
	char lost[80];

	if (o->said)
		o->said(o->said_context, text);
	(void)snprintf(lost, sizeof(lost), "%llu lines of proctor's own found no reader",
	    (unsigned long long)o->own_lost);
	if (o->own_lost > 0 && put_own(s, lost))
		o->own_lost = 0;
	if (!put_own(s, text))
		o->own_lost++;
}

/* -- the end ------------------------------------------------------------------- */

static bool
read_everything(struct output *o)
{
	bool all = true;

	for (size_t i = 0; i < o->config->count * OUTPUT_SINKS; i++)
		all &= read_rest(o, &o->streams[i]);
	return all;
}

void
output_drain(struct output *o, usec_t limit)
{
	usec_t start = clock_now();

	for (;;) {
		struct pollfd ready[OUTPUT_SINKS];
		usec_t passed = clock_now() - start;
		bool more = !read_everything(o);

		for (unsigned i = 0; i < OUTPUT_SINKS; i++) {
			sink_flush(&o->sinks[i]);
			ready[i].fd = o->sinks[i].blocked ? o->sinks[i].fd : -1;
			ready[i].events = POLLOUT;
			more |= o->sinks[i].blocked;
		}
		if (!more || passed >= limit)
			return;
		(void)poll(
		    ready, OUTPUT_SINKS, (int)((limit - passed) / USEC_PER_MSEC) + 1);
	}
}

size_t
output_tail(const struct output *o, size_t service, char *buffer, size_t size)
{
	const struct tail *t = &o->tails[service];
	/* Of a full ring, the oldest byte only tells whether a line begins after it. */
	size_t length = t->total > TAIL_SIZE ? TAIL_SIZE - 1 : t->total;
	size_t begin;

	if (!t->bytes)
		return 0;
	if (length > size)
		length = size;
	begin = t->total - length;
	/* Not at the start of a line: the first one is not whole. */
	while (begin > 0 && begin < t->total && t->bytes[(begin - 1) % TAIL_SIZE] != '\n')
		begin++;
	for (size_t i = begin; i < t->total; i++)
		buffer[i - begin] = t->bytes[i % TAIL_SIZE];
	return t->total - begin;
}
