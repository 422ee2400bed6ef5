/*
 * A GET as the kubelet sends it: 200 to 399 is good unless the terms say
 * otherwise, redirects to the same host are followed, and one to another
 * host is an answer.
 */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "config/clock.h"
#include "healthcheck/answer.h"
#include "healthcheck/connect.h"
#include "healthcheck/kinds.h"
#include "healthcheck/stream.h"
#include "healthcheck/url.h"

enum { REDIRECTS_MAX = 10, PIECE_SIZE = 4096 };

/* So much of what is left of an answer is still taken, for so long. */
enum { LINGER_BYTES = 16 * 1024, LINGER_USEC = 50 * 1000 };

static const struct http_terms no_terms = {.body = NULL};

/* -- the request -------------------------------------------------------------------- */

static const char *
header(const struct http_terms *terms, const char *name)
{
	for (size_t i = 0; i < terms->headers.count; i++) {
		if (strcasecmp(terms->headers.items[i].name, name) == 0)
			return terms->headers.items[i].value;
	}
	return NULL;
}

static void
print_header(
    FILE *out, const struct http_terms *terms, const char *name, const char *value)
{
	if (!header(terms, name))
		fprintf(out, "%s: %s\r\n", name, value);
}

/* The port that goes without saying is not said. */
static void
name_host(const struct url *u, char *buffer, size_t size)
{
	connect_name(buffer, size, u->host, u->port);
	if (strcmp(u->port, u->secure ? "443" : "80") == 0)
		*strrchr(buffer, ':') = '\0';
}

/* Returns the text, to be freed, or NULL. */
static char *
request(const struct url *u, const struct http_terms *terms, size_t *ret_length)
{
	char host[sizeof(u->host) + sizeof(u->port) + 3];
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_length);

	if (!out)
		return NULL;
	name_host(u, host, sizeof(host));
	fprintf(out, "GET %s HTTP/1.1\r\n", u->target);
	print_header(out, terms, "Host", host);
	print_header(out, terms, "User-Agent", "proctor/" PROCTOR_VERSION);
	print_header(out, terms, "Accept", "*/*");
	print_header(out, terms, "Connection", "close");
	for (size_t i = 0; i < terms->headers.count; i++)
		fprintf(out, "%s: %s\r\n", terms->headers.items[i].name,
		    terms->headers.items[i].value);
	fputs("\r\n", out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* -- the answer ---------------------------------------------------------------------- */

static bool
accepts(const struct http_terms *terms, int status)
{
	if (terms->statuses.count == 0)
		return status >= 200 && status <= 399;
	for (size_t i = 0; i < terms->statuses.count; i++) {
		const struct status_range *range = &terms->statuses.items[i];

		if (status >= range->first && status <= range->last)
			return true;
	}
	return false;
}

static bool
accepts_success(const struct http_terms *terms)
{
	for (int status = 200; status <= 299; status++) {
		if (accepts(terms, status))
			return true;
	}
	return false;
}

/*
 * The statuses that net/http of Go follows, and so the kubelet.  Where a
 * redirect is expected and no success is, it is what was asked for.
 */
static bool
is_redirect(const struct http_terms *terms, int status)
{
	bool known = (status >= 301 && status <= 303) || status == 307 || status == 308;

	return known && (!accepts(terms, status) || accepts_success(terms));
}

/* Whether the rest of it cannot change the verdict. */
static bool
is_settled(const struct answer *a, const struct http_terms *terms)
{
	if (a->state == ANSWER_DONE || a->state == ANSWER_BROKEN)
		return true;
	if (a->status == 0 || (!a->has_head && is_redirect(terms, a->status)))
		return false;
	if (a->status < 200 && a->status != 101)
		return false;
	return !accepts(terms, a->status) || !a->wanted || a->found;
}

/* Returns 0 or -errno. */
static int
read_answer(struct stream *s, const struct http_terms *terms, struct answer *a)
{
	char piece[PIECE_SIZE];

	while (!is_settled(a, terms)) {
		ssize_t n = stream_read(s, piece, sizeof(piece));

		if (n < 0)
			return -errno;
		if (n == 0)
			answer_end(a);
		else
			answer_feed(a, piece, (size_t)n);
	}
	return 0;
}

/*
 * A server that is still writing would take a closed connection for an error
 * and log it, at each probe.  So the rest is taken, if it is little and comes
 * at once.
 */
static void
linger(struct stream *s, struct answer *a)
{
	const struct timeval wait = {.tv_usec = LINGER_USEC};
	usec_t end = clock_now() + LINGER_USEC;
	char piece[PIECE_SIZE];
	size_t taken = 0;

	if (setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0)
		return;
	while (a->state < ANSWER_DONE && taken < LINGER_BYTES && clock_now() < end) {
		ssize_t n = stream_read(s, piece, sizeof(piece));

		if (n <= 0)
			return;
		answer_feed(a, piece, (size_t)n);
		taken += (size_t)n;
	}
}

static bool
exchange(struct stream *s, const struct url *u, const struct http_terms *terms,
    struct answer *a, const struct finding *f)
{
	size_t length;
	char *text = request(u, terms, &length);
	int r;

	if (!text)
		return finding_bad(f, "out of memory");
	/* A server that does not read all may answer all the same. */
	(void)stream_write(s, text, length);
	free(text);
	r = read_answer(s, terms, a);
	if (r < 0 && a->status == 0)
		return finding_bad(f, "no answer: %s", strerror(-r));
	if (r < 0)
		return finding_bad(f, "HTTP %d, then: %s", a->status, strerror(-r));
	if (a->status == 0)
		return finding_bad(f, "%s", a->fault);
	return true;
}

/* -- the verdict ---------------------------------------------------------------------- */

/*
 * Only from what had to be read: whether more of it came in the same piece
 * must not matter.
 */
static bool
judge(const struct answer *a, const struct http_terms *terms, const struct finding *f)
{
	const char *blank = *a->reason ? " " : "";
	bool needs_more = is_redirect(terms, a->status) && !a->has_head;
	bool lacks = needs_more || (a->wanted && !a->found);

	if (!accepts(terms, a->status))
		return finding_bad(f, "HTTP %d%s%s", a->status, blank, a->reason);
	if (lacks && a->state == ANSWER_BROKEN)
		return finding_bad(
		    f, "HTTP %d%s%s, but %s", a->status, blank, a->reason, a->fault);
	if (lacks)
		return finding_bad(f, "HTTP %d%s%s, but its body has no '%.200s'",
		    a->status, blank, a->reason, a->wanted);
	return finding_good(f, "HTTP %d%s%s", a->status, blank, a->reason);
}

enum step { STEP_GOOD, STEP_BAD, STEP_ON };

static enum step
judge_redirect(struct url *u, const struct http_terms *terms, const struct answer *a,
    const struct finding *f)
{
	enum url_move move = url_move(u, a->location);

	if (move == URL_SAME_HOST && !a->location_cut)
		return STEP_ON;
	if (move != URL_ELSEWHERE) {
		(void)finding_bad(
		    f, "HTTP %d, but it leads nowhere: %.200s", a->status, a->location);
		return STEP_BAD;
	}
	if (!judge(a, terms, f))
		return STEP_BAD;
	(void)finding_good(
	    f, "HTTP %d, not followed to another host: %.500s", a->status, a->location);
	return STEP_GOOD;
}

/* One request.  STEP_ON: *u is where to go next. */
static enum step
step(struct url *u, const struct http_terms *terms, struct answer *a,
    const struct finding *f)
{
	enum step next = STEP_BAD;
	struct stream s;

	if (!stream_open(&s, u->host, u->port, u->secure, f))
		return STEP_BAD;
	answer_init(a, terms->body);
	if (exchange(&s, u, terms, a, f)) {
		if (is_redirect(terms, a->status) && a->has_head &&
		    (*a->location || a->location_cut))
			next = judge_redirect(u, terms, a, f);
		else
			next = judge(a, terms, f) ? STEP_GOOD : STEP_BAD;
		linger(&s, a);
	}
	stream_close(&s);
	return next;
}

bool
http_probe(const struct probe *p, const struct http_terms *terms, const struct finding *f)
{
	struct answer answer;
	struct url url;

	url_of(&url, p);
	for (int redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
		enum step next = step(&url, terms ? terms : &no_terms, &answer, f);

		if (next != STEP_ON)
			return next == STEP_GOOD;
	}
	return finding_bad(f, "more than %d redirects", REDIRECTS_MAX);
}
