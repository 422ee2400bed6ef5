/* Memory that is zeroed, aligned, apart and given back at once. */
#include "config/arena.h"

#include <sys/wait.h>

#include "tests/unit/config/fixture.h"

static void
test_memory_is_zeroed_and_aligned(void **state)
{
	static const size_t sizes[] = {0, 1, 15, 16, 17, 1000, 40000, 1000000};
	struct arena arena = {0};

	(void)state;
	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < LENGTH(sizes); i++) {
			char *memory = arena_alloc(&arena, sizes[i]);

			assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
			for (size_t j = 0; j < sizes[i]; j++)
				assert_int_equal(memory[j], 0);
			memset(memory, 0xff, sizes[i]);
		}
	}
	arena_clear(&arena);
	assert_null(arena.blocks);
}

static void
test_text(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_string_equal(arena_copy(&arena, "hello", 4), "hell");
	assert_string_equal(arena_format(&arena, "%d-%s", 7, "x"), "7-x");
	assert_int_equal(strlen(arena_format(&arena, "%100000d", 1)), 100000);
	arena_clear(&arena);
}

static void
test_an_array_grows(void **state)
{
	struct arena arena = {0};
	size_t *items = NULL;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		items = arena_grow(&arena, items, i, sizeof(*items));
		items[i] = i;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	arena_clear(&arena);
}

static void
test_clear_takes_nothing(void **state)
{
	struct arena arena = {0};

	(void)state;
	arena_clear(&arena);
	arena_clear(&arena);
}

/* The one thing in config/ that does not come back. */
static void
test_no_memory_is_an_exit(void **state)
{
	static const size_t sizes[] = {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 4};

	(void)state;
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		pid_t child = fork();
		int status = 0;

		if (child == 0) {
			struct arena arena = {0};

			fclose(stderr);
			arena_alloc(&arena, sizes[i]);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 71);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_memory_is_zeroed_and_aligned),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_an_array_grows),
	    cmocka_unit_test(test_clear_takes_nothing),
	    cmocka_unit_test(test_no_memory_is_an_exit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
