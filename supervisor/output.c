#include "supervisor/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/clock.h"
#include "supervisor/flow.h"
#include "supervisor/place.h"

/* -- set-up ---------------------------------------------------------------- */

static bool
captures(const struct service_config *c, const struct output *o)
{
	switch (c->log) {
	case LOG_MODE_PREFIX:
	case LOG_MODE_JSON:
	case LOG_MODE_RAW:
	case LOG_MODE_JOURNAL:
		return true;
	case LOG_MODE_INHERIT:
		return false;
	case LOG_MODE_NULL: /* without /dev/null, read and thrown away */
		return o->null_fd < 0;
	}
	return false;
}

static void
init_stream(struct output *o, struct stream *s, enum stream_kind kind, size_t service)
{
	s->kind = kind;
	s->priority = -1;
	s->read_fd = s->write_fd = -1;
	flow_set_origin(o, s, service);
}

static void
init_streams(struct output *o)
{
	const struct config *config = o->config;
	struct stream *next = &o->streams[config->count * STREAM_PIPES];

	for (size_t i = 0; i < config->count; i++) {
		init_stream(o, output_stream(o, i, STREAM_STDOUT), STREAM_STDOUT, i);
		init_stream(o, output_stream(o, i, STREAM_STDERR), STREAM_STDERR, i);
		for (size_t n = 0; n < config->services[i].tail.count; n++)
			init_stream(o, next++, STREAM_TAIL, i);
	}
	init_stream(o, next, STREAM_SYSLOG, SERVICE_NONE);
}

/* A file, a pipe or a terminal: two descriptors of one are one way. */
static bool
is_same(int a, int b)
{
	struct stat of_a;
	struct stat of_b;

	return fstat(a, &of_a) == 0 && fstat(b, &of_b) == 0 &&
	    of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

/* See no-color.org. */
static bool
wants_colour(int fd)
{
	const char *no = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(fd) && !(no && *no) && !(terminal && strcmp(terminal, "dumb") == 0);
}

static int
init_ways(struct output *o)
{
	o->shared = is_same(STDOUT_FILENO, STDERR_FILENO);
	for (unsigned i = 0; i < OUTPUT_SINKS; i++) {
		if (sink_init(&o->sinks[i], STDOUT_FILENO + (int)i, FLOW_SINK_SIZE) < 0)
			return -ENOMEM;
		o->coloured[i] = wants_colour(STDOUT_FILENO + (int)i);
	}
	o->journals = o->config->log == LOG_MODE_JOURNAL;
	for (size_t i = 0; i < o->config->count; i++)
		o->journals |= o->config->services[i].log == LOG_MODE_JOURNAL;
	if (!o->journals)
		return 0;
	if (journal_open(&o->journal, JOURNAL_PATH, FLOW_JOURNAL_SIZE) < 0)
		return -ENOMEM;
	if (o->journal.error == 0)
		return 0;
	o->no_journal = o->journal.error;
	o->journals = false;
	journal_close(&o->journal);
	return 0;
}

int
output_init(struct output *o, const struct config *config)
{
	size_t n = config->count;
	size_t files = 0;

	memset(o, 0, sizeof(*o));
	o->config = config;
	o->journal.fd = o->follows.fd = o->devlog.fd = -1;
	o->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (size_t i = 0; i < n; i++)
		files += config->services[i].tail.count;
	o->stream_count = n * STREAM_PIPES + files + 1;
	o->streams = calloc(o->stream_count, sizeof(*o->streams));
	o->sources = calloc(n + 1, sizeof(*o->sources));
	o->scratch = malloc(FLOW_READ_SIZE + 1); /* a datagram and its end */
	if (!o->streams || !o->sources || !o->scratch || form_init(&o->form) < 0 ||
	    (files > 0 && follows_init(&o->follows, files) < 0) || init_ways(o) < 0) {
		o->stream_count = 0;
		output_clear(o);
		return -ENOMEM;
	}
	init_streams(o);
	return 0;
}

static void
begin_syslog(struct output *o)
{
	char line[128];
	int r = devlog_open(&o->devlog, DEVLOG_PATH);

	if (gethostname(o->host, sizeof(o->host) - 1) < 0)
		o->host[0] = '\0';
	if (r == 0)
		return;
	(void)snprintf(line, sizeof(line), "no syslog: %s: %s", DEVLOG_PATH,
	    r == -EADDRINUSE ? "somebody else listens there" : strerror(-r));
	output_say(o, line);
}

void
output_begin(struct output *o)
{
	size_t first = o->config->count * STREAM_PIPES;
	size_t file = 0;

	for (size_t i = 0; i < o->config->count; i++) {
		const struct service_config *c = &o->config->services[i];

		for (size_t n = 0; n < c->tail.count; n++, file++) {
			follow_open(&o->follows, file, c->tail.items[n], &c->identity);
			own_tell_trouble(o, &o->streams[first + file]);
			output_ready(o, &o->streams[first + file]);
		}
	}
	if (o->config->syslog)
		begin_syslog(o);
	if (o->no_journal != 0)
		own_tell_no_journal(o);
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
	free(s->held);
}

void
output_clear(struct output *o)
{
	if (!o->config)
		return;
	for (size_t i = 0; i < o->stream_count; i++)
		close_stream(&o->streams[i]);
	for (size_t i = 0; o->sources && i < o->config->count; i++)
		ring_clear(&o->sources[i].ring);
	if (o->null_fd >= 0)
		close(o->null_fd);
	for (unsigned i = 0; i < OUTPUT_SINKS; i++)
		sink_clear(&o->sinks[i]);
	if (o->journals)
		journal_close(&o->journal);
	follows_clear(&o->follows);
	devlog_close(&o->devlog);
	form_clear(&o->form);
	free(o->streams);
	free(o->sources);
	free(o->scratch);
	memset(o, 0, sizeof(*o));
}

/* -- pipes ------------------------------------------------------------------------- */

/*
 * The pipe belongs to the child's user, so that a daemon that opens /dev/stdout
 * anew may; and whoever it becomes later, with su or setpriv, may write to it
 * as well: moby/moby#31243.  Nobody else can come to it, since /proc/PID/fd is
 * its user's alone.  The read end has its own open file: O_NONBLOCK there is not
 * seen by the child.
 */
static int
open_stream(struct stream *s, const struct identity *identity)
{
	int ends[2];
	int r;

	if (s->read_fd >= 0)
		return 0;
	r = place_pipe(ends);
	if (r < 0)
		return r;
	(void)fchmod(ends[1], 0622);
	if (identity->uid != (uid_t)-1 || identity->gid != (gid_t)-1)
		(void)!fchown(ends[1], identity->uid, identity->gid);
	s->read_fd = ends[0];
	s->write_fd = place_above(ends[1]);
	return 0;
}

int
output_open(struct output *o, size_t service)
{
	const struct service_config *c = &o->config->services[service];

	if (!captures(c, o))
		return 0;
	for (unsigned kind = 0; kind < STREAM_PIPES; kind++) {
		int r = open_stream(output_stream(o, service, kind), &c->identity);

		if (r < 0)
			return r;
	}
	return 0;
}

int
output_child_fd(const struct output *o, size_t service, unsigned kind)
{
	const struct service_config *c = &o->config->services[service];

	if (captures(c, o))
		return output_stream(o, service, kind)->write_fd;
	return c->log == LOG_MODE_NULL ? o->null_fd : -1;
}

void
output_set_pid(struct output *o, size_t service, pid_t pid)
{
	o->sources[service].pid = pid;
}

/* -- the end ------------------------------------------------------------------- */

/* Waits until more can be written, or for so long. */
static void
wait_for_readers(const struct output *o, usec_t limit)
{
	struct pollfd ready[OUTPUT_WAYS] = {0};

	for (unsigned i = 0; i < OUTPUT_SINKS; i++) {
		ready[i].fd = o->sinks[i].blocked ? o->sinks[i].fd : -1;
		ready[i].events = POLLOUT;
	}
	ready[OUTPUT_JOURNAL].fd = o->journal.blocked ? o->journal.fd : -1;
	ready[OUTPUT_JOURNAL].events = POLLOUT;
	(void)poll(ready, OUTPUT_WAYS, (int)(limit / USEC_PER_MSEC) + 1);
}

uint64_t
output_drain(struct output *o, usec_t limit)
{
	usec_t start = clock_now();

	for (;;) {
		usec_t passed = clock_now() - start;
		bool all = flow_read_all(o);
		uint64_t dropped = o->dropped;
		bool waits;

		own_tell_dropped(o);
		waits = flow_write(o);
		if ((!waits && all && o->dropped == dropped) || passed >= limit)
			return flow_left(o);
		if (waits)
			wait_for_readers(o, limit - passed);
	}
}

void
output_flush(struct output *o, usec_t limit)
{
	usec_t start = clock_now();

	for (;;) {
		usec_t passed = clock_now() - start;

		if (!flow_write(o) || passed >= limit)
			return;
		wait_for_readers(o, limit - passed);
	}
}

void
output_give_up(struct output *o)
{
	for (unsigned i = 0; i < OUTPUT_SINKS; i++)
		sink_give_up(&o->sinks[i]);
	if (o->journals)
		journal_drop(&o->journal);
	own_tell_dropped(o);
}

size_t
output_tail(const struct output *o, size_t service, char *buffer, size_t size)
{
	return ring_last(&o->sources[service].ring, buffer, size);
}
