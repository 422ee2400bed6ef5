/*
 * Answers from strangers: an HTTP answer says the same however it is cut into
 * pieces, where it leads to is somewhere that can be asked, and what is told of
 * it is one line of UTF-8.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/utf8.h"
#include "healthcheck/answer.h"
#include "healthcheck/finding.h"
#include "healthcheck/message.h"
#include "healthcheck/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool fine)
{
	if (!fine)
		abort();
}

/* The pieces are copies, so that a read behind their end is seen. */
static void
feed(struct answer *a, const uint8_t *data, size_t size, size_t step)
{
	answer_init(a, "aab");
	for (size_t i = 0; i < size; i += step) {
		size_t n = size - i < step ? size - i : step;
		char *piece = malloc(n);

		require(piece != NULL);
		memcpy(piece, data + i, n);
		answer_feed(a, piece, n);
		free(piece);
	}
}

static void
check_answer(const struct answer *a)
{
	require(a->status == 0 || (a->status >= 100 && a->status <= 999));
	require(memchr(a->reason, '\0', sizeof(a->reason)) != NULL);
	require(memchr(a->location, '\0', sizeof(a->location)) != NULL);
	require(a->length <= sizeof(a->buffer));
	require((a->state == ANSWER_BROKEN) == (a->fault != NULL));
	require(!a->found || a->has_head);
}

static void
check_same(const struct answer *a, const struct answer *b)
{
	require(a->state == b->state && a->status == b->status);
	require(a->found == b->found && a->has_head == b->has_head);
	require(strcmp(a->reason, b->reason) == 0);
	require(strcmp(a->location, b->location) == 0);
}

static void
check_url(const char *location)
{
	struct url before = {.host = "h", .port = "80", .target = "/a/b?c"};
	struct url u = before;
	enum url_move move = url_move(&u, location);

	if (move != URL_SAME_HOST) {
		require(memcmp(&u, &before, sizeof(u)) == 0);
		return;
	}
	require(strcasecmp(u.host, "h") == 0);
	require(strlen(u.port) > 0 && strspn(u.port, "0123456789") == strlen(u.port));
	require(u.target[0] == '/');
	for (const char *p = u.target; *p != '\0'; p++)
		require(*p > ' ' && *p < 0x7f);
}

static void
check_line(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	size_t length;

	require(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	finding_clean(text);
	length = strlen(text);
	require(length <= size);
	for (size_t i = 0; i < length;) {
		size_t n = utf8_length(text + i, length - i);

		require(n > 0 && (unsigned char)text[i] >= ' ');
		i += n;
	}
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct answer whole;
	struct answer cut;

	feed(&whole, data, size, size + 1);
	feed(&cut, data, size, 1 + size % 7);
	check_answer(&whole);
	check_answer(&cut);
	check_same(&whole, &cut);
	check_url(whole.location);
	answer_end(&whole);
	require(whole.state == ANSWER_DONE || whole.state == ANSWER_BROKEN);
	check_answer(&whole);
	check_line(data, size);
	require(message_status(data, size) <= 255);
	return 0;
}
