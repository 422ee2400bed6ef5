#include "init/ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "config/value.h"
#include "init/commands.h"

/* What it may be long: one line of an answer. */
#define WORDS_LIMIT ((size_t)1 << 20)

/* -- asking ---------------------------------------------------------------------- */

int
ask_unanswered(int r)
{
	if (r == -ETIMEDOUT)
		fprintf(stderr, "proctor: no answer in time\n");
	else if (r == -EBADMSG)
		fprintf(stderr, "proctor: the connection ended before the answer did\n");
	else
		fprintf(stderr, "proctor: no answer: %s\n", strerror(-r));
	return ASK_UNASKED;
}

int
ask_connect(struct client *c, const struct client_places *places, usec_t timeout)
{
	int r;

	if (!places->control) {
		*c = (struct client){.fd = -1};
		fprintf(stderr,
		    "proctor: the configuration has control = off: nothing can be "
		    "asked\n");
		return ASK_UNASKED;
	}
	r = client_connect(c, places->runtime_dir, places->control, timeout);
	if (r == 0)
		return ASK_DONE;
	if (r == -ETIMEDOUT)
		return ask_unanswered(r);
	fprintf(stderr, "proctor: none is running here: %s\n", c->tried.bytes);
	return ASK_UNASKED;
}

int
ask(const struct given *g, const char *method, const char *target, usec_t timeout,
    struct client *c, struct client_answer *ret_answer)
{
	struct client_places places;
	int r;
	int status;

	client_find(command_config(g), &places);
	status = ask_connect(c, &places, timeout);
	client_forget(&places);
	if (status != ASK_DONE)
		return status;
	r = client_request(c, method, target, ret_answer);
	return r < 0 ? ask_unanswered(r) : ASK_DONE;
}

const char *
ask_finish(struct text *t)
{
	text_add_bytes(t, "", 1);
	return t->failed ? NULL : t->bytes;
}

void
ask_add_path(struct text *t, const char *name)
{
	static const char digits[] = "0123456789ABCDEF";
	static const char plain[] = "-._~@/";

	for (; *name; name++) {
		unsigned char byte = (unsigned char)*name;
		char escape[] = {'%', digits[byte >> 4], digits[byte & 15]};
		bool letter = (byte >= 'a' && byte <= 'z') ||
		    (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');

		if (letter || strchr(plain, byte))
			text_add_bytes(t, name, 1);
		else
			text_add_bytes(t, escape, sizeof(escape));
	}
}

/* -- what is said ------------------------------------------------------------------- */

/* What others wrote is not to steer a terminal. */
static void
clean(struct text *t)
{
	for (size_t i = 0; i < t->length; i++) {
		if ((unsigned char)t->bytes[i] < 0x20 || t->bytes[i] == 0x7f)
			t->bytes[i] = '?';
	}
}

void
ask_put(struct slice s, FILE *out)
{
	struct text words;

	text_init(&words, WORDS_LIMIT);
	(void)reader_string(s, &words);
	clean(&words);
	fprintf(out, "%.*s", (int)words.length, words.length ? words.bytes : "");
	text_clear(&words);
}

static bool
find_error(const struct client_answer *answer, struct slice *ret_error)
{
	struct slice all;

	if (!reader_open(answer->body, answer->length, &all))
		return false;
	*ret_error = reader_member(all, "error");
	return ret_error->bytes != NULL;
}

/* Which exit status a refusal means, by its code. */
static int
status_of(struct slice code, unsigned http)
{
	if (reader_is(code, "no-such-service"))
		return ASK_UNKNOWN;
	return http == 408 || http == 409 || http == 422 ? ASK_FAILED : ASK_UNASKED;
}

/* Those of a configuration, a line each. */
static void
print_list(struct slice errors)
{
	struct slice line = {.bytes = NULL};

	while (reader_next(errors, &line)) {
		ask_put(line, stderr);
		fputs("\n", stderr);
	}
}

int
ask_say_error(const struct client_answer *answer)
{
	struct slice error;

	if (!find_error(answer, &error)) {
		fprintf(stderr, "proctor: no such question is known there: HTTP %u\n",
		    answer->status);
		return ASK_UNASKED;
	}
	fputs("proctor: ", stderr);
	ask_put(reader_member(error, "message"), stderr);
	fputs("\n", stderr);
	print_list(reader_member(error, "errors"));
	return status_of(reader_member(error, "code"), answer->status);
}

int
ask_judge(const struct client_answer *answer, struct slice *ret_value)
{
	if (answer->status < 200 || answer->status > 299)
		return ask_say_error(answer);
	if (reader_open(answer->body, answer->length, ret_value))
		return ASK_DONE;
	fprintf(stderr, "proctor: the answer is no JSON\n");
	return ASK_UNASKED;
}

int
ask_worse(int a, int b)
{
	return a > b ? a : b;
}

int
ask_written(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	return ask_worse(status, ASK_UNASKED);
}

/* -- options ------------------------------------------------------------------------- */

static int
misused(const struct given *g, enum option_id id, const char *error)
{
	fprintf(stderr, "proctor: %s: --%s: %s\n", g->verb->name, verbs_option(id)->name,
	    error);
	return EX_USAGE;
}

int
ask_timeout(const struct given *g, usec_t *ret_timeout)
{
	struct arena arena = {0};
	struct value_context context = {.arena = &arena};
	const char *text = g->values[OPTION_TIMEOUT];
	int status = 0;

	*ret_timeout = USEC_NEVER;
	if (text && value_duration(&context, text, ret_timeout) < 0)
		status = misused(g, OPTION_TIMEOUT, context.error);
	else if (text && *ret_timeout > USEC_DAY)
		status = misused(g, OPTION_TIMEOUT, "a day, 1d, is the most");
	arena_clear(&arena);
	return status;
}

int
ask_lines(const struct given *g, uint64_t *ret_lines)
{
	struct arena arena = {0};
	struct value_context context = {.arena = &arena};
	const char *text = g->values[OPTION_LINES];
	int64_t value = 0;
	int status = 0;

	*ret_lines = UINT64_MAX;
	if (text && value_integer(&context, text, 0, INT32_MAX, &value) < 0)
		status = misused(g, OPTION_LINES, context.error);
	else if (text)
		*ret_lines = (uint64_t)value;
	arena_clear(&arena);
	return status;
}
