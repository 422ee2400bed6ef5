/* Descriptors that services give to keep, and what they find of them later. */
#include "tests/unit/supervisor/notified.h"

/* -- descriptors ----------------------------------------------------------- */

static void
test_the_barrier_comes_last(void **state)
{
	unsigned before;

	(void)state;
	notified_start(SERVICE NOTIFY ACTOR "say READY=1 barrier print passed wait\n");
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
	notified_start(SERVICE NOTIFY
	    "restart = on-failure\nrestart_delay = 1ms\n"
	    "shell = test -n \"$LISTEN_FDS\" && exec ACTOR sockets say READY=1 wait; "
	    "exec ACTOR store one store two barrier exit 1\n");
	notified_until(SERVICE_READY);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "mine"));
	assert_string_equal(
	    supervised.text[OUTPUT_STDOUT], "web | 2 one:two mine one two\n");
	assert_int_equal(notified_child()->stored.count, 2);
}

static void
test_descriptors_are_taken_out_again(void **state)
{
	(void)state;
	notified_start(SERVICE NOTIFY
	    "restart = on-failure\nrestart_delay = 1ms\n"
	    "shell = test -n \"$LISTEN_FDS\" && exec ACTOR sockets say READY=1 wait; "
	    "exec ACTOR store one store two store one "
	    "say \"FDSTOREREMOVE=1|FDNAME=one\" barrier exit 1\n");
	notified_until(SERVICE_READY);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "mine"));
	assert_string_equal(supervised.text[OUTPUT_STDOUT], "web | 1 two mine two\n");
}

/* Nobody's, and a name of nobody's choice. */
static void
test_descriptors_without_a_name(void **state)
{
	unsigned before;

	(void)state;
	notified_start(SERVICE NOTIFY ACTOR "store bad:name barrier say READY=1 wait\n");
	before = world_descriptors();
	notified_until(SERVICE_READY);
	assert_int_equal(notified_child()->stored.count, 1);
	assert_true(fdstore_has(&notified_child()->stored, "stored"));
	/* One more is kept, and the pipe of the start is gone. */
	assert_int_equal(world_descriptors(), before);
}

/* They could come under the number of the other one. */
static void
test_no_store_beside_a_descriptor_for_ready(void **state)
{
	(void)state;
	notified_start(SERVICE "ready = fd:3\nwatchdog = 1h\n" ACTOR
			       "store one barrier print said wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "said"));
	assert_int_equal(notified_child()->stored.count, 0);
}

static void
test_descriptors_of_a_stranger_are_closed(void **state)
{
	unsigned before;

	(void)state;
	notified_start(SERVICE NOTIFY ACTOR "say READY=1 wait\n");
	notified_until(SERVICE_READY);
	before = world_descriptors();
	assert_int_equal(
	    setenv("NOTIFY_SOCKET", supervised.supervisor.notify.name, 1), 0);
	actor_store("mine");
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	supervisor_handle_notify(&supervised.supervisor, world_now());
	assert_int_equal(notified_child()->stored.count, 0);
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
	notified_prepare("[main web]\nsockets = http\n" ACTOR "sockets\n");
	supervised.supervisor.children.sockets = &sockets;
	assert_int_equal(supervised_run(), 0);
	assert_string_equal(supervised.text[OUTPUT_STDOUT], "web | 1 http mine own\n");
	fdstore_clear(&sockets);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    notified_test(test_the_barrier_comes_last),
	    notified_test(test_descriptors_come_back_after_a_restart),
	    notified_test(test_descriptors_are_taken_out_again),
	    notified_test(test_descriptors_without_a_name),
	    notified_test(test_no_store_beside_a_descriptor_for_ready),
	    notified_test(test_descriptors_of_a_stranger_are_closed),
	    notified_test(test_sockets_of_proctors_own),
	};

	if (argc > 1)
		return actor_run(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
