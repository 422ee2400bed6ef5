#ifndef TESTS_WEB_STAGE_H
#define TESTS_WEB_STAGE_H

/*
 * A web server on a stage: real sockets and clients, an event loop that turns
 * once when it is told to, and a clock that stands still until it is moved.
 */

#include "supervisor/web.h"

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

#include <sys/resource.h>

#define STAGE_WALL ((usec_t)1763876637 * USEC_PER_SEC) /* 2025-11-23 05:43:57 */

struct stage {
	struct web web;
	usec_t now;
	unsigned events[WEB_SLOTS]; /* as watched */
	int fds[WEB_SLOTS];
	unsigned answered; /* requests that came to the site */
	size_t size; /* of the page /big */
	enum access access; /* of who comes to a socket of WEB_KNOWN */
	bool go; /* /later has come */
	const char *piece; /* what there is for /stream, or NULL; its end: "." */
};

static struct stage stage;

static inline void
stage_watch(void *context, unsigned slot, int fd, unsigned events)
{
	assert_ptr_equal(context, &stage);
	assert_true(slot < WEB_SLOTS);
	/* It is still open, even when it is not to be watched any more. */
	assert_true(fcntl(fd, F_GETFD) >= 0);
	stage.events[slot] = events;
	stage.fds[slot] = fd;
}

static inline enum access
stage_admit(void *context, int fd)
{
	assert_ptr_equal(context, &stage);
	assert_true(fcntl(fd, F_GETFD) >= 0);
	return stage.access;
}

/*
 * "you asked for PATH"; /big is as big as wanted, /later takes until go, or a second,
 * and /stream has no end until it is told.
 */
static inline void
stage_answer(void *context, enum access access, const struct request *r,
    struct errand *errand, struct page *page)
{
	static char much[4096];

	(void)access;
	assert_ptr_equal(context, &stage);
	stage.answered++;
	page->status = 200;
	if (slice_is(r->path, "/later") && !errand->begun)
		errand->deadline = stage.now + USEC_PER_SEC;
	if (slice_is(r->path, "/later") && !stage.go && stage.now < errand->deadline) {
		page->kind = errand->room ? PAGE_LATER : PAGE_WHOLE;
	} else if (slice_is(r->path, "/stream")) {
		page->kind = PAGE_STREAM;
	} else if (!slice_is(r->path, "/big")) {
		text_add(&page->body, "you asked for ");
		text_add_bytes(&page->body, r->path.bytes, r->path.length);
	} else {
		memset(much, 'x', sizeof(much));
		while (page->body.length < stage.size && !page->body.failed)
			text_add_bytes(&page->body, much, sizeof(much));
	}
}

static inline bool
stage_more(
    void *context, const struct request *r, struct errand *errand, struct text *text)
{
	(void)errand;
	assert_ptr_equal(context, &stage);
	assert_true(slice_is(r->path, "/stream"));
	if (stage.piece && strcmp(stage.piece, ".") == 0)
		return false;
	if (stage.piece)
		text_add(text, stage.piece);
	return true;
}

static inline struct endpoint
stage_endpoint(const char *name)
{
	struct endpoint e = {.length = 0};

	assert_true(endpoint_of_path(world_path(name), &e));
	return e;
}

/* A server without a listener yet. */
static inline void
stage_open(void)
{
	const struct web_watch watch = {&stage, stage_watch};
	const struct web_site site = {&stage, stage_admit, stage_answer, stage_more};

	memset(&stage, 0, sizeof(stage));
	stage.now = 1000 * USEC_PER_SEC;
	web_init(&stage.web, &watch, &site);
}

static inline int
stage_begin(void **state)
{
	struct endpoint e;

	if (world_begin(state) != 0)
		return -1;
	stage_open();
	e = stage_endpoint("web.sock");
	return web_listen(&stage.web, &e, WEB_EVERYBODY);
}

static inline int
stage_end(void **state)
{
	web_clear(&stage.web);
	for (unsigned i = 0; i < WEB_SLOTS; i++)
		assert_int_equal(stage.events[i], 0);
	return world_end(state);
}

#define stage_test(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)

/* Hands over what is ready; returns how many descriptors that were. */
static inline unsigned
stage_hand_over(void)
{
	struct pollfd fds[WEB_SLOTS];
	unsigned slots[WEB_SLOTS];
	unsigned watched = 0;
	unsigned count = 0;

	for (unsigned i = 0; i < WEB_SLOTS; i++) {
		if (stage.events[i] == 0)
			continue;
		slots[watched] = i;
		fds[watched++] = (struct pollfd){
		    .fd = stage.fds[i],
		    .events = stage.events[i] == WEB_READ ? POLLIN : POLLOUT,
		};
	}
	assert_true(poll(fds, watched, 0) >= 0);
	for (unsigned i = 0; i < watched; i++)
		if (fds[i].revents != 0 && stage.events[slots[i]] != 0) {
			web_handle_ready(&stage.web, slots[i], stage.now);
			count++;
		}
	return count;
}

/* One turn of the loop. */
static inline unsigned
stage_turn(void)
{
	unsigned count = stage_hand_over();

	web_advance(&stage.web, stage.now, STAGE_WALL);
	return count;
}

/*
 * Until nothing more happens by itself, in two turns: what the first one begins to
 * watch is ready in the second.  That it ends shows that it does not spin.
 */
static inline void
stage_settle(void)
{
	unsigned turns = 0;
	unsigned quiet = 0;

	while (quiet < 2) {
		bool busy = stage_turn() > 0 || web_deadline(&stage.web) == 0;

		quiet = busy ? 0 : quiet + 1;
		if (++turns > 10000)
			fail_msg("it spins");
	}
}

static inline void
stage_pass(usec_t time)
{
	stage.now += time;
	stage_settle();
}

/* -- clients ------------------------------------------------------------------- */

/* Not blocking. */
static inline int
client_of(const struct sockaddr *address, socklen_t length)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, address, length), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static inline int
client_new(void)
{
	struct endpoint e = stage_endpoint("web.sock");

	return client_of(&e.at.any, e.length);
}

static inline void
client_send(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static inline void
client_get(int fd, const char *path)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
	client_send(fd, text);
}

/* What has come for it since the last time, as a string. */
static inline const char *
client_heard(int fd)
{
	static char text[64 * 1024];

	(void)world_read(fd, text, sizeof(text));
	return text;
}

/*
 * The server has closed it, and there is nothing more to be read; ECONNRESET: before
 * it had read all that was sent.
 */
static inline bool
client_is_closed(int fd)
{
	char byte;

	ssize_t n = recv(fd, &byte, 1, 0);

	return n == 0 || (n < 0 && errno == ECONNRESET);
}

static inline void
assert_answer(const char *answer, const char *status, const char *body)
{
	const char *end = strstr(answer, "\r\n\r\n");
	char line[64];

	(void)snprintf(line, sizeof(line), "HTTP/1.1 %s\r\n", status);
	if (strncmp(answer, line, strlen(line)) != 0 || !end ||
	    strcmp(end + 4, body) != 0)
		fail_msg("'%s' is not '%s' with '%s'", answer, status, body);
}

#endif
