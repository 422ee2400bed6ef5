/* What proctor says, word for word. */
#include "supervisor/sentence.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/supervisor/sample.h"

enum { DB, WEB, SERVICES };
enum { FIRST, SECOND, CHECKS };

/* Two services, and a plan that only its causes are looked at of. */
struct scene {
	struct service_config services[SERVICES];
	struct config config;
	struct plan plan;
	struct check_config checks[CHECKS];
	struct check_stats answers[CHECKS];
	struct stats stats;
	char program[32];
	char *command[2];
};

static void
scene_init(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	(void)snprintf(s->program, sizeof(s->program), "/usr/sbin/nginx");
	s->command[0] = s->program;
	for (size_t i = 0; i < SERVICES; i++) {
		s->services[i] = sample_service(KIND_SERVICE);
		s->services[i].command = (struct words){.items = s->command, .count = 1};
	}
	s->services[DB].name = "db";
	s->config.services = s->services;
	s->config.count = SERVICES;
	for (size_t i = 0; i < CHECKS; i++)
		s->checks[i] = (struct check_config){.name = "web-http", .service = WEB};
	s->config.checks = s->checks;
	s->config.check_count = CHECKS;
	s->stats.checks = s->answers;
	s->plan.config = &s->config;
	s->plan.cause.via = s->plan.flaw.via = SERVICE_NONE;
}

static void
assert_duration(usec_t duration, const char *wanted)
{
	char text[32];

	sentence_duration(text, sizeof(text), duration);
	assert_string_equal(text, wanted);
}

static void
assert_ending(const struct scene *s, const struct ending *ending, const char *wanted)
{
	char text[SENTENCE_SIZE];

	sentence_ending(
	    text, sizeof(text), &s->config, &s->services[WEB], ending, &s->stats);
	assert_string_equal(text, wanted);
}

static void
assert_cause(const struct scene *s, const char *wanted)
{
	char text[SENTENCE_SIZE];

	sentence_cause(text, sizeof(text), &s->plan, &s->stats);
	assert_string_equal(text, wanted);
}

static void
fail_web(struct scene *s, struct ending ending)
{
	s->plan.cause.kind = CAUSE_FAILED;
	s->plan.cause.service = WEB;
	s->plan.cause.ending = ending;
}

/* -- durations ------------------------------------------------------------- */

static void
test_durations(void **state)
{
	(void)state;
	assert_duration(0, "0ms");
	assert_duration(499, "0ms");
	assert_duration(500, "1ms");
	assert_duration(250 * MS, "250ms");
	assert_duration(999 * MS, "999ms");
	assert_duration(1000 * MS, "1s");
	assert_duration(1099 * MS, "1s");
	assert_duration(1500 * MS, "1.5s");
	assert_duration(9900 * MS, "9.9s");
	assert_duration(10000 * MS, "10s");
	assert_duration(12700 * MS, "13s");
	assert_duration(59 * USEC_PER_SEC, "59s");
	assert_duration(60 * USEC_PER_SEC, "1m");
	assert_duration(65 * USEC_PER_SEC, "1m5s");
	assert_duration(3599 * USEC_PER_SEC, "59m59s");
	assert_duration(3600 * USEC_PER_SEC, "1h0m");
	assert_duration(USEC_DAY + 61 * USEC_PER_SEC, "24h1m");
}

/* Half of the next unit is the next unit, and never 60s. */
static void
test_durations_at_the_edges(void **state)
{
	(void)state;
	assert_duration(999499, "999ms");
	assert_duration(999500, "1s");
	assert_duration(59499 * MS, "59s");
	assert_duration(59500 * MS, "1m");
	assert_duration(3599500 * MS, "1h0m");
}

static void
test_what_does_not_fit_is_cut(void **state)
{
	char text[4] = "xxx";
	struct scene s;
	struct ending ending = sample_exit(3);

	(void)state;
	scene_init(&s);
	sentence_duration(text, sizeof(text), 250 * MS);
	assert_string_equal(text, "250");
	sentence_ending(text, sizeof(text), &s.config, &s.services[WEB], &ending, NULL);
	assert_string_equal(text, "end");
	fail_web(&s, ending);
	sentence_cause(text, sizeof(text), &s.plan, NULL);
	assert_string_equal(text, "ser");
}

static void
test_kinds(void **state)
{
	(void)state;
	assert_string_equal(sentence_kind(KIND_SERVICE), "service");
	assert_string_equal(sentence_kind(KIND_TASK), "task");
	assert_string_equal(sentence_kind(KIND_MAIN), "main");
}

/* -- endings --------------------------------------------------------------- */

static void
test_how_a_process_ended(void **state)
{
	static const struct {
		struct ending ending;
		const char *said;
	} rows[] = {
	    {{.kind = ENDING_NONE}, "has not ended"},
	    {{.kind = ENDING_EXITED, .number = 0}, "ended with 0"},
	    {{.kind = ENDING_EXITED, .number = 255}, "ended with 255"},
	    {{.kind = ENDING_KILLED, .number = SIGSEGV}, "was killed by SIGSEGV"},
	    {{.kind = ENDING_KILLED, .number = SIGKILL}, "was killed by SIGKILL"},
	    {{.kind = ENDING_OOM}, "was OOM-killed"},
	    {{.kind = ENDING_OOM, .number = 137}, "ended with 137 after an OOM kill"},
	    {{.kind = ENDING_UNKILLABLE}, "does not die of SIGKILL"},
	    {{.kind = ENDING_DEPENDENCY, .number = DB}, "requires db, which has failed"},
	    {{.kind = ENDING_DEPENDENCY, .number = -1},
		"requires a service that has failed"},
	    {{.kind = ENDING_UNHEALTHY, .number = -1}, "failed a check that it had"},
	};
	struct scene s;

	(void)state;
	scene_init(&s);
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_ending(&s, &rows[i].ending, rows[i].said);
}

static void
test_a_timeout_is_told_with_its_length(void **state)
{
	struct ending ending = {.kind = ENDING_TIMED_OUT};
	struct scene s;

	(void)state;
	scene_init(&s);
	s.services[WEB].timeout = 90 * USEC_PER_SEC;
	assert_ending(&s, &ending, "took longer than its timeout of 1m30s");
}

static void
test_a_program_that_could_not_be_executed(void **state)
{
	struct ending ending = {
	    .kind = ENDING_NOT_EXECUTED, .number = ENOENT, .step = STEP_EXEC};
	struct scene s;

	(void)state;
	scene_init(&s);
	assert_ending(
	    &s, &ending, "could not be executed: '/usr/sbin/nginx' was not found");
	ending.number = EACCES;
	assert_ending(
	    &s, &ending, "could not be executed: '/usr/sbin/nginx': Permission denied");
}

/* Every step, and the value it is about. */
static void
test_a_step_that_failed(void **state)
{
	static const struct {
		enum spawn_step step;
		const char *said;
	} rows[] = {
	    {STEP_FORK, "fork"},
	    {STEP_PIPE, "a pipe for its output"},
	    {STEP_ENVIRONMENT, "environment"},
	    {STEP_CLEAN, "clean"},
	    {STEP_STDIO, "standard input and output"},
	    {STEP_SESSION, "session"},
	    {STEP_TERMINAL, "terminal"},
	    {STEP_LIMIT, "limit"},
	    {STEP_NICE, "nice"},
	    {STEP_OOM_SCORE, "oom_score_adj"},
	    {STEP_GROUPS, "groups"},
	    {STEP_GROUP, "group 'adm'"},
	    {STEP_USER, "user 'www'"},
	    {STEP_DIRECTORY, "directory '/srv'"},
	};
	struct scene s;

	(void)state;
	scene_init(&s);
	s.services[WEB].user = "www";
	s.services[WEB].group = "adm";
	s.services[WEB].directory = "/srv";
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ending ending = {
		    .kind = ENDING_NOT_EXECUTED, .number = EPERM, .step = rows[i].step};
		char said[128];

		(void)snprintf(said, sizeof(said),
		    "could not be set up: %s: Operation not permitted", rows[i].said);
		assert_ending(&s, &ending, said);
	}
}

/* The group of a service that has only a user. */
static void
test_a_step_without_a_value_of_its_own(void **state)
{
	struct ending ending = {
	    .kind = ENDING_NOT_EXECUTED, .number = EPERM, .step = STEP_GROUP};
	struct scene s;

	(void)state;
	scene_init(&s);
	assert_ending(&s, &ending, "could not be set up: group: Operation not permitted");
}

static void
test_a_shortage(void **state)
{
	struct ending ending = {
	    .kind = ENDING_NO_RESOURCES, .number = EAGAIN, .step = STEP_FORK};
	struct scene s;

	(void)state;
	scene_init(&s);
	assert_ending(
	    &s, &ending, "could not be started: fork: Resource temporarily unavailable");
	ending = (struct ending){
	    .kind = ENDING_NO_RESOURCES, .number = EMFILE, .step = STEP_PIPE};
	assert_ending(&s, &ending,
	    "could not be started: a pipe for its output: Too many open files");
}

/* -- health ---------------------------------------------------------------- */

static void
test_one_that_was_not_ready_in_time(void **state)
{
	struct ending ending = {.kind = ENDING_NOT_READY};
	struct scene s;

	(void)state;
	scene_init(&s);
	s.services[WEB].ready_timeout = 90 * USEC_PER_SEC;
	assert_ending(&s, &ending, "was not ready within its ready_timeout of 1m30s");
}

static void
test_a_watchdog(void **state)
{
	struct ending ending = {.kind = ENDING_WATCHDOG, .number = 1500};
	struct scene s;

	(void)state;
	scene_init(&s);
	assert_ending(&s, &ending, "missed its watchdog of 1.5s");
	ending.number = 0;
	assert_ending(&s, &ending, "triggered its watchdog itself");
}

static void
test_a_check_that_ended_it(void **state)
{
	struct ending ending = {.kind = ENDING_UNHEALTHY, .number = SECOND};
	char answer[] = "HTTP 503";
	char text[SENTENCE_SIZE];
	struct scene s;

	(void)state;
	scene_init(&s);
	s.checks[SECOND].kind = CHECK_LIVENESS;
	assert_ending(&s, &ending, "failed its liveness check web-http");
	s.answers[SECOND].answer = answer;
	assert_ending(&s, &ending, "failed its liveness check web-http: HTTP 503");
	s.checks[SECOND].kind = CHECK_STARTUP;
	assert_ending(&s, &ending, "failed its startup check web-http: HTTP 503");
	fail_web(&s, ending);
	assert_cause(&s, "service web failed its startup check web-http: HTTP 503");
	sentence_ending(text, sizeof(text), &s.config, &s.services[WEB], &ending, NULL);
	assert_string_equal(text, "failed its startup check web-http");
}

static void
assert_check(const struct scene *s, size_t check, bool good, const char *wanted)
{
	char text[SENTENCE_SIZE];

	sentence_check(text, sizeof(text), &s->checks[check], good, &s->answers[check]);
	assert_string_equal(text, wanted);
}

static void
test_a_check_that_turns(void **state)
{
	char answer[] = "HTTP 503";
	struct scene s;

	(void)state;
	scene_init(&s);
	assert_check(&s, FIRST, false, "readiness check web-http failed");
	s.answers[FIRST].answer = answer;
	assert_check(&s, FIRST, false, "readiness check web-http failed: HTTP 503");
	assert_check(&s, FIRST, true, "readiness check web-http passes again");
}

/* -- causes ---------------------------------------------------------------- */

static void
test_no_cause(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	assert_cause(&s, "no reason");
}

static void
test_a_failure(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	fail_web(&s, sample_exit(3));
	assert_cause(&s, "service web ended with 3");
	fail_web(&s, sample_exit(0));
	assert_cause(&s, "service web ended with 0, which a service must not");
	s.services[WEB].kind = KIND_TASK;
	fail_web(&s, sample_death(SIGSEGV));
	assert_cause(&s, "task web was killed by SIGSEGV");
	s.services[WEB].kind = KIND_MAIN;
	assert_cause(&s, "main web was killed by SIGSEGV");
}

static void
test_a_failure_after_restarts(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	fail_web(&s, sample_exit(3));
	s.plan.cause.restarts = 1;
	s.plan.cause.span = 300 * MS;
	assert_cause(&s, "service web ended with 3 after 1 restart in 300ms");
	s.plan.cause.restarts = 5;
	s.plan.cause.span = 12 * USEC_PER_SEC;
	assert_cause(&s, "service web ended with 3 after 5 restarts in 12s");
}

static void
test_a_failure_by_way_of_another(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	fail_web(&s, sample_exit(3));
	s.plan.cause.restarts = 2;
	s.plan.cause.span = 4 * USEC_PER_SEC;
	s.plan.cause.service = DB;
	s.plan.cause.via = WEB;
	assert_cause(
	    &s, "service db ended with 3 after 2 restarts in 4s; web requires it");
}

static void
test_work_that_is_done(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.plan.cause.kind = CAUSE_MAIN_DONE;
	s.plan.cause.service = WEB;
	assert_cause(&s, "main web is done");
	s.plan.cause.kind = CAUSE_ALL_DONE;
	assert_cause(&s, "all tasks are done");
	s.plan.forgiven = (struct cause){.kind = CAUSE_FAILED,
	    .service = WEB,
	    .via = SERVICE_NONE,
	    .ending = sample_exit(3)};
	assert_cause(&s, "all tasks are done, but service web ended with 3");
}

static void
test_nothing_left(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	fail_web(&s, sample_exit(3));
	s.plan.cause.kind = CAUSE_NOTHING_LEFT;
	assert_cause(&s, "nothing is left to run; service web ended with 3");
}

/* -- a stop that was asked for --------------------------------------------- */

static void
ask(struct scene *s, int signal)
{
	scene_init(s);
	s->plan.cause.kind = CAUSE_ASKED;
	s->plan.cause.signal = signal;
	s->plan.requests = 1;
}

static void
test_a_stop_that_went_well(void **state)
{
	struct scene s;

	(void)state;
	ask(&s, SIGTERM);
	assert_cause(&s, "stopped on SIGTERM");
	ask(&s, SIGRTMIN + 3);
	assert_cause(&s, "stopped on SIGRTMIN+3");
}

static void
test_a_stop_that_took_too_long(void **state)
{
	struct scene s;

	(void)state;
	ask(&s, SIGTERM);
	s.plan.flaw.kind = CAUSE_FAILED;
	s.plan.flaw.service = DB;
	s.plan.flaw_overdue = true;
	assert_cause(
	    &s, "stopped on SIGTERM, but db did not stop in time and was killed");
	s.plan.flaw_hook = true;
	assert_cause(&s,
	    "stopped on SIGTERM, but pre_stop of db did not stop in time and was killed");
	s.plan.flaw_hook = false;
	s.plan.requests = 2;
	assert_cause(&s, "stopped on SIGTERM, but db was killed at the second request");
}

static void
test_a_stop_in_which_one_ended_badly(void **state)
{
	struct scene s;

	(void)state;
	ask(&s, SIGINT);
	s.plan.flaw.kind = CAUSE_FAILED;
	s.plan.flaw.service = WEB;
	s.plan.flaw.ending = sample_exit(4);
	assert_cause(&s, "stopped on SIGINT, but service web ended with 4");
}

static void
test_a_stop_with_strays(void **state)
{
	struct scene s;

	(void)state;
	ask(&s, SIGTERM);
	s.plan.strays_overdue = true;
	assert_cause(&s,
	    "stopped on SIGTERM, but what a service had left behind did not stop in "
	    "time and was killed");
	s.plan.flaw.kind = CAUSE_FAILED;
	s.plan.flaw.service = WEB;
	s.plan.flaw.ending = sample_exit(4);
	assert_cause(&s, "stopped on SIGTERM, but service web ended with 4");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_durations),
	    cmocka_unit_test(test_durations_at_the_edges),
	    cmocka_unit_test(test_what_does_not_fit_is_cut),
	    cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_how_a_process_ended),
	    cmocka_unit_test(test_a_timeout_is_told_with_its_length),
	    cmocka_unit_test(test_a_program_that_could_not_be_executed),
	    cmocka_unit_test(test_a_step_that_failed),
	    cmocka_unit_test(test_a_step_without_a_value_of_its_own),
	    cmocka_unit_test(test_a_shortage),
	    cmocka_unit_test(test_one_that_was_not_ready_in_time),
	    cmocka_unit_test(test_a_watchdog),
	    cmocka_unit_test(test_a_check_that_ended_it),
	    cmocka_unit_test(test_a_check_that_turns),
	    cmocka_unit_test(test_no_cause),
	    cmocka_unit_test(test_a_failure),
	    cmocka_unit_test(test_a_failure_after_restarts),
	    cmocka_unit_test(test_a_failure_by_way_of_another),
	    cmocka_unit_test(test_work_that_is_done),
	    cmocka_unit_test(test_nothing_left),
	    cmocka_unit_test(test_a_stop_that_went_well),
	    cmocka_unit_test(test_a_stop_that_took_too_long),
	    cmocka_unit_test(test_a_stop_in_which_one_ended_badly),
	    cmocka_unit_test(test_a_stop_with_strays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
