/*
 * The HTTP request parser on any bytes: however they are cut into pieces, the
 * same comes out, and nothing of it lies outside of what came in.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/parameters.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool fine)
{
	if (!fine)
		abort();
}

static bool
is_within(struct slice s, const char *bytes, size_t length)
{
	if (s.length == 1 && s.bytes[0] == '/')
		return true;
	return s.length == 0 ||
	    (s.bytes >= bytes && s.bytes + s.length <= bytes + length);
}

/* Whatever a parameter is called, its value is text, a number or a time, or wrong. */
static void
check_parameters(const struct request *r)
{
	struct slice rest = r->form;
	struct slice name;
	struct slice value;
	char wanted[64];
	char text[32];
	uint64_t number = 0;
	usec_t time = 0;

	while (parameter_next(&rest, &name, &value)) {
		require(is_within(name, r->form.bytes, r->form.length));
		require(is_within(value, r->form.bytes, r->form.length));
		if (!slice_decode(name, wanted, sizeof(wanted)))
			continue;
		if (parameter_text(r, wanted, text, sizeof(text)) == PARAMETER_GIVEN)
			require(strlen(text) < sizeof(text));
		if (parameter_number(r, wanted, 255, &number) == PARAMETER_GIVEN)
			require(number <= 255);
		if (parameter_seconds(r, wanted, &time) == PARAMETER_GIVEN)
			require(time < 366 * USEC_DAY);
	}
}

static void
check_request(const struct request *r, const char *bytes, size_t length)
{
	static const unsigned statuses[] = {
	    0, 400, 405, 411, 413, 414, 415, 431, 501, 505};
	bool known = false;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		known |= r->status == statuses[i];
	require(known);
	require(!r->keep_alive || r->status == 0 || r->status == 405);
	require(is_within(r->path, bytes, length));
	require(is_within(r->query, bytes, length));
	if (r->status == 0) {
		require(r->path.length > 0 && r->path.bytes[0] == '/');
		require(is_within(r->form, bytes, length));
		require(r->post || r->form.length == 0);
		(void)request_asks(r, "verbose");
		check_parameters(r);
	}
}

/* Pieces of that size; returns how much of it was read. */
static size_t
read_in_pieces(const char *bytes, size_t length, size_t piece, struct request *r,
    enum request_result *result)
{
	struct request_reader reader = {.seen = 0};
	size_t there = 0;

	*result = REQUEST_MORE;
	while (there < length && *result == REQUEST_MORE) {
		there = length - there < piece ? length : there + piece;
		*result = request_read(&reader, bytes, there, r);
		require(reader.seen <= there);
		require(*result == REQUEST_WHOLE || reader.seen == there);
	}
	require(*result == REQUEST_WHOLE || length < REQUEST_SIZE);
	return reader.seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = size < REQUEST_SIZE ? size : REQUEST_SIZE;
	size_t piece = size > 0 ? 1 + data[size - 1] % 7u : 1;
	char *bytes = malloc(length + 1);
	struct request whole = {.status = 0};
	struct request parts = {.status = 0};
	enum request_result whole_result;
	enum request_result parts_result;

	require(bytes != NULL);
	memcpy(bytes, data, length);
	require(read_in_pieces(bytes, length, length, &whole, &whole_result) ==
	    read_in_pieces(bytes, length, piece, &parts, &parts_result));
	require(whole_result == parts_result);
	if (whole_result == REQUEST_WHOLE) {
		check_request(&whole, bytes, length);
		require(memcmp(&whole, &parts, sizeof(whole)) == 0);
	}
	free(bytes);
	return 0;
}
