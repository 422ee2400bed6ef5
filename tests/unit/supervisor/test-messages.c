/* What services say themselves: real processes through a real socket. */
#include "tests/unit/supervisor/notified.h"
#include "tests/unit/namespace.h"

/* -- the socket ------------------------------------------------------------ */

static void
test_only_who_needs_it_is_told_of_it(void **state)
{
	(void)state;
	notified_prepare("[task one]\nshell = echo $NOTIFY_SOCKET $WATCHDOG_USEC\n"
			 "[service two]\nready = notify\ncommand = ACTOR wait\n");
	assert_true(supervised.supervisor.notify.fd >= 0);
	supervisor_start(&supervised.supervisor, world_now());
	supervised_until(supervised_state(0) == SERVICE_DONE);
	assert_string_equal(supervised.text[OUTPUT_STDOUT], "one | \n");
}

static void
test_nobody_needs_it(void **state)
{
	(void)state;
	notified_prepare("[task one]\nshell = true\n");
	assert_int_equal(supervised.supervisor.notify.fd, -1);
	assert_int_equal(supervised_run(), 0);
}

static void
test_the_watchdog_is_told(void **state)
{
	(void)state;
	notified_start(SERVICE "watchdog = 30s\nshell = echo usec $WATCHDOG_USEC; "
			       "test -n \"$NOTIFY_SOCKET\" && exec sleep 1000\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "usec 30000000\n"));
	notified_until(SERVICE_READY);
}

/* -- READY ----------------------------------------------------------------- */

static void
test_the_main_process_is_ready(void **state)
{
	(void)state;
	notified_start(SERVICE NOTIFY ACTOR "say 'READY=1|STATUS=at work' wait\n");
	notified_until(SERVICE_READY);
	assert_string_equal(notified_stats()->status, "at work");
}

static void
test_it_is_not_ready_before(void **state)
{
	(void)state;
	notified_start(
	    SERVICE NOTIFY ACTOR "say STATUS=warming barrier print here wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "here"));
	assert_int_equal(supervised_state(0), SERVICE_UP);
	assert_string_equal(notified_stats()->status, "warming");
}

/* As systemd-notify from a shell; the barrier keeps it there until it is heard. */
static void
test_a_grandchild_may_say_it(void **state)
{
	(void)state;
	notified_start(
	    SERVICE NOTIFY "shell = ACTOR say READY=1 barrier; exec sleep 1000\n");
	notified_until(SERVICE_READY);
}

static void
test_an_orphan_of_it_may_say_it(void **state)
{
	(void)state;
	notified_start(
	    SERVICE NOTIFY "shell = (ACTOR say READY=1 barrier &); exec sleep 1000\n");
	notified_until(SERVICE_READY);
}

static void
test_a_stranger_may_not(void **state)
{
	(void)state;
	notified_start(SERVICE NOTIFY ACTOR "print up wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	say_as_a_stranger("READY=1\nSTATUS=mine\nWATCHDOG=trigger");
	assert_true(is_waiting_to_be_read());
	supervisor_handle_notify(&supervised.supervisor, world_now());
	assert_false(is_waiting_to_be_read());
	assert_int_equal(supervised_state(0), SERVICE_UP);
	assert_null(notified_stats()->status);
}

/* The socket of another service is no secret: it may say of itself what it likes. */
static void
test_one_that_was_not_given_the_socket(void **state)
{
	char text[512];

	(void)state;
	notified_prepare(
	    SERVICE "command = ACTOR say STATUS=mine barrier print said wait\n"
		    "env.NOTIFY_SOCKET = ${SOCKET:-@none}\n"
		    "[service two]\nready = notify\ncommand = ACTOR wait\n");
	(void)snprintf(text, sizeof(text), "%s", supervised.supervisor.notify.name);
	supervised.supervisor.config->services[0].env.items[0].value = text;
	supervisor_start(&supervised.supervisor, world_now());
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "said"));
	assert_null(notified_stats()->status);
}

/* Its program runs: that is known as soon as it speaks. */
static void
test_ready_before_the_start_is_known(void **state)
{
	(void)state;
	notified_start(SERVICE NOTIFY ACTOR "say READY=1 wait\n");
	world_until(is_waiting_to_be_read());
	assert_int_equal(supervised_state(0), SERVICE_STARTING);
	supervisor_handle_notify(&supervised.supervisor, world_now());
	assert_int_equal(supervised_state(0), SERVICE_READY);
	assert_int_equal(notified_child()->status_fd, -1);
	assert_int_equal(supervised.known, 1);
}

/* What it said comes before its death, even if both are heard of at once. */
static void
test_ready_and_then_dead(void **state)
{
	(void)state;
	notified_start("[main t]\nready = notify\nwatchdog = 1h\n" ACTOR
		       "say 'READY=1|STATUS=all done|EXIT_STATUS=3|ERRNO=5' exit 3\n");
	world_until(world_process_state(notified_child()->pid) == 'Z');
	supervised_signal(SIGCHLD);
	assert_string_equal(notified_stats()->status, "all done");
	assert_int_equal(notified_stats()->exit_status, 3);
	assert_int_equal(notified_stats()->error, 5);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 3);
}

static void
test_others_wait_for_it(void **state)
{
	(void)state;
	notified_start(
	    "[service web]\nready = notify\nshell = trap 'ACTOR say READY=1 barrier' "
	    "USR1; echo up; while :; do sleep 0.01; done\n"
	    "[service next]\nafter = web\nshell = echo next; exec sleep 1000\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	assert_int_equal(supervised_state(1), SERVICE_DOWN);
	assert_int_equal(kill(notified_child()->pid, SIGUSR1), 0);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "next"));
	notified_until(SERVICE_READY);
}

static void
test_it_is_never_ready(void **state)
{
	(void)state;
	notified_prepare(SERVICE NOTIFY "ready_timeout = 50ms\n" ACTOR "wait\n");
	assert_int_equal(supervised_run(), 69);
	assert_true(supervised_has_said(
	    OUTPUT_STDERR, "was not ready within its ready_timeout of 50ms"));
}

/* It is given the socket for its watchdog; its readiness is another matter. */
static void
test_ready_of_one_that_is_asked_otherwise(void **state)
{
	(void)state;
	notified_start(SERVICE "ready = fd:7\nwatchdog = 1h\n" ACTOR
			       "say READY=1 barrier print said wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "said"));
	assert_int_equal(supervised_state(0), SERVICE_UP);
}

/* -- what is only told ----------------------------------------------------- */

/* Cut to what is kept, and made text. */
static void
test_status_of_any_bytes(void **state)
{
	(void)state;
	notified_start(
	    SERVICE NOTIFY "shell = ACTOR say \"STATUS=$(printf 'a\\377b%0600d' 0)\" "
			   "barrier; echo said; exec sleep 1000\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "said"));
	assert_int_equal(strlen(notified_stats()->status), 512);
	assert_memory_equal(notified_stats()->status, "a?b000", 6);
}

static void
test_reloading_and_ready_again(void **state)
{
	(void)state;
	notified_start(
	    SERVICE NOTIFY "shell = trap 'ACTOR say READY=1 barrier; echo again' USR1; "
			   "ACTOR say READY=1 barrier; ACTOR say "
			   "\"RELOADING=1|MONOTONIC_USEC=1\" barrier; echo up; "
			   "while :; do sleep 0.01; done\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	assert_int_equal(supervised_state(0), SERVICE_READY);
	assert_true(notified_stats()->reloading);
	assert_int_equal(kill(notified_child()->pid, SIGUSR1), 0);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "again"));
	assert_false(notified_stats()->reloading);
	assert_int_equal(supervised_state(0), SERVICE_READY);
}

/* -- hostile input --------------------------------------------------------- */

/* Many wait; one turn takes so many and no more, and in the end all were heard. */
static void
test_a_flood_starves_nobody(void **state)
{
	int turns = 0;

	(void)state;
	notified_start(SERVICE NOTIFY "watchdog = 1h\n" ACTOR "flood 10000 wait\n"
				      "[task other]\nshell = sleep 0.01; echo other\n");
	while (supervised_state(0) != SERVICE_READY) {
		supervised_turn();
		turns++;
	}
	assert_true(turns > 10000 / 64);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "other"));
}

/* In a network namespace of its own, where more of them may wait: see unix(7). */
static int
take_one_turn(void *context)
{
	static struct message m;
	int left = 0;

	(void)context;
	if (!namespace_write("/proc/sys/net/unix/max_dgram_qlen", "200"))
		return NAMESPACE_NONE;
	notified_start(SERVICE NOTIFY ACTOR "print up wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	for (int i = 0; i < 100; i++)
		say_as_a_stranger("READY=1");
	supervisor_handle_notify(&supervised.supervisor, world_now());
	while (notify_receive(&supervised.supervisor.notify, &m))
		left++;
	assert_int_equal(left, 100 - 64);
	supervised_clear();
	return 0;
}

static void
test_one_turn_takes_so_many(void **state)
{
	(void)state;
	assert_in_namespace(take_one_turn, NULL, CLONE_NEWNET);
}

static void
test_what_makes_no_sense(void **state)
{
	(void)state;
	notified_start(SERVICE NOTIFY ACTOR
	    "say '' say = say '|||' say 'READY' say 'READY=0' say 'READY=yes' "
	    "say 'MAINPID=0' say 'MAINPID=-1' say 'MAINPID=99999999999' "
	    "say 'EXTEND_TIMEOUT_USEC=x' say 'FDSTORE=1' say 'BARRIER=1' "
	    "say 'FDSTOREREMOVE=1' barrier print said wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "said"));
	assert_int_equal(supervised_state(0), SERVICE_UP);
	assert_int_equal(notified_child()->starter, 0);
	assert_int_equal(notified_child()->stored.count, 0);
}

/* -- ready = fd:N ---------------------------------------------------------- */

static void
test_a_newline_on_its_descriptor(void **state)
{
	(void)state;
	notified_start(
	    SERVICE "ready = fd:5\nshell = trap 'echo >&5' USR1; printf 'not yet' >&5; "
		    "echo up; while :; do sleep 0.01; done\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	supervised_turn();
	assert_int_equal(supervised_state(0), SERVICE_UP);
	assert_int_equal(kill(notified_child()->pid, SIGUSR1), 0);
	notified_until(SERVICE_READY);
}

static void
test_ready_by_its_descriptor(void **state)
{
	(void)state;
	notified_start(SERVICE "ready = fd:3\nshell = echo ready >&3; exec sleep 1000\n");
	notified_until(SERVICE_READY);
	assert_int_equal(notified_child()->ready_fd, -1);
	assert_false(supervised.watching[WATCH_READY][0]);
}

/* It has closed it and said nothing: it will not be ready any more. */
static void
test_its_descriptor_is_closed(void **state)
{
	(void)state;
	notified_start(SERVICE "ready = fd:3\nshell = exec 3>&-; exec sleep 1000\n");
	supervised_until(
	    supervised_state(0) == SERVICE_UP && notified_child()->ready_fd < 0);
	assert_false(supervised.watching[WATCH_READY][0]);
}

/* Each life has a pipe of its own. */
static void
test_its_descriptor_in_the_next_life(void **state)
{
	unsigned before;

	(void)state;
	notified_start(SERVICE "ready = fd:3\nrestart = on-failure\nrestart_delay = 1ms\n"
			       "restart_limit = 100/1s\n"
			       "shell = echo >&3; echo life; sleep 0.02; exit 1\n");
	before = world_descriptors();
	supervised_until(strstr(supervised.text[OUTPUT_STDOUT],
	    "life\nweb | life\nweb | life\nweb | life\n"));
	notified_until(SERVICE_READY);
	assert_true(world_descriptors() <= before);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    notified_test(test_only_who_needs_it_is_told_of_it),
	    notified_test(test_nobody_needs_it),
	    notified_test(test_the_watchdog_is_told),
	    notified_test(test_the_main_process_is_ready),
	    notified_test(test_it_is_not_ready_before),
	    notified_test(test_a_grandchild_may_say_it),
	    notified_test(test_an_orphan_of_it_may_say_it),
	    notified_test(test_a_stranger_may_not),
	    notified_test(test_one_that_was_not_given_the_socket),
	    notified_test(test_ready_before_the_start_is_known),
	    notified_test(test_ready_and_then_dead),
	    notified_test(test_others_wait_for_it),
	    notified_test(test_it_is_never_ready),
	    notified_test(test_ready_of_one_that_is_asked_otherwise),
	    notified_test(test_status_of_any_bytes),
	    notified_test(test_reloading_and_ready_again),
	    notified_test(test_a_flood_starves_nobody),
	    notified_test(test_one_turn_takes_so_many),
	    notified_test(test_what_makes_no_sense),
	    notified_test(test_a_newline_on_its_descriptor),
	    notified_test(test_ready_by_its_descriptor),
	    notified_test(test_its_descriptor_is_closed),
	    notified_test(test_its_descriptor_in_the_next_life),
	};

	if (argc > 1)
		return actor_run(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
