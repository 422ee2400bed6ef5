/* Another configuration for a supervisor of real processes. */
#include "tests/unit/supervisor/supervised.h"

#include <errno.h>

#include "supervisor/sentence.h"

#define LASTS "shell = trap 'exit 0' TERM; while :; do sleep 0.01; done\n"
#define STUBBORN "shell = trap '' TERM; echo up; while :; do sleep 0.01; done\n"

static const char *next; /* what is read with the next update */
static struct text difference;
static struct text errors;

static int
begin(void **state)
{
	memset(&supervised, 0, sizeof(supervised));
	text_init(&difference, 4096);
	text_init(&errors, 4096);
	return world_begin(state);
}

static int
end(void **state)
{
	text_clear(&difference);
	text_clear(&errors);
	supervised_clear();
	return world_end(state);
}

static int
load(void *context, struct config *config, struct text *ret_errors)
{
	(void)context;
	(void)ret_errors;
	supervised_load_into(next, config);
	return 0;
}

static void
start(const char *text)
{
	supervised_begin(text);
	supervised.duties.load = load;
	supervisor_start(&supervised.supervisor, world_now());
}

static int
update(const char *text)
{
	next = text;
	return supervisor_update(
	    &supervised.supervisor, false, world_now(), &difference, &errors);
}

static int
ask(size_t service, enum plan_request request)
{
	return supervisor_ask(&supervised.supervisor, service, request, world_now());
}

#define UPDATED() supervised_until(!supervisor_is_updating(&supervised.supervisor))

/* What is said of its last end. */
static void
assert_last(size_t service, const char *said)
{
	const struct supervisor *s = &supervised.supervisor;
	char text[SENTENCE_SIZE];

	sentence_ending(text, sizeof(text), s->config, &s->config->services[service],
	    &s->stats.services[service].last, &s->stats);
	assert_string_equal(text, said);
}

static void
test_the_last_end_names_nobody_who_is_gone(void **state)
{
	(void)state;
	start("[service a]\n" LASTS "[service b]\nshell = sleep 0.2; exit 3\n"
	      "critical = no\n[service web]\n" LASTS "requires = b\ncritical = no\n");
	supervised_until(supervised_state(2) == SERVICE_FAILED);
	assert_last(2, "requires b, which has failed");
	assert_int_equal(
	    update("[service a]\n" LASTS "[service web]\n" LASTS "critical = no\n"), 0);
	UPDATED();
	assert_last(1, "requires a service that has failed");
}

static void
test_only_a_stop_can_be_asked_for_during_an_update(void **state)
{
	(void)state;
	start("[service web]\n" STUBBORN "stop_timeout = 300ms\n"
	      "[service log]\n" LASTS);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	assert_int_equal(update("[service web]\n" STUBBORN "stop_timeout = 300ms\n"
				"env.A = 1\n[service log]\n" LASTS),
	    0);
	assert_int_equal(ask(0, PLAN_ASK_RESTART), -EINPROGRESS);
	assert_int_equal(ask(0, PLAN_ASK_START), -EINPROGRESS);
	assert_int_equal(ask(1, PLAN_ASK_STOP), 0);
	UPDATED();
	assert_int_equal(ask(0, PLAN_ASK_RESTART), 0);
}

static enum plan_outcome
outcome(void)
{
	return supervisor_updated(&supervised.supervisor);
}

static void
test_what_became_of_it(void **state)
{
	(void)state;
	start("[service web]\n" LASTS);
	supervised_until(supervised_state(0) == SERVICE_READY);
	assert_int_equal(update("[service web]\n" LASTS), 0);
	assert_int_equal(outcome(), PLAN_OUTCOME_DONE);
	assert_int_equal(update("[service web]\n" LASTS "env.A = 1\n"), 0);
	assert_int_equal(outcome(), PLAN_OUTCOME_PENDING);
	UPDATED();
	assert_int_equal(outcome(), PLAN_OUTCOME_DONE);
}

static void
test_a_stop_gives_it_up(void **state)
{
	(void)state;
	start("[service web]\n" STUBBORN "stop_timeout = 300ms\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	assert_int_equal(
	    update("[service web]\n" STUBBORN "stop_timeout = 300ms\nenv.A = 1\n"), 0);
	supervised_signal(SIGTERM);
	UPDATED();
	assert_int_equal(outcome(), PLAN_OUTCOME_FAILED);
	supervised_until(supervised_has_said(OUTPUT_STDERR,
	    "proctor | update: given up, since all is stopped; "
	    "nothing has been taken over\n"));
	supervised_until(supervised.supervisor.ended);
}

static int
refuse_to_prepare(void *context, const struct config *config)
{
	(void)context;
	(void)config;
	supervised.watch.prepare = NULL; /* the next one goes well */
	return -ENOMEM;
}

static void
test_it_fails_without_memory(void **state)
{
	(void)state;
	start("[service web]\n" LASTS);
	supervised_until(supervised_state(0) == SERVICE_READY);
	supervised.watch.prepare = refuse_to_prepare;
	assert_int_equal(update("[service web]\n" LASTS "env.A = 1\n"), 0);
	UPDATED();
	assert_int_equal(outcome(), PLAN_OUTCOME_FAILED);
}

/* Whatever becomes of that one: it is read again for SIGHUP. */
static void
test_a_hangup_meanwhile_is_not_forgotten(void **state)
{
	(void)state;
	start("[proctor]\nupdate_on_hup = yes\n[service web]\n" LASTS);
	supervised_until(supervised_state(0) == SERVICE_READY);
	supervised.watch.prepare = refuse_to_prepare;
	assert_int_equal(update("[service web]\n" LASTS "env.A = 1\n"), 0);
	supervised_signal(SIGHUP);
	supervised_until(outcome() == PLAN_OUTCOME_DONE);
	assert_true(supervised_has_said(OUTPUT_STDERR, "update: no memory"));
	assert_string_equal(
	    supervised.supervisor.config->services[0].env.items[0].name, "A");
}

/* Whoever reads by name takes the new one's last output for no part of the old one's. */
static void
test_a_service_that_comes_again_has_another_ring(void **state)
{
	const struct output *o = &supervised.supervisor.output;
	uint64_t end;

	(void)state;
	start("[service log]\n" LASTS "[service web]\n" LASTS);
	end = o->sources[1].ring.end;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(update("[service log]\n" LASTS), 0);
		UPDATED();
		assert_int_equal(
		    update("[service log]\n" LASTS "[service web]\n" LASTS), 0);
		UPDATED();
		assert_true(o->sources[1].ring.begin > end + RING_SIZE);
		end = o->sources[1].ring.end;
	}
}

/* Of inotify(7); see proc_pid_fdinfo(5). */
static unsigned
count_watches(int fd)
{
	char path[64];
	const char *at;
	unsigned count = 0;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	at = world_text(path);
	while ((at = strstr(at, "inotify wd:"))) {
		count++;
		at++;
	}
	return count;
}

#define FOLLOWS(file)                                                                    \
	"[service web]\n" LASTS "[service log]\n" LASTS "tail = FOLDER/" file "\n"

static void
test_what_is_not_followed_any_more_is_not_watched(void **state)
{
	static const char *const texts[] = {FOLLOWS("one/log"), FOLLOWS("two/log")};
	const struct output *o = &supervised.supervisor.output;

	(void)state;
	assert_int_equal(mkdir(world_path("one"), 0755), 0);
	assert_int_equal(mkdir(world_path("two"), 0755), 0);
	(void)world_file("one/log", "");
	(void)world_file("two/log", "");
	start("[service web]\n" LASTS);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(
		    update(supervised_fill(texts[i % 2], "FOLDER", world_folder)), 0);
		UPDATED();
		assert_int_equal(count_watches(o->follows.fd), 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_the_last_end_names_nobody_who_is_gone, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_only_a_stop_can_be_asked_for_during_an_update, begin, end),
	    cmocka_unit_test_setup_teardown(test_what_became_of_it, begin, end),
	    cmocka_unit_test_setup_teardown(test_a_stop_gives_it_up, begin, end),
	    cmocka_unit_test_setup_teardown(test_it_fails_without_memory, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_a_hangup_meanwhile_is_not_forgotten, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_a_service_that_comes_again_has_another_ring, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_what_is_not_followed_any_more_is_not_watched, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
