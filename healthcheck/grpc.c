/*
 * grpc.health.v1.Health/Check: one call over HTTP/2 without TLS.  After the
 * answer comes a trailer, grpc-status, which is 0 if the call as such went
 * well.
 */

#include "healthcheck/kinds.h"

#if !defined(PROCTOR_STATIC) && __has_include(<nghttp2/nghttp2.h>)

#include <errno.h>
#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "healthcheck/connect.h"
#include "healthcheck/library.h"
#include "healthcheck/message.h"
#include "healthcheck/stream.h"

#define LIBRARY "libnghttp2.so.14"

/* The functions of nghttp2, by their names without nghttp2_. */
struct library {
	int (*callbacks_new)(nghttp2_session_callbacks **);
	void (*callbacks_del)(nghttp2_session_callbacks *);
	void (*on_header)(nghttp2_session_callbacks *, nghttp2_on_header_callback);
	void (*on_data)(nghttp2_session_callbacks *, nghttp2_on_data_chunk_recv_callback);
	void (*on_close)(nghttp2_session_callbacks *, nghttp2_on_stream_close_callback);
	int (*option_new)(nghttp2_option **);
	void (*option_del)(nghttp2_option *);
	void (*no_window_update)(nghttp2_option *, int);
	int (*session_new)(nghttp2_session **, const nghttp2_session_callbacks *, void *,
	    const nghttp2_option *);
	void (*session_del)(nghttp2_session *);
	int (*settings)(
	    nghttp2_session *, uint8_t, const nghttp2_settings_entry *, size_t);
	int32_t (*request)(nghttp2_session *, const nghttp2_priority_spec *,
	    const nghttp2_nv *, size_t, const nghttp2_data_provider *, void *);
	ssize_t (*receive)(nghttp2_session *, const uint8_t *, size_t);
	ssize_t (*send)(nghttp2_session *, const uint8_t **);
	int (*wants)(nghttp2_session *); /* more of the other side */
	const char *(*strerror)(int);
};

struct call {
	struct library library;
	nghttp2_session *session;
	struct stream stream;
	uint8_t message[MESSAGE_SIZE]; /* ours */
	size_t length;
	size_t sent;
	uint8_t answer[16]; /* its beginning; more does not matter */
	size_t answer_length;
	int http_status; /* 0: not known */
	int grpc_status; /* -1: not known */
	char grpc_message[256];
	bool closed;
	uint32_t error; /* of the stream, once closed */
};

const char *
grpc_lacks(void)
{
	return NULL;
}

static bool
load(struct library *l, const struct finding *f)
{
	const struct library_symbol symbols[] = {
	    {"nghttp2_session_callbacks_new", &l->callbacks_new},
	    {"nghttp2_session_callbacks_del", &l->callbacks_del},
	    {"nghttp2_session_callbacks_set_on_header_callback", &l->on_header},
	    {"nghttp2_session_callbacks_set_on_data_chunk_recv_callback", &l->on_data},
	    {"nghttp2_session_callbacks_set_on_stream_close_callback", &l->on_close},
	    {"nghttp2_option_new", &l->option_new},
	    {"nghttp2_option_del", &l->option_del},
	    {"nghttp2_option_set_no_auto_window_update", &l->no_window_update},
	    {"nghttp2_session_client_new2", &l->session_new},
	    {"nghttp2_session_del", &l->session_del},
	    {"nghttp2_submit_settings", &l->settings},
	    {"nghttp2_submit_request", &l->request},
	    {"nghttp2_session_mem_recv", &l->receive},
	    {"nghttp2_session_mem_send", &l->send},
	    {"nghttp2_session_want_read", &l->wants},
	    {"nghttp2_strerror", &l->strerror},
	    {NULL, NULL},
	};

	return library_open(LIBRARY, symbols, f);
}

/* -- what the other side says ---------------------------------------------------------- */

static bool
is_name(const uint8_t *name, size_t length, const char *wanted)
{
	return length == strlen(wanted) && memcmp(name, wanted, length) == 0;
}

/* At most three digits; -1 for anything else. */
static int
number(const uint8_t *text, size_t length)
{
	int value = 0;

	if (length == 0 || length > 3)
		return -1;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static int
take_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
    size_t name_length, const uint8_t *value, size_t length, uint8_t flags, void *data)
{
	struct call *c = data;

	(void)session;
	(void)frame;
	(void)flags;
	if (is_name(name, name_length, ":status")) {
		c->http_status = number(value, length);
	} else if (is_name(name, name_length, "grpc-status")) {
		c->grpc_status = number(value, length);
	} else if (is_name(name, name_length, "grpc-message")) {
		if (length >= sizeof(c->grpc_message))
			length = sizeof(c->grpc_message) - 1;
		memcpy(c->grpc_message, value, length);
		c->grpc_message[length] = '\0';
	}
	return 0;
}

static int
take_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *bytes,
    size_t count, void *data)
{
	struct call *c = data;
	size_t room = sizeof(c->answer) - c->answer_length;

	(void)session;
	(void)flags;
	(void)id;
	if (count > room)
		count = room;
	memcpy(c->answer + c->answer_length, bytes, count);
	c->answer_length += count;
	return 0;
}

static int
take_close(nghttp2_session *session, int32_t id, uint32_t error, void *data)
{
	struct call *c = data;

	(void)session;
	(void)id;
	c->closed = true;
	c->error = error;
	return 0;
}

/* -- what is said ------------------------------------------------------------------------ */

static ssize_t
give_message(nghttp2_session *session, int32_t id, uint8_t *buffer, size_t size,
    uint32_t *flags, nghttp2_data_source *source, void *data)
{
	struct call *c = data;
	size_t n = c->length - c->sent;

	(void)session;
	(void)id;
	(void)source;
	if (n > size)
		n = size;
	memcpy(buffer, c->message + c->sent, n);
	c->sent += n;
	if (c->sent == c->length)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

static nghttp2_nv
pair(char *name, char *value)
{
	return (nghttp2_nv){.name = (uint8_t *)name,
	    .value = (uint8_t *)value,
	    .namelen = strlen(name),
	    .valuelen = strlen(value)};
}

static int
submit(struct call *c, char *authority)
{
	char names[][16] = {":method", ":scheme", ":path", ":authority", "content-type",
	    "te", "user-agent"};
	char method[] = "POST";
	char scheme[] = "http";
	char path[] = "/grpc.health.v1.Health/Check";
	char type[] = "application/grpc";
	char te[] = "trailers";
	char agent[] = "proctor/" PROCTOR_VERSION;
	nghttp2_nv headers[] = {pair(names[0], method), pair(names[1], scheme),
	    pair(names[2], path), pair(names[3], authority), pair(names[4], type),
	    pair(names[5], te), pair(names[6], agent)};
	nghttp2_data_provider body = {.read_callback = give_message};
	int r = c->library.settings(c->session, NGHTTP2_FLAG_NONE, NULL, 0);

	if (r == 0)
		r = c->library.request(c->session, NULL, headers,
		    sizeof(headers) / sizeof(headers[0]), &body, NULL);
	return r < 0 ? r : 0;
}

/* -- the call ---------------------------------------------------------------------------- */

/* The window stays as it is: so much data and no more can come. */
static int
open_session(struct call *c)
{
	const struct library *l = &c->library;
	nghttp2_session_callbacks *callbacks = NULL;
	nghttp2_option *options = NULL;
	int r = l->callbacks_new(&callbacks);

	if (r == 0)
		r = l->option_new(&options);
	if (r == 0) {
		l->on_header(callbacks, take_header);
		l->on_data(callbacks, take_data);
		l->on_close(callbacks, take_close);
		l->no_window_update(options, 1);
		r = l->session_new(&c->session, callbacks, c, options);
	}
	if (options)
		l->option_del(options);
	if (callbacks)
		l->callbacks_del(callbacks);
	return r;
}

static bool
send_all(struct call *c, const struct finding *f)
{
	const uint8_t *bytes;
	ssize_t n;

	while ((n = c->library.send(c->session, &bytes)) > 0) {
		/* What it said before it closed the connection is still to be read. */
		if (!stream_write(&c->stream, (const char *)bytes, (size_t)n))
			return true;
	}
	return n == 0 || finding_bad(f, "HTTP/2: %s", c->library.strerror((int)n));
}

static bool
talk(struct call *c, const struct finding *f)
{
	char piece[4096];

	while (!c->closed) {
		ssize_t n;

		if (!send_all(c, f))
			return false;
		/* It was told that it breaks the rules. */
		if (!c->library.wants(c->session))
			return finding_bad(f, "the answer is not HTTP/2");
		n = stream_read(&c->stream, piece, sizeof(piece));
		if (n < 0)
			return finding_bad(f, "no answer: %s", strerror(errno));
		if (n == 0)
			return finding_bad(
			    f, "the connection was closed without an answer");
		n = c->library.receive(c->session, (const uint8_t *)piece, (size_t)n);
		if (n < 0)
			return finding_bad(f, "the answer is not HTTP/2: %s",
			    c->library.strerror((int)n));
	}
	return true;
}

/* -- the verdict -------------------------------------------------------------------------- */

static bool
judge(const struct call *c, const struct finding *f)
{
	int status = message_status(c->answer, c->answer_length);
	const char *name = message_status_name(status);

	if (c->http_status > 0 && c->http_status != 200 && c->grpc_status < 0)
		return finding_bad(f, "HTTP %d instead of a gRPC answer", c->http_status);
	if (c->grpc_status > 0)
		return finding_bad(f, "gRPC status %s%s%s",
		    message_call_status_name(c->grpc_status),
		    *c->grpc_message ? ": " : "", c->grpc_message);
	if (c->error != 0 || c->grpc_status < 0)
		return finding_bad(f, "the call was broken off");
	if (!name)
		return finding_bad(f, "the answer is not one of grpc.health.v1.Health");
	return status == MESSAGE_SERVING ? finding_good(f, "%s", name)
					 : finding_bad(f, "%s", name);
}

bool
grpc_probe(const struct probe *p, const struct finding *f)
{
	struct call c = {.grpc_status = -1};
	char authority[300];
	bool good = false;
	int r;

	if (!load(&c.library, f) || !stream_open(&c.stream, p->host, p->port, false, f))
		return false;
	c.length = message_make(c.message, p->path);
	connect_name(authority, sizeof(authority), p->host, p->port);
	r = open_session(&c);
	if (r == 0)
		r = submit(&c, authority);
	if (r < 0)
		(void)finding_bad(f, "HTTP/2: %s", c.library.strerror(r));
	else
		good = talk(&c, f) && judge(&c, f);
	if (c.session)
		c.library.session_del(c.session);
	stream_close(&c.stream);
	return good;
}

#else

const char *
grpc_lacks(void)
{
	return "this build of proctor has no HTTP/2; take the distribution's build, or "
	       "probe "
	       "with tcp";
}

bool
grpc_probe(const struct probe *p, const struct finding *f)
{
	(void)p;
	return finding_bad(f, "%s", grpc_lacks());
}

#endif
