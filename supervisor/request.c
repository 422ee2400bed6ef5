#include "supervisor/request.h"

#include <string.h>
#include <strings.h>

/* The head of one request while it is parsed. */
struct head {
	struct request *request;
	bool old; /* HTTP/1.0 */
	bool body;
	bool length; /* there was a Content-Length */
	bool coded; /* a Transfer-Encoding */
	bool hosted; /* a Host */
	bool other_method;
	bool close; /* what Connection asks for */
	bool keep;
};

/* -- characters ---------------------------------------------------------------- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* tchar of RFC 9110, section 5.6.2. */
static bool
is_token(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static bool
is_visible(char c)
{
	return c > ' ' && c < 0x7f;
}

/* Of uri-host and port, RFC 3986, section 3.2. */
static bool
is_authority(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("-._~!$&'()*+,;=:%[]", c));
}

static bool
is_all(struct slice s, bool (*is)(char c))
{
	for (size_t i = 0; i < s.length; i++)
		if (!is(s.bytes[i]))
			return false;
	return true;
}

bool
request_asks(const struct request *r, const char *name)
{
	struct slice rest = r->query;

	while (rest.length > 0) {
		struct slice parameter = slice_take_until(&rest, '&');

		if (slice_is(slice_take_until(&parameter, '='), name))
			return true;
	}
	return false;
}

/* -- the request line ------------------------------------------------------------ */

/* 0, or the status of what is wrong; so do all that parse below. */
static unsigned
parse_method(struct head *h, struct slice method)
{
	if (method.length == 0 || !is_all(method, is_token))
		return 400;
	h->request->head = slice_is(method, "HEAD");
	h->other_method = !h->request->head && !slice_is(method, "GET");
	return 0;
}

static unsigned
parse_version(struct head *h, struct slice version)
{
	const char *v = version.bytes;

	if (version.length != 8 || memcmp(v, "HTTP/", 5) != 0 || !is_digit(v[5]) ||
	    v[6] != '.' || !is_digit(v[7]))
		return 400;
	if (v[5] != '1')
		return 505;
	h->old = v[7] == '0';
	return 0;
}

/* The forms of a target for GET and HEAD: origin-form and absolute-form. */
static unsigned
parse_target(struct head *h, struct slice target)
{
	static const char scheme[] = "http://";
	static const struct slice root = {"/", 1};

	if (target.length == 0 || !is_all(target, is_visible) ||
	    memchr(target.bytes, '#', target.length))
		return 400;
	if (h->other_method)
		return 0;
	if (slice_begins_with(target, scheme)) {
		size_t host = strlen(scheme);

		while (host < target.length && is_authority(target.bytes[host]))
			host++;
		if (host == strlen(scheme))
			return 400;
		target = slice_skip(target, host);
	} else if (target.bytes[0] != '/') {
		return 400;
	}
	h->request->path = slice_take_until(&target, '?');
	h->request->query = target;
	if (h->request->path.length == 0)
		h->request->path = root;
	return h->request->path.bytes[0] == '/' ? 0 : 400;
}

static unsigned
parse_request_line(struct head *h, struct slice line)
{
	struct slice method = slice_take_until(&line, ' ');
	struct slice target = slice_take_until(&line, ' ');
	unsigned status = parse_method(h, method);

	if (status == 0)
		status = parse_version(h, line);
	return status != 0 ? status : parse_target(h, target);
}

/* -- header fields ----------------------------------------------------------------- */

static unsigned
take_host(struct head *h, struct slice value)
{
	bool again = h->hosted;

	h->hosted = true;
	return again || !is_all(value, is_authority) ? 400 : 0;
}

static unsigned
take_length(struct head *h, struct slice value)
{
	bool again = h->length;

	h->length = true;
	for (size_t i = 0; i < value.length; i++)
		h->body |= value.bytes[i] != '0';
	return again || value.length == 0 || !is_all(value, is_digit) ? 400 : 0;
}

/* RFC 9112, section 6.1: with HTTP/1.0, framing by it is faulty. */
static unsigned
take_coding(struct head *h, struct slice value)
{
	bool again = h->coded;

	h->coded = h->body = true;
	if (h->old || again || value.length == 0)
		return 400;
	return slice_is_word(value, "chunked") ? 0 : 501;
}

static unsigned
take_connection(struct head *h, struct slice value)
{
	while (value.length > 0) {
		struct slice option = slice_trim(slice_take_until(&value, ','));

		h->close |= slice_is_word(option, "close");
		h->keep |= slice_is_word(option, "keep-alive");
	}
	return 0;
}

static unsigned
take_accept(struct head *h, struct slice value)
{
	while (value.length > 0) {
		struct slice range = slice_take_until(&value, ',');

		if (slice_is_word(slice_trim(slice_take_until(&range, ';')),
			"application/openmetrics-text"))
			h->request->openmetrics = true;
	}
	return 0;
}

static bool
is_text(char c)
{
	return c == '\t' || (unsigned char)c >= ' ';
}

static unsigned
parse_field(struct head *h, struct slice line)
{
	static const struct {
		const char *name;
		unsigned (*take)(struct head *, struct slice value);
	} fields[] = {
	    {"accept", take_accept},
	    {"connection", take_connection},
	    {"content-length", take_length},
	    {"host", take_host},
	    {"transfer-encoding", take_coding},
	};
	bool colon = memchr(line.bytes, ':', line.length);
	struct slice name = slice_take_until(&line, ':');

	if (!colon || name.length == 0 || !is_all(name, is_token) ||
	    !is_all(line, is_text))
		return 400;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (slice_is_word(name, fields[i].name))
			return fields[i].take(h, slice_trim(line));
	return 0;
}

/* -- the whole ------------------------------------------------------------------- */

/* Takes a line and its CR LF, which is there, off s. */
static struct slice
take_line(struct slice *s)
{
	struct slice line = slice_take_until(s, '\n');

	line.length -= line.length > 0 ? 1 : 0;
	return line;
}

/* What makes the framing doubtful goes before what is only not to be had. */
static unsigned
judge(const struct head *h, unsigned fault)
{
	if (fault == 400 || fault == 505)
		return fault;
	if ((h->coded && h->length) || (!h->hosted && !h->old))
		return 400;
	if (h->other_method)
		return 405;
	return fault == 0 && h->body ? 413 : fault;
}

static void
parse(struct slice text, struct request *r)
{
	struct head h = {.request = r};
	struct slice line = take_line(&text);
	unsigned fault = parse_request_line(&h, line);

	while (fault != 400 && fault != 505 && (line = take_line(&text)).length > 0) {
		unsigned status = parse_field(&h, line);

		if (fault == 0 || status == 400)
			fault = status;
	}
	r->status = judge(&h, fault);
	/* After 405 the connection is as good as before, unless a body follows. */
	r->keep_alive = (r->status == 0 || r->status == 405) && !h.body && !h.close &&
	    (!h.old || h.keep);
}

static enum request_result
refuse(struct request *ret_request, unsigned status)
{
	*ret_request = (struct request){.status = status};
	return REQUEST_WHOLE;
}

enum request_result
request_read(struct request_reader *reader, const char *bytes, size_t length,
    struct request *ret_request)
{
	while (reader->seen < length) {
		size_t at = reader->seen++;
		bool after_cr = at > 0 && bytes[at - 1] == '\r';
		bool empty;

		if ((bytes[at] == '\n') != after_cr ||
		    (!is_text(bytes[at]) && bytes[at] != '\r' && bytes[at] != '\n'))
			return refuse(ret_request, 400);
		if (bytes[at] != '\n')
			continue;
		empty = at == reader->line + 1;
		reader->line = at + 1;
		if (empty && at == reader->begin + 1) {
			reader->begin = at + 1;
		} else if (empty) {
			struct slice text = {
			    bytes + reader->begin, at + 1 - reader->begin};

			*ret_request = (struct request){.status = 0};
			parse(text, ret_request);
			return REQUEST_WHOLE;
		}
	}
	if (length < REQUEST_SIZE)
		return REQUEST_MORE;
	return refuse(ret_request, reader->line == reader->begin ? 414 : 431);
}
