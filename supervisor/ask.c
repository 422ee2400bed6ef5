#include "supervisor/call.h"

#include <string.h>

#include "config/moment.h"
#include "supervisor/condition.h"
#include "supervisor/json.h"
#include "supervisor/problem.h"
#include "supervisor/status.h"

#define WORDS_LIMIT ((size_t)8192)

/* -- the answer -------------------------------------------------------------------- */

/* "web: ready (pid 12)"; owned by *ret_text, "" where there is no memory. */
static const char *
describe(const struct call *c, struct text *ret_text)
{
	pid_t pid = c->view.children[c->service].pid;

	text_init(ret_text, WORDS_LIMIT);
	text_format(ret_text, "%s: ", c->name);
	condition_of_service(ret_text, &c->view, c->service);
	if (pid > 0)
		text_format(ret_text, " (pid %d)", (int)pid);
	text_add_bytes(ret_text, "", 1);
	return ret_text->failed ? "" : ret_text->bytes;
}

void
call_is_so(struct call *c, unsigned status, const char *outcome)
{
	struct text *t = &c->page->body;
	struct text words;

	c->page->status = status;
	json_begin_object(t, NULL);
	json_string(t, "name", c->name);
	json_string(t, "outcome", outcome);
	json_string(t, "words", describe(c, &words));
	status_write_service(t, "service", &c->view, c->service);
	json_end_object(t);
	text_add(t, "\n");
	text_clear(&words);
}

/* It has not come to what it was to; extra is what goes before how it is. */
void
call_not_so(struct call *c, unsigned status, const char *code, const char *before)
{
	struct text words;

	problem(c->page, status, code, "%s%s", before, describe(c, &words));
	text_clear(&words);
}

/* It never comes to that any more. */
void
call_lost(struct call *c)
{
	const struct plan *p = c->view.plan;
	bool stops =
	    p->phase != PLAN_RUNNING && p->services[c->service].state != SERVICE_FAILED;

	call_not_so(c, 409, "failed", stops ? "proctor is stopping; " : "");
}

/* -- waiting ----------------------------------------------------------------------- */

/* Takes the parameter timeout; false: it was refused. */
bool
call_begin_wait(struct call *c)
{
	usec_t timeout;

	switch (parameter_seconds(c->request, "timeout", &timeout)) {
	case PARAMETER_NONE:
		break;
	case PARAMETER_GIVEN:
		c->errand->deadline = moment_after(c->view.now, timeout);
		break;
	case PARAMETER_WRONG:
		call_refuse(c, "timeout", "a number of seconds, such as 10 or 0.5");
		return false;
	}
	return true;
}

void
call_wait(struct call *c)
{
	if (c->view.now < c->errand->deadline)
		c->page->kind = PAGE_LATER;
	else
		call_not_so(c, 408, "timeout", "not in time; ");
}

enum hope { HOPE_NOT_YET, HOPE_FULFILLED, HOPE_LOST };

static bool
is_over(enum service_state state)
{
	return state == SERVICE_DONE || state == SERVICE_FAILED;
}

static enum hope
hope(bool fulfilled, bool lost)
{
	if (fulfilled)
		return HOPE_FULFILLED;
	return lost ? HOPE_LOST : HOPE_NOT_YET;
}

/* Somebody may start it again, but nobody does while proctor stops. */
static bool
is_lost(const struct call *c)
{
	return c->view.plan->phase != PLAN_RUNNING ||
	    c->view.plan->services[c->service].state == SERVICE_FAILED;
}

static enum hope
hope_ready(const struct call *c)
{
	return hope(plan_service_is_ready(c->view.plan, c->service), is_lost(c));
}

static enum hope
hope_started(const struct call *c)
{
	enum service_state state = c->view.plan->services[c->service].state;

	return hope(
	    state == SERVICE_UP || state == SERVICE_READY || state == SERVICE_DONE,
	    is_lost(c));
}

static enum hope
hope_done(const struct call *c)
{
	enum service_state state = c->view.plan->services[c->service].state;

	return hope(state == SERVICE_DONE,
	    state == SERVICE_FAILED || c->view.plan->phase >= PLAN_SWEEPING);
}

static enum hope
hope_stopped(const struct call *c)
{
	enum service_state state = c->view.plan->services[c->service].state;

	return hope(
	    is_over(state) || state == SERVICE_DOWN || state == SERVICE_STOPPED, false);
}

static const struct goal {
	const char *name;
	enum hope (*look)(const struct call *);
} goals[] = {
    {"ready", hope_ready},
    {"started", hope_started},
    {"done", hope_done},
    {"stopped", hope_stopped},
};

static const struct goal *
find_goal(const struct call *c)
{
	char name[16];

	if (parameter_text(c->request, "wait", name, sizeof(name)) == PARAMETER_GIVEN)
		for (size_t i = 0; i < sizeof(goals) / sizeof(goals[0]); i++)
			if (strcmp(goals[i].name, name) == 0)
				return &goals[i];
	return NULL;
}

void
ask_wait(struct call *c)
{
	const struct goal *goal = find_goal(c);
	enum service_kind kind = c->view.plan->config->services[c->service].kind;

	if (!goal) {
		call_refuse(c, "wait", "ready, started, done or stopped");
		return;
	}
	if (goal->look == hope_done && kind == KIND_SERVICE) {
		problem(c->page, 409, "impossible",
		    "%s is a service, and never done; wait until it is stopped", c->name);
		return;
	}
	if (!c->errand->begun && !call_begin_wait(c))
		return;
	switch (goal->look(c)) {
	case HOPE_FULFILLED:
		call_is_so(c, 200, "done");
		break;
	case HOPE_LOST:
		call_lost(c);
		break;
	case HOPE_NOT_YET:
		if (c->errand->begun || call_may_wait(c))
			call_wait(c);
		break;
	}
}
