/* Relations between values: each right for itself, wrong together. */
#include "config/check.h"

#include "tests/unit/config/fixture.h"

#define A "[service a]\ncommand = x\n"
#define B "[service b]\ncommand = x\n"
#define C "[service c]\ncommand = x\n"

static void
test_times(void **state)
{
	static const struct verdict rows[] = {
	    {A "[proctor]\ndrain_delay = 8s\n", ""},
	    {A "[proctor]\ndrain_delay = 9s\n",
		"t.ini:4: drain_delay: 9s leaves nothing of grace (9s); write a shorter "
		"one, or "
		"a longer grace\n"},
	    {A "[proctor]\ngrace = 0\n", ""},
	    {A "[proctor]\ngrace = 0\ndrain_delay = 1s\n",
		"t.ini:5: drain_delay: 1s leaves nothing of grace (0s); write a shorter "
		"one, or "
		"a longer grace\n"},
	    {A "[proctor]\ngrace = 5\ndrain_delay = 20s\n",
		"t.ini:4: grace: '5' has no unit; write 5s or 5ms\n"},
	    {A "[proctor]\ndrain_delay = 5\n",
		"t.ini:4: drain_delay: '5' has no unit; write 5s or 5ms\n"},
	    {A "restart_delay = 30s\n", ""},
	    {A "restart_delay = 31s\n",
		"t.ini:3: restart_delay: restart_delay (31s) is longer than "
		"restart_delay_max "
		"(30s, its default); write a longer restart_delay_max\n"},
	    {A "restart_delay = 2s\nrestart_delay_max = 1s\n",
		"t.ini:4: restart_delay_max: restart_delay (2s) is longer than "
		"restart_delay_max (1s); write a longer restart_delay_max\n"},
	    {A "restart_delay = 40s\nrestart_delay_max = 1\n",
		"t.ini:4: restart_delay_max: '1' has no unit; write 1s or 1ms\n"},
	    {A "stop_timeout = 9s\n", ""},
	    {A "stop_timeout = 10s\n",
		"t.ini:3: warning: stop_timeout: 10s is longer than grace (9s), which "
		"ends it; "
		"write a longer grace\n"},
	    {A "instances = 3\nstop_timeout = 10s\n",
		"t.ini:4: warning: stop_timeout: 10s is longer than grace (9s), which "
		"ends it; "
		"write a longer grace\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

/* There is no line for it but the one in the environment. */
static void
test_a_drain_from_the_environment(void **state)
{
	char drain[] = "PROCTOR_DRAIN_DELAY=1m";
	char *environment[] = {drain, NULL};
	struct load_options options = {
	    .environment = environment, .world = plain_world()};
	struct loaded l = load_with(A, &options);

	(void)state;
	assert_string_equal(l.said,
	    "environment: PROCTOR_DRAIN_DELAY: 1m leaves nothing of grace (9s); "
	    "write a shorter one, or a longer grace\n");
	unload(&l);
}

static void
test_the_address_of_the_health_pages(void **state)
{
	static const struct verdict rows[] = {
	    {A "[proctor]\nhttp = 0.0.0.0:9180\n", ""},
	    {A "[proctor]\nhttp = unix:/run/a.sock\n", ""},
	    {A "[proctor]\nhttp = Off\n", ""},
	    {A "[proctor]\nhttp = localhost:80\n",
		"t.ini:4: http: the address has to be a number, such as 127.0.0.1 or "
		"[::1], or * for all\n"},
	    {A "[proctor]\nhttp = 9180\n",
		"t.ini:4: http: write ADDRESS:PORT, such as 0.0.0.0:9180, or "
		"unix:PATH\n"},
	    {A "[proctor]\nhttp = *:http\n",
		"t.ini:4: http: the port has to be a number from 1 to 65535\n"},
	    {A "[proctor]\nhttp = ::1:80\n",
		"t.ini:4: http: an IPv6 address stands in brackets: [::1]:9180\n"},
	    {A "[proctor]\nhttp = unix:a\n",
		"t.ini:4: http: the path has to begin with '/': "
		"unix:/run/app/health.sock\n"},
	};
	char http[] = "PROCTOR_HTTP=nowhere";
	char *environment[] = {http, NULL};
	struct load_options options = {
	    .environment = environment, .world = plain_world()};
	struct loaded l;

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
	l = load_with(A, &options);
	assert_string_equal(l.said,
	    "environment: PROCTOR_HTTP: write ADDRESS:PORT, such as 0.0.0.0:9180, or "
	    "unix:PATH\n");
	unload(&l);
}

static void
test_restart(void **state)
{
	static const struct verdict rows[] = {
	    {A "restart = always\n", ""},
	    {"[task a]\ncommand = x\nrestart = on-failure\n", ""},
	    {"[task a]\ncommand = x\nrestart = always\n",
		"t.ini:3: restart: a task is done when it ends with success, so it "
		"cannot be "
		"restarted always; write on-failure or never\n"},
	    {"[main a]\ncommand = x\nrestart = always\n",
		"t.ini:3: restart: a main is done when it ends with success, so it "
		"cannot be "
		"restarted always; write on-failure or never\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

static void
test_only_one(void **state)
{
	static const struct verdict rows[] = {
	    {"[main a]\ncommand = x\n[main b]\ncommand = x\n[main c]\ncommand = x\n",
		"t.ini:3: only one [main] can be the work of the container, and 'a' is "
		"it "
		"already\n"
		"t.ini:5: only one [main] can be the work of the container, and 'a' is "
		"it "
		"already\n"},
	    {"[main a]\nenabled = no\n[main b]\ncommand = x\n", ""},
	    {A "stdin = tty\n" B, ""},
	    {A "stdin = tty\n" B "stdin = tty\n",
		"t.ini:6: only one service can have the terminal, and 'a' is it "
		"already\n"},
	    {A "instances = 2\nstdin = tty\n",
		"t.ini:4: only one service can have the terminal, and 'a@1' is it "
		"already\n"},
	    {A "instances = 1\nstdin = tty\n", ""},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

static void
test_the_log_of_the_terminal(void **state)
{
	struct loaded l = load(A "stdin = tty\n");

	(void)state;
	assert_int_equal(only(&l)->log, LOG_MODE_INHERIT);
	assert_false(only(&l)->log_set);
	unload(&l);
	l = load(A "stdin = tty\nlog = prefix\n");
	assert_int_equal(only(&l)->log, LOG_MODE_PREFIX);
	assert_true(only(&l)->log_set);
	unload(&l);
}

/* [proctor] speaks for all that say nothing. */
static void
test_the_log_of_all(void **state)
{
	struct loaded l = load("[proctor]\nlog = json\nlog_overflow = drop\n"
			       "log_json_merge = yes\n" A);

	(void)state;
	assert_int_equal(l.config.log, LOG_MODE_JSON);
	assert_int_equal(only(&l)->log, LOG_MODE_JSON);
	assert_false(only(&l)->log_set);
	assert_int_equal(only(&l)->log_overflow, LOG_OVERFLOW_DROP);
	assert_true(only(&l)->log_json_merge);
	unload(&l);
	l = load("[proctor]\nlog = json\nlog_overflow = drop\nlog_json_merge = yes\n" A
		 "log = raw\nlog_overflow = wait\nlog_json_merge = no\n");
	assert_int_equal(only(&l)->log, LOG_MODE_RAW);
	assert_true(only(&l)->log_set);
	assert_int_equal(only(&l)->log_overflow, LOG_OVERFLOW_WAIT);
	assert_false(only(&l)->log_json_merge);
	unload(&l);
}

static void
test_files_to_follow(void **state)
{
	static const struct verdict rows[] = {
	    {A "tail = /var/log/a.log \"/var/log/b c\"\n", ""},
	    {A "tail = /var/log/a.log b.log\n",
		"t.ini:3: tail: 'b.log' is not an absolute path; write /.../b.log\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

static void
test_a_variable_and_a_secret(void **state)
{
	(void)state;
	assert_says(A "env.P = x\nsecret.P = /y\nsecret.Q = /z\n",
	    "t.ini:4: secret.P: env.P sets it too; write only one of them\n");
}

/* "a>b" for after, "a>b!" for requires, ":" for started. */
static char *
dependencies(struct arena *arena, const struct config *config)
{
	char *text = arena_copy(arena, "", 0);

	for (size_t i = 0; i < config->count; i++) {
		const struct service_config *s = &config->services[i];

		for (size_t j = 0; j < s->dependencies.count; j++) {
			const struct dependency *d = &s->dependencies.items[j];

			text = arena_format(arena, "%s%s>%s%s%s ", text, s->name,
			    config->services[d->service].name, d->started ? ":" : "",
			    d->required ? "!" : "");
		}
	}
	return text;
}

static void
test_dependencies(void **state)
{
	static const struct {
		const char *text;
		const char *wanted;
	} rows[] = {
	    {A B C, ""},
	    {A "after = b c\n" B C, "a>b a>c "},
	    {A "after = b\nafter = c\n" B C, "a>b a>c "},
	    {A "after = b\nrequires = c\n" B C, "a>b a>c! "},
	    {A "after = b b:started\nrequires = b:started\n" B, "a>b! "},
	    {A "after = b:started\n" B, "a>b: "},
	    {A "requires = b:started\nafter = b:started\n" B, "a>b:! "},
	    {A "after = b\n" B "after = c\n" C, "a>b b>c "},
	    {A "after = c\n" B "instances = 2\n" C "after = b\n", "a>c c>b@1 c>b@2 "},
	    {A "instances = 2\nafter = b@%i\n" B "instances = 2\n", "a@1>b@1 a@2>b@2 "},
	    {A "after = b@2:started\n" B "instances = 2\n", "a>b@2: "},
	    {A "instances = 2\nrequires = b\n" B, "a@1>b! a@2>b! "},
	    {A "after = b\n" B "enabled = no\n", ""},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct loaded l = load(rows[i].text);

		only(&l);
		assert_string_equal(dependencies(&arena, &l.config), rows[i].wanted);
		unload(&l);
	}
	arena_clear(&arena);
}

static void
test_wrong_names(void **state)
{
	static const struct verdict rows[] = {
	    {A "after = bb\n"
	       "[service bbb]\ncommand = x\n",
		"t.ini:3: after: 'bb' is no service, task or main; did you mean "
		"'bbb'?\n"},
	    {A "requires = nginx\n" B,
		"t.ini:3: requires: 'nginx' is no service, task or main; write the name "
		"of "
		"one\n"},
	    {A "after = proctor\n",
		"t.ini:3: after: 'proctor' is no service, task or main; write the name "
		"of one\n"},
	    {A "after = b:ready\n" B,
		"t.ini:3: after: 'b:ready' waits for something unknown; write NAME "
		"or NAME:started\n"},
	    {A "after = b:\n" B,
		"t.ini:3: after: 'b:' waits for something unknown; write NAME "
		"or NAME:started\n"},
	    {A "after = a\n",
		"t.ini:3: after: this is the section itself; write another one\n"},
	    {A "instances = 2\nrequires = a\n",
		"t.ini:4: requires: this is the section itself; write another one\n"},
	    {A "instances = 2\nafter = a@1\n",
		"t.ini:4: after: this is the service itself; write another one\n"},
	    {A "after = b@3\n" B "instances = 2\n",
		"t.ini:3: after: 'b@3' is no copy of 'b'; write b@1 to b@2, or b for "
		"all\n"},
	    {A "after = b@02\n" B "instances = 2\n",
		"t.ini:3: after: 'b@02' is no copy of 'b'; write b@1 to b@2, or b for "
		"all\n"},
	    {A "after = @ :started\n[proctor]\n",
		"t.ini:3: after: '@' is no service, task or main; write the name of one\n"
		"t.ini:3: after: '' is no service, task or main; write the name of "
		"one\n"},
	    {A "after = b@2 b\n" B "instances = 3\nnice = x\n",
		"t.ini:7: nice: 'x' is not a number; write one from -20 to 19\n"},
	    {A "after = b@1\n" B, "t.ini:3: after: 'b' has no copies; write b\n"},
	    {A "after = c@1\n",
		"t.ini:3: after: 'c@1' is no service, task or main; write the "
		"name of one\n"},
	    {A "requires = b@1\n" B "enabled = no\n",
		"t.ini:3: requires: 'b' is not enabled; enable it, or write after in "
		"place of "
		"requires\n"},
	    {A "requires = b\n" B "enabled = no\n",
		"t.ini:3: requires: 'b' is not enabled; enable it, or write after in "
		"place of "
		"requires\n"},
	    {A "after = x y\nrequires = z\n",
		"t.ini:3: after: 'x' is no service, task or main; write the name of one\n"
		"t.ini:3: after: 'y' is no service, task or main; write the name of one\n"
		"t.ini:4: requires: 'z' is no service, task or main; write the name of "
		"one\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

#define WAIT "services wait for each other: "
#define OUT "; take one of them out of after or requires\n"

static void
test_circles(void **state)
{
	static const struct verdict rows[] = {
	    {A "after = b\n" B "after = a\n", "t.ini:3: after: " WAIT "a -> b -> a" OUT},
	    {A "requires = b\n" B "after = c\n" C "after = a\n",
		"t.ini:3: requires: " WAIT "a -> b -> c -> a" OUT},
	    /* Not all on the path are in the circle. */
	    {A "after = b\n" B "after = c\n" C "after = b\n",
		"t.ini:6: after: " WAIT "b -> c -> b" OUT},
	    /* Two circles, from the one that stands first. */
	    {A "after = b c\n" B "after = a\n" C "requires = a\n",
		"t.ini:3: after: " WAIT "a -> b -> a" OUT "t.ini:3: after: " WAIT
		"a -> c -> a" OUT},
	    /* Two services wait for one; that is none. */
	    {A "after = b c\n" B "after = c\n" C, ""},
	    /* Copies are told as their section. */
	    {A "instances = 5\nafter = b\n" B "instances = 5\nafter = a\n",
		"t.ini:4: after: " WAIT "a -> b -> a" OUT},
	    {A "after = b:started\n" B "after = a:started\n",
		"t.ini:3: after: " WAIT "a -> b -> a" OUT},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

/* 5000 in a row, and the last closes the circle. */
static void
test_a_long_circle(void **state)
{
	enum { COUNT = 5000 };
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	struct loaded l;

	(void)state;
	for (int i = 0; i < COUNT; i++)
		fprintf(
		    out, "[service s%d]\ncommand = x\nafter = s%d\n", i, (i + 1) % COUNT);
	fclose(out);
	l = load(text);
	assert_int_equal(l.diags.errors, 1);
	assert_int_equal(l.diags.items[0].line, 3);
	unload(&l);
	free(text);
}

static void
test_too_many_dependencies(void **state)
{
	(void)state;
	assert_says(A "instances = 2000\nafter = b\n" B "instances = 2000\n",
	    "t.ini: the copies of services wait for each other in more than 1000000 "
	    "ways; "
	    "write fewer instances\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_a_drain_from_the_environment),
	    cmocka_unit_test(test_the_address_of_the_health_pages),
	    cmocka_unit_test(test_restart),
	    cmocka_unit_test(test_only_one),
	    cmocka_unit_test(test_the_log_of_the_terminal),
	    cmocka_unit_test(test_the_log_of_all),
	    cmocka_unit_test(test_files_to_follow),
	    cmocka_unit_test(test_a_variable_and_a_secret),
	    cmocka_unit_test(test_dependencies),
	    cmocka_unit_test(test_wrong_names),
	    cmocka_unit_test(test_circles),
	    cmocka_unit_test(test_a_long_circle),
	    cmocka_unit_test(test_too_many_dependencies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
