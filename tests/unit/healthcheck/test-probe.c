/* The other kinds: a port, a socket, a file, and what a build has not. */
#include "tests/unit/healthcheck/server.h"

#include <sys/un.h>

static void
test_tcp(void **state)
{
	struct server s = server_start(AF_INET, NULL, NULL);
	struct probe probe = {.kind = PROBE_TCP, .host = "127.0.0.1", .port = s.port};
	char wanted[128];

	(void)state;
	assert_string_equal(ask(&probe, NULL), "+connected");
	server_end(&s);
	snprintf(wanted, sizeof(wanted), "-connect to 127.0.0.1:%s: Connection refused",
	    s.port);
	assert_string_equal(ask(&probe, NULL), wanted);
}

/* Of every type that a server may have made it. */
static void
test_unix(void **state)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
	struct probe probe = {.kind = PROBE_UNIX, .path = world_path("socket")};

	(void)state;
	assert_string_equal(ask(&probe, NULL), "-connect: No such file or directory");
	for (size_t i = 0; i < 3; i++) {
		struct sockaddr_un address = {.sun_family = AF_UNIX};
		int fd = socket(AF_UNIX, types[i], 0);

		strncpy(address.sun_path, probe.path, sizeof(address.sun_path) - 1);
		assert_int_equal(
		    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
		(void)listen(fd, 1);
		assert_string_equal(ask(&probe, NULL), "+connected");
		close(fd);
		assert_string_equal(ask(&probe, NULL), "-connect: Connection refused");
		assert_int_equal(unlink(probe.path), 0);
	}
	probe.path = world_file("socket", "a file");
	assert_string_equal(ask(&probe, NULL), "-connect: Connection refused");
}

static void
age(const char *path, long seconds)
{
	struct timespec times[2];

	assert_int_equal(clock_gettime(CLOCK_REALTIME, &times[0]), 0);
	times[0].tv_sec -= seconds;
	times[1] = times[0];
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* Says so with this verdict: 1000 s ago, and what the machine has taken since. */
static void
assert_aged(const char *answer, char verdict)
{
	static const char says[] = "modified ";

	assert_int_equal(*answer, verdict);
	assert_memory_equal(answer + 1, says, sizeof(says) - 1);
	assert_in_range(atoi(answer + sizeof(says)), 1000, 1030);
}

static void
test_file(void **state)
{
	struct probe probe = {
	    .kind = PROBE_FILE, .path = world_path("file"), .max_age = USEC_NEVER};

	(void)state;
	assert_string_equal(ask(&probe, NULL), "-no such file");
	world_file("file", "");
	age(probe.path, 1000);
	assert_aged(ask(&probe, NULL), '+');
	probe.max_age = 999 * USEC_PER_SEC;
	assert_aged(ask(&probe, NULL), '-');
	assert_non_null(strstr(ask(&probe, NULL), " s ago, more than 999.0 s"));
	probe.max_age = 1100 * USEC_PER_SEC;
	assert_aged(ask(&probe, NULL), '+');
	age(probe.path, -1000);
	assert_string_equal(ask(&probe, NULL), "+modified 0.0 s ago");
	probe.path = world_path("file/under");
	assert_string_equal(ask(&probe, NULL), "-Not a directory");
}

static void
test_kinds(void **state)
{
	struct probe probe = {.kind = PROBE_EXEC};

	(void)state;
	assert_null(probe_lacks(PROBE_HTTP));
	assert_null(probe_lacks(PROBE_EXEC));
	assert_string_equal(
	    ask(&probe, NULL), "-a command is no probe of a built-in kind");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_tcp),
	    world_test(test_unix),
	    world_test(test_file),
	    world_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
