#include "supervisor/pages.h"

#include "supervisor/condition.h"
#include "supervisor/metrics.h"
#include "supervisor/sentence.h"
#include "supervisor/status.h"

/* What a page about health asks. */
enum question { QUESTION_LIVE, QUESTION_READY, QUESTION_STARTED };

/* What one thing means for the answer. */
enum part { PART_OK, PART_FAILED, PART_EXCLUDED };

static bool
is_fine(const struct plan *p, enum question question)
{
	switch (question) {
	case QUESTION_LIVE:
		return plan_is_live(p);
	case QUESTION_READY:
		return plan_is_ready(p);
	case QUESTION_STARTED:
		return plan_is_started(p);
	}
	return false;
}

/* -- the list ------------------------------------------------------------------ */

static void
add_part(struct text *t, enum part part)
{
	switch (part) {
	case PART_OK:
		text_add(t, " ok: ");
		break;
	case PART_FAILED:
		text_add(t, " failed: ");
		break;
	case PART_EXCLUDED:
		text_add(t, " excluded: ");
		break;
	}
}

static void
begin_line(struct text *t, enum part part)
{
	text_add(t, part == PART_FAILED ? "[-]" : "[+]");
}

static void
list_proctor(struct text *t, const struct view *v, enum question question)
{
	const struct plan *p = v->plan;
	char cause[SENTENCE_SIZE];
	enum part part = PART_OK;

	if (question == QUESTION_LIVE ? !plan_is_live(p)
				      : !is_fine(p, question) && p->phase != PLAN_RUNNING)
		part = PART_FAILED;
	begin_line(t, part);
	text_add(t, "proctor");
	add_part(t, part);
	text_add(t, condition_phase(p->phase));
	if (p->phase != PLAN_RUNNING) {
		sentence_cause(cause, sizeof(cause), p, v->stats);
		text_add(t, ": ");
		text_add(t, cause);
	}
	text_add(t, "\n");
}

/*
 * For liveness, a service that has failed for good is what proctor's own line
 * tells of, and all else is seen to; and what has started has started.
 */
static bool
is_asked(const struct view *v, enum question question, size_t service)
{
	if (question == QUESTION_LIVE ||
	    (question == QUESTION_STARTED && plan_is_started(v->plan)))
		return false;
	return v->plan->config->services[service].critical;
}

static enum part
service_part(const struct view *v, enum question question, size_t service)
{
	if (!is_asked(v, question, service))
		return PART_EXCLUDED;
	return plan_service_is_ready(v->plan, service) ? PART_OK : PART_FAILED;
}

static enum part
check_part(const struct view *v, enum question question, size_t check)
{
	const struct health *h = &v->plan->checks[check];

	if (h->state == HEALTH_ASLEEP || !is_asked(v, question, h->config->service))
		return PART_EXCLUDED;
	return h->good ? PART_OK : PART_FAILED;
}

static void
list_check(struct text *t, const struct view *v, enum question question, size_t check)
{
	const struct health *h = &v->plan->checks[check];
	const char *answer = v->stats->checks[check].answer;
	enum part part = check_part(v, question, check);

	begin_line(t, part);
	condition_check_name(t, v->plan->config, check);
	add_part(t, part);
	text_format(
	    t, "%s, %s", sentence_check_kind(h->config->kind), condition_check_state(h));
	if (answer) {
		text_add(t, ": ");
		text_add(t, answer);
	}
	text_add(t, "\n");
}

static void
list_service(struct text *t, const struct view *v, enum question question, size_t i)
{
	enum part part = service_part(v, question, i);

	begin_line(t, part);
	text_add(t, v->plan->config->services[i].name);
	add_part(t, part);
	condition_of_service(t, v, i);
	text_add(t, "\n");
	for (size_t n = 0; n < view_check_count(v, i); n++)
		list_check(t, v, question, view_first_check(v, i) + n);
}

/* -- pages --------------------------------------------------------------------- */

static void
answer_question(const struct view *v, const struct request *r, struct page *page,
    enum question question)
{
	bool fine = is_fine(v->plan, question);
	struct text *t = &page->body;

	page->status = fine ? 200 : 503;
	if (request_asks(r, "verbose")) {
		list_proctor(t, v, question);
		for (size_t i = 0; i < v->plan->config->count; i++)
			list_service(t, v, question, i);
		text_add_bytes(t, r->path.bytes + 1, r->path.length - 1);
		text_add(t, fine ? " check passed\n" : " check failed\n");
	} else if (fine) {
		text_add(t, "ok\n");
	} else if (question == QUESTION_LIVE) {
		char cause[SENTENCE_SIZE];

		sentence_cause(cause, sizeof(cause), v->plan, v->stats);
		text_format(t, "proctor: %s\n", cause);
	} else {
		condition_of_all(t, v);
	}
}

static void
answer_live(const struct view *v, const struct request *r, struct page *page)
{
	answer_question(v, r, page, QUESTION_LIVE);
}

static void
answer_ready(const struct view *v, const struct request *r, struct page *page)
{
	answer_question(v, r, page, QUESTION_READY);
}

static void
answer_started(const struct view *v, const struct request *r, struct page *page)
{
	answer_question(v, r, page, QUESTION_STARTED);
}

static void
answer_metrics(const struct view *v, const struct request *r, struct page *page)
{
	page->type = metrics_type(r->openmetrics);
	metrics_write(&page->body, v, r->openmetrics);
}

static void
answer_status(const struct view *v, const struct request *r, struct page *page)
{
	(void)r;
	page->type = "application/json";
	status_write(&page->body, v);
}

void
pages_answer(const struct view *v, const struct request *r, struct page *page)
{
	static const struct {
		const char *path;
		void (*answer)(
		    const struct view *, const struct request *, struct page *);
	} pages[] = {
	    {"/healthz", answer_ready},
	    {"/livez", answer_live},
	    {"/metrics", answer_metrics},
	    {"/readyz", answer_ready},
	    {"/startupz", answer_started},
	    {"/status", answer_status},
	};

	page->status = 200;
	page->type = "text/plain; charset=utf-8";
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (slice_is(r->path, pages[i].path)) {
			pages[i].answer(v, r, page);
			return;
		}
	page->status = 404;
	text_add(&page->body, "404 Not Found; there are");
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		text_format(&page->body, " %s", pages[i].path);
	text_add(&page->body, "\n");
}
