/*
 * Words, comments, quotes and ${NAME} on any text: what comes out fits what
 * went in, and nothing is expanded twice.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/expand.h"
#include "config/signals.h"
#include "config/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool fine)
{
	if (!fine)
		abort();
}

/* A function that refuses says why. */
static void
check_result(const struct value_context *context, int result)
{
	require(result == 0 || context->error != NULL);
}

static void
try_words(struct value_context *context, const char *text)
{
	struct words words = {NULL, 0};
	size_t length = 0;
	int result = words_split(context, text, &words);

	check_result(context, result);
	for (size_t i = 0; i < words.count; i++)
		length += strlen(words.items[i]);
	require(length <= strlen(text));
	require(words_comment_start(text) <= strlen(text));
	require(strlen(words_unquote(context->arena, text)) <= strlen(text));
}

/* The only variable is empty of anything that could be expanded. */
static void
try_expand(struct value_context *context, const char *text)
{
	const char *once = NULL;
	int result = expand(context, text, &once);

	check_result(context, result);
	if (result == 0)
		require(strlen(once) <= 10 * strlen(text));
	require(strlen(expand_instance(context, text)) <= 10 * strlen(text));
}

static void
try_values(struct value_context *context, const char *text)
{
	struct restart_limit restarts;
	struct end_set ends = {0};
	struct rlimit limit;
	uint64_t number;
	int64_t integer;
	unsigned octal;
	bool yes;
	int signal;

	check_result(context, value_duration(context, text, &number));
	check_result(context, value_size(context, text, &number));
	check_result(context, value_integer(context, text, -20, 19, &integer));
	check_result(context, value_octal(context, text, 0777, &octal));
	check_result(context, value_bool(context, text, &yes));
	check_result(context, value_restart_limit(context, text, 1000, &restarts));
	check_result(context, value_end(context, text, &ends));
	check_result(context, value_limit(context, text, &limit));
	if (signal_parse(context, text, &signal) == 0)
		require(signal > 0 && signal <= 64);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char set[] = "A=0123456789";
	char *environment[] = {set, NULL};
	struct arena arena = {0};
	struct value_context context = {
	    .arena = &arena, .environment = environment, .instance = size % 2};
	const char *text = arena_copy(&arena, (const char *)data, size);

	try_words(&context, text);
	try_expand(&context, text);
	try_values(&context, text);
	arena_clear(&arena);
	return 0;
}
