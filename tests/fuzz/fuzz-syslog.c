/*
 * Whatever a program sends to /dev/log: what is shown of it lies within the
 * datagram, its lines are all of it, and its numbers are within their bounds.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/syslog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool fine)
{
	if (!fine)
		abort();
}

static void
check_lines(struct syslog_message m, const char *end)
{
	const char *next = m.text;
	const char *line;
	size_t length;

	while (syslog_next_line(&m, &line, &length)) {
		require(line == next && length <= (size_t)(end - line));
		require(memchr(line, '\n', length) == NULL);
		next = line + length + 1;
	}
	require(next == end + 1);
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
		check_lines(m, m.text + m.length);
	}
	free(datagram);
	return 0;
}
