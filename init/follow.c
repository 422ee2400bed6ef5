#include "init/follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "init/ask.h"
#include "init/commands.h"
#include "supervisor/lines.h"

#define TARGET_LIMIT ((size_t)8192)

/* A line of the answer; one of the output is 16 KiB, and up to six times that in JSON. */
#define LINE_LIMIT ((size_t)256 << 10)

struct kept {
	char *line; /* owned */
	size_t length;
	struct slice time; /* in line */
	size_t order; /* as it came */
};

struct following {
	lines_emit_fn *print; /* what is done with a line of the answer */
	bool broken; /* a line was none */
	bool sorts; /* lines are kept until the end, and printed by their time */
	struct kept *kept; /* owned */
	size_t count;
	size_t room;
};

/* -- lines ------------------------------------------------------------------------ */

static void
add_member(struct text *t, struct slice object, const char *name)
{
	(void)reader_string(reader_member(object, name), t);
}

/* What cannot be written is found out at the end. */
static void
put(FILE *out, const struct text *t)
{
	/* Where both are one, the lines stay in their order. */
	if (out == stderr)
		(void)fflush(stdout);
	if (t->length > 0)
		(void)fwrite(t->bytes, 1, t->length, out);
}

static void
print_raw(void *context, const char *data, size_t length, bool continued)
{
	struct following *f = context;

	f->broken |= continued;
	(void)fwrite(data, 1, length, stdout);
	putchar('\n');
}

/* As proctor writes it, and to where: see output.h. */
static void
print_log(void *context, const char *data, size_t length, bool continued)
{
	struct following *f = context;
	struct slice line;
	struct text t;

	if (continued || !reader_open(data, length, &line)) {
		f->broken = true;
		return;
	}
	text_init(&t, LINE_LIMIT);
	add_member(&t, line, "service");
	text_add(&t, reader_is_true(reader_member(line, "continued")) ? " + " : " | ");
	add_member(&t, line, "message");
	text_add(&t, "\n");
	put(reader_is(reader_member(line, "stream"), "stderr") ? stderr : stdout, &t);
	text_clear(&t);
}

static void
print_event(void *context, const char *data, size_t length, bool continued)
{
	struct following *f = context;
	struct slice line;
	struct slice service;
	struct text t;

	if (continued || !reader_open(data, length, &line)) {
		f->broken = true;
		return;
	}
	text_init(&t, LINE_LIMIT);
	add_member(&t, line, "time");
	text_add(&t, "  ");
	service = reader_member(line, "service");
	if (service.length > 2) {
		add_member(&t, line, "service");
		text_add(&t, ": ");
	}
	add_member(&t, line, "words");
	text_add(&t, "\n");
	put(stdout, &t);
	text_clear(&t);
}

/* -- by time ------------------------------------------------------------------------- */

static bool
make_room(struct following *f)
{
	size_t room = f->room ? 2 * f->room : 256;
	struct kept *kept;

	if (f->count < f->room)
		return true;
	kept = realloc(f->kept, room * sizeof(*kept));
	if (!kept)
		return false;
	f->kept = kept;
	f->room = room;
	return true;
}

/* Several services come one after the other. */
static void
keep(void *context, const char *data, size_t length, bool continued)
{
	struct following *f = context;
	struct kept k = {.line = malloc(length + 1), .length = length, .order = f->count};
	struct slice object;

	if (!k.line || !make_room(f)) {
		free(k.line);
		f->broken = true;
		return;
	}
	memcpy(k.line, data, length);
	if (!continued && reader_open(k.line, length, &object))
		k.time = reader_member(object, "time");
	f->kept[f->count++] = k;
}

/* All times have one form, in which the order of the bytes is theirs. */
static int
by_time(const void *a, const void *b)
{
	const struct kept *x = a;
	const struct kept *y = b;
	size_t length = x->time.length < y->time.length ? x->time.length : y->time.length;
	int r = length > 0 ? memcmp(x->time.bytes, y->time.bytes, length) : 0;

	return r != 0 ? r : x->order < y->order ? -1 : 1;
}

static void
print_kept(struct following *f)
{
	if (f->count > 0)
		qsort(f->kept, f->count, sizeof(*f->kept), by_time);
	for (size_t i = 0; i < f->count; i++) {
		f->print(f, f->kept[i].line, f->kept[i].length, false);
		free(f->kept[i].line);
	}
	free(f->kept);
}

/* -- the answer ---------------------------------------------------------------------- */

/* What came is out before it waits for more. */
static int
print_all(struct client *c, struct following *f)
{
	lines_emit_fn *take = f->sorts ? keep : f->print;
	struct lines lines;
	char bytes[4096];
	ssize_t n;

	lines_init(&lines, LINE_LIMIT);
	while ((n = client_read(c, bytes, sizeof(bytes))) > 0) {
		lines_feed(&lines, bytes, (size_t)n, take, f);
		if (fflush(stdout) != 0)
			break;
	}
	lines_finish(&lines, take, f);
	lines_clear(&lines);
	print_kept(f);
	if (n < 0)
		return ask_unanswered((int)n);
	if (f->broken) {
		fprintf(stderr, "proctor: the answer is no JSON\n");
		return ASK_UNASKED;
	}
	return ask_written(ASK_DONE);
}

static int
take_answer(struct client *c, struct following *f)
{
	struct client_answer answer;
	unsigned http;
	int r = client_read_head(c, &http);

	if (r == 0 && http == 200) {
		/* From here on it may take as long as it takes. */
		c->deadline = USEC_NEVER;
		return print_all(c, f);
	}
	if (r == 0)
		r = client_read_rest(c, http, &answer);
	return r < 0 ? ask_unanswered(r) : ask_say_error(&answer);
}

static int
follow(const struct given *g, const char *target, lines_emit_fn *print)
{
	struct following f = {
	    .print = g->values[OPTION_JSON] ? print_raw : print,
	    .sorts = print == print_log && !g->values[OPTION_FOLLOW],
	};
	struct client_places places;
	struct client client;
	int status;

	client_find(command_config(g), &places);
	status = ask_connect(&client, &places, ASK_TIMEOUT);
	client_forget(&places);
	if (status == ASK_DONE) {
		int r = target ? client_send(&client, "GET", target) : -E2BIG;

		status = r < 0 ? ask_unanswered(r) : take_answer(&client, &f);
	}
	client_clear(&client);
	return status;
}

/* -- what is asked --------------------------------------------------------------------- */

static int
add_options(const struct given *g, struct text *target)
{
	uint64_t count;

	if (ask_lines(g, &count) != 0)
		return EX_USAGE;
	text_add(target, "?");
	if (count != UINT64_MAX) {
		text_add(target, "n=");
		text_add_number(target, count);
		text_add(target, "&");
	}
	if (g->values[OPTION_FOLLOW])
		text_add(target, "follow&");
	return 0;
}

static int
follow_path(const struct given *g, const char *path, lines_emit_fn *print)
{
	struct text target;
	int status;

	text_init(&target, TARGET_LIMIT);
	text_add(&target, path);
	status = add_options(g, &target);
	for (size_t i = 0; i < g->count; i++) {
		text_add(&target, "service=");
		ask_add_path(&target, g->operands[i]);
		text_add(&target, "&");
	}
	/* What is last is '?' or '&'. */
	if (!target.failed && target.length > 0)
		target.length--;
	if (status == 0)
		status = follow(g, ask_finish(&target), print);
	text_clear(&target);
	return status;
}

int
follow_logs(const struct given *g)
{
	return follow_path(g, "/v1/logs", print_log);
}

int
follow_events(const struct given *g)
{
	return follow_path(g, "/v1/events", print_event);
}
