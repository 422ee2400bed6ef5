#include "init/steer.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "config/signals.h"
#include "init/ask.h"
#include "init/commands.h"
#include "init/named.h"

/* Fewer than the connections that proctor has at a time. */
enum { TOGETHER = 16 };

#define TARGET_LIMIT ((size_t)8192)

/* How much longer the answer may take than what it waits for. */
#define ANSWER_SLACK (5 * USEC_PER_SEC)

/* One question for several services. */
struct question {
	const struct client_places *places;
	const char *method;
	const char *verb; /* behind the name in the path; "": the service itself */
	const char *wait; /* the parameter of this name, or NULL */
	usec_t timeout;
	int signal; /* 0: none */
};

struct asked {
	struct client client;
	int status; /* ASK_DONE: it waits for its answer */
};

/* -- services, one or many ---------------------------------------------------------- */

/* The end of a target; wait may be NULL. */
static void
add_waiting(struct text *t, const char *wait, usec_t timeout)
{
	if (wait)
		text_format(t, "?wait=%s", wait);
	if (timeout != USEC_NEVER) {
		text_add(t, wait ? "&timeout=" : "?timeout=");
		text_add_seconds(t, timeout);
	}
}

static usec_t
answer_time(usec_t timeout)
{
	return timeout == USEC_NEVER ? USEC_NEVER : timeout + ANSWER_SLACK;
}

static const char *
make_target(const struct question *q, const char *name, struct text *t)
{
	text_add(t, "/v1/services/");
	ask_add_path(t, name);
	text_format(t, "%s%s", *q->verb ? "/" : "", q->verb);
	if (q->signal)
		text_format(t, "?signal=%d", q->signal);
	else
		add_waiting(t, q->wait, q->timeout);
	return ask_finish(t);
}

static void
begin(const struct question *q, const char *name, struct asked *a)
{
	struct text target;
	const char *path;
	int r;

	text_init(&target, TARGET_LIMIT);
	path = make_target(q, name, &target);
	a->status = ask_connect(&a->client, q->places, answer_time(q->timeout));
	if (a->status == ASK_DONE && !path)
		a->status = ask_unanswered(-E2BIG);
	if (a->status == ASK_DONE) {
		r = client_send(&a->client, q->method, path);
		a->status = r < 0 ? ask_unanswered(r) : ASK_DONE;
	}
	text_clear(&target);
}

/* The service itself says it by its condition. */
static void
say_outcome(struct slice all)
{
	struct slice words = reader_member(all, "words");

	if (!words.bytes) {
		ask_put(reader_member(all, "name"), stdout);
		fputs(": ", stdout);
		words = reader_member(all, "condition");
	}
	ask_put(words, stdout);
	puts("");
}

static int
finish(struct asked *a)
{
	struct client_answer answer;
	struct slice all;
	unsigned http;
	int r;

	if (a->status != ASK_DONE)
		return a->status;
	r = client_read_head(&a->client, &http);
	if (r == 0)
		r = client_read_rest(&a->client, http, &answer);
	if (r < 0)
		return ask_unanswered(r);
	a->status = ask_judge(&answer, &all);
	if (a->status == ASK_DONE)
		say_outcome(all);
	return a->status;
}

/* All are asked before the first has to answer: they go on side by side. */
static int
ask_together(const struct question *q, char *const *names, size_t count)
{
	struct asked *asked = calloc(count, sizeof(*asked));
	int status = ASK_DONE;

	if (!asked) {
		fprintf(stderr, "proctor: out of memory\n");
		return ASK_UNASKED;
	}
	for (size_t i = 0; i < count; i++) {
		begin(q, names[i], &asked[i]);
		/* One line is enough where none is running. */
		if (asked[i].client.fd < 0)
			count = i + 1;
	}
	for (size_t i = 0; i < count; i++) {
		status = ask_worse(status, finish(&asked[i]));
		client_clear(&asked[i].client);
	}
	free(asked);
	return ask_written(status);
}

static usec_t
sooner(usec_t timeout)
{
	return timeout < ASK_TIMEOUT ? timeout : ASK_TIMEOUT;
}

static int
ask_all(const struct given *g, size_t count, const struct question *question)
{
	struct question q = *question;
	struct client_places places;
	struct named named;
	int status;

	client_find(command_config(g), &places);
	q.places = &places;
	named_find(&named, &places, sooner(answer_time(q.timeout)), g->operands, count);
	status = named.status;
	for (size_t i = 0; i < named.count; i += TOGETHER) {
		size_t left = named.count - i;

		status = ask_worse(status,
		    ask_together(&q, named.items + i, left < TOGETHER ? left : TOGETHER));
	}
	named_clear(&named);
	client_forget(&places);
	return status;
}

int
steer_services(const struct given *g)
{
	struct question q = {.method = "POST", .verb = g->verb->name};

	if (ask_timeout(g, &q.timeout) != 0)
		return EX_USAGE;
	if (g->values[OPTION_NO_WAIT])
		q.wait = "no";
	return ask_all(g, g->count, &q);
}

/* The one of the four options that is given. */
static int
find_goal(const struct given *g, const char **ret_goal)
{
	static const enum option_id goals[] = {
	    OPTION_READY, OPTION_STARTED, OPTION_DONE, OPTION_STOPPED};
	const char *goal = NULL;

	for (size_t i = 0; i < sizeof(goals) / sizeof(goals[0]); i++) {
		const char *name = verbs_option(goals[i])->name;

		if (!g->values[goals[i]])
			continue;
		if (goal)
			return verb_misused(
			    g->verb, "only one can be waited for, not", name);
		goal = name;
	}
	*ret_goal = goal ? goal : verbs_option(OPTION_READY)->name;
	return 0;
}

int
steer_wait(const struct given *g)
{
	struct question q = {.method = "GET", .verb = ""};

	if (find_goal(g, &q.wait) != 0 || ask_timeout(g, &q.timeout) != 0)
		return EX_USAGE;
	return ask_all(g, g->count, &q);
}

int
steer_signal(const struct given *g)
{
	struct arena arena = {0};
	struct value_context context = {.arena = &arena};
	struct question q = {.method = "POST", .verb = "signal", .timeout = ASK_TIMEOUT};
	int status = EX_USAGE;

	if (signal_parse(&context, g->operands[1], &q.signal) < 0)
		fprintf(stderr, "proctor: %s: %s\n", g->verb->name, context.error);
	else
		status = ask_all(g, 1, &q);
	arena_clear(&arena);
	return status;
}

/* -- one question ---------------------------------------------------------------------- */

/* What to do with a good answer. */
typedef int take_fn(const struct given *, struct slice answer);

static int
ask_one(const struct given *g, struct text *target, usec_t timeout, take_fn *take)
{
	struct client client = {.fd = -1};
	struct client_answer answer;
	struct slice all;
	const char *path = ask_finish(target);
	int status = path ? ask(g, "POST", path, timeout, &client, &answer)
			  : ask_unanswered(-E2BIG);

	if (status == ASK_DONE)
		status = ask_judge(&answer, &all);
	if (status == ASK_DONE)
		status = take(g, all);
	client_clear(&client);
	text_clear(target);
	return ask_written(status);
}

static int
say_changes(const struct given *g, struct slice answer)
{
	struct slice changes = reader_member(answer, "changes");
	struct slice words = reader_member(answer, "words");
	struct slice line = {.bytes = NULL};
	bool any = false;

	(void)g;
	while (reader_next(changes, &line)) {
		ask_put(line, stdout);
		puts("");
		any = true;
	}
	if (!any)
		puts("nothing has changed");
	if (words.bytes)
		say_outcome(answer);
	return ASK_DONE;
}

int
steer_update(const struct given *g)
{
	struct text target;
	usec_t timeout;

	if (ask_timeout(g, &timeout) != 0)
		return EX_USAGE;
	text_init(&target, TARGET_LIMIT);
	text_add(&target, "/v1/update");
	if (g->values[OPTION_DRY_RUN])
		text_add(&target, "?dry_run");
	else
		add_waiting(&target, g->values[OPTION_NO_WAIT] ? "no" : NULL, timeout);
	return ask_one(g, &target, answer_time(timeout), say_changes);
}

static int
say_stopping(const struct given *g, struct slice answer)
{
	(void)g;
	(void)answer;
	puts("stopping");
	return ASK_DONE;
}

int
steer_shutdown(const struct given *g)
{
	struct arena arena = {0};
	struct value_context context = {.arena = &arena};
	struct text target;
	int64_t status = 0;

	if (g->count > 0 &&
	    value_integer(&context, g->operands[0], 0, 255, &status) < 0) {
		fprintf(stderr, "proctor: %s: %s\n", g->verb->name, context.error);
		arena_clear(&arena);
		return EX_USAGE;
	}
	arena_clear(&arena);
	text_init(&target, TARGET_LIMIT);
	text_add(&target, "/v1/shutdown");
	if (g->count > 0)
		text_format(&target, "?status=%d", (int)status);
	return ask_one(g, &target, ASK_TIMEOUT, say_stopping);
}
