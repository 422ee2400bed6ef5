#include "init/verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "supervisor/sentence.h"

/* What Kubernetes keeps of a termination message. */
#define MESSAGE_SIZE 4096

/* At the least, even if grace is over: readers that are alive need no more. */
#define DRAIN_MIN (100 * USEC_PER_MSEC)

/* Length of the UTF-8 sequence at text, or 0; see RFC 3629, section 4. */
static size_t
sequence_length(const unsigned char *text, size_t left)
{
	unsigned char lead = text[0];
	size_t length = lead < 0x80 ? 1
	    : lead < 0xc2	    ? 0
	    : lead < 0xe0	    ? 2
	    : lead < 0xf0	    ? 3
				    : 4;

	if (lead > 0xf4 || length == 0 || length > left)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((lead == 0xe0 && text[1] < 0xa0) || (lead == 0xed && text[1] > 0x9f) ||
	    (lead == 0xf0 && text[1] < 0x90) || (lead == 0xf4 && text[1] > 0x8f))
		return 0;
	return length;
}

void
verdict_make_utf8(char *text, size_t length)
{
	size_t i = 0;

	while (i < length) {
		size_t n = sequence_length((const unsigned char *)text + i, length - i);

		/* NUL is valid UTF-8, and cuts the message where C reads it. */
		if (n == 0 || text[i] == '\0') {
			text[i] = '?';
			n = 1;
		}
		i += n;
	}
}

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

static void
leave_message(struct supervisor *s, const char *reason)
{
	const struct plan *p = &s->plan;
	char message[MESSAGE_SIZE];
	char line[SENTENCE_SIZE];
	size_t length;
	int r;

	if (!s->config->termination_message)
		return;
	length = strlen(reason);
	memcpy(message, reason, length);
	message[length++] = '\n';
	if (blames_service(p))
		length += output_tail(&s->output, p->cause.service, message + length,
		    sizeof(message) - length);
	verdict_make_utf8(message, length);
	r = write_message(s->config->termination_message, message, length);
	if (r == 0)
		return;
	(void)snprintf(line, sizeof(line), "termination message: %s: %s",
	    s->config->termination_message, strerror(-r));
	output_say(&s->output, line);
}

int
verdict_tell(struct supervisor *s)
{
	const struct plan *p = &s->plan;
	usec_t until = loop_now() + DRAIN_MIN;
	int status = plan_status(p);
	char cause[SENTENCE_SIZE];
	char line[SENTENCE_SIZE + 32];

	if (p->stop_until != USEC_NEVER && p->stop_until > until)
		until = p->stop_until;
	sentence_cause(cause, sizeof(cause), p);
	(void)snprintf(line, sizeof(line), "exit %d: %s", status, cause);
	output_drain(&s->output, until - loop_now());
	leave_message(s, line);
	output_say(&s->output, line);
	output_drain(&s->output, DRAIN_MIN);
	return status;
}
