/*
 * Whatever a program sends to /dev/log: what is shown of it lies within the
 * datagram, its lines are all of it, and its numbers are within their bounds.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/lines.h"
#include "supervisor/syslog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool fine)
{
	if (!fine)
		abort();
}

/* What is left of the text when the lines so far have come out of it. */
struct left {
	const char *at;
	size_t length;
	bool any;
};

static void
take(struct left *left, const char *data, size_t length)
{
	require(length <= left->length && memcmp(left->at, data, length) == 0);
	left->at += length;
	left->length -= length;
}

static void
take_line(void *context, const char *data, size_t length, bool continued)
{
	struct left *left = context;

	require(memchr(data, '\n', length) == NULL);
	if (left->any && !continued)
		take(left, "\n", 1);
	take(left, data, length);
	left->any = true;
}

/* As output_syslog() has them come out, with lines that are too long. */
static void
check_lines(const struct syslog_message *m)
{
	struct left left = {.at = m->text, .length = m->length};
	struct lines lines;

	lines_init(&lines, 64);
	lines_feed(&lines, m->text, m->length, take_line, &left);
	lines_feed(&lines, "\n", 1, take_line, &left);
	require(left.length == 0 && lines_are_even(&lines));
	lines_clear(&lines);
}

/* The first byte is how long the name of the machine is, which comes next. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t host_length = size > 0 && data[0] < 64 && data[0] < size ? data[0] : 0;
	struct syslog_message m;
	char host[64] = "";
	char *datagram;

	if (size == 0)
		return 0;
	memcpy(host, data + 1, host_length);
	size -= 1 + host_length;
	datagram = malloc(size);
	require(datagram != NULL);
	memcpy(datagram, data + 1 + host_length, size);
	syslog_parse(datagram, size, host_length > 0 ? host : NULL, &m);
	require(m.priority >= 0 && m.priority <= 7);
	require(m.facility >= 0 && m.facility <= 23);
	require(m.text != NULL || m.length == 0);
	if (m.text != NULL) {
		require(m.length > 0 && m.text >= datagram);
		require(m.text + m.length <= datagram + size);
		require(m.text[m.length - 1] != '\n' && m.text[m.length - 1] != '\0');
		check_lines(&m);
	}
	free(datagram);
	return 0;
}
