#include "init/verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/clock.h"
#include "config/utf8.h"
#include "supervisor/sentence.h"

/* What Kubernetes keeps of a termination message. */
#define MESSAGE_SIZE 4096

/* Three lines on what of the output did not go out. */
#define NOTE_SIZE 512

/* At the least, even if grace is over: readers that are alive need no more. */
#define DRAIN_MIN (100 * USEC_PER_MSEC)

static bool
blames_service(const struct plan *p)
{
	return p->cause.kind == CAUSE_FAILED || p->cause.kind == CAUSE_NOTHING_LEFT;
}

/*
 * Not created: who wants it has made it.  O_NONBLOCK: it may be a FIFO that
 * nobody reads.
 */
static int
write_message(const char *path, const char *text, size_t length)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t n;
	int error = 0;

	if (fd < 0)
		return errno == ENOENT || errno == ENXIO ? 0 : -errno;
	n = write(fd, text, length);
	if (n < 0)
		error = errno;
	close(fd);
	return -error;
}

/* note: what is to be said besides, in lines, or "". */
static void
leave_message(struct supervisor *s, const char *reason, const char *note)
{
	const struct plan *p = &s->plan;
	char message[MESSAGE_SIZE];
	char line[SENTENCE_SIZE];
	size_t length;
	int r;

	if (!s->config->termination_message)
		return;
	length = (size_t)snprintf(message, sizeof(message), "%s\n%s", reason, note);
	if (blames_service(p))
		length += output_tail(&s->output, p->cause.service, message + length,
		    sizeof(message) - length);
	utf8_repair(message, length);
	r = write_message(s->config->termination_message, message, length);
	if (r == 0)
		return;
	(void)snprintf(line, sizeof(line), "termination message: %s: %s",
	    s->config->termination_message, strerror(-r));
	output_say(&s->output, line);
}

/* A line on standard error and in the termination message. */
static void
tell_note(struct supervisor *s, const char *line, char *note)
{
	size_t length = strlen(note);

	output_say(&s->output, line);
	(void)snprintf(note + length, NOTE_SIZE - length, "%s\n", line);
}

/*
 * What nobody read in time is not kept: the verdict is the next that can be
 * written.  Where that cannot be either, the termination message has it.
 */
static void
give_up(struct supervisor *s, uint64_t left, char *note)
{
	char line[160];

	output_give_up(&s->output);
	(void)snprintf(line, sizeof(line), "%llu bytes of output were not read in time",
	    (unsigned long long)left);
	tell_note(s, line, note);
}

/* What could not be written at all. */
static void
tell_failures(struct supervisor *s, char *note)
{
	char line[160];

	while (output_next_failure(&s->output, true, line, sizeof(line)))
		tell_note(s, line, note);
}

int
verdict_tell(struct supervisor *s)
{
	const struct plan *p = &s->plan;
	usec_t until = clock_now() + DRAIN_MIN;
	int status = plan_status(p);
	char cause[SENTENCE_SIZE];
	char line[SENTENCE_SIZE + 32];
	char note[NOTE_SIZE] = "";
	uint64_t left;

	if (p->stop_until != USEC_NEVER && p->stop_until > until)
		until = p->stop_until;
	sentence_cause(cause, sizeof(cause), p, &s->stats);
	(void)snprintf(line, sizeof(line), "exit %d: %s", status, cause);
	do {
		usec_t now = clock_now();

		(void)supervisor_handle_syslog(s);
		left = output_drain(&s->output, until > now ? until - now : 0);
	} while (left == 0 && clock_now() < until && supervisor_handle_syslog(s));
	tell_failures(s, note);
	if (left > 0)
		give_up(s, left, note);
	leave_message(s, line, note);
	output_say_last(&s->output, line);
	output_flush(&s->output, DRAIN_MIN);
	return status;
}
