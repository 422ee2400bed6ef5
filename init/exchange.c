/* One request and its answer, as HTTP/1.1 has them; the half of client.h that reads. */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "config/letters.h"
#include "init/client.h"
#include "supervisor/request.h"

int
client_send(struct client *c, const char *method, const char *target)
{
	struct text request;
	int r = 0;

	text_init(&request, REQUEST_SIZE);
	text_format(&request,
	    "%s %s HTTP/1.1\r\nHost: proctor\r\nConnection: close\r\n%s\r\n", method,
	    target, strcmp(method, "GET") == 0 ? "" : "Content-Length: 0\r\n");
	if (request.failed)
		r = -E2BIG;
	for (size_t sent = 0; r == 0 && sent < request.length;) {
		ssize_t n = send(
		    c->fd, request.bytes + sent, request.length - sent, MSG_NOSIGNAL);

		if (n >= 0)
			sent += (size_t)n;
		else if (errno == EAGAIN)
			r = client_wait(c, POLLOUT);
		else if (errno == EPIPE)
			break; /* an answer may be there all the same: a refusal */
		else if (errno != EINTR)
			r = -errno;
	}
	text_clear(&request);
	return r;
}

/* More into the buffer, where there is room: 1, 0 at the end, or -errno. */
static int
fill(struct client *c)
{
	if (c->begin > 0) {
		memmove(c->buffer, c->buffer + c->begin, c->end - c->begin);
		c->end -= c->begin;
		c->begin = 0;
	}
	if (c->end == sizeof(c->buffer))
		return -EBADMSG;
	for (;;) {
		ssize_t n =
		    recv(c->fd, c->buffer + c->end, sizeof(c->buffer) - c->end, 0);
		int r = n < 0 && errno == EAGAIN ? client_wait(c, POLLIN) : 0;

		if (n > 0) {
			c->end += (size_t)n;
			return 1;
		}
		if (n == 0 || errno == ECONNRESET)
			return 0;
		if (r < 0 || (errno != EAGAIN && errno != EINTR))
			return r < 0 ? r : -errno;
	}
}

/* The line that is next, without its end; NULL and *ret_error if there is none. */
static const char *
read_line(struct client *c, int *ret_error)
{
	size_t looked = 0;

	for (;;) {
		char *line = c->buffer + c->begin;
		size_t length = c->end - c->begin;
		char *end = memchr(line + looked, '\n', length - looked);
		int r;

		if (end) {
			c->begin += (size_t)(end + 1 - line);
			if (end > line && end[-1] == '\r')
				end--;
			*end = '\0';
			return line;
		}
		looked = length;
		r = fill(c);
		if (r <= 0) {
			*ret_error = r < 0 ? r : -EBADMSG;
			return NULL;
		}
	}
}

/* Of "HTTP/1.1 200 OK"; 0: that is none.  sscanf(3) would be half of libc. */
static unsigned
parse_status(const char *line)
{
	static const char version[] = "HTTP/1.1 ";
	unsigned long status;
	char *end;

	if (strncmp(line, version, strlen(version)) != 0)
		return 0;
	status = strtoul(line + strlen(version), &end, 10);
	return *end == ' ' && status >= 100 && status <= 999 ? (unsigned)status : 0;
}

/* The value, if that is the name of this field. */
static const char *
value_of(const char *line, const char *name)
{
	size_t length = strlen(name);

	if (!letters_are_same(line, name, length) || line[length] != ':')
		return NULL;
	line += length + 1;
	return line + strspn(line, " \t");
}

int
client_read_head(struct client *c, unsigned *ret_status)
{
	bool has_length = false;
	int r = -EBADMSG;
	const char *line = read_line(c, &r);
	const char *value;
	unsigned status = line ? parse_status(line) : 0;

	if (status == 0)
		return r;
	while ((line = read_line(c, &r)) && *line != '\0') {
		if ((value = value_of(line, "Transfer-Encoding")))
			c->chunked = strcasecmp(value, "chunked") == 0;
		if ((value = value_of(line, "Content-Length"))) {
			c->left = strtoull(value, NULL, 10);
			has_length = true;
		}
	}
	if (!line)
		return r;
	if (c->chunked == has_length)
		return -EBADMSG;
	c->ended = has_length && c->left == 0;
	*ret_status = status;
	return 0;
}

/* The line in front of a chunk; after the last one, the end of all. */
static int
begin_chunk(struct client *c)
{
	int r = 0;
	const char *line = read_line(c, &r);
	char *end;

	if (!line)
		return r;
	c->left = strtoull(line, &end, 16);
	if (end == line)
		return -EBADMSG;
	if (c->left > 0)
		return 0;
	while ((line = read_line(c, &r)) && *line != '\0')
		;
	c->ended = line != NULL;
	return r;
}

/* What is behind a chunk, or all of it. */
static int
end_part(struct client *c)
{
	int r = 0;
	const char *line;

	if (c->left > 0)
		return 0;
	if (!c->chunked) {
		c->ended = true;
		return 0;
	}
	line = read_line(c, &r);
	return line && *line != '\0' ? -EBADMSG : r;
}

ssize_t
client_read(struct client *c, char *bytes, size_t size)
{
	size_t there;
	int r = 1;

	if (!c->ended && c->left == 0)
		r = begin_chunk(c);
	if (c->ended || r < 0)
		return c->ended ? 0 : r;
	if (c->begin == c->end)
		r = fill(c);
	if (r < 0 || c->begin == c->end)
		return r < 0 ? r : -EBADMSG;
	there = c->end - c->begin;
	there = there < c->left ? there : (size_t)c->left;
	there = there < size ? there : size;
	memcpy(bytes, c->buffer + c->begin, there);
	c->begin += there;
	c->left -= there;
	r = end_part(c);
	return r < 0 ? r : (ssize_t)there;
}

int
client_read_rest(struct client *c, unsigned status, struct client_answer *ret_answer)
{
	char bytes[4096];
	ssize_t n;

	while ((n = client_read(c, bytes, sizeof(bytes))) > 0)
		text_add_bytes(&c->body, bytes, (size_t)n);
	text_add_bytes(&c->body, "", 1);
	if (n == 0 && c->body.failed)
		n = -ENOMEM;
	if (n < 0)
		return (int)n;
	*ret_answer = (struct client_answer){
	    .status = status, .body = c->body.bytes, .length = c->body.length - 1};
	return 0;
}

int
client_request(struct client *c, const char *method, const char *target,
    struct client_answer *ret_answer)
{
	unsigned status = 0;
	int r = client_send(c, method, target);

	if (r == 0)
		r = client_read_head(c, &status);
	return r < 0 ? r : client_read_rest(c, status, ret_answer);
}
