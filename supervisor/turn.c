#include "supervisor/turn.h"

#include "supervisor/head.h"
#include "supervisor/problem.h"

static size_t
pending(const struct web *w)
{
	size_t sum = 0;

	for (unsigned i = 0; i < WEB_CONNECTIONS; i++)
		sum += w->connections[i].page.body.capacity;
	return sum;
}

/* Those that are at it already. */
static unsigned
waiting(const struct web *w)
{
	unsigned count = 0;

	for (unsigned i = 0; i < WEB_CONNECTIONS; i++)
		count += w->connections[i].state == CONNECTION_WAITING ||
		    w->connections[i].state == CONNECTION_STREAMING;
	return count;
}

static bool
has_room(const struct web *w, const struct connection *c)
{
	unsigned most = c->access == ACCESS_MANAGE ? WEB_WAITING : WEB_WAITING_READERS;

	return waiting(w) < most;
}

static void
say_status(struct connection *c, unsigned status, const char *words)
{
	struct page *page = &c->page;

	if (c->access > ACCESS_PAGES) {
		problem_of_status(page, status, words);
		return;
	}
	page->status = status;
	text_format(&page->body, "%u %s\n", status, head_reason(status));
}

static void
fill(struct web *w, struct connection *c)
{
	struct page *page = &c->page;

	text_clear(&page->body);
	*page = (struct page){.type = TURN_PLAIN, .allow = "GET, HEAD"};
	text_init(&page->body, WEB_PAGE_LIMIT);
	if (c->access > ACCESS_PAGES)
		page->allow = "GET, HEAD, POST";
	if (c->request.status != 0)
		say_status(c, c->request.status, head_reason(c->request.status));
	else if (!c->errand.begun && pending(w) > WEB_PENDING_LIMIT)
		page->body.failed = true;
	else
		w->site.answer(w->site.context, c->access, &c->request, &c->errand, page);
	if (page->body.failed && c->access > ACCESS_PAGES)
		problem_of_status(page, 503, "there is no memory for the answer");
}

/* Asks for the answer, or whether there is one by now. */
static void
ask(struct web *w, unsigned i, usec_t now, usec_t wall)
{
	struct connection *c = &w->connections[i];

	fill(w, c);
	c->errand.begun = true;
	if (c->page.kind == PAGE_LATER)
		connection_wait(c, now);
	else
		connection_answer(c, now, wall);
	turn_follow(w, i);
}

void
turn_admit_again(const struct web *w, struct connection *c)
{
	enum access access;

	if (c->access <= ACCESS_PAGES)
		return;
	access = w->site.admit(w->site.context, c->fd);
	if (access == ACCESS_NONE)
		c->request = (struct request){.status = 403};
	else
		c->access = access;
}

void
turn_answer_one(struct web *w, usec_t now, usec_t wall)
{
	for (unsigned n = 0; n < WEB_CONNECTIONS && w->used > 0; n++) {
		unsigned i = (w->next + n) % WEB_CONNECTIONS;
		struct connection *c = &w->connections[i];

		if (c->state != CONNECTION_ASKING)
			continue;
		turn_admit_again(w, c);
		c->errand =
		    (struct errand){.room = has_room(w, c), .deadline = USEC_NEVER};
		ask(w, i, now, wall);
		w->next = i + 1;
		return;
	}
}

/* Returns the bytes of the piece that there was for it. */
static size_t
add_piece(struct web *w, unsigned i, usec_t now)
{
	struct connection *c = &w->connections[i];
	size_t length;
	bool more;

	connection_begin_piece(c);
	more = w->site.more(w->site.context, &c->request, &c->errand, &c->page.body);
	length = c->page.body.length;
	connection_end_piece(c, !more, now);
	turn_follow(w, i);
	return length;
}

void
turn_look_at_errands(struct web *w, usec_t now, usec_t wall)
{
	unsigned first = w->next_stream;
	size_t written = 0;

	w->again = false;
	for (unsigned n = 0; n < WEB_CONNECTIONS && w->used > 0; n++) {
		unsigned i = (first + n) % WEB_CONNECTIONS;
		const struct connection *c = &w->connections[i];

		if (c->state == CONNECTION_WAITING) {
			ask(w, i, now, wall);
		} else if (connection_wants_piece(c) && pending(w) > WEB_PENDING_LIMIT) {
			continue; /* until others have taken theirs, or have gone */
		} else if (connection_wants_piece(c) && written < WEB_STREAM_BUDGET) {
			written += add_piece(w, i, now);
			/* It may have taken it already, and there may be more. */
			w->again |= connection_wants_piece(c) && c->errand.more;
			w->next_stream = i + 1;
		} else {
			w->again |= connection_wants_piece(c);
		}
	}
}
