/* What services say themselves: real processes through a real socket. */
#include "tests/unit/supervisor/supervised.h"

#include "tests/unit/namespace.h"
#include "tests/unit/supervisor/actor.h"

#define SERVICE "[service web]\n"
#define NOTIFY "ready = notify\n"
#define ACTOR "command = ACTOR "

static int
begin(void **state)
{
	memset(&supervised, 0, sizeof(supervised));
	return world_begin(state);
}

static int
end(void **state)
{
	if (supervised.config.services)
		supervised_clear();
	return world_end(state);
}

#define messages_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* ACTOR stands for the test itself; see actor.h. */
static void
prepare(const char *text)
{
	char whole[8 * 1024] = "";
	const char *at;

	for (; (at = strstr(text, "ACTOR")); text = at + strlen("ACTOR")) {
		size_t used = strlen(whole);

		(void)snprintf(whole + used, sizeof(whole) - used, "%.*s%s",
		    (int)(at - text), text, actor_path());
	}
	(void)strncat(whole, text, sizeof(whole) - strlen(whole) - 1);
	supervised_begin(whole);
}

static void
start(const char *text)
{
	prepare(text);
	supervisor_start(&supervised.supervisor, world_now());
}

static void
wait_for_state(enum service_state wanted)
{
	supervised_until(supervised_state(0) == wanted);
}

static struct service_stats *
stats(void)
{
	return &supervised.supervisor.stats.services[0];
}

static struct child *
child(void)
{
	return &supervised.supervisor.children.items[0];
}

static const struct service *
service(void)
{
	return &supervised.supervisor.plan.services[0];
}

/* The test itself says this: nobody's process. */
static void
say_as_a_stranger(const char *text)
{
	assert_int_equal(
	    setenv("NOTIFY_SOCKET", supervised.supervisor.notify.name, 1), 0);
	actor_send(text, NULL);
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
}

static bool
is_waiting_to_be_read(void)
{
	struct pollfd ready = {.fd = supervised.supervisor.notify.fd, .events = POLLIN};

	return poll(&ready, 1, 0) == 1;
}

/* -- the socket ------------------------------------------------------------ */

static void
test_only_who_needs_it_is_told_of_it(void **state)
{
	(void)state;
	prepare("[task one]\nshell = echo $NOTIFY_SOCKET $WATCHDOG_USEC\n"
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
	prepare("[task one]\nshell = true\n");
	assert_int_equal(supervised.supervisor.notify.fd, -1);
	assert_int_equal(supervised_run(), 0);
}

static void
test_the_watchdog_is_told(void **state)
{
	(void)state;
	start(SERVICE "watchdog = 30s\nshell = echo usec $WATCHDOG_USEC; "
		      "test -n \"$NOTIFY_SOCKET\" && exec sleep 1000\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "usec 30000000\n"));
	wait_for_state(SERVICE_READY);
}

/* -- READY ----------------------------------------------------------------- */

static void
test_the_main_process_is_ready(void **state)
{
	(void)state;
	start(SERVICE NOTIFY ACTOR "say 'READY=1|STATUS=at work' wait\n");
	wait_for_state(SERVICE_READY);
	assert_string_equal(stats()->status, "at work");
}

static void
test_it_is_not_ready_before(void **state)
{
	(void)state;
	start(SERVICE NOTIFY ACTOR "say STATUS=warming barrier print here wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "here"));
	assert_int_equal(supervised_state(0), SERVICE_UP);
	assert_string_equal(stats()->status, "warming");
}

/* As systemd-notify from a shell; the barrier keeps it there until it is heard. */
static void
test_a_grandchild_may_say_it(void **state)
{
	(void)state;
	start(SERVICE NOTIFY "shell = ACTOR say READY=1 barrier; exec sleep 1000\n");
	wait_for_state(SERVICE_READY);
}

static void
test_an_orphan_of_it_may_say_it(void **state)
{
	(void)state;
	start(SERVICE NOTIFY "shell = (ACTOR say READY=1 barrier &); exec sleep 1000\n");
	wait_for_state(SERVICE_READY);
}

static void
test_a_stranger_may_not(void **state)
{
	(void)state;
	start(SERVICE NOTIFY ACTOR "print up wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	say_as_a_stranger("READY=1\nSTATUS=mine\nWATCHDOG=trigger");
	assert_true(is_waiting_to_be_read());
	supervisor_handle_notify(&supervised.supervisor, world_now());
	assert_false(is_waiting_to_be_read());
	assert_int_equal(supervised_state(0), SERVICE_UP);
	assert_null(stats()->status);
}

/* The socket of another service is no secret: it may say of itself what it likes. */
static void
test_one_that_was_not_given_the_socket(void **state)
{
	char text[512];

	(void)state;
	prepare(SERVICE "command = ACTOR say STATUS=mine barrier print said wait\n"
			"env.NOTIFY_SOCKET = ${SOCKET:-@none}\n"
			"[service two]\nready = notify\ncommand = ACTOR wait\n");
	(void)snprintf(text, sizeof(text), "%s", supervised.supervisor.notify.name);
	supervised.supervisor.config->services[0].env.items[0].value = text;
	supervisor_start(&supervised.supervisor, world_now());
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "said"));
	assert_null(stats()->status);
}

/* Its program runs: that is known as soon as it speaks. */
static void
test_ready_before_the_start_is_known(void **state)
{
	(void)state;
	start(SERVICE NOTIFY ACTOR "say READY=1 wait\n");
	world_until(is_waiting_to_be_read());
	assert_int_equal(supervised_state(0), SERVICE_STARTING);
	supervisor_handle_notify(&supervised.supervisor, world_now());
	assert_int_equal(supervised_state(0), SERVICE_READY);
	assert_int_equal(child()->status_fd, -1);
	assert_int_equal(supervised.known, 1);
}

/* What it said comes before its death, even if both are heard of at once. */
static void
test_ready_and_then_dead(void **state)
{
	(void)state;
	start("[main t]\nready = notify\nwatchdog = 1h\n" ACTOR
	      "say 'READY=1|STATUS=all done|EXIT_STATUS=3|ERRNO=5' exit 3\n");
	world_until(world_process_state(child()->pid) == 'Z');
	supervised_signal(SIGCHLD);
	assert_string_equal(stats()->status, "all done");
	assert_int_equal(stats()->exit_status, 3);
	assert_int_equal(stats()->error, 5);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 3);
}

static void
test_others_wait_for_it(void **state)
{
	(void)state;
	start("[service web]\nready = notify\nshell = trap 'ACTOR say READY=1 barrier' "
	      "USR1; echo up; while :; do sleep 0.01; done\n"
	      "[service next]\nafter = web\nshell = echo next; exec sleep 1000\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	assert_int_equal(supervised_state(1), SERVICE_DOWN);
	assert_int_equal(kill(child()->pid, SIGUSR1), 0);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "next"));
	wait_for_state(SERVICE_READY);
}

static void
test_it_is_never_ready(void **state)
{
	(void)state;
	prepare(SERVICE NOTIFY "ready_timeout = 50ms\n" ACTOR "wait\n");
	assert_int_equal(supervised_run(), 69);
	assert_true(supervised_has_said(
	    OUTPUT_STDERR, "was not ready within its ready_timeout of 50ms"));
}

/* It is given the socket for its watchdog; its readiness is another matter. */
static void
test_ready_of_one_that_is_asked_otherwise(void **state)
{
	(void)state;
	start(SERVICE "ready = fd:7\nwatchdog = 1h\n" ACTOR
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
	start(SERVICE NOTIFY "shell = ACTOR say \"STATUS=$(printf 'a\\377b%0600d' 0)\" "
			     "barrier; echo said; exec sleep 1000\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "said"));
	assert_int_equal(strlen(stats()->status), 512);
	assert_memory_equal(stats()->status, "a?b000", 6);
}

static void
test_reloading_and_ready_again(void **state)
{
	(void)state;
	start(SERVICE NOTIFY "shell = trap 'ACTOR say READY=1 barrier; echo again' USR1; "
			     "ACTOR say READY=1 barrier; ACTOR say "
			     "\"RELOADING=1|MONOTONIC_USEC=1\" barrier; echo up; "
			     "while :; do sleep 0.01; done\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	assert_int_equal(supervised_state(0), SERVICE_READY);
	assert_true(stats()->reloading);
	assert_int_equal(kill(child()->pid, SIGUSR1), 0);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "again"));
	assert_false(stats()->reloading);
	assert_int_equal(supervised_state(0), SERVICE_READY);
}

/* -- descriptors ----------------------------------------------------------- */

static void
test_the_barrier_comes_last(void **state)
{
	unsigned before;

	(void)state;
	start(SERVICE NOTIFY ACTOR "say READY=1 barrier print passed wait\n");
	before = world_descriptors();
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "passed"));
	/* It has passed, so that what came before has been done. */
	assert_int_equal(supervised_state(0), SERVICE_READY);
	/* Nothing is left of it; and the pipe of the start is done with. */
	assert_int_equal(world_descriptors(), before - 1);
}

/* What is stored outlives the process. */
static void
test_descriptors_come_back_after_a_restart(void **state)
{
	(void)state;
	start(SERVICE NOTIFY
	    "restart = on-failure\nrestart_delay = 1ms\n"
	    "shell = test -n \"$LISTEN_FDS\" && exec ACTOR sockets say READY=1 wait; "
	    "exec ACTOR store one store two barrier exit 1\n");
	wait_for_state(SERVICE_READY);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "mine"));
	assert_string_equal(
	    supervised.text[OUTPUT_STDOUT], "web | 2 one:two mine one two\n");
	assert_int_equal(child()->stored.count, 2);
}

static void
test_descriptors_are_taken_out_again(void **state)
{
	(void)state;
	start(SERVICE NOTIFY
	    "restart = on-failure\nrestart_delay = 1ms\n"
	    "shell = test -n \"$LISTEN_FDS\" && exec ACTOR sockets say READY=1 wait; "
	    "exec ACTOR store one store two store one "
	    "say \"FDSTOREREMOVE=1|FDNAME=one\" barrier exit 1\n");
	wait_for_state(SERVICE_READY);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "mine"));
	assert_string_equal(supervised.text[OUTPUT_STDOUT], "web | 1 two mine two\n");
}

/* Nobody's, and a name of nobody's choice. */
static void
test_descriptors_without_a_name(void **state)
{
	unsigned before;

	(void)state;
	start(SERVICE NOTIFY ACTOR "store bad:name barrier say READY=1 wait\n");
	before = world_descriptors();
	wait_for_state(SERVICE_READY);
	assert_int_equal(child()->stored.count, 1);
	assert_true(fdstore_has(&child()->stored, "stored"));
	/* One more is kept, and the pipe of the start is gone. */
	assert_int_equal(world_descriptors(), before);
}

/* They could come under the number of the other one. */
static void
test_no_store_beside_a_descriptor_for_ready(void **state)
{
	(void)state;
	start(SERVICE "ready = fd:3\nwatchdog = 1h\n" ACTOR
		      "store one barrier print said wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "said"));
	assert_int_equal(child()->stored.count, 0);
}

static void
test_descriptors_of_a_stranger_are_closed(void **state)
{
	unsigned before;

	(void)state;
	start(SERVICE NOTIFY ACTOR "say READY=1 wait\n");
	wait_for_state(SERVICE_READY);
	before = world_descriptors();
	assert_int_equal(
	    setenv("NOTIFY_SOCKET", supervised.supervisor.notify.name, 1), 0);
	actor_store("mine");
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	supervisor_handle_notify(&supervised.supervisor, world_now());
	assert_int_equal(child()->stored.count, 0);
	assert_int_equal(world_descriptors(), before);
}

static void
test_sockets_of_proctors_own(void **state)
{
	static struct fdstore sockets;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], "own", 3), 3);
	close(ends[1]);
	assert_int_equal(fdstore_add(&sockets, ends[0], "http"), 0);
	prepare("[main web]\nsockets = http\n" ACTOR "sockets\n");
	supervised.supervisor.children.sockets = &sockets;
	assert_int_equal(supervised_run(), 0);
	assert_string_equal(supervised.text[OUTPUT_STDOUT], "web | 1 http mine own\n");
	fdstore_clear(&sockets);
}

/* -- MAINPID --------------------------------------------------------------- */

static void
test_a_daemon_that_forks(void **state)
{
	pid_t starter;

	(void)state;
	start(SERVICE NOTIFY "stop_signal = TERM\n" ACTOR "daemon leave wait\n");
	starter = child()->pid;
	supervised_until(
	    supervised_state(0) == SERVICE_READY && world_process_state(starter) == 0);
	assert_int_not_equal(child()->pid, starter);
	assert_int_equal(child()->starter, 0);
	/* The stop signal is for the one that is there. */
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 0);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static void
test_the_end_of_the_daemon_is_that_of_the_service(void **state)
{
	(void)state;
	prepare(SERVICE NOTIFY ACTOR "daemon leave exit 7\n");
	assert_int_equal(supervised_run(), 7);
	assert_true(supervised_has_said(OUTPUT_STDERR, "service web ended with 7"));
}

/* Its starter has collected it, so that only that one's end can be seen. */
static void
test_a_daemon_that_ends_before_its_starter(void **state)
{
	pid_t starter;

	(void)state;
	start(SERVICE NOTIFY ACTOR "daemon stay wait\n");
	wait_for_state(SERVICE_READY);
	starter = child()->starter;
	assert_true(starter > 0 && starter != child()->pid);
	assert_int_equal(kill(child()->pid, SIGKILL), 0);
	assert_int_equal(kill(starter, SIGKILL), 0);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 137);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static void
test_a_starter_that_stays_is_stopped_too(void **state)
{
	(void)state;
	start("[proctor]\ngrace = 1s\n" SERVICE NOTIFY ACTOR "daemon stay wait\n");
	wait_for_state(SERVICE_READY);
	cgroups_clear(
	    &supervised.supervisor.children.cgroups, supervised.supervisor.config);
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static void
test_the_pid_of_a_stranger(void **state)
{
	char text[256];
	pid_t pid;

	(void)state;
	(void)snprintf(text, sizeof(text),
	    SERVICE NOTIFY ACTOR "say 'MAINPID=%d|READY=1' wait\n", (int)getpid());
	start(text);
	pid = child()->pid;
	wait_for_state(SERVICE_READY);
	assert_int_equal(child()->pid, pid);
	assert_int_equal(child()->starter, 0);
}

/* -- WATCHDOG, EXTEND, STOPPING -------------------------------------------- */

static void
test_a_watchdog_that_is_missed(void **state)
{
	(void)state;
	prepare(SERVICE NOTIFY "watchdog = 100ms\n" ACTOR "say READY=1 wait\n");
	assert_int_equal(supervised_run(), 69);
	assert_true(
	    supervised_has_said(OUTPUT_STDERR, "web missed its watchdog of 100ms"));
}

static void
test_a_watchdog_that_is_kept_quiet(void **state)
{
	usec_t deadline;

	(void)state;
	start(SERVICE NOTIFY "watchdog = 1h\nshell = trap 'ACTOR say WATCHDOG=1 barrier; "
			     "echo pinged' USR1; ACTOR say READY=1 barrier; echo up; "
			     "while :; do sleep 0.01; done\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	deadline = service()->deadline;
	assert_int_equal(kill(child()->pid, SIGUSR1), 0);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "pinged"));
	assert_true(service()->deadline > deadline);
	assert_int_equal(supervised_state(0), SERVICE_READY);
}

static void
test_a_watchdog_that_it_sets_itself(void **state)
{
	(void)state;
	prepare(SERVICE NOTIFY ACTOR "say 'READY=1|WATCHDOG_USEC=50000' wait\n");
	assert_int_equal(supervised_run(), 69);
	assert_true(supervised_has_said(OUTPUT_STDERR, "web missed its watchdog"));
}

static void
test_a_trigger(void **state)
{
	(void)state;
	prepare(SERVICE NOTIFY ACTOR "say READY=1 say WATCHDOG=trigger wait\n");
	assert_int_equal(supervised_run(), 69);
	assert_true(
	    supervised_has_said(OUTPUT_STDERR, "web triggered its watchdog itself"));
}

static void
test_more_time_to_become_ready(void **state)
{
	(void)state;
	start(
	    SERVICE NOTIFY "ready_timeout = 30s\n" ACTOR
			   "say EXTEND_TIMEOUT_USEC=3600000000 barrier print up wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	assert_true(service()->deadline > world_now() + 1800 * USEC_PER_SEC);
}

static void
test_one_that_stops_by_itself(void **state)
{
	(void)state;
	start(SERVICE NOTIFY
	    "shell = trap 'exit 3' USR1; ACTOR say READY=1 barrier; "
	    "ACTOR say STOPPING=1 barrier; echo leaving; while :; do sleep 0.01; done\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "leaving"));
	assert_int_equal(supervised_state(0), SERVICE_STOPPING);
	assert_int_equal(service()->sent, 0);
	assert_int_equal(kill(child()->pid, SIGUSR1), 0);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 3);
}

/* -- hostile input --------------------------------------------------------- */

/* Many wait; one turn takes so many and no more, and in the end all were heard. */
static void
test_a_flood_starves_nobody(void **state)
{
	int turns = 0;

	(void)state;
	start(SERVICE NOTIFY "watchdog = 1h\n" ACTOR "flood 10000 wait\n"
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
	start(SERVICE NOTIFY ACTOR "print up wait\n");
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
	start(SERVICE NOTIFY ACTOR
	    "say '' say = say '|||' say 'READY' say 'READY=0' say 'READY=yes' "
	    "say 'MAINPID=0' say 'MAINPID=-1' say 'MAINPID=99999999999' "
	    "say 'EXTEND_TIMEOUT_USEC=x' say 'FDSTORE=1' say 'BARRIER=1' "
	    "say 'FDSTOREREMOVE=1' barrier print said wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "said"));
	assert_int_equal(supervised_state(0), SERVICE_UP);
	assert_int_equal(child()->starter, 0);
	assert_int_equal(child()->stored.count, 0);
}

/* -- ready = fd:N ---------------------------------------------------------- */

static void
test_a_newline_on_its_descriptor(void **state)
{
	(void)state;
	start(SERVICE "ready = fd:5\nshell = trap 'echo >&5' USR1; printf 'not yet' >&5; "
		      "echo up; while :; do sleep 0.01; done\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	supervised_turn();
	assert_int_equal(supervised_state(0), SERVICE_UP);
	assert_int_equal(kill(child()->pid, SIGUSR1), 0);
	wait_for_state(SERVICE_READY);
}

static void
test_ready_by_its_descriptor(void **state)
{
	(void)state;
	start(SERVICE "ready = fd:3\nshell = echo ready >&3; exec sleep 1000\n");
	wait_for_state(SERVICE_READY);
	assert_int_equal(child()->ready_fd, -1);
	assert_false(supervised.watching[WATCH_READY][0]);
}

/* It has closed it and said nothing: it will not be ready any more. */
static void
test_its_descriptor_is_closed(void **state)
{
	(void)state;
	start(SERVICE "ready = fd:3\nshell = exec 3>&-; exec sleep 1000\n");
	supervised_until(supervised_state(0) == SERVICE_UP && child()->ready_fd < 0);
	assert_false(supervised.watching[WATCH_READY][0]);
}

/* Each life has a pipe of its own. */
static void
test_its_descriptor_in_the_next_life(void **state)
{
	unsigned before;

	(void)state;
	start(SERVICE "ready = fd:3\nrestart = on-failure\nrestart_delay = 1ms\n"
		      "restart_limit = 100/1s\n"
		      "shell = echo >&3; echo life; sleep 0.02; exit 1\n");
	before = world_descriptors();
	supervised_until(strstr(supervised.text[OUTPUT_STDOUT],
	    "life\nweb | life\nweb | life\nweb | life\n"));
	wait_for_state(SERVICE_READY);
	assert_true(world_descriptors() <= before);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    messages_test(test_only_who_needs_it_is_told_of_it),
	    messages_test(test_nobody_needs_it),
	    messages_test(test_the_watchdog_is_told),
	    messages_test(test_the_main_process_is_ready),
	    messages_test(test_it_is_not_ready_before),
	    messages_test(test_a_grandchild_may_say_it),
	    messages_test(test_an_orphan_of_it_may_say_it),
	    messages_test(test_a_stranger_may_not),
	    messages_test(test_one_that_was_not_given_the_socket),
	    messages_test(test_ready_before_the_start_is_known),
	    messages_test(test_ready_and_then_dead),
	    messages_test(test_others_wait_for_it),
	    messages_test(test_it_is_never_ready),
	    messages_test(test_ready_of_one_that_is_asked_otherwise),
	    messages_test(test_status_of_any_bytes),
	    messages_test(test_reloading_and_ready_again),
	    messages_test(test_the_barrier_comes_last),
	    messages_test(test_descriptors_come_back_after_a_restart),
	    messages_test(test_descriptors_are_taken_out_again),
	    messages_test(test_descriptors_without_a_name),
	    messages_test(test_no_store_beside_a_descriptor_for_ready),
	    messages_test(test_descriptors_of_a_stranger_are_closed),
	    messages_test(test_sockets_of_proctors_own),
	    messages_test(test_a_daemon_that_forks),
	    messages_test(test_the_end_of_the_daemon_is_that_of_the_service),
	    messages_test(test_a_daemon_that_ends_before_its_starter),
	    messages_test(test_a_starter_that_stays_is_stopped_too),
	    messages_test(test_the_pid_of_a_stranger),
	    messages_test(test_a_watchdog_that_is_missed),
	    messages_test(test_a_watchdog_that_is_kept_quiet),
	    messages_test(test_a_watchdog_that_it_sets_itself),
	    messages_test(test_a_trigger),
	    messages_test(test_more_time_to_become_ready),
	    messages_test(test_one_that_stops_by_itself),
	    messages_test(test_a_flood_starves_nobody),
	    messages_test(test_one_turn_takes_so_many),
	    messages_test(test_what_makes_no_sense),
	    messages_test(test_a_newline_on_its_descriptor),
	    messages_test(test_ready_by_its_descriptor),
	    messages_test(test_its_descriptor_is_closed),
	    messages_test(test_its_descriptor_in_the_next_life),
	};

	if (argc > 1)
		return actor_run(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
