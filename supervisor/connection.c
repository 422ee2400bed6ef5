#include "supervisor/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "config/moment.h"
#include "supervisor/head.h"

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
connection_open(struct connection *c, int fd, enum access access, usec_t now)
{
	*c = (struct connection){.fd = fd, .access = access};
	text_init(&c->head, HEAD_SIZE_MAX);
	enter(c, CONNECTION_IDLE, now, CONNECTION_REQUEST_TIME);
}

void
connection_open_refused(struct connection *c, int fd, usec_t now)
{
	*c = (struct connection){.fd = fd};
	(void)shutdown(fd, SHUT_WR);
	enter(c, CONNECTION_ENDING, now, CONNECTION_ENDING_TIME);
}

static void
drop_input(struct connection *c)
{
	free(c->input);
	c->input = NULL;
	c->length = 0;
}

/* What was kept for the answer. */
static void
forget(struct connection *c)
{
	if (c->errand.forget)
		c->errand.forget(c->errand.state);
	c->errand = (struct errand){.room = false};
}

void
connection_close(struct connection *c)
{
	if (c->state == CONNECTION_FREE)
		return;
	forget(c);
	close(c->fd);
	drop_input(c);
	text_clear(&c->head);
	text_clear(&c->page.body);
	*c = (struct connection){.state = CONNECTION_FREE};
}

/* How much of the head, and then of the body, is still to be written. */
static size_t
left_of_head(const struct connection *c)
{
	return c->written < c->head.length ? c->head.length - c->written : 0;
}

static size_t
left_of_body(const struct connection *c)
{
	size_t written = c->written > c->head.length ? c->written - c->head.length : 0;

	return c->request.head ? 0 : c->page.body.length - written;
}

static bool
has_to_write(const struct connection *c)
{
	return left_of_head(c) + left_of_body(c) > 0;
}

bool
connection_wants_read(const struct connection *c)
{
	return c->state == CONNECTION_IDLE || c->state == CONNECTION_READING ||
	    c->state == CONNECTION_ENDING || c->state == CONNECTION_WAITING ||
	    connection_wants_piece(c);
}

bool
connection_wants_write(const struct connection *c)
{
	return c->state == CONNECTION_ANSWERING ||
	    (c->state == CONNECTION_STREAMING && has_to_write(c));
}

bool
connection_wants_piece(const struct connection *c)
{
	return c->state == CONNECTION_STREAMING && !has_to_write(c);
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

/* Its next request may come meanwhile; it has gone where that cannot be kept. */
static void
watch_it_go(struct connection *c)
{
	ssize_t n =
	    recv(c->fd, c->input + c->length, REQUEST_SIZE - c->length, MSG_DONTWAIT);

	if (n > 0)
		c->length += (size_t)n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		end(c);
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

/* What there was no room for is not sent in part. */
static void
replace_failed(struct connection *c)
{
	size_t limit = c->page.body.limit;

	text_clear(&c->page.body);
	text_init(&c->page.body, limit);
	c->page.status = 503;
	c->page.kind = PAGE_WHOLE;
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
	forget(c);
	c->last = false;
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

/* The client has taken all there was. */
static void
take_next(struct connection *c, usec_t now)
{
	if (c->state == CONNECTION_ANSWERING || c->last || c->request.head) {
		finish(c, now);
		return;
	}
	text_clear(&c->head);
	text_clear(&c->page.body);
	c->written = 0;
	c->deadline = USEC_NEVER;
}

static void
write_some(struct connection *c, usec_t now)
{
	size_t head = left_of_head(c);
	size_t body = left_of_body(c);
	struct iovec pieces[] = {
	    {head > 0 ? c->head.bytes + c->head.length - head : NULL, head},
	    {body > 0 ? c->page.body.bytes + c->page.body.length - body : NULL, body},
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
		take_next(c, now);
}

void
connection_answer(struct connection *c, usec_t now, usec_t wall)
{
	bool stream;

	if (c->page.body.failed)
		replace_failed(c);
	stream = c->page.kind == PAGE_STREAM;
	/* Without chunks, the end of the connection is that of the answer. */
	if (stream && c->request.old)
		c->request.keep_alive = false;
	head_write(&c->head, &c->page, &c->request, wall);
	if (c->head.failed) {
		end(c);
		return;
	}
	enter(c, stream ? CONNECTION_STREAMING : CONNECTION_ANSWERING, now,
	    CONNECTION_ANSWER_TIME);
	write_some(c, now);
}

void
connection_wait(struct connection *c, usec_t now)
{
	if (c->state != CONNECTION_WAITING)
		enter(c, CONNECTION_WAITING, now, USEC_NEVER);
	c->deadline = c->errand.deadline;
}

/* The digits are filled in when the length is known: RFC 9112, section 7.1. */
static const char chunk_head[] = "00000000\r\n";

void
connection_begin_piece(struct connection *c)
{
	text_init(&c->page.body, c->page.body.limit);
	if (!c->request.old)
		text_add(&c->page.body, chunk_head);
}

static void
end_chunk(struct text *t, bool last)
{
	size_t length = t->length - strlen(chunk_head);

	if (t->failed)
		return;
	/* An empty one would be the last. */
	if (length == 0)
		t->length = 0;
	else
		text_add(t, "\r\n");
	for (unsigned i = 8; i-- > 0 && length > 0; length >>= 4)
		t->bytes[i] = "0123456789abcdef"[length & 15];
	if (last)
		text_add(t, "0\r\n\r\n");
}

void
connection_end_piece(struct connection *c, bool last, usec_t now)
{
	if (!c->request.old)
		end_chunk(&c->page.body, last);
	if (c->page.body.failed) {
		end(c);
		return;
	}
	c->last = last;
	if (has_to_write(c)) {
		c->since = now;
		c->deadline = moment_after(now, CONNECTION_ANSWER_TIME);
		write_some(c, now);
	} else if (last) {
		finish(c, now);
	} else {
		text_clear(&c->page.body);
	}
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
	case CONNECTION_WAITING:
		watch_it_go(c);
		break;
	case CONNECTION_STREAMING:
		if (has_to_write(c))
			write_some(c, now);
		else
			watch_it_go(c);
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
