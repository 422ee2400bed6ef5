#include "healthcheck/answer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static void
breaks(struct answer *a, const char *fault)
{
	a->state = ANSWER_BROKEN;
	a->fault = fault;
}

void
answer_init(struct answer *a, const char *wanted)
{
	memset(a, 0, sizeof(*a));
	if (wanted && *wanted) {
		a->wanted = wanted;
		a->wanted_length = strlen(wanted);
	}
	if (a->wanted_length > ANSWER_WANTED_MAX)
		breaks(a, "expect_body is longer than 2048 bytes");
}

/* -- the head ---------------------------------------------------------------------- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* HTTP/1.1 200 OK */
static void
take_status(struct answer *a, const char *line)
{
	const char *code = line + 9;

	if (strncmp(line, "HTTP/1.", 7) != 0 || !is_digit(line[7]) || line[8] != ' ' ||
	    code[0] < '1' || code[0] > '9' || !is_digit(code[1]) || !is_digit(code[2]) ||
	    (code[3] != ' ' && code[3] != '\0')) {
		breaks(a, "the answer is not HTTP");
		return;
	}
	a->status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
	if (code[3] == ' ')
		(void)snprintf(a->reason, sizeof(a->reason), "%s", code + 4);
	a->state = ANSWER_HEADERS;
}

static void
take_length(struct answer *a, const char *value)
{
	uint64_t length = 0;
	size_t digits = 0;

	for (; is_digit(value[digits]); digits++) {
		/* More than any body has, and far from the end of uint64_t. */
		if (digits >= 18)
			break;
		length = length * 10 + (uint64_t)(value[digits] - '0');
	}
	if (digits == 0 || value[digits] != '\0' || (a->sized && a->left != length)) {
		breaks(a, "the answer's Content-Length makes no sense");
		return;
	}
	a->sized = true;
	a->left = length;
}

/* The last coding is the one that frames the body: "gzip, chunked". */
static void
take_coding(struct answer *a, const char *value)
{
	size_t length = strlen(value);
	size_t chunked = strlen("chunked");

	a->chunked =
	    length >= chunked && strcasecmp(value + length - chunked, "chunked") == 0;
}

static void
take_location(struct answer *a, const char *value)
{
	size_t length = strlen(value);

	a->location_cut = a->cut || length >= sizeof(a->location);
	if (length >= sizeof(a->location))
		length = sizeof(a->location) - 1;
	memcpy(a->location, value, length);
	a->location[length] = '\0';
}

/* What is no header, or folded, is none of those that matter. */
static void
take_header(struct answer *a, char *line)
{
	static const struct {
		const char *name;
		void (*take)(struct answer *, const char *value);
	} known[] = {
	    {"Content-Length", take_length},
	    {"Transfer-Encoding", take_coding},
	    {"Location", take_location},
	};
	char *value = strchr(line, ':');

	if (!value)
		return;
	*value++ = '\0';
	value += strspn(value, " \t");
	for (size_t n = strlen(value); n > 0 && strchr(" \t", value[n - 1]); n--)
		value[n - 1] = '\0';
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcasecmp(line, known[i].name) == 0)
			known[i].take(a, value);
	}
}

/* 100 Continue and 103 Early Hints come before the answer. */
static bool
is_interim(int status)
{
	return status >= 100 && status < 200 && status != 101;
}

static void
begin_body(struct answer *a)
{
	if (is_interim(a->status)) {
		size_t head = a->head;
		const char *wanted = a->wanted;

		answer_init(a, wanted);
		a->head = head;
		return;
	}
	a->has_head = true;
	if (a->status == 204 || a->status == 304 || a->status == 101) {
		a->state = ANSWER_DONE;
	} else if (a->chunked) {
		a->left = 0;
		a->state = ANSWER_CHUNK_SIZE;
	} else {
		a->state = a->sized && a->left == 0 ? ANSWER_DONE : ANSWER_BODY;
	}
}

/* The line in buffer is whole, or cut. */
static void
take_line(struct answer *a)
{
	size_t length = a->length;

	a->length = 0;
	if (length > 0 && a->buffer[length - 1] == '\r' && !a->cut)
		length--;
	a->buffer[length] = '\0';
	if (a->state == ANSWER_STATUS)
		take_status(a, a->buffer);
	else if (length == 0)
		begin_body(a);
	else
		take_header(a, a->buffer);
	a->cut = false;
}

/* Returns how many bytes it has used, as all below do: at least one. */
static size_t
feed_line(struct answer *a, const char *bytes, size_t count)
{
	const char *end = memchr(bytes, '\n', count);
	size_t used = end ? (size_t)(end - bytes) : count;
	size_t room = sizeof(a->buffer) - 1 - a->length;
	size_t kept = used < room ? used : room;

	memcpy(a->buffer + a->length, bytes, kept);
	a->length += kept;
	a->cut = a->cut || kept < used;
	if (end)
		take_line(a);
	return used + (end ? 1 : 0);
}

/*
 * Whatever it is, a server that speaks first and not HTTP is not waited for:
 * it might never send a line end.
 */
static void
check_start(struct answer *a)
{
	static const char start[] = "HTTP/1.";
	size_t length = a->length < 7 ? a->length : 7;

	if (a->state == ANSWER_STATUS && memcmp(a->buffer, start, length) != 0)
		breaks(a, "the answer is not HTTP");
}

static size_t
feed_head(struct answer *a, const char *bytes, size_t count)
{
	size_t used = feed_line(a, bytes, count);

	check_start(a);
	a->head += used;
	if (a->head > ANSWER_HEAD_MAX && a->state <= ANSWER_HEADERS)
		breaks(a, "the answer has more than 64 KiB of headers");
	return used;
}

/* -- the body ---------------------------------------------------------------------- */

/*
 * Two pieces fit into the buffer, and what is kept of the first is shorter
 * than what is looked for: so it is found wherever it is cut.
 */
static void
search(struct answer *a, const char *bytes, size_t count)
{
	while (a->wanted && !a->found && count > 0) {
		size_t room = sizeof(a->buffer) - a->length;
		size_t n = count < room ? count : room;
		size_t kept = a->wanted_length - 1;

		memcpy(a->buffer + a->length, bytes, n);
		a->length += n;
		bytes += n;
		count -= n;
		a->found =
		    memmem(a->buffer, a->length, a->wanted, a->wanted_length) != NULL;
		if (a->length > kept) {
			memmove(a->buffer, a->buffer + a->length - kept, kept);
			a->length = kept;
		}
	}
}

static size_t
feed_body(struct answer *a, const char *bytes, size_t count)
{
	bool sized = a->sized || a->chunked;
	size_t used = sized && a->left < count ? (size_t)a->left : count;

	search(a, bytes, used);
	if (!sized)
		return used;
	a->left -= used;
	if (a->left == 0)
		a->state = a->chunked ? ANSWER_CHUNK_END : ANSWER_DONE;
	return used;
}

static int
hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What may follow the digits; the line end is another matter. */
static bool
ends_digits(char c)
{
	return c == ';' || c == ' ' || c == '\t' || c == '\r';
}

/* 1a2b;extension: what follows the digits is passed over. */
static size_t
feed_chunk_size(struct answer *a, char c)
{
	int digit = a->cut ? -1 : hex_digit(c);

	if (c == '\n' && a->digits > 0) {
		a->state = a->left > 0 ? ANSWER_CHUNK : ANSWER_TRAILER;
		a->digits = 0;
		a->head = 0;
		a->cut = false;
	} else if (digit >= 0 && a->digits < 15) {
		a->left = a->left * 16 + (uint64_t)digit;
		a->digits++;
	} else if (a->digits == 0 || digit >= 0 || (!a->cut && !ends_digits(c)) ||
	    ++a->head > ANSWER_HEAD_MAX) {
		breaks(a, "the answer's chunks make no sense");
	} else {
		a->cut = true;
	}
	return 1;
}

static size_t
feed_chunk_end(struct answer *a, char c)
{
	if (c == '\n')
		a->state = ANSWER_CHUNK_SIZE;
	else if (c != '\r')
		breaks(a, "the answer's chunks make no sense");
	return 1;
}

/* Headers that come last; an empty line ends them. */
static size_t
feed_trailer(struct answer *a, char c)
{
	if (c == '\n' && a->digits == 0)
		a->state = ANSWER_DONE;
	else if (++a->head > ANSWER_HEAD_MAX)
		breaks(a, "the answer has more than 64 KiB of headers");
	else if (c == '\n')
		a->digits = 0;
	else if (c != '\r')
		a->digits = 1;
	return 1;
}

/* -- all of it ----------------------------------------------------------------------- */

static size_t
feed_some(struct answer *a, const char *bytes, size_t count)
{
	switch (a->state) {
	case ANSWER_STATUS:
	case ANSWER_HEADERS:
		return feed_head(a, bytes, count);
	case ANSWER_BODY:
	case ANSWER_CHUNK:
		return feed_body(a, bytes, count);
	case ANSWER_CHUNK_SIZE:
		return feed_chunk_size(a, *bytes);
	case ANSWER_CHUNK_END:
		return feed_chunk_end(a, *bytes);
	case ANSWER_TRAILER:
		return feed_trailer(a, *bytes);
	case ANSWER_DONE:
	case ANSWER_BROKEN:
		break;
	}
	return count;
}

void
answer_feed(struct answer *a, const char *bytes, size_t count)
{
	while (count > 0) {
		size_t used = feed_some(a, bytes, count);

		bytes += used;
		count -= used;
	}
}

void
answer_end(struct answer *a)
{
	if (a->state == ANSWER_DONE || a->state == ANSWER_BROKEN)
		return;
	if (a->state == ANSWER_BODY && !a->sized)
		a->state = ANSWER_DONE;
	else if (a->state == ANSWER_STATUS && a->length == 0)
		breaks(a, "the connection was closed without an answer");
	else
		breaks(a, "the answer is not complete");
}
