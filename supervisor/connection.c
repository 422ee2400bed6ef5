#include "supervisor/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "config/moment.h"

#define HEAD_LIMIT 1024

const char *
connection_reason(unsigned status)
{
	static const struct {
		unsigned status;
		const char *reason;
	} reasons[] = {
	    {200, "OK"},
	    {400, "Bad Request"},
	    {403, "Forbidden"},
	    {404, "Not Found"},
	    {405, "Method Not Allowed"},
	    {408, "Request Timeout"},
	    {413, "Content Too Large"},
	    {414, "URI Too Long"},
	    {431, "Request Header Fields Too Large"},
	    {501, "Not Implemented"},
	    {503, "Service Unavailable"},
	    {505, "HTTP Version Not Supported"},
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}

static void
enter(struct connection *c, enum connection_state state, usec_t now, usec_t time)
{
	c->state = state;
	c->since = now;
	c->deadline = moment_after(now, time);
}

static void
end(struct connection *c)
{
	c->state = CONNECTION_OVER;
}

void
connection_open(struct connection *c, int fd, usec_t now)
{
	*c = (struct connection){.fd = fd};
	text_init(&c->head, HEAD_LIMIT);
	enter(c, CONNECTION_IDLE, now, CONNECTION_REQUEST_TIME);
}

static void
drop_input(struct connection *c)
{
	free(c->input);
	c->input = NULL;
	c->length = 0;
}

void
connection_close(struct connection *c)
{
	if (c->state == CONNECTION_FREE)
		return;
	close(c->fd);
	drop_input(c);
	text_clear(&c->head);
	text_clear(&c->page.body);
	*c = (struct connection){.state = CONNECTION_FREE};
}

bool
connection_wants_read(const struct connection *c)
{
	return c->state == CONNECTION_IDLE || c->state == CONNECTION_READING ||
	    c->state == CONNECTION_ENDING;
}

bool
connection_wants_write(const struct connection *c)
{
	return c->state == CONNECTION_ANSWERING;
}

/* -- reading ------------------------------------------------------------------- */

/* Looks at what is in input. */
static void
look(struct connection *c, usec_t now)
{
	if (c->length == 0)
		return;
	if (c->state == CONNECTION_IDLE)
		enter(c, CONNECTION_READING, now, CONNECTION_REQUEST_TIME);
	if (request_read(&c->reader, c->input, c->length, &c->request) == REQUEST_WHOLE)
		enter(c, CONNECTION_ASKING, now, USEC_NEVER);
}

static void
read_some(struct connection *c, usec_t now)
{
	ssize_t n = -1;

	errno = ENOMEM;
	if (!c->input)
		c->input = malloc(REQUEST_SIZE);
	if (c->input)
		n = recv(
		    c->fd, c->input + c->length, REQUEST_SIZE - c->length, MSG_DONTWAIT);
	if (n > 0) {
		c->length += (size_t)n;
		look(c, now);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		end(c);
	}
}

/* It was told; what it still sends is nobody's. */
static void
discard(struct connection *c)
{
	char bytes[4096];
	ssize_t n = recv(c->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		end(c);
}

/* -- answering ------------------------------------------------------------------- */

static void
add_fields(struct text *t, const struct connection *c, usec_t wall)
{
	text_add(t, "Date: ");
	text_add_http_time(t, wall);
	text_format(t,
	    "\r\nContent-Type: %s\r\n"
	    "Content-Length: %zu\r\n"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n",
	    c->page.type, c->page.body.length);
	if (c->page.status == 405)
		text_add(t, "Allow: GET, HEAD\r\n");
	text_add(t,
	    c->request.keep_alive ? "Connection: keep-alive\r\n\r\n"
				  : "Connection: close\r\n\r\n");
}

static void
add_status_line(struct text *t, unsigned status)
{
	text_format(t, "HTTP/1.1 %u %s\r\n", status, connection_reason(status));
}

/* What there was no room for is not sent in part. */
static void
replace_failed(struct connection *c)
{
	size_t limit = c->page.body.limit;

	text_clear(&c->page.body);
	text_init(&c->page.body, limit);
	c->page.status = 503;
	c->page.type = "text/plain; charset=utf-8";
	c->request.keep_alive = false;
}

/* The next request may be there already. */
static void
begin_next(struct connection *c, usec_t now)
{
	size_t left = c->length - c->reader.seen;

	if (left > 0)
		memmove(c->input, c->input + c->reader.seen, left);
	else
		drop_input(c);
	c->length = left;
	c->reader = (struct request_reader){.seen = 0};
	c->served = true;
	enter(c, CONNECTION_IDLE, now, CONNECTION_IDLE_TIME);
	look(c, now);
}

static void
finish(struct connection *c, usec_t now)
{
	text_clear(&c->head);
	text_clear(&c->page.body);
	c->written = 0;
	if (c->request.keep_alive) {
		begin_next(c, now);
	} else if (c->request.status == 0 || shutdown(c->fd, SHUT_WR) < 0) {
		end(c);
	} else {
		drop_input(c);
		enter(c, CONNECTION_ENDING, now, CONNECTION_ENDING_TIME);
	}
}

static void
write_some(struct connection *c, usec_t now)
{
	size_t head = c->written < c->head.length ? c->head.length - c->written : 0;
	size_t before = head > 0 ? 0 : c->written - c->head.length;
	size_t body = c->request.head ? 0 : c->page.body.length - before;
	struct iovec pieces[] = {
	    {c->head.bytes + c->head.length - head, head},
	    {body > 0 ? c->page.body.bytes + before : NULL, body},
	};
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
	ssize_t n = sendmsg(c->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		end(c);
		return;
	}
	if (n > 0) {
		c->written += (size_t)n;
		c->since = now;
	}
	if (n > 0 && (size_t)n == head + body)
		finish(c, now);
}

void
connection_answer(struct connection *c, usec_t now, usec_t wall)
{
	if (c->page.body.failed)
		replace_failed(c);
	add_status_line(&c->head, c->page.status);
	add_fields(&c->head, c, wall);
	if (c->head.failed) {
		end(c);
		return;
	}
	enter(c, CONNECTION_ANSWERING, now, CONNECTION_ANSWER_TIME);
	write_some(c, now);
}

/* -- events -------------------------------------------------------------------- */

void
connection_handle_ready(struct connection *c, usec_t now)
{
	switch (c->state) {
	case CONNECTION_IDLE:
	case CONNECTION_READING:
		read_some(c, now);
		break;
	case CONNECTION_ANSWERING:
		write_some(c, now);
		break;
	case CONNECTION_ENDING:
		discard(c);
		break;
	case CONNECTION_ASKING:
	case CONNECTION_OVER:
	case CONNECTION_FREE:
		break;
	}
}

void
connection_expire(struct connection *c, usec_t now)
{
	if (c->state != CONNECTION_READING) {
		end(c);
		return;
	}
	c->request = (struct request){.status = 408};
	enter(c, CONNECTION_ASKING, now, USEC_NEVER);
}

void
connection_refuse(int fd, unsigned status)
{
	const char *reason = connection_reason(status);
	struct text answer;

	text_init(&answer, HEAD_LIMIT);
	add_status_line(&answer, status);
	text_format(&answer,
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Length: %zu\r\n"
	    "Connection: close\r\n\r\n"
	    "%u %s\n",
	    strlen(reason) + 5, status, reason);
	if (!answer.failed)
		(void)send(fd, answer.bytes, answer.length, MSG_DONTWAIT | MSG_NOSIGNAL);
	text_clear(&answer);
}
