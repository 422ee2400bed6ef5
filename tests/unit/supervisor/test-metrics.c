/* What is counted and known, as metrics and as JSON. */
#include "tests/unit/supervisor/view-stage.h"

/* A label that has to be escaped. */
static void
begin(void)
{
	stage_cast("db web");
	cast_part(&stage.cast, "web")->name = "w\"e\\b\n";
	stage_check("db", "alive", CHECK_LIVENESS);
	stage_rise();
	stage_happen(0, "start");
	stage_happen(1, "db execed");
	stage_probed(500, 0, true, "HTTP 200 OK");
	stage.children[0].pid = 42;
	stage.stats.orphans = 3;
	stage.stats.services[0] = (struct service_stats){
	    .starts = 3,
	    .restarts = {[ENDING_OOM] = 1, [ENDING_EXITED] = 1},
	    .oom_kills = 1,
	    .log_lines = {7, 8},
	    .log_bytes = {70, 80},
	    .started = 250 * MS,
	    .last = {.kind = ENDING_KILLED, .number = SIGSEGV},
	};
	stage.now = 1000 * MS;
}

static void
assert_line(const char *line)
{
	const char *body = stage.page.body.bytes;

	for (const char *at = body; (at = strstr(at, line)); at++)
		if ((at == body || at[-1] == '\n') && at[strlen(line)] == '\n')
			return;
	fail_msg("no line '%s' in\n%s", line, body);
}

static void
assert_no(const char *text)
{
	if (strstr(stage.page.body.bytes, text))
		fail_msg("'%s' in\n%s", text, stage.page.body.bytes);
}

static void
assert_samples(void)
{
	assert_line("proctor_build_info{version=\"" PROCTOR_VERSION "\"} 1");
	assert_line("proctor_start_time_seconds 1763876636");
	assert_line("proctor_live 1");
	assert_line("proctor_ready 0");
	assert_line("proctor_started 0");
	assert_line("proctor_phase{proctor_phase=\"running\"} 1");
	assert_line("proctor_phase{proctor_phase=\"draining\"} 0");
	assert_line("proctor_orphans_reaped_total 3");
	assert_line(
	    "proctor_service_info{service=\"db\",kind=\"service\",critical=\"yes\"} 1");
	assert_line("proctor_service_up{service=\"db\"} 1");
	assert_line("proctor_service_up{service=\"w\\\"e\\\\b\\n\"} 0");
	assert_line("proctor_service_ready{service=\"db\"} 1");
	assert_line("proctor_service_ready{service=\"w\\\"e\\\\b\\n\"} 0");
	assert_line("proctor_service_state{service=\"db\","
		    "proctor_service_state=\"ready\"} 1");
	assert_line("proctor_service_state{service=\"db\","
		    "proctor_service_state=\"down\"} 0");
	assert_line("proctor_service_starts_total{service=\"db\"} 3");
	assert_line("proctor_service_restarts_total{service=\"db\",cause=\"oom\"} 1");
	assert_line("proctor_service_restarts_total{service=\"db\",cause=\"exited\"} 1");
	assert_line(
	    "proctor_service_restarts_total{service=\"db\",cause=\"watchdog\"} 0");
	assert_line("proctor_service_oom_kills_total{service=\"db\"} 1");
	assert_line("proctor_service_start_time_seconds{service=\"db\"} 1763876636.25");
	assert_line("proctor_service_last_exit_code{service=\"db\"} 139");
	assert_line("proctor_service_last_exit_signal{service=\"db\"} 11");
	assert_line(
	    "proctor_service_log_lines_total{service=\"db\",stream=\"stderr\"} 8");
	assert_line(
	    "proctor_service_log_bytes_total{service=\"db\",stream=\"stdout\"} 70");
	assert_no("proctor_service_last_exit_code{service=\"w");
	assert_no("proctor_service_start_time_seconds{service=\"w");
	assert_no("cause=\"none\"");
}

#define CHECK_LABELS "service=\"db\",check=\"alive\",kind=\"liveness\""

static void
assert_check_samples(void)
{
	assert_line("proctor_check_passing{" CHECK_LABELS "} 1");
	assert_line(
	    "proctor_check_results_total{" CHECK_LABELS ",outcome=\"success\"} 1");
	assert_line(
	    "proctor_check_results_total{" CHECK_LABELS ",outcome=\"failure\"} 0");
	assert_line("proctor_check_duration_seconds_sum{" CHECK_LABELS "} 0.0015");
	assert_line("proctor_check_duration_seconds_count{" CHECK_LABELS "} 1");
	assert_line("proctor_check_last_duration_seconds{" CHECK_LABELS "} 0.0015");
}

static void
test_openmetrics(void **state)
{
	const char *body;

	(void)state;
	begin();
	body = stage_page("/metrics", true);
	assert_string_equal(stage.page.type,
	    "application/openmetrics-text; version=1.0.0; charset=utf-8");
	assert_samples();
	assert_check_samples();
	assert_line("# TYPE proctor_build info");
	assert_line("# TYPE proctor_phase stateset");
	assert_line("# TYPE proctor_orphans_reaped counter");
	assert_line("# TYPE proctor_service_log_bytes counter");
	assert_line("# UNIT proctor_service_log_bytes bytes");
	assert_line("# UNIT proctor_check_duration_seconds seconds");
	assert_string_equal(body + strlen(body) - 6, "# EOF\n");
}

static void
test_the_older_format(void **state)
{
	(void)state;
	begin();
	(void)stage_page("/metrics", false);
	assert_string_equal(stage.page.type, "text/plain; version=0.0.4; charset=utf-8");
	assert_samples();
	assert_check_samples();
	assert_line("# TYPE proctor_build_info gauge");
	assert_line("# TYPE proctor_phase gauge");
	assert_line("# TYPE proctor_orphans_reaped_total counter");
	assert_line("# TYPE proctor_check_duration_seconds summary");
	assert_no("# UNIT");
	assert_no("# EOF");
}

/* A service that does not run is not passed by a check of its last life. */
static void
test_a_check_that_sleeps_does_not_pass(void **state)
{
	(void)state;
	begin();
	stage_happen(2000, "db exits 0");
	(void)stage_page("/metrics", true);
	assert_line("proctor_check_passing{" CHECK_LABELS "} 0");
	assert_line("proctor_live 0");
}

/* -- JSON ---------------------------------------------------------------------- */

#define DB                                                                               \
	"{\"name\":\"db\",\"kind\":\"service\",\"state\":\"ready\",\"ready\":true,"      \
	"\"critical\":true,\"wanted\":true,\"condition\":\"ready\",\"note\":\"5 "        \
	"\\\"users\\\"\","                                                               \
	"\"errno\":0,\"exit_status\":0,"                                                 \
	"\"reloading\":false,\"pid\":42,\"started\":\"2025-11-23T05:43:56.250Z\","       \
	"\"uptime_seconds\":0.75,\"starts\":3,\"restarts\":2,\"oom_kills\":1,"           \
	"\"last_exit\":{\"kind\":\"killed\",\"status\":139,"                             \
	"\"reason\":\"was killed by SIGSEGV\"},"                                         \
	"\"checks\":[{\"name\":\"alive\",\"service\":\"db\",\"kind\":\"liveness\","      \
	"\"probe\":\"http://127.0.0.1/\",\"state\":\"passing\","                         \
	"\"answer\":\"HTTP 200 OK\",\"answered\":\"2025-11-23T05:43:56.500Z\","          \
	"\"duration_seconds\":0.0015,\"successes\":1,\"failures\":0,\"in_row\":1}]}"

#define WEB                                                                              \
	"{\"name\":\"w\\\"e\\\\b\\n\",\"kind\":\"service\",\"state\":\"starting\","      \
	"\"ready\":false,\"critical\":true,\"wanted\":true,\"condition\":\"starting\","  \
	"\"note\":null,"                                                                 \
	"\"errno\":0,\"exit_status\":0,"                                                 \
	"\"reloading\":false,\"pid\":null,\"started\":null,\"uptime_seconds\":null,"     \
	"\"starts\":0,\"restarts\":0,\"oom_kills\":0,\"last_exit\":null,\"checks\":[]}"

static void
test_status(void **state)
{
	(void)state;
	begin();
	stage.stats.services[0].status = strdup("5 \"users\"");
	assert_page("/status", 200,
	    "{\"version\":\"" PROCTOR_VERSION "\",\"state\":\"running\",\"reason\":null,"
	    "\"live\":true,\"ready\":false,\"startup\":false,"
	    "\"started\":\"2025-11-23T05:43:56.000Z\",\"uptime_seconds\":1,"
	    "\"orphans_reaped\":3,\"services\":[" DB "," WEB "]}\n");
	assert_string_equal(stage.page.type, "application/json");
}

static void
test_status_of_a_stop(void **state)
{
	(void)state;
	begin();
	stage_happen(2000, "TERM");
	assert_non_null(strstr(stage_page("/status", false),
	    "\"state\":\"stopping\",\"reason\":\"stopped on SIGTERM\",\"live\":true,"
	    "\"ready\":false,"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    stage_test(test_openmetrics),
	    stage_test(test_the_older_format),
	    stage_test(test_a_check_that_sleeps_does_not_pass),
	    stage_test(test_status),
	    stage_test(test_status_of_a_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
