/* What is a character, and what becomes of bytes that are none. */
#include "config/utf8.h"

#include "tests/unit/world.h"

static void
assert_utf8(const char *bytes, size_t length, const char *wanted)
{
	char text[64];

	assert_true(length < sizeof(text));
	memcpy(text, bytes, length);
	utf8_repair(text, length);
	assert_int_equal(strlen(wanted), length);
	assert_memory_equal(text, wanted, length);
}

#define ASSERT_UTF8(bytes, wanted) assert_utf8(bytes, sizeof(bytes) - 1, wanted)

static void
test_utf8_that_is_valid_stays(void **state)
{
	(void)state;
	ASSERT_UTF8("", "");
	ASSERT_UTF8("\x01\t\n~\x7f", "\x01\t\n~\x7f");
	ASSERT_UTF8("\xc2\x80\xdf\xbf", "\xc2\x80\xdf\xbf");
	ASSERT_UTF8("\xe0\xa0\x80\xed\x9f\xbf", "\xe0\xa0\x80\xed\x9f\xbf");
	ASSERT_UTF8("\xee\x80\x80\xef\xbf\xbf", "\xee\x80\x80\xef\xbf\xbf");
	ASSERT_UTF8(
	    "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
}

/* RFC 3629, section 4: overlong, surrogates, beyond the last, cut, alone. */
static void
test_utf8_that_is_not(void **state)
{
	(void)state;
	ASSERT_UTF8("a\0b", "a?b");
	ASSERT_UTF8("\x80", "?");
	ASSERT_UTF8("\xbf\xbf", "??");
	ASSERT_UTF8("\xc0\x80\xc1\xbf", "????");
	ASSERT_UTF8("\xe0\x9f\xbf", "???");
	ASSERT_UTF8("\xed\xa0\x80", "???");
	ASSERT_UTF8("\xf0\x8f\xbf\xbf", "????");
	ASSERT_UTF8("\xf4\x90\x80\x80", "????");
	ASSERT_UTF8("\xf5\x80\x80\x80", "????");
	ASSERT_UTF8("\xff\xfe", "??");
	ASSERT_UTF8("\xc3", "?");
	ASSERT_UTF8("\xe2\x82", "??");
	ASSERT_UTF8("\xf0\x9f\x98", "???");
	ASSERT_UTF8("\xc3x", "?x");
	ASSERT_UTF8("\xe2\x82x", "??x");
	ASSERT_UTF8("\xe2x\x82", "?x?");
}

/* The number that a sequence means, written out again, is the sequence. */
static size_t
encode(uint32_t number, unsigned char *bytes)
{
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t length = number < 0x80 ? 1 : number < 0x800 ? 2 : number < 0x10000 ? 3 : 4;

	for (size_t i = length; i-- > 1; number >>= 6)
		bytes[i] = (unsigned char)(0x80 | (number & 0x3f));
	bytes[0] = (unsigned char)(leads[length] | number);
	return length;
}

static void
test_every_character_stays(void **state)
{
	(void)state;
	for (uint32_t number = 1; number < 0x110000; number++) {
		unsigned char bytes[4];
		char text[4];
		size_t length = encode(number, bytes);
		bool surrogate = number >= 0xd800 && number < 0xe000;

		memcpy(text, bytes, length);
		utf8_repair(text, length);
		if (memcmp(text, surrogate ? "???" : (char *)bytes, length) != 0)
			fail_msg("U+%04X", number);
	}
}

/* What has been made valid is valid: nothing changes any more. */
static void
test_any_bytes_become_valid_at_once(void **state)
{
	uint32_t seed = 3;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char once[32];
		char twice[32];

		for (size_t j = 0; j < sizeof(once); j++)
			once[j] = (char)(world_random(&seed, 3) == 0
				? world_random(&seed, 256)
				: 0x80 + world_random(&seed, 128));
		utf8_repair(once, sizeof(once));
		memcpy(twice, once, sizeof(once));
		utf8_repair(twice, sizeof(twice));
		assert_memory_equal(once, twice, sizeof(once));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_utf8_that_is_valid_stays),
	    cmocka_unit_test(test_utf8_that_is_not),
	    cmocka_unit_test(test_every_character_stays),
	    cmocka_unit_test(test_any_bytes_become_valid_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
