/* The plan that 'proctor check' prints, as a person reads it. */
#include "init/check.h"

#include "tests/unit/config/fixture.h"

static void
assert_plan(const char *text, const char *wanted)
{
	struct loaded l = load(text);
	char *said;
	size_t length;
	FILE *out = open_memstream(&said, &length);

	assert_non_null(out);
	assert_string_equal(l.said, "");
	assert_int_equal(check_print_plan(&l.config, out), 0);
	fclose(out);
	assert_string_equal(said, wanted);
	free(said);
	unload(&l);
}

/* One part of a plan: what stands between its heading and the next. */
static void
assert_part(const char *text, const char *heading, const char *wanted)
{
	struct loaded l = load(text);
	char *said;
	char *part;
	char *end;
	size_t length;
	FILE *out = open_memstream(&said, &length);

	assert_non_null(out);
	assert_string_equal(l.said, "");
	assert_int_equal(check_print_plan(&l.config, out), 0);
	fclose(out);
	part = strstr(said, heading);
	assert_non_null(part);
	part += strlen(heading) + 1;
	end = strstr(part, "\n\n");
	if (end)
		end[1] = '\0';
	assert_string_equal(part, wanted);
	free(said);
	unload(&l);
}

#define START "start order"
#define STOP "stop order"
#define ENDS "what ends the container, and the exit status"

static void
test_one_service(void **state)
{
	(void)state;
	assert_plan("[service web]\ncommand = web\n",
	    "start order\n"
	    "  1  service  web\n"
	    "\n"
	    "stop order\n"
	    "  1  web  SIGTERM, SIGKILL after 9s\n"
	    "  worst case: 9s of a grace of 9s\n"
	    "\n"
	    "what ends the container, and the exit status\n"
	    "  web  when it ends: its status, 69 for 0\n"
	    "       when it is asked to: 0; 137 if something had to be killed\n");
}

/* -- start ----------------------------------------------------------------- */

static void
test_who_waits_for_whom(void **state)
{
	(void)state;
	assert_part("[task migrate]\ncommand = m\n"
		    "[service db]\ncommand = d\n"
		    "[service web]\ncommand = w\nafter = migrate db:started\n"
		    "[main work]\ncommand = w\nrequires = db\nafter = web\n",
	    START,
	    "  1  task     migrate\n"
	    "  1  service  db\n"
	    "  2  service  web      when migrate is done, db is started\n"
	    "  3  main     work     when web is ready, db is ready (required)\n");
}

static void
test_copies(void **state)
{
	(void)state;
	assert_part("[service web]\ncommand = web\ninstances = 2\n", START,
	    "  1  service  web@1\n"
	    "  1  service  web@2\n");
}

/* -- stop ------------------------------------------------------------------ */

/* The last to start is the first to stop, and each leaves time for the rest. */
static void
test_the_reverse_order(void **state)
{
	(void)state;
	assert_part("[proctor]\ngrace = 10s\n[service db]\ncommand = d\n"
		    "[service web]\ncommand = w\nafter = db\n",
	    STOP,
	    "  1  web  SIGTERM, SIGKILL after 9s\n"
	    "  2  db   SIGTERM, SIGKILL after 1s\n"
	    "  worst case: 10s of a grace of 10s\n");
}

static void
test_how_each_is_stopped(void **state)
{
	(void)state;
	assert_part("[service web]\ncommand = w\nstop_signal = QUIT\nstop_timeout = 2s\n"
		    "stop_scope = group\npre_stop = bye\n"
		    "[service db]\ncommand = d\nstop_timeout = 500ms\n",
	    STOP,
	    "  1  web  pre_stop, then SIGQUIT to its group, SIGKILL after 2s\n"
	    "  1  db   SIGTERM, SIGKILL after 500ms\n"
	    "  worst case: 2s of a grace of 9s\n");
}

static void
test_the_drain_comes_first(void **state)
{
	(void)state;
	assert_part(
	    "[proctor]\ngrace = 10s\ndrain_delay = 3s\n[service web]\ncommand = w\n",
	    STOP,
	    "  0  readiness turns false, wait 3s\n"
	    "  1  web  SIGTERM, SIGKILL after 7s\n"
	    "  worst case: 10s of a grace of 10s\n");
}

/* Each is right for itself, and together they are too much. */
static void
test_more_than_there_is_grace(void **state)
{
	(void)state;
	assert_part("[proctor]\ngrace = 10s\n"
		    "[service db]\ncommand = d\nstop_timeout = 8s\n"
		    "[service web]\ncommand = w\nafter = db\nstop_timeout = 6s\n",
	    STOP,
	    "  1  web  SIGTERM, SIGKILL after 6s\n"
	    "  2  db   SIGTERM, SIGKILL after 4s\n"
	    "  worst case: 10s of a grace of 10s\n"
	    "  warning: the stop timeouts add up to 14s; what is left after 10s is "
	    "killed\n");
}

/* -- end ------------------------------------------------------------------- */

static void
test_what_ends_the_container(void **state)
{
	(void)state;
	assert_part("[service web]\ncommand = w\n"
		    "[service log]\ncommand = l\ncritical = no\n"
		    "[task migrate]\ncommand = m\n"
		    "[task warm]\ncommand = w\ncritical = no\n"
		    "[main work]\ncommand = w\n",
	    ENDS,
	    "  web      when it ends: its status, 69 for 0\n"
	    "  log      never (critical = no)\n"
	    "  migrate  when it fails: its status\n"
	    "  warm     never (critical = no)\n"
	    "  work     when it ends: its status\n"
	    "           when it is asked to: 0; 137 if something had to be killed\n");
}

static void
test_only_tasks(void **state)
{
	(void)state;
	assert_part("[task one]\ncommand = o\n[task two]\ncommand = t\n", ENDS,
	    "  one  when it fails: its status\n"
	    "  two  when it fails: its status\n"
	    "       when all tasks are done: 0\n"
	    "       when it is asked to: 0; 137 if something had to be killed\n");
}

static void
test_after_how_many_restarts(void **state)
{
	(void)state;
	assert_part("[service a]\ncommand = a\nrestart = on-failure\n"
		    "[service b]\ncommand = b\nrestart = always\nrestart_limit = 3/2m\n"
		    "[service c]\ncommand = c\nrestart = always\nrestart_limit = none\n"
		    "[service d]\ncommand = d\nrestart = on-failure\n"
		    "restart_limit = none\n",
	    ENDS,
	    "  a  when it ends: its status, 69 for 0, after 5 restarts on failure in 1m\n"
	    "  b  when it ends: its status, 69 for 0, after 3 restarts in 2m\n"
	    "  c  when it ends: its status, 69 for 0, restarted without limit\n"
	    "  d  when it ends: its status, 69 for 0, restarted on failure without "
	    "limit\n"
	    "     when it is asked to: 0; 137 if something had to be killed\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_service),
	    cmocka_unit_test(test_who_waits_for_whom),
	    cmocka_unit_test(test_copies),
	    cmocka_unit_test(test_the_reverse_order),
	    cmocka_unit_test(test_how_each_is_stopped),
	    cmocka_unit_test(test_the_drain_comes_first),
	    cmocka_unit_test(test_more_than_there_is_grace),
	    cmocka_unit_test(test_what_ends_the_container),
	    cmocka_unit_test(test_only_tasks),
	    cmocka_unit_test(test_after_how_many_restarts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
