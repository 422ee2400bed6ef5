/*
 * The client's JSON reader on any bytes: what it takes for JSON can be walked
 * through to its last value, and nothing of it lies outside of what came in.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *begin;
static const char *end;

static void
require(bool fine)
{
	if (!fine)
		abort();
}

static void
walk(struct slice value)
{
	struct slice item = {.bytes = NULL};
	struct text said;

	if (!value.bytes)
		return;
	require(value.length > 0 && value.bytes >= begin);
	require(value.bytes + value.length <= end);
	text_init(&said, 1 << 16);
	require(reader_string(value, &said) == (*value.bytes == '"'));
	require(said.length <= value.length);
	text_clear(&said);
	(void)reader_number(value);
	(void)reader_is(value, "a");
	walk(reader_member(value, "a"));
	walk(reader_member(value, ""));
	while (reader_next(value, &item))
		walk(item);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size > 0 ? size : 1);
	struct slice value;

	require(bytes != NULL);
	memcpy(bytes, data, size);
	begin = bytes;
	end = bytes + size;
	if (reader_open(bytes, size, &value))
		walk(value);
	free(bytes);
	return 0;
}
