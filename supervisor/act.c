/* What the API has done to services and to proctor: the POSTs of call.h. */
#include "supervisor/call.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/signals.h"
#include "supervisor/json.h"
#include "supervisor/problem.h"
#include "supervisor/status.h"

/* -- doing ------------------------------------------------------------------------- */

/* Takes the parameter wait; false: it was refused. */
static bool
take_wait(struct call *c, bool *ret_waits)
{
	char text[8];

	*ret_waits = true;
	switch (parameter_text(c->request, "wait", text, sizeof(text))) {
	case PARAMETER_NONE:
		return true;
	case PARAMETER_GIVEN:
		*ret_waits = strcmp(text, "no") != 0;
		if (!*ret_waits || strcmp(text, "yes") == 0)
			return true;
		break;
	case PARAMETER_WRONG:
		break;
	}
	call_refuse(c, "wait", "yes or no");
	return false;
}

static void
refuse(struct call *c, int error)
{
	if (error == -ESHUTDOWN)
		problem(c->page, 409, "shutting-down", "proctor is stopping");
	else if (error == -EINPROGRESS)
		problem(c->page, 409, "busy", "an update is under way");
	else
		call_not_so(c, 409, "busy", "it cannot be killed; ");
}

static void
look_at_outcome(struct call *c, enum plan_request request)
{
	const struct plan *p = &c->supervisor->plan;

	if (p->phase == PLAN_RUNNING && plan_asked_otherwise(p, c->service, request)) {
		call_not_so(c, 409, "failed", "somebody has asked otherwise meanwhile; ");
		return;
	}
	switch (plan_asked(p, c->service, request)) {
	case PLAN_OUTCOME_DONE:
		call_is_so(c, 200, "done");
		break;
	case PLAN_OUTCOME_FAILED:
		call_lost(c);
		break;
	case PLAN_OUTCOME_PENDING:
		call_wait(c);
		break;
	}
}

static void
ask_for(struct call *c, enum plan_request request)
{
	bool waits;
	int r;

	if (c->errand->begun) {
		look_at_outcome(c, request);
		return;
	}
	if (!take_wait(c, &waits) || !call_begin_wait(c) || (waits && !call_may_wait(c)))
		return;
	r = supervisor_ask(c->supervisor, c->service, request, c->view.now);
	if (r == -EALREADY)
		call_is_so(c, 200, "already");
	else if (r < 0)
		refuse(c, r);
	else if (!waits)
		call_is_so(c, 202, "asked");
	else
		look_at_outcome(c, request);
}

void
ask_start(struct call *c)
{
	ask_for(c, PLAN_ASK_START);
}

void
ask_stop(struct call *c)
{
	ask_for(c, PLAN_ASK_STOP);
}

void
ask_restart(struct call *c)
{
	ask_for(c, PLAN_ASK_RESTART);
}

/* before: "web: ..." where it is about a service, else "". */
static void
answer_words(struct call *c, unsigned status, const char *before, const char *words)
{
	struct text *t = &c->page->body;
	char line[NAME_SIZE + 64];

	(void)snprintf(line, sizeof(line), "%s%s", before, words);
	c->page->status = status;
	json_begin_object(t, NULL);
	if (*before)
		json_string(t, "name", c->name);
	json_string(t, "outcome", "done");
	json_string(t, "words", line);
	if (*before)
		status_write_service(t, "service", &c->view, c->service);
	json_end_object(t);
	text_add(t, "\n");
}

static void
look_at_reload(struct call *c)
{
	char before[NAME_SIZE + 2];
	const char *why = NULL;

	switch (supervisor_reloaded(c->supervisor, c->service, &why)) {
	case PLAN_OUTCOME_DONE:
		(void)snprintf(before, sizeof(before), "%s: ", c->name);
		answer_words(c, 200, before, "reloaded");
		break;
	case PLAN_OUTCOME_FAILED:
		problem(c->page, 409, "failed", "%s: %s", c->name,
		    why ? why : "it was not reloaded");
		break;
	case PLAN_OUTCOME_PENDING:
		call_wait(c);
		break;
	}
}

static void
refuse_reload(struct call *c, int error)
{
	if (error == -ESRCH)
		call_not_so(c, 409, "not-running", "cannot be reloaded now; ");
	else if (error == -EBUSY)
		problem(c->page, 409, "busy", "%s: it is being reloaded", c->name);
	else
		problem(c->page, 409, "failed", "%s: %s", c->name, strerror(-error));
}

void
ask_reload(struct call *c)
{
	bool waits;
	int r;

	if (c->errand->begun) {
		look_at_reload(c);
		return;
	}
	if (!take_wait(c, &waits) || !call_begin_wait(c) || (waits && !call_may_wait(c)))
		return;
	r = supervisor_reload(c->supervisor, c->service, c->view.now);
	if (r < 0)
		refuse_reload(c, r);
	else if (!waits)
		call_is_so(c, 202, "asked");
	else
		look_at_reload(c);
}

void
ask_signal(struct call *c)
{
	char text[32];
	char before[NAME_SIZE + 16];
	int signal = -1;
	int r;

	if (parameter_text(c->request, "signal", text, sizeof(text)) == PARAMETER_GIVEN)
		signal = signal_number(text);
	if (signal <= 0) {
		call_refuse(c, "signal", "the name or number of one, such as HUP");
		return;
	}
	r = supervisor_send(c->supervisor, c->service, signal);
	if (r == -ESRCH) {
		call_not_so(c, 409, "not-running", "no process to signal; ");
	} else if (r < 0) {
		problem(c->page, 409, "failed", "%s could not be sent to %s: %s",
		    signal_name(signal), c->name, strerror(-r));
	} else {
		(void)snprintf(before, sizeof(before), "%s: sent ", c->name);
		answer_words(c, 200, before, signal_name(signal));
	}
}

void
ask_shutdown(struct call *c)
{
	uint64_t status = 0;
	enum parameter given = parameter_number(c->request, "status", 255, &status);

	if (given == PARAMETER_WRONG) {
		call_refuse(c, "status", "a number from 0 to 255");
		return;
	}
	if (c->view.plan->phase != PLAN_RUNNING) {
		problem(c->page, 409, "shutting-down", "proctor is stopping already");
		return;
	}
	supervisor_shutdown(
	    c->supervisor, given == PARAMETER_GIVEN ? (int)status : -1, c->view.now);
	answer_words(c, 202, "", "stopping");
}

/* -- update ------------------------------------------------------------------------- */

#define LINES_LIMIT ((size_t)1 << 20)

/* Each line as a string; lines is written to. */
static void
write_lines(struct text *t, const char *name, char *lines)
{
	char *end;

	json_begin_array(t, name);
	for (; (end = strchr(lines, '\n')) != NULL; lines = end + 1) {
		*end = '\0';
		json_string(t, NULL, lines);
	}
	json_end_array(t);
}

static void
answer_update(struct call *c, char *changes, bool applied)
{
	struct text *t = &c->page->body;

	json_begin_object(t, NULL);
	write_lines(t, "changes", changes);
	json_bool(t, "applied", applied);
	if (c->page->status == 202)
		json_string(t, "words", "update: begun");
	json_end_object(t);
	text_add(t, "\n");
}

static void
answer_errors(struct call *c, char *errors)
{
	struct text *t = &c->page->body;

	c->page->status = 422;
	json_begin_object(t, NULL);
	json_begin_object(t, "error");
	json_string(t, "code", "configuration");
	json_string(
	    t, "message", "the configuration has errors, and nothing has changed");
	write_lines(t, "errors", errors);
	json_end_object(t);
	json_end_object(t);
	text_add(t, "\n");
}

static void
refuse_update(struct call *c, int error, char *errors)
{
	if (error == -EINVAL)
		answer_errors(c, errors);
	else if (error == -ESHUTDOWN)
		problem(c->page, 409, "shutting-down", "proctor is stopping");
	else if (error == -EBUSY)
		problem(c->page, 409, "busy", "another update is under way");
	else if (error == -ENOENT)
		problem(c->page, 409, "impossible", "there is no file to read");
	else
		problem(c->page, 503, "busy", "%s", strerror(-error));
}

/* What has changed is told when all that was to stop for it has. */
static void
look_at_update(struct call *c)
{
	enum plan_outcome outcome = supervisor_updated(c->supervisor);

	if (outcome == PLAN_OUTCOME_DONE)
		answer_update(c, c->errand->state, true);
	else if (outcome == PLAN_OUTCOME_FAILED)
		problem(c->page, 409, "failed",
		    "it was given up: nothing has been taken over");
	else if (c->view.now < c->errand->deadline)
		c->page->kind = PAGE_LATER;
	else
		problem(c->page, 408, "timeout",
		    "not in time; what has changed has not stopped yet");
}

/* Both texts end in NUL.  The first is kept where it is waited for. */
static void
begin_update(struct call *c, bool dry, bool waits, struct text *changes)
{
	enum plan_outcome outcome = supervisor_updated(c->supervisor);

	if (!dry && !waits && outcome == PLAN_OUTCOME_PENDING)
		c->page->status = 202;
	if (dry || !waits) {
		answer_update(c, changes->bytes, !dry && outcome == PLAN_OUTCOME_DONE);
		return;
	}
	c->errand->state = changes->bytes;
	c->errand->forget = free;
	*changes = (struct text){.limit = LINES_LIMIT};
	look_at_update(c);
}

void
ask_update(struct call *c)
{
	bool dry = request_asks(c->request, "dry_run");
	struct text changes;
	struct text errors;
	char none[] = "";
	bool waits;
	int r;

	if (c->errand->begun) {
		look_at_update(c);
		return;
	}
	if (!take_wait(c, &waits) || !call_begin_wait(c) ||
	    (waits && !dry && !call_may_wait(c)))
		return;
	text_init(&changes, LINES_LIMIT);
	text_init(&errors, LINES_LIMIT);
	r = supervisor_update(c->supervisor, dry, c->view.now, &changes, &errors);
	text_add_bytes(&changes, "", 1);
	text_add_bytes(&errors, "", 1);
	if (r < 0)
		refuse_update(c, r, errors.failed ? none : errors.bytes);
	else if (changes.failed)
		problem(
		    c->page, 503, "busy", "there is no memory to say what has changed");
	else
		begin_update(c, dry, waits, &changes);
	text_clear(&changes);
	text_clear(&errors);
}
