/* The quota of a container, from control groups of the test's own. */
#include "config/cpus.h"

#include "tests/unit/config/fixture.h"

struct group {
	const char *folder; /* below the root */
	const char *file;
	const char *text;
};

static void
make(struct arena *arena, const struct group *group)
{
	char *command =
	    arena_format(arena, "mkdir -p %s/root/%s", folder(), group->folder);

	assert_int_equal(system(command), 0);
	write_file(arena, arena_format(arena, "root/%s/%s", group->folder, group->file),
	    group->text);
}

static void
assert_quota(
    const char *membership, const struct group *groups, size_t count, uint32_t wanted)
{
	struct arena arena = {0};
	char *path = write_file(&arena, "membership", membership);

	for (size_t i = 0; i < count; i++)
		make(&arena, &groups[i]);
	assert_int_equal(cpus_quota(path, in_folder(&arena, "root")), wanted);
	remove_folder();
	arena_clear(&arena);
}

static void
test_version_2(void **state)
{
	static const struct {
		const char *text;
		uint32_t cpus;
	} rows[] = {
	    {"max 100000\n", UINT32_MAX},
	    {"100000 100000\n", 1},
	    {"50000 100000\n", 1},
	    {"100001 100000\n", 2},
	    {"250000 100000\n", 3},
	    {"1600000 100000\n", 16},
	    {"0 100000\n", 1},
	    {"1 0\n", UINT32_MAX},
	    {"18446744073709551615 100000\n", UINT32_MAX},
	    {"18446744073709551000 1\n", UINT32_MAX},
	    {"", UINT32_MAX},
	    {"what\n", UINT32_MAX},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct group group = {"", "cpu.max", rows[i].text};

		assert_quota("0::/\n", &group, 1, rows[i].cpus);
	}
}

static void
test_the_least_of_all_above(void **state)
{
	static const struct group groups[] = {
	    {"a/b", "cpu.max", "400000 100000\n"},
	    {"a", "cpu.max", "200000 100000\n"},
	    {"", "cpu.max", "max 100000\n"},
	};

	(void)state;
	assert_quota("0::/a/b\n", groups, LENGTH(groups), 2);
	assert_quota("0::/a\n", groups, LENGTH(groups), 2);
	assert_quota("0::/\n", groups, LENGTH(groups), UINT32_MAX);
}

/* The path is the host's, and only the end of it is mounted. */
static void
test_a_path_from_outside(void **state)
{
	static const struct group group = {"", "cpu.max", "300000 100000\n"};

	(void)state;
	assert_quota("0::/docker/0123456789abcdef\n", &group, 1, 3);
	assert_quota("0::/../..\n", &group, 1, 3);
}

static void
test_version_1(void **state)
{
	static const struct group groups[] = {
	    {"cpu,cpuacct/x", "cpu.cfs_quota_us", "150000\n"},
	    {"cpu,cpuacct/x", "cpu.cfs_period_us", "100000\n"},
	    {"cpu,cpuacct", "cpu.cfs_quota_us", "-1\n"},
	    {"cpu,cpuacct", "cpu.cfs_period_us", "100000\n"},
	};

	(void)state;
	assert_quota("5:memory:/x\n4:cpu,cpuacct:/x\n0::/x\n", groups, LENGTH(groups), 2);
	assert_quota("4:cpu,cpuacct:/\n", groups, LENGTH(groups), UINT32_MAX);
	assert_quota("4:cpuset:/x\n", groups, LENGTH(groups), UINT32_MAX);
	assert_quota("4:cpuacct,cpu:/x\n", groups, LENGTH(groups), UINT32_MAX);
}

static void
test_version_1_by_one_name(void **state)
{
	static const struct group groups[] = {
	    {"cpu/x", "cpu.cfs_quota_us", "150000\n"},
	    {"cpu/x", "cpu.cfs_period_us", "100000\n"},
	};

	(void)state;
	assert_quota("4:cpuacct,cpu:/x\n", groups, LENGTH(groups), 2);
	assert_quota("4:cpu:/x\n", groups, LENGTH(groups), 2);
}

static void
test_nothing_to_read(void **state)
{
	(void)state;
	assert_int_equal(cpus_quota("/nowhere", "/"), UINT32_MAX);
	assert_quota("", NULL, 0, UINT32_MAX);
	assert_quota("nonsense\n0:\n::\n", NULL, 0, UINT32_MAX);
}

static void
test_this_machine(void **state)
{
	(void)state;
	assert_true(cpus_available() >= 1);
	assert_true(cpus_available() <= 100000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_version_2),
	    cmocka_unit_test(test_the_least_of_all_above),
	    cmocka_unit_test(test_a_path_from_outside),
	    cmocka_unit_test(test_version_1),
	    cmocka_unit_test(test_version_1_by_one_name),
	    cmocka_unit_test(test_nothing_to_read),
	    cmocka_unit_test(test_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
