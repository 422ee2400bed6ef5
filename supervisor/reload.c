/*
 * See reload.h.
 */
#include "supervisor/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/moment.h"
#include "config/signals.h"
#include "supervisor/deeds.h"
#include "supervisor/handles.h"
#include "supervisor/reap.h"
#include "supervisor/sentence.h"

static void
say(struct supervisor *s, size_t i, const char *what)
{
	char line[640];

	(void)snprintf(line, sizeof(line), "%s: %s", s->config->services[i].name, what);
	output_say(&s->output, line);
}

static void
set_deadline(struct supervisor *s)
{
	s->reload_deadline = USEC_NEVER;
	for (size_t i = 0; i < s->config->count; i++)
		if (s->reloads[i].pid > 0)
			s->reload_deadline =
			    moment_earlier(s->reload_deadline, s->reloads[i].deadline);
}

/* Without memory it has failed all the same, and that is said. */
static void
set_words(struct reload *r, const char *words)
{
	free(r->words);
	r->words = words ? strdup(words) : NULL;
}

static void
fail(struct supervisor *s, size_t i, const char *what, const char *how)
{
	struct reload *r = &s->reloads[i];
	char words[192];
	char line[256];

	r->step = RELOAD_NONE;
	r->outcome = PLAN_OUTCOME_FAILED;
	(void)snprintf(words, sizeof(words), "%s %s", what, how);
	(void)snprintf(line, sizeof(line), "%s; it has not been reloaded", words);
	set_words(r, words);
	say(s, i, line);
}

static void
succeed(struct supervisor *s, size_t i, const char *how)
{
	struct reload *r = &s->reloads[i];
	char line[128];

	r->step = RELOAD_NONE;
	r->outcome = PLAN_OUTCOME_DONE;
	set_words(r, NULL);
	(void)snprintf(line, sizeof(line), "reloaded by %s, %s", how,
	    r->asked ? "as asked" : "since what it watches has changed");
	say(s, i, line);
}

/* -- the steps ------------------------------------------------------------------ */

static int
run(struct supervisor *s, size_t i, enum reload_step step, const struct words *command)
{
	struct children_job job = {
	    .argv = command->items,
	    .output = output_child_fd(&s->output, i, OUTPUT_STDERR),
	};
	struct reload *r = &s->reloads[i];
	int result = children_spawn_job(&s->children, i, &job, &r->pid, &r->status_fd);

	if (result < 0)
		return result;
	r->step = step;
	r->deadline = moment_after(s->now, RELOAD_TIME);
	set_deadline(s);
	return 0;
}

static bool
runs(const struct supervisor *s, size_t i)
{
	enum service_state state = s->plan.services[i].state;

	return s->children.items[i].pid > 0 &&
	    (state == SERVICE_UP || state == SERVICE_READY);
}

static void
reload(struct supervisor *s, size_t i)
{
	const struct service_config *c = &s->config->services[i];
	pid_t pid = s->children.items[i].pid;
	int r;

	if (!runs(s, i)) {
		fail(s, i, "it", "has ended meanwhile");
	} else if (c->reload_command.count > 0) {
		r = run(s, i, RELOAD_RUNS, &c->reload_command);
		if (r < 0)
			fail(s, i, "reload_command could not be run:", strerror(-r));
	} else if (handles_nothing(pid, c->reload_signal)) {
		fail(s, i, signal_name(c->reload_signal),
		    "would end it: it does not handle it; set reload_signal or "
		    "reload_command");
	} else if (kill(pid, c->reload_signal) < 0) {
		fail(s, i, signal_name(c->reload_signal), strerror(errno));
	} else {
		succeed(s, i, signal_name(c->reload_signal));
	}
}

static void
begin(struct supervisor *s, size_t i, bool asked)
{
	const struct words *check = &s->config->services[i].reload_check;
	struct reload *reload_of = &s->reloads[i];
	int r;

	reload_of->happened = true;
	reload_of->asked = asked;
	reload_of->again = false;
	reload_of->outcome = PLAN_OUTCOME_PENDING;
	set_words(reload_of, NULL);
	if (check->count == 0) {
		reload(s, i);
		return;
	}
	r = run(s, i, RELOAD_CHECKS, check);
	if (r < 0)
		fail(s, i, "reload_check could not be run:", strerror(-r));
}

int
supervisor_reload(struct supervisor *s, size_t i, usec_t now)
{
	s->now = now;
	if (!runs(s, i) || s->plan.phase != PLAN_RUNNING)
		return -ESRCH;
	if (s->reloads[i].step != RELOAD_NONE)
		return -EBUSY;
	begin(s, i, true);
	return 0;
}

enum plan_outcome
supervisor_reloaded(const struct supervisor *s, size_t i, const char **ret_words)
{
	const struct reload *r = &s->reloads[i];

	*ret_words = r->words;
	return r->happened ? r->outcome : PLAN_OUTCOME_FAILED;
}

void
reloads_change(struct supervisor *s, size_t i)
{
	if (s->plan.phase != PLAN_RUNNING || !runs(s, i))
		return; /* it will read what is new when it starts */
	if (s->reloads[i].step == RELOAD_NONE)
		begin(s, i, false);
	else
		s->reloads[i].again = true;
}

/* -- the ends of the commands ----------------------------------------------------- */

size_t
reloads_find(const struct supervisor *s, pid_t pid)
{
	for (size_t i = 0; i < s->config->count; i++)
		if (s->reloads[i].pid == pid)
			return i;
	return SERVICE_NONE;
}

static void
go_on(struct supervisor *s, size_t i, const struct ending *ending)
{
	bool checks = s->reloads[i].step == RELOAD_CHECKS;
	struct service_config job = s->config->services[i];
	char how[128];

	job.command = checks ? job.reload_check : job.reload_command;
	sentence_ending(how, sizeof(how), s->config, &job, ending, NULL);
	if (ending->kind != ENDING_EXITED || ending->number != 0)
		fail(s, i, checks ? "reload_check" : "reload_command", how);
	else if (checks)
		reload(s, i);
	else
		succeed(s, i, "reload_command");
}

void
reloads_end(struct supervisor *s, size_t i, pid_t pid, const struct ending *ending)
{
	struct reload *r = &s->reloads[i];
	struct ending failure;

	(void)kill(-pid, SIGKILL);
	reap_collect(pid);
	if (spawn_result(r->status_fd, &failure) == SPAWN_FAILED)
		ending = &failure;
	close(r->status_fd);
	r->pid = 0;
	set_deadline(s);
	/* Otherwise its time was up, which has been told. */
	if (r->step != RELOAD_NONE)
		go_on(s, i, ending);
	if (r->step == RELOAD_NONE && r->again)
		reloads_change(s, i);
}

void
reloads_advance(struct supervisor *s)
{
	for (size_t i = 0; s->reload_deadline <= s->now && i < s->config->count; i++) {
		struct reload *r = &s->reloads[i];

		if (r->pid <= 0 || r->deadline > s->now)
			continue;
		(void)kill(r->pid, SIGKILL);
		(void)kill(-r->pid, SIGKILL);
		if (r->step != RELOAD_NONE)
			fail(s, i,
			    r->step == RELOAD_CHECKS ? "reload_check" : "reload_command",
			    "did not end in time");
		r->deadline = USEC_NEVER;
	}
	if (s->reload_deadline <= s->now)
		set_deadline(s);
}

void
reloads_free(struct reload *reloads, size_t count)
{
	for (size_t i = 0; reloads && i < count; i++)
		free(reloads[i].words);
	free(reloads);
}
