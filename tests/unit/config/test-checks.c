/* From [check] sections and health = PROBE to the checks of each service. */
#include "config/checks.h"

#include <errno.h>

#include "tests/unit/config/fixture.h"

#define WEB "[service web]\ncommand = x\n"
#define DB "[main db]\ncommand = x\n"
#define COPIES "[service web]\ncommand = x\ninstances = 3\n"
#define PROBE "probe = tcp://h:1\n"

/* "web: a web/health; db:" */
static char *
checks_of_services(struct arena *arena, const struct config *config)
{
	char *text = arena_copy(arena, "", 0);

	for (size_t i = 0; i < config->count; i++) {
		const struct service_config *s = &config->services[i];

		text = arena_format(
		    arena, "%s%s%s:", text, *text != '\0' ? "; " : "", s->name);
		for (size_t j = 0; j < s->check_count; j++) {
			const struct check_config *c =
			    &config->checks[s->first_check + j];

			assert_int_equal(c->service, i);
			text = arena_format(arena, "%s %s", text, c->name);
		}
	}
	return text;
}

static void
test_whose_they_are(void **state)
{
	static const struct {
		const char *text;
		const char *wanted;
	} rows[] = {
	    {WEB, "web:"},
	    {WEB "[check a]\nservice = web\n" PROBE, "web: a"},
	    {"[check a]\nservice = web\n" PROBE WEB, "web: a"},
	    {WEB "[check web]\nservice = web\n" PROBE, "web: web"},
	    /* Those of one service lie together, in the order they are written. */
	    {WEB DB "[check a]\nservice = db\n" PROBE "[check b]\nservice = web\n" PROBE
		    "[check c]\nservice = db\n" PROBE,
		"web: b; db: a c"},
	    {WEB "health = tcp://h:1\n" DB "[check a]\nservice = web\n" PROBE,
		"web: a web/health; db:"},
	    {COPIES "health = tcp://h:1\n",
		"web@1: web@1/health; web@2: web@2/health; web@3: web@3/health"},
	    {COPIES "[check a]\nservice = web\n" PROBE,
		"web@1: a@1; web@2: a@2; web@3: a@3"},
	    {COPIES "[check a]\nservice = web@2\n" PROBE, "web@1:; web@2: a@2; web@3:"},
	    {WEB "[check a]\nenabled = no\nservice = nobody\ninterval = 5\n", "web:"},
	    {WEB "[service db]\nenabled = no\n[check a]\nservice = db\nprobe = ${NOT}\n",
		"web:"},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct loaded l = load(rows[i].text);

		only(&l);
		assert_string_equal(
		    checks_of_services(&arena, &l.config), rows[i].wanted);
		unload(&l);
	}
	arena_clear(&arena);
}

/* Also in a value that would not be one without it. */
static void
test_the_number_of_a_copy(void **state)
{
	struct loaded l =
	    load(COPIES "[check a]\nservice = web\nprobe = tcp://h:808%i\n");

	(void)state;
	only(&l);
	assert_string_equal(l.config.checks[0].probe.port, "8081");
	assert_string_equal(l.config.checks[2].probe.port, "8083");
	unload(&l);
	l = load(COPIES "health = http://h/%i\n");
	only(&l);
	assert_string_equal(l.config.checks[1].probe.path, "/2");
	unload(&l);
}

static void
test_the_short_form(void **state)
{
	struct loaded l = load(WEB "health = http://h:1/x\n");
	const struct check_config *c = l.config.checks;

	(void)state;
	only(&l);
	assert_int_equal(c->kind, CHECK_READINESS);
	assert_string_equal(c->probe.text, "http://h:1/x");
	assert_string_equal(c->service_name, "web");
	assert_int_equal(c->interval, 10 * USEC_PER_SEC);
	assert_int_equal(c->failures, 3);
	assert_int_equal(c->http.statuses.count, 1);
	assert_int_equal(c->line, 1);
	unload(&l);
}

#define ONLY_HTTP ": only an http or https probe has that; take it out\n"

static void
test_what_is_wrong(void **state)
{
	static const struct verdict rows[] = {
	    {WEB "[check a]\nservice = web\n",
		"t.ini:3: [check a] has no probe; write probe = http://HOST:PORT/PATH, "
		"say\n"},
	    {WEB "[check a]\n" PROBE,
		"t.ini:3: [check a] has no service; write service = NAME\n"},
	    {WEB "[check a]\n",
		"t.ini:3: [check a] has no service; write service = NAME\n"
		"t.ini:3: [check a] has no probe; write probe = http://HOST:PORT/PATH, "
		"say\n"},
	    {WEB "[check a]\nservice =\n" PROBE,
		"t.ini:4: service: has no value; write one, or leave the line out\n"},
	    {"[task web]\ncommand = x\n[check a]\nservice = web\n" PROBE,
		"t.ini:4: service: a task has no health; write the name of a service\n"},
	    {WEB "[check a]\nservice = web\n" PROBE "kind = startup\nsuccesses = 2\n",
		"t.ini:7: successes: one success is enough for a liveness or startup "
		"check; take it out\n"},
	    {WEB "[check a]\nservice = web\n" PROBE "kind = liveness\nsuccesses = 2\n",
		"t.ini:7: successes: one success is enough for a liveness or startup "
		"check; take it out\n"},
	    {WEB "[check a]\nservice = web\n" PROBE "successes = 2\n", ""},
	    {WEB "[check a]\nservice = web\nprobe = https://h\nexpect_body = x\n", ""},
	    {WEB "[check a]\nservice = web\n" PROBE
		 "header.A = 1\nheader.B = 2\nexpect_status = 200\nexpect_body = x\n",
		"t.ini:6: header.A" ONLY_HTTP "t.ini:7: header.B" ONLY_HTTP
		"t.ini:8: expect_status" ONLY_HTTP "t.ini:9: expect_body" ONLY_HTTP},
	    /* Of copies it is told once, and so is what else is wrong. */
	    {COPIES "[check a]\nservice = web\n" PROBE "interval = 5\nfailures = 0\n",
		"t.ini:7: interval: '5' has no unit; write 5s or 5ms\n"
		"t.ini:8: failures: '0' is out of range; write a number from 1 to "
		"1000000\n"},
	    {WEB "[check a]\nservice = wbe\ninterval = 5\n",
		"t.ini:3: [check a] has no probe; write probe = http://HOST:PORT/PATH, "
		"say\n"
		"t.ini:4: service: 'wbe' is no service, task or main; did you mean "
		"'web'?\n"
		"t.ini:5: interval: '5' has no unit; write 5s or 5ms\n"},
	    {WEB "[check a]\nservice = wbe\nprobe = tcp://h:808%i\n",
		"t.ini:4: service: 'wbe' is no service, task or main; did you mean "
		"'web'?\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

static void
test_names_of_services(void **state)
{
	static const struct verdict rows[] = {
	    {WEB "[check a]\n" PROBE "service = nginx\n",
		"t.ini:5: service: 'nginx' is no service, task or main; write the name "
		"of one\n"},
	    {WEB "[check a]\n" PROBE "service = a\n",
		"t.ini:5: service: 'a' is no service, task or main; write the name of "
		"one\n"},
	    {WEB "[check a]\n" PROBE "service = web@1\n",
		"t.ini:5: service: 'web' has no copies; write web\n"},
	    {COPIES "[check a]\n" PROBE "service = web@4\n",
		"t.ini:6: service: 'web@4' is no copy of 'web'; write web@1 to web@3, or "
		"web for all\n"},
	    {COPIES "[check a]\n" PROBE "service = web@\n",
		"t.ini:6: service: 'web@' is no copy of 'web'; write web@1 to web@3, or "
		"web for all\n"},
	    {COPIES "[check a]\n" PROBE "service = web@+1\n",
		"t.ini:6: service: 'web@+1' is no copy of 'web'; write web@1 to web@3, "
		"or web for all\n"},
	    {WEB "[check a]\n" PROBE "service = web web\n",
		"t.ini:5: service: 'web web' is no service, task or main; write the name "
		"of "
		"one\n"},
	    /* What is wrong with it has been said. */
	    {WEB "[service b@]\ncommand = x\n[check a]\n" PROBE "service = b@\n",
		"t.ini:3: 'b@' cannot be a name; write letters, digits and . _ -\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

static const char *
lacks_grpc(enum probe_kind kind)
{
	return kind == PROBE_GRPC ? "this proctor has no grpc" : NULL;
}

static void
test_a_kind_that_this_build_lacks(void **state)
{
	struct load_options options = {.world = plain_world(), .probe_lacks = lacks_grpc};
	struct loaded l = load_with(WEB "health = grpc://h:1\n"
					"[check a]\nservice = web\nprobe = grpc://h:1/s\n"
					"[check b]\nservice = web\n" PROBE,
	    &options);

	(void)state;
	assert_string_equal(l.said,
	    "t.ini:3: health: this proctor has no grpc\n"
	    "t.ini:6: probe: this proctor has no grpc\n");
	unload(&l);
}

#define NO_GATE                                                                          \
	"t.ini:3: ready: no check says when it is ready; write a [check] with service "  \
	"= its name, or health = PROBE\n"

static void
test_readiness(void **state)
{
	static const struct verdict rows[] = {
	    {WEB "ready = check\n", NO_GATE},
	    {WEB "ready = check\n[check a]\nservice = web\nkind = liveness\n" PROBE,
		NO_GATE},
	    {WEB "ready = check\n" DB "health = tcp://h:1\n", NO_GATE},
	    {WEB "ready = check\n[check a]\nservice = web\nkind = startup\n" PROBE, ""},
	    {WEB "ready = check\n[check a]\nservice = web\n" PROBE, ""},
	    {WEB "ready = check\nhealth = exec: true\n", ""},
	    {WEB "ready_timeout = 5s\n",
		"t.ini:3: ready_timeout: with ready = started it is ready at once; write "
		"ready = notify, fd:N or check\n"},
	    {WEB "ready = fd:3\nready_timeout = 5s\n", ""},
	    {WEB "ready_timeout = none\n", ""},
	    {WEB "ready = fd:3\nsockets = http\n",
		"t.ini:4: sockets: with ready = fd:N its descriptors could be the same; "
		"write ready = notify\n"},
	    {WEB "ready = notify\nsockets = http https\n", ""},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

#define FOR_EVER                                                                         \
	" to be found out of order is restarted for ever, since 6 restarts never come "  \
	"to pass in 1m; write restart_limit = 5/"
#define LIVE "[check a]\nservice = web\nkind = liveness\n" PROBE

/* Restarts that are too slow for the budget would never end the container. */
static void
test_a_budget_that_is_never_spent(void **state)
{
	static const struct verdict rows[] = {
	    {WEB "restart = always\n" LIVE,
		"t.ini:1: warning: restart_limit: what takes 20s" FOR_EVER "5m\n"},
	    {WEB "restart = always\n" LIVE "failures = 1\ninitial_delay = 10s\n",
		"t.ini:1: warning: restart_limit: what takes 10s" FOR_EVER "4m\n"},
	    {WEB "restart = always\nready = notify\nready_timeout = 1m\n",
		"t.ini:1: warning: restart_limit: what takes 1m" FOR_EVER "9m\n"},
	    {WEB "restart = on-failure\nrestart_limit = 5/60s\n" LIVE
		 "interval = 1d\nfailures = 1000000\n",
		"t.ini:4: warning: restart_limit: what takes 365d" FOR_EVER "3153603m\n"},
	    {WEB "restart = always\n" LIVE "failures = 1\ninitial_delay = 9s\n", ""},
	    {WEB "restart = always\nrestart_limit = 5/5m\n" LIVE, ""},
	    {WEB "restart = always\nrestart_limit = none\n" LIVE, ""},
	    {WEB "restart = always\nrestart_limit = 0/1s\n" LIVE, ""},
	    {WEB LIVE, ""},
	    {WEB "restart = always\n[check a]\nservice = web\n" PROBE, ""},
	    /* What is wrong comes first. */
	    {WEB "restart = always\n" LIVE "interval = 5\n",
		"t.ini:8: interval: '5' has no unit; write 5s or 5ms\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

static void
test_too_many_checks(void **state)
{
	(void)state;
	assert_says("[service web]\ncommand = x\ninstances = 6000\n"
		    "[check a]\nservice = web\n" PROBE "[check b]\nservice = web\n" PROBE,
	    "t.ini: these are 12000 checks; write at most 10000\n");
}

static void
test_a_check_in_drop_ins(void **state)
{
	struct arena arena = {0};
	char *path = write_file(&arena, "p.ini",
	    WEB "[check a]\nservice = web\n" PROBE "header.A = 1\nexpect_status = 1\n");
	struct loaded l;

	(void)state;
	assert_int_equal(mkdir(in_folder(&arena, "p.ini.d"), 0700), 0);
	write_file(&arena, "p.ini.d/10-a.ini",
	    "[check a]\nprobe = http://h\nexpect_status = 201\ninterval = 1s\n");
	l = load_file(path, NULL);
	only(&l);
	assert_int_equal(l.config.checks[0].probe.kind, PROBE_HTTP);
	assert_int_equal(l.config.checks[0].interval, USEC_PER_SEC);
	assert_int_equal(l.config.checks[0].http.headers.count, 1);
	assert_int_equal(l.config.checks[0].http.statuses.items[0].first, 201);
	assert_string_equal(l.config.checks[0].file, path);
	unload(&l);
	write_file(&arena, "p.ini.d/20-b.ini", "[check a]\nenabled = no\n");
	l = load_file(path, NULL);
	only(&l);
	assert_int_equal(l.config.check_count, 0);
	unload(&l);
	remove_folder();
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whose_they_are),
	    cmocka_unit_test(test_the_number_of_a_copy),
	    cmocka_unit_test(test_the_short_form),
	    cmocka_unit_test(test_what_is_wrong),
	    cmocka_unit_test(test_names_of_services),
	    cmocka_unit_test(test_a_kind_that_this_build_lacks),
	    cmocka_unit_test(test_readiness),
	    cmocka_unit_test(test_a_budget_that_is_never_spent),
	    cmocka_unit_test(test_too_many_checks),
	    cmocka_unit_test(test_a_check_in_drop_ins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
