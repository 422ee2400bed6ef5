/* The messages of the gRPC health check, byte for byte. */
#include "healthcheck/message.h"

#include "tests/unit/world.h"

static void
test_request(void **state)
{
	uint8_t message[MESSAGE_SIZE];
	char name[5000];

	(void)state;
	assert_int_equal(message_make(message, ""), 5);
	assert_memory_equal(message, "\0\0\0\0\0", 5);
	assert_int_equal(message_make(message, "ab"), 9);
	assert_memory_equal(message, "\0\0\0\0\4\x0a\2ab", 9);
	memset(name, 'x', sizeof(name));
	name[300] = '\0';
	assert_int_equal(message_make(message, name), 5 + 3 + 300);
	assert_memory_equal(message, "\0\0\0\1\x2f\x0a\xac\2xx", 10);
	name[300] = 'x';
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(message_make(message, name), MESSAGE_SIZE);
}

static void
test_answer(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		int status;
	} rows[] = {
	    {"\0\0\0\0\2\x08\1", 7, 1},
	    {"\0\0\0\0\2\x08\2", 7, 2},
	    {"\0\0\0\0\2\x08\xff", 7, 255},
	    {"\0\0\0\0\4\x08\1\x10\1", 9, 1},
	    {"\0\0\0\0\0", 5, 0},
	    {"", 0, -1},
	    {"\0\0\0\0", 4, -1},
	    {"\0\0\0\0\2\x08", 6, -1},
	    {"\0\0\0\0\1\x08", 6, -1},
	    {"\0\0\0\0\2\x10\1", 7, -1},
	    {"\1\0\0\0\2\x08\1", 7, -1},
	    {"\0\0\1\0\2\x08\1", 7, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint8_t *bytes = (const uint8_t *)rows[i].bytes;

		assert_int_equal(message_status(bytes, rows[i].length), rows[i].status);
	}
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(message_status_name(MESSAGE_SERVING), "SERVING");
	assert_string_equal(message_status_name(3), "SERVICE_UNKNOWN");
	assert_null(message_status_name(4));
	assert_null(message_status_name(-1));
	assert_string_equal(message_call_status_name(5), "NOT_FOUND");
	assert_string_equal(message_call_status_name(16), "UNAUTHENTICATED");
	assert_string_equal(message_call_status_name(17), "of no known number");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_request),
	    cmocka_unit_test(test_answer),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
