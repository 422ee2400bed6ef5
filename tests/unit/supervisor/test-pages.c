/* The pages about health, and what they say is wrong. */
#include "tests/unit/supervisor/view-stage.h"

/* web comes after db and has a check of each kind but startup. */
static void
begin(void)
{
	stage_cast("db web side");
	cast_follow(&stage.cast, "web", "db");
	cast_part(&stage.cast, "side")->critical = false;
	cast_part(&stage.cast, "web")->restart = RESTART_ALWAYS;
	stage_check("web", "http", CHECK_READINESS);
	stage_check("web", "alive", CHECK_LIVENESS);
	stage_rise();
	stage_happen(0, "start");
}

static void
begin_all_ready(void)
{
	begin();
	stage_happen(1, "db execed");
	stage_happen(2, "side execed");
	stage_happen(3, "web execed");
	stage_probed(4, 0, true, "HTTP 200 OK");
	stage_probed(5, 1, true, "HTTP 204 No Content");
}

static void
test_all_is_well(void **state)
{
	(void)state;
	begin_all_ready();
	assert_page("/livez", 200, "ok\n");
	assert_page("/readyz", 200, "ok\n");
	assert_page("/healthz", 200, "ok\n");
	assert_page("/startupz", 200, "ok\n");
	assert_page("/readyz?verbose", 200,
	    "[+]proctor ok: running\n"
	    "[+]db ok: ready\n"
	    "[+]web ok: ready\n"
	    "[+]web/http ok: readiness, passing: HTTP 200 OK\n"
	    "[+]web/alive ok: liveness, passing: HTTP 204 No Content\n"
	    "[+]side excluded: ready\n"
	    "readyz check passed\n");
	assert_string_equal(stage.page.type, "text/plain; charset=utf-8");
}

static void
test_at_the_beginning(void **state)
{
	(void)state;
	begin();
	assert_page("/livez", 200, "ok\n");
	assert_page("/readyz", 503, "db: starting\nweb: waits for db\n");
	assert_page("/startupz", 503, "db: starting\nweb: waits for db\n");
	assert_page("/startupz?verbose", 503,
	    "[+]proctor ok: running\n"
	    "[-]db failed: starting\n"
	    "[-]web failed: waits for db\n"
	    "[+]web/http excluded: readiness, asleep\n"
	    "[+]web/alive excluded: liveness, asleep\n"
	    "[+]side excluded: starting\n"
	    "startupz check failed\n");
}

static void
test_before_the_first_answer(void **state)
{
	(void)state;
	begin();
	stage_happen(1, "db execed");
	stage_happen(3, "web execed");
	assert_page("/readyz", 503, "web: readiness check http has not passed yet\n");
}

static void
test_a_readiness_check_fails(void **state)
{
	(void)state;
	begin_all_ready();
	stage_probed(10004, 0, false, "HTTP 503 Service Unavailable");
	assert_page("/readyz", 503,
	    "web: readiness check http failed: HTTP 503 Service Unavailable\n");
	assert_page("/livez", 200, "ok\n");
	assert_page("/startupz", 200, "ok\n");
	assert_page("/livez?verbose", 200,
	    "[+]proctor ok: running\n"
	    "[+]db excluded: ready\n"
	    "[+]web excluded: not ready: "
	    "readiness check http failed: HTTP 503 Service Unavailable\n"
	    "[+]web/http excluded: readiness, failing: HTTP 503 Service Unavailable\n"
	    "[+]web/alive excluded: liveness, passing: HTTP 204 No Content\n"
	    "[+]side excluded: ready\n"
	    "livez check passed\n");
	assert_page("/readyz?x&verbose=1", 503,
	    "[+]proctor ok: running\n"
	    "[+]db ok: ready\n"
	    "[-]web failed: not ready: "
	    "readiness check http failed: HTTP 503 Service Unavailable\n"
	    "[-]web/http failed: readiness, failing: HTTP 503 Service Unavailable\n"
	    "[+]web/alive ok: liveness, passing: HTTP 204 No Content\n"
	    "[+]side excluded: ready\n"
	    "readyz check failed\n");
}

/* It is stopped, and then restarted: the container lives on. */
static void
test_a_liveness_check_fails(void **state)
{
	(void)state;
	begin_all_ready();
	stage_probed(10005, 1, false, "connection refused");
	assert_page("/readyz", 503,
	    "web: stopping: failed its liveness check alive: connection refused\n");
	assert_page("/livez", 200, "ok\n");
	stage_happen(10100, "web dies 15");
	assert_page("/readyz", 503,
	    "web: restart in 1s: failed its liveness check alive: connection refused\n");
	assert_page("/startupz", 200, "ok\n");
}

static void
test_a_critical_service_fails(void **state)
{
	(void)state;
	begin_all_ready();
	stage_happen(100, "db exits 3");
	assert_page("/livez", 503, "proctor: service db ended with 3\n");
	assert_page("/livez?verbose", 503,
	    "[-]proctor failed: stopping: service db ended with 3\n"
	    "[+]db excluded: failed: ended with 3\n"
	    "[+]web excluded: stopping\n"
	    "[+]web/http excluded: readiness, asleep: HTTP 200 OK\n"
	    "[+]web/alive excluded: liveness, asleep: HTTP 204 No Content\n"
	    "[+]side excluded: ready\n"
	    "livez check failed\n");
	assert_page("/readyz", 503, "proctor: stopping: service db ended with 3\n");
}

static void
test_a_failure_that_is_not_critical(void **state)
{
	(void)state;
	begin_all_ready();
	stage_happen(100, "side exits 3");
	assert_page("/livez", 200, "ok\n");
	assert_page("/readyz", 200, "ok\n");
	assert_non_null(strstr(stage_page("/readyz?verbose", false),
	    "\n[+]side excluded: failed: ended with 3\n"));
}

static void
test_a_stop_that_was_asked_for(void **state)
{
	(void)state;
	begin_all_ready();
	stage.cast.config.drain_delay = 5000 * MS;
	stage_happen(100, "TERM");
	assert_page("/livez", 200, "ok\n");
	assert_page("/readyz", 503, "proctor: draining: stopped on SIGTERM\n");
	assert_page("/readyz?verbose", 503,
	    "[-]proctor failed: draining: stopped on SIGTERM\n"
	    "[+]db ok: ready\n"
	    "[-]web failed: not checked any more\n"
	    "[+]web/http excluded: readiness, asleep: HTTP 200 OK\n"
	    "[+]web/alive excluded: liveness, asleep: HTTP 204 No Content\n"
	    "[+]side excluded: ready\n"
	    "readyz check failed\n");
	assert_page("/startupz", 200, "ok\n");
}

/* What a check said of the last life is not said of this one. */
static void
test_the_answers_of_the_last_life(void **state)
{
	(void)state;
	begin_all_ready();
	stage_happen(100, "web exits 1");
	stage_happen(1200, "time");
	stage_happen(1201, "web execed");
	assert_page("/readyz", 503, "web: readiness check http has not passed yet\n");
	stage_probed(1202, 0, false, "HTTP 500 Internal Server Error");
	assert_page("/readyz", 503,
	    "web: readiness check http failed: HTTP 500 Internal Server Error\n");
}

/* As sd_notify(3) and descriptors have it. */
static void
test_ways_to_become_ready(void **state)
{
	(void)state;
	stage_cast("notify fd check");
	cast_part(&stage.cast, "notify")->ready.kind = READY_NOTIFY;
	cast_part(&stage.cast, "fd")->ready = (struct readiness){READY_FD, 3};
	cast_part(&stage.cast, "check")->ready.kind = READY_CHECK;
	stage_check("check", "check/health", CHECK_STARTUP);
	stage_rise();
	stage_happen(0, "start");
	stage_happen(1, "notify execed");
	stage_happen(1, "fd execed");
	stage_happen(1, "check execed");
	assert_page("/readyz", 503,
	    "notify: not ready: it has not said READY=1 yet\n"
	    "fd: not ready: it has not written to descriptor 3 yet\n"
	    "check: startup check check/health has not passed yet\n");
	assert_non_null(strstr(stage_page("/readyz?verbose", false),
	    "[-]check/health failed: startup, pending\n"));
}

static void
test_other_paths(void **state)
{
	(void)state;
	begin_all_ready();
	assert_page("/", 404,
	    "404 Not Found; there are /healthz /livez /metrics /readyz /startupz "
	    "/status\n");
	(void)stage_page("/livez/", false);
	assert_int_equal(stage.page.status, 404);
	(void)stage_page("/live", false);
	assert_int_equal(stage.page.status, 404);
}

/* -- any state ----------------------------------------------------------------- */

static void
assert_list_agrees(const char *target)
{
	const char *body = stage_page(target, false);
	bool bad = strstr(body, "[-]") != NULL;

	if (bad != (stage.page.status == 503))
		fail_msg("%s is %u:\n%s", target, stage.page.status, body);
}

static void
assert_reason_is_told(const char *target)
{
	const char *body = stage_page(target, false);

	if ((strcmp(body, "ok\n") == 0) != (stage.page.status == 200) || *body == '\0')
		fail_msg("%s is %u:\n%s", target, stage.page.status, body);
}

/* Whatever happens: 503 exactly if something is [-], and then it is named. */
static void
test_the_list_agrees_with_the_status(void **state)
{
	static const char *const events[] = {"web execed", "db execed", "side execed",
	    "web exits 1", "web dies 9", "db exits 0", "side exits 1", "time", "time",
	    "time", "TERM", "web leaves 3", "web cleared", "swept"};
	uint32_t seed = 1;

	(void)state;
	for (unsigned life = 0; life < 300; life++) {
		usec_t at = 0;

		begin();
		for (unsigned n = 0; n < 40; n++) {
			seed = seed * 1664525u + 1013904223u;
			at += (seed >> 8) % 700;
			if ((seed >> 20) % 3 == 0)
				stage_probed(at, seed >> 16 & 1, seed >> 30 & 1, "x");
			else
				stage_happen(at, events[(seed >> 20) % LENGTH(events)]);
			assert_list_agrees("/livez?verbose");
			assert_list_agrees("/readyz?verbose");
			assert_list_agrees("/startupz?verbose");
			assert_reason_is_told("/livez");
			assert_reason_is_told("/readyz");
			assert_reason_is_told("/startupz");
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    stage_test(test_all_is_well),
	    stage_test(test_at_the_beginning),
	    stage_test(test_before_the_first_answer),
	    stage_test(test_a_readiness_check_fails),
	    stage_test(test_a_liveness_check_fails),
	    stage_test(test_a_critical_service_fails),
	    stage_test(test_a_failure_that_is_not_critical),
	    stage_test(test_a_stop_that_was_asked_for),
	    stage_test(test_the_answers_of_the_last_life),
	    stage_test(test_ways_to_become_ready),
	    stage_test(test_other_paths),
	    stage_test(test_the_list_agrees_with_the_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
