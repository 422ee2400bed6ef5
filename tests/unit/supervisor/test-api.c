/* The API: who may ask what, what is answered, and when. */
#include "tests/unit/supervisor/supervised.h"

#include "supervisor/api.h"

#define WALL ((usec_t)1763876637 * USEC_PER_SEC) /* 2025-11-23 05:43:57 */

static const char two[] = "[service web]\n"
			  "shell = trap 'exit 0' TERM; while :; do sleep 0.01; done\n"
			  "env.PASSWORD = precious\n"
			  "[service slow]\n"
			  "command = sleep 1000\n"
			  "ready = fd:7\n";

static struct page page;
static struct errand errand;

static int
begin(void **state)
{
	memset(&supervised, 0, sizeof(supervised));
	memset(&page, 0, sizeof(page));
	if (world_begin(state) < 0)
		return -1;
	supervised_begin(two);
	supervisor_start(&supervised.supervisor, world_now());
	supervised_until(
	    supervised_state(0) == SERVICE_READY && supervised_state(1) == SERVICE_UP);
	return 0;
}

static int
end(void **state)
{
	text_clear(&page.body);
	supervised_clear();
	return world_end(state);
}

#define api_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static struct request
request_of(const char *target, bool post)
{
	const char *question = strchr(target, '?');
	size_t length = question ? (size_t)(question - target) : strlen(target);

	return (struct request){
	    .post = post,
	    .path = {target, length},
	    .query = {question ? question + 1 : "", question ? strlen(question + 1) : 0},
	};
}

/* What there is for this request, after it was looked at; again: not the first time. */
static const char *
look(const char *target, bool post, enum access access)
{
	struct request r = request_of(target, post);

	text_clear(&page.body);
	page = (struct page){.allow = ""};
	text_init(&page.body, 1 << 20);
	supervised.supervisor.now = world_now();
	api_answer(&supervised.supervisor, access, &r, &errand, WALL, &page);
	errand.begun = true;
	if (page.kind == PAGE_STREAM)
		while (api_more(&supervised.supervisor, &r, &errand, &page.body) &&
		    errand.more)
			continue;
	text_add_bytes(&page.body, "", 1);
	assert_false(page.body.failed);
	return page.body.bytes;
}

static const char *
ask(const char *target, bool post, enum access access)
{
	errand = (struct errand){.room = true, .deadline = USEC_NEVER};
	return look(target, post, access);
}

static void
assert_answer(unsigned status, const char *part)
{
	if (page.status != status || page.kind == PAGE_LATER ||
	    !strstr(page.body.bytes, part))
		fail_msg("%u '%s' is not %u with '%s'", page.status, page.body.bytes,
		    status, part);
}

static void
assert_get(const char *target, unsigned status, const char *part)
{
	(void)ask(target, false, ACCESS_MANAGE);
	assert_answer(status, part);
}

static void
assert_post(const char *target, unsigned status, const char *part)
{
	(void)ask(target, true, ACCESS_MANAGE);
	assert_answer(status, part);
}

static void
test_what_there_is(void **state)
{
	(void)state;
	assert_get("/v1", 200, "\"GET /v1/services/*\"");
	assert_get("/v1/services", 200, "\"name\":\"slow\"");
	assert_get("/v1/services/web", 200, "{\"name\":\"web\"");
	assert_get("/v1/services/w%65b?x", 200, "{\"name\":\"web\"");
	assert_get("/v1/checks", 200, "{\"checks\":[]}");
	assert_get("/v1/health", 503,
	    "\"problems\":[\"slow: not ready: it has not written to descriptor 7 yet\"]");
	assert_get("/v1/health?live", 200, "{\"healthy\":true");
	assert_get("/livez", 200, "ok");
}

static void
test_what_there_is_not(void **state)
{
	(void)state;
	assert_get("/v1/services/wbe", 404, "\"no-such-service\"");
	assert_get("/v1/services/w%00b", 404, "\"no-such-service\"");
	assert_get("/v1/services/", 404, "\"no-such-resource\"");
	assert_get("/v1/services/web/", 404, "\"no-such-resource\"");
	assert_get("/v1/services/web/up", 404, "\"no-such-resource\"");
	assert_get("/v1/service", 404, "\"no-such-resource\"");
	assert_get("/v1/", 404, "\"no-such-resource\"");
	assert_get("/v12", 404, "there are /");
	assert_get("/v1/services/web/stop", 405, "write POST");
	assert_string_equal(page.allow, "POST");
	assert_post("/v1/services/web", 405, "write GET");
	assert_post("/readyz", 405, "405");
}

static void
test_who_may(void **state)
{
	(void)state;
	(void)ask("/v1/services", false, ACCESS_READ);
	assert_answer(200, "web");
	(void)ask("/v1/services/web/stop", true, ACCESS_READ);
	assert_answer(403, "\"forbidden\"");
	assert_int_equal(supervised_state(0), SERVICE_READY);
	(void)ask("/v1/services", false, ACCESS_PAGES);
	assert_answer(404, "there are /");
	(void)ask("/v1/services/web/stop", true, ACCESS_PAGES);
	assert_answer(405, "405");
	assert_int_equal(supervised_state(0), SERVICE_READY);
}

static void
test_the_configuration(void **state)
{
	(void)state;
	assert_get("/v1/config", 200, "\"env\":{\"PASSWORD\":\"precious\"}");
	assert_answer(200, "\"ready\":\"fd:7\"");
	assert_answer(200, "\"restart_limit\":{\"count\":5,\"seconds\":60}");
	(void)ask("/v1/config", false, ACCESS_READ);
	assert_answer(200, "\"env\":{\"PASSWORD\":null}");
	assert_null(strstr(page.body.bytes, "precious"));
}

static void
test_waiting(void **state)
{
	static const char target[] = "/v1/services/slow?wait=ready&timeout=0.2";

	(void)state;
	assert_get("/v1/services/web?wait=ready", 200, "\"outcome\":\"done\"");
	assert_get("/v1/services/web?wait=started", 200, "\"words\":\"web: ready (pid ");
	assert_get("/v1/services/web?wait=done", 409, "\"impossible\"");
	assert_get("/v1/services/web?wait=good", 400, "\"bad-request\"");
	assert_get("/v1/services/slow?wait=ready&timeout=x", 400, "\"bad-request\"");
	(void)ask(target, false, ACCESS_READ);
	assert_int_equal(page.kind, PAGE_LATER);
	assert_true(errand.deadline <= world_now() + USEC_PER_SEC / 5);
	while (world_now() < errand.deadline)
		world_pause();
	(void)look(target, false, ACCESS_READ);
	assert_answer(408, "not in time; slow: not ready");
}

/* Nothing is done that could not be waited for. */
static void
test_no_room_to_wait(void **state)
{
	(void)state;
	errand = (struct errand){.deadline = USEC_NEVER};
	(void)look("/v1/services/slow?wait=ready", false, ACCESS_MANAGE);
	assert_answer(503, "\"busy\"");
	errand = (struct errand){.deadline = USEC_NEVER};
	(void)look("/v1/services/web/stop", true, ACCESS_MANAGE);
	assert_answer(503, "\"busy\"");
	assert_int_equal(supervised_state(0), SERVICE_READY);
	errand = (struct errand){.deadline = USEC_NEVER};
	(void)look("/v1/events?follow", false, ACCESS_MANAGE);
	assert_answer(503, "\"busy\"");
	errand = (struct errand){.deadline = USEC_NEVER};
	(void)look("/v1/services/web/stop?wait=no", true, ACCESS_MANAGE);
	assert_answer(202, "\"outcome\":\"asked\"");
	supervised_until(supervised_state(0) == SERVICE_STOPPED);
}

static void
test_stop_and_start(void **state)
{
	static const char stop[] = "/v1/services/web/stop";
	static const char start[] = "/v1/services/web/start";

	(void)state;
	(void)ask(stop, true, ACCESS_MANAGE);
	assert_int_equal(page.kind, PAGE_LATER);
	supervised_until(supervised_state(0) == SERVICE_STOPPED);
	(void)look(stop, true, ACCESS_MANAGE);
	assert_answer(200, "\"words\":\"web: stopped (asked)\"");
	assert_post(stop, 200, "\"outcome\":\"already\"");
	assert_get("/v1/services/web?wait=stopped", 200, "\"outcome\":\"done\"");
	(void)ask(start, true, ACCESS_MANAGE);
	assert_int_equal(page.kind, PAGE_LATER);
	supervised_until(supervised_state(0) == SERVICE_READY);
	(void)look(start, true, ACCESS_MANAGE);
	assert_answer(200, "\"words\":\"web: ready (pid ");
	assert_get("/v1/events", 200,
	    "\"service\":\"web\",\"kind\":\"stopped\",\"words\":\"stopped (asked)\"}\n");
}

static void
add_events(unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		events_add(&supervised.supervisor.events, WALL, "told", "", "hello");
}

static unsigned
lines(void)
{
	unsigned count = 0;

	for (const char *c = page.body.bytes; *c; c++)
		count += *c == '\n';
	return count;
}

static void
test_events(void **state)
{
	(void)state;
	assert_get("/v1/events", 200, "\"service\":\"web\",\"kind\":\"ready\"");
	add_events(3);
	assert_get("/v1/events?n=3", 200,
	    "\"time\":\"2025-11-23T05:43:57.000Z\",\"service\":\"\",\"kind\":\"told\","
	    "\"words\":\"hello\"}\n");
	assert_int_equal(lines(), 3);
	assert_get("/v1/events?since=99999", 200, "");
	assert_int_equal(lines(), 0);
	assert_get("/v1/events?since=1&n=0", 200, "");
	assert_int_equal(lines(), 0);
	assert_get("/v1/events?since=-1", 400, "sequence");
	assert_get("/v1/events?n=all", 400, "number");
}

/* All pieces of them, and what is lost is told. */
static void
test_many_events(void **state)
{
	(void)state;
	add_events(EVENTS_MAX + 10);
	assert_get("/v1/events", 200, "hello");
	assert_int_equal(lines(), EVENTS_MAX);
	assert_get(
	    "/v1/events?since=1", 200, "\"service\":\"\",\"kind\":\"lost\",\"words\":\"");
	assert_int_equal(lines(), EVENTS_MAX + 1);
}

static void
test_events_that_come(void **state)
{
	struct request r = request_of("/v1/events?follow&n=0", false);
	struct supervisor *s = &supervised.supervisor;

	(void)state;
	(void)ask("/v1/events?follow&n=0", false, ACCESS_READ);
	assert_answer(200, "");
	assert_int_equal(lines(), 0);
	page.body.length = 0;
	assert_true(api_more(s, &r, &errand, &page.body));
	assert_int_equal(page.body.length, 0);
	assert_false(errand.more);
	add_events(1);
	assert_true(api_more(s, &r, &errand, &page.body));
	assert_true(page.body.length > 0);
}

/* -- logs ------------------------------------------------------------------ */

/* So many lines, all of one letter. */
static void
put_lines(size_t service, size_t count, size_t length)
{
	static char lines[RING_SIZE];

	memset(lines, 'x', sizeof(lines));
	for (size_t i = 1; i <= count; i++)
		lines[i * (length + 1) - 1] = '\n';
	ring_put(&supervised.supervisor.output.sources[service].ring,
	    &(struct ring_piece){
		.begins = true, .data = lines, .length = count * (length + 1)});
}

static void
fill_ring(size_t service)
{
	put_lines(service, RING_SIZE / 2, 0);
}

static void
begin_stream(const struct request *r)
{
	errand = (struct errand){.room = true, .deadline = USEC_NEVER};
	text_clear(&page.body);
	page = (struct page){.allow = "", .status = 200};
	text_init(&page.body, 1 << 20);
	api_answer(&supervised.supervisor, ACCESS_READ, r, &errand, WALL, &page);
	assert_int_equal(page.kind, PAGE_STREAM);
}

/* The second one's turn has not come yet. */
static void
begin_while_first_is_read(const struct request *r)
{
	fill_ring(0);
	put_lines(1, 2000, 1);
	begin_stream(r);
	assert_true(api_more(&supervised.supervisor, r, &errand, &page.body));
	assert_true(errand.more);
}

/* Of the second service, after a piece that was all of the first one's. */
static size_t
count_slow(const struct request *r)
{
	const char *at;
	size_t count = 0;

	while (api_more(&supervised.supervisor, r, &errand, &page.body) && errand.more)
		continue;
	text_add_bytes(&page.body, "", 1);
	for (at = page.body.bytes; (at = strstr(at, "\"slow\"")); at++)
		count++;
	return count;
}

/* Lines without a word are the longest in JSON, for what they are. */
static void
test_logs_come_in_pieces(void **state)
{
	struct request r = request_of("/v1/logs", false);
	struct supervisor *s = &supervised.supervisor;
	unsigned count = 0;
	bool more = true;

	(void)state;
	fill_ring(0);
	fill_ring(1);
	begin_stream(&r);
	while (more) {
		page.body.length = 0;
		more = api_more(s, &r, &errand, &page.body);
		assert_true(page.body.length < (size_t)200 << 10);
		for (size_t i = 0; i < page.body.length; i++)
			count += page.body.bytes[i] == '\n';
		/* What comes meanwhile is not for those who do not follow. */
		fill_ring(1);
		if (count > RING_SIZE)
			break;
	}
	assert_false(more);
	assert_in_range(count, RING_SIZE / 2, RING_SIZE);
	errand.forget(errand.state);
}

/* The lines that were there when it was asked are gone by then. */
static void
test_the_last_lines_are_those_of_its_turn(void **state)
{
	struct request r = request_of("/v1/logs?n=700", false);

	(void)state;
	begin_while_first_is_read(&r);
	put_lines(1, 4, 16379); /* all there is room for */
	assert_int_equal(count_slow(&r), 4);
	errand.forget(errand.state);
}

/* All that is newer than the question comes, whatever became of the older. */
static void
test_who_follows_misses_nothing_that_is_kept(void **state)
{
	struct request r = request_of("/v1/logs?follow&n=700", false);

	(void)state;
	begin_while_first_is_read(&r);
	put_lines(1, 500, 9);
	put_lines(1, 500, 9);
	assert_int_equal(count_slow(&r), 700 + 1000);
	errand.forget(errand.state);
	begin_stream(&r);
	put_lines(1, 4, 16379); /* all there is room for */
	assert_int_equal(count_slow(&r), 4);
	errand.forget(errand.state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    api_test(test_what_there_is),
	    api_test(test_what_there_is_not),
	    api_test(test_who_may),
	    api_test(test_the_configuration),
	    api_test(test_waiting),
	    api_test(test_no_room_to_wait),
	    api_test(test_stop_and_start),
	    api_test(test_events),
	    api_test(test_many_events),
	    api_test(test_events_that_come),
	    api_test(test_logs_come_in_pieces),
	    api_test(test_the_last_lines_are_those_of_its_turn),
	    api_test(test_who_follows_misses_nothing_that_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
