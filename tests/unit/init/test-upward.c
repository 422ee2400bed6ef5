/* What proctor tells whoever runs it, on a real socket. */
#include "init/upward.h"

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

enum { DB, WEB, SERVICES };

#define NOW (100 * USEC_PER_SEC)

static struct upward upward;
static struct supervisor supervisor;
static struct config config;
static struct service_config services[SERVICES];
static int outer; /* the socket of whoever runs it, not blocking */

static void
listen_as(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(name);

	assert_true(length < sizeof(address.sun_path));
	memcpy(address.sun_path, name, length);
	if (*name == '@')
		address.sun_path[0] = '\0';
	outer = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    bind(outer, (struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
	    0);
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
}

static int
begin(void **state)
{
	if (world_begin(state) < 0)
		return -1;
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");
	memset(&supervisor, 0, sizeof(supervisor));
	for (size_t i = 0; i < SERVICES; i++)
		services[i] = sample_service(KIND_SERVICE);
	services[DB].name = "db";
	config = (struct config){.services = services, .count = SERVICES};
	outer = upward.fd = -1;
	supervisor.config = &config;
	return plan_init(&supervisor.plan, &config, 1);
}

static int
end(void **state)
{
	upward_close(&upward);
	if (outer >= 0)
		close(outer);
	plan_clear(&supervisor.plan);
	return world_end(state);
}

#define upward_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static void
open_at_a_path(void)
{
	listen_as(world_path("outer"));
	upward_open(&upward);
	assert_true(upward.fd >= 0);
}

static usec_t
turn(usec_t now)
{
	return upward_turn(&upward, &supervisor, now);
}

/* The next message; "" is none. */
static const char *
heard(void)
{
	static char text[4096];
	ssize_t n = recv(outer, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
make_ready(void)
{
	for (size_t i = 0; i < SERVICES; i++)
		supervisor.plan.services[i].state = SERVICE_READY;
}

/* Nobody reads: the queue of the socket is full. */
static void
fill(void)
{
	struct sockaddr_un address;
	socklen_t length = sizeof(address);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_int_equal(getsockname(outer, (struct sockaddr *)&address, &length), 0);
	while (sendto(fd, "x", 1, 0, (struct sockaddr *)&address, length) == 1)
		continue;
	assert_int_equal(errno, EAGAIN);
	close(fd);
}

static void
empty(void)
{
	while (*heard() == 'x')
		continue;
}

/* -- who is told ----------------------------------------------------------- */

static void
test_nobody_runs_it(void **state)
{
	(void)state;
	upward_open(&upward);
	assert_int_equal(upward.fd, -1);
	make_ready();
	assert_int_equal(turn(NOW), USEC_NEVER);
}

static void
test_an_abstract_name(void **state)
{
	char name[64];

	(void)state;
	(void)snprintf(name, sizeof(name), "@proctor-test-%d", (int)getpid());
	listen_as(name);
	upward_open(&upward);
	make_ready();
	(void)turn(NOW);
	assert_string_equal(heard(), "READY=1\nSTATUS=2 of 2 services are ready\n");
}

static void
test_names_that_are_none(void **state)
{
	char name[200];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	upward_open(&upward);
	assert_int_equal(upward.fd, -1);
	assert_int_equal(setenv("NOTIFY_SOCKET", "vsock:2:1234", 1), 0);
	upward_open(&upward);
	assert_int_equal(upward.fd, -1);
	assert_int_equal(setenv("NOTIFY_SOCKET", "", 1), 0);
	upward_open(&upward);
	assert_int_equal(upward.fd, -1);
	assert_null(getenv("NOTIFY_SOCKET"));
}

/* No service is to take them for its own. */
static void
test_its_variables_are_taken_away(void **state)
{
	(void)state;
	assert_int_equal(setenv("WATCHDOG_USEC", "1000000", 1), 0);
	assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
	open_at_a_path();
	assert_null(getenv("NOTIFY_SOCKET"));
	assert_null(getenv("WATCHDOG_USEC"));
	assert_null(getenv("WATCHDOG_PID"));
}

/* -- READY and STATUS ------------------------------------------------------ */

static void
test_progress_and_ready_once(void **state)
{
	(void)state;
	open_at_a_path();
	assert_int_equal(turn(NOW), USEC_NEVER);
	assert_string_equal(heard(), "STATUS=0 of 2 services are ready\n");
	(void)turn(NOW);
	assert_string_equal(heard(), "");
	supervisor.plan.services[DB].state = SERVICE_READY;
	(void)turn(NOW);
	assert_string_equal(heard(), "STATUS=1 of 2 services are ready\n");
	make_ready();
	(void)turn(NOW);
	assert_string_equal(heard(), "READY=1\nSTATUS=2 of 2 services are ready\n");
	supervisor.plan.services[WEB].state = SERVICE_BACKOFF;
	(void)turn(NOW);
	assert_string_equal(heard(), "STATUS=1 of 2 services are ready\n");
	make_ready();
	(void)turn(NOW);
	assert_string_equal(heard(), "STATUS=2 of 2 services are ready\n");
	assert_string_equal(heard(), "");
}

/* The others decide; this one can fail and nobody minds. */
static void
test_one_that_is_not_critical(void **state)
{
	(void)state;
	services[WEB].critical = false;
	open_at_a_path();
	(void)turn(NOW);
	(void)heard();
	supervisor.plan.services[DB].state = SERVICE_READY;
	(void)turn(NOW);
	assert_string_equal(heard(), "READY=1\nSTATUS=1 of 2 services are ready\n");
}

static void
test_one_is_one(void **state)
{
	(void)state;
	config.count = 1;
	open_at_a_path();
	make_ready();
	(void)turn(NOW);
	assert_string_equal(heard(), "READY=1\nSTATUS=1 of 1 services is ready\n");
}

/* -- STOPPING -------------------------------------------------------------- */

static void
stop(usec_t until)
{
	supervisor.plan.phase = PLAN_STOPPING;
	supervisor.plan.cause = (struct cause){.kind = CAUSE_ASKED, .signal = SIGTERM};
	supervisor.plan.stop_until = until;
	supervisor.plan.requests = 1;
}

static void
test_a_stop_and_its_time(void **state)
{
	(void)state;
	open_at_a_path();
	make_ready();
	(void)turn(NOW);
	(void)heard();
	stop(NOW + 9 * USEC_PER_SEC);
	(void)turn(NOW);
	assert_string_equal(heard(),
	    "STOPPING=1\nSTATUS=stopped on SIGTERM\n"
	    "EXTEND_TIMEOUT_USEC=11000000\n");
	(void)turn(NOW);
	assert_string_equal(heard(), "");
}

static void
test_a_stop_whose_time_is_over(void **state)
{
	(void)state;
	open_at_a_path();
	stop(NOW - 1);
	(void)turn(NOW);
	assert_string_equal(heard(),
	    "STOPPING=1\nSTATUS=stopped on SIGTERM\n"
	    "EXTEND_TIMEOUT_USEC=2000000\n");
}

/* -- WATCHDOG -------------------------------------------------------------- */

static void
test_a_watchdog(void **state)
{
	(void)state;
	assert_int_equal(setenv("WATCHDOG_USEC", "10000000", 1), 0);
	open_at_a_path();
	(void)upward_turn(&upward, &supervisor, NOW);
	assert_string_equal(heard(), "STATUS=0 of 2 services are ready\n");
	assert_string_equal(heard(), "WATCHDOG=1\n");
	assert_int_equal(turn(NOW + 1), NOW + 5 * USEC_PER_SEC);
	assert_string_equal(heard(), "");
	assert_int_equal(turn(NOW + 5 * USEC_PER_SEC), NOW + 10 * USEC_PER_SEC);
	assert_string_equal(heard(), "WATCHDOG=1\n");
}

/* An orderly stop is life; a failure on its way out is none. */
static void
test_the_watchdog_while_it_is_live(void **state)
{
	(void)state;
	assert_int_equal(setenv("WATCHDOG_USEC", "2000000", 1), 0);
	open_at_a_path();
	stop(NOW + USEC_PER_SEC);
	(void)turn(NOW);
	(void)heard();
	assert_string_equal(heard(), "WATCHDOG=1\n");
	supervisor.plan.cause =
	    (struct cause){.kind = CAUSE_FAILED, .service = WEB, .via = SERVICE_NONE};
	assert_int_equal(turn(NOW + USEC_PER_SEC), NOW + 2 * USEC_PER_SEC);
	assert_string_equal(heard(), "");
}

static void
assert_no_watchdog(const char *usec, const char *pid)
{
	if (usec)
		assert_int_equal(setenv("WATCHDOG_USEC", usec, 1), 0);
	if (pid)
		assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", world_path("outer"), 1), 0);
	upward_open(&upward);
	assert_int_equal(upward.watchdog, USEC_NEVER);
	assert_int_equal(upward.next_ping, USEC_NEVER);
	upward_close(&upward);
}

static void
test_no_watchdog(void **state)
{
	(void)state;
	assert_no_watchdog(NULL, NULL);
	assert_no_watchdog("0", NULL);
	assert_no_watchdog("", NULL);
	assert_no_watchdog("often", NULL);
	/* It is for somebody else. */
	assert_no_watchdog("1000000", "1");
}

static void
test_a_watchdog_for_this_process(void **state)
{
	char pid[32];

	(void)state;
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
	assert_int_equal(setenv("WATCHDOG_USEC", "1000000", 1), 0);
	open_at_a_path();
	assert_int_equal(upward.watchdog, 500 * MS);
}

/* It would keep the processor busy with nothing else. */
static void
test_a_watchdog_without_a_pause(void **state)
{
	(void)state;
	assert_int_equal(setenv("WATCHDOG_USEC", "1", 1), 0);
	open_at_a_path();
	assert_true(turn(NOW) >= NOW + MS);
}

/* -- nobody listens -------------------------------------------------------- */

static void
test_nobody_reads_now(void **state)
{
	(void)state;
	open_at_a_path();
	make_ready();
	fill();
	assert_int_equal(turn(NOW), NOW + USEC_PER_SEC);
	empty();
	assert_int_equal(turn(NOW + USEC_PER_SEC), USEC_NEVER);
	assert_string_equal(heard(), "READY=1\nSTATUS=2 of 2 services are ready\n");
}

static void
test_nobody_reads_of_the_stop(void **state)
{
	(void)state;
	open_at_a_path();
	stop(NOW);
	fill();
	assert_int_equal(turn(NOW), NOW + USEC_PER_SEC);
	empty();
	assert_int_equal(turn(NOW + USEC_PER_SEC), USEC_NEVER);
	assert_non_null(strstr(heard(), "STOPPING=1\n"));
}

/* One that is not heard is no sign of life: it comes again, before its time. */
static void
test_nobody_reads_of_the_watchdog(void **state)
{
	(void)state;
	assert_int_equal(setenv("WATCHDOG_USEC", "20000000", 1), 0);
	open_at_a_path();
	(void)turn(NOW);
	(void)heard();
	(void)heard();
	fill();
	assert_int_equal(turn(NOW + 10 * USEC_PER_SEC), NOW + 11 * USEC_PER_SEC);
	empty();
	assert_int_equal(turn(NOW + 11 * USEC_PER_SEC), NOW + 21 * USEC_PER_SEC);
	assert_string_equal(heard(), "WATCHDOG=1\n");
}

/* What could not be told is not forgotten for what could. */
static void
test_one_that_is_told_and_one_that_is_not(void **state)
{
	(void)state;
	assert_int_equal(setenv("WATCHDOG_USEC", "20000000", 1), 0);
	open_at_a_path();
	fill();
	upward.next_ping = NOW + 10 * USEC_PER_SEC;
	assert_int_equal(turn(NOW), NOW + USEC_PER_SEC);
}

/* Nobody is there any more, as is with one who only waits for READY=1: no rush. */
static void
test_nobody_is_there(void **state)
{
	(void)state;
	open_at_a_path();
	close(outer);
	outer = -1;
	make_ready();
	assert_int_equal(turn(NOW), USEC_NEVER);
	assert_int_equal(unlink(world_path("outer")), 0);
	supervisor.plan.services[WEB].state = SERVICE_BACKOFF;
	assert_int_equal(turn(NOW), USEC_NEVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    upward_test(test_nobody_runs_it),
	    upward_test(test_an_abstract_name),
	    upward_test(test_names_that_are_none),
	    upward_test(test_its_variables_are_taken_away),
	    upward_test(test_progress_and_ready_once),
	    upward_test(test_one_that_is_not_critical),
	    upward_test(test_one_is_one),
	    upward_test(test_a_stop_and_its_time),
	    upward_test(test_a_stop_whose_time_is_over),
	    upward_test(test_a_watchdog),
	    upward_test(test_the_watchdog_while_it_is_live),
	    upward_test(test_no_watchdog),
	    upward_test(test_a_watchdog_for_this_process),
	    upward_test(test_a_watchdog_without_a_pause),
	    upward_test(test_nobody_reads_now),
	    upward_test(test_nobody_reads_of_the_stop),
	    upward_test(test_nobody_reads_of_the_watchdog),
	    upward_test(test_one_that_is_told_and_one_that_is_not),
	    upward_test(test_nobody_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
