/* The table: complete, sound, documented; and what each type of key takes. */
#include "config/keys.h"

#include <signal.h>

#include "config/reader.h"

#include "tests/unit/config/fixture.h"

static void
test_rows_are_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < keys_count(); i++) {
		const struct key *key = keys_at(i);

		assert_true(key->sections != 0);
		assert_int_equal(key->sections &
			~(unsigned)(SECTION_ANY | SECTION_PROCTOR | SECTION_CHECK),
		    0);
		assert_int_equal(
		    key->name[strspn(key->name, "abcdefghijklmnopqrstuvwxyz_.")], '\0');
		assert_true(strlen(key->since) > 0);
		for (size_t j = 0; j < i; j++)
			if ((key->sections & keys_at(j)->sections) != 0)
				assert_string_not_equal(key->name, keys_at(j)->name);
	}
}

/* One or more full sentences, which mdoc and --explain can take as they are. */
static void
test_every_key_is_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < keys_count(); i++) {
		const char *text = keys_at(i)->text;

		assert_true(strlen(text) > 20);
		assert_int_equal(text[strlen(text) - 1], '.');
		assert_null(strstr(text, "  "));
		assert_null(strstr(text, " ."));
		assert_null(strchr(text, '\n'));
		assert_null(strchr(text, '\\'));
		assert_int_not_equal(text[0], '.');
		assert_int_not_equal(text[0], '\'');
	}
}

/* A key of [check] may have the name of one of a service, and is another one. */
static void
test_the_same_name_in_two_sections(void **state)
{
	static const char *const names[] = {"enabled", "timeout"};
	const char *suffix;

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		const struct key *task = key_find(SECTION_TASK, names[i], &suffix);
		const struct key *check = key_find(SECTION_CHECK, names[i], &suffix);

		assert_non_null(task);
		assert_non_null(check);
		assert_ptr_not_equal(task, check);
		assert_string_equal(check->name, names[i]);
	}
	assert_null(key_find(SECTION_SERVICE, "timeout", &suffix));
	assert_null(key_find(SECTION_CHECK, "command", &suffix));
}

static void *
target_of(const struct key *key, struct config *config, struct service_config *service,
    struct check_config *check)
{
	if (key->sections == SECTION_PROCTOR)
		return config;
	return key->sections == SECTION_CHECK ? (void *)check : (void *)service;
}

static void
test_every_default_is_valid(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < keys_count(); i++) {
		const struct key *key = keys_at(i);
		struct value_context context = {.arena = &arena};
		struct config config = {0};
		struct service_config service = {0};
		struct check_config check = {0};
		void *target = target_of(key, &config, &service, &check);

		key_clear(&arena, key, target);
		if (key->fallback != NULL &&
		    key_set(&context, key, "", key->fallback, target) < 0)
			fail_msg("%s: %s", key->name, context.error);
	}
	arena_clear(&arena);
}

/* As DESIGN.md, section 3, has them. */
static void
test_defaults(void **state)
{
	struct loaded l = load("[service a]\ncommand = x\n");
	const struct service_config *s = only(&l);

	(void)state;
	assert_int_equal(l.config.grace, 9 * USEC_PER_SEC);
	assert_int_equal(l.config.drain_delay, 0);
	assert_null(l.config.runtime_dir);
	assert_string_equal(l.config.termination_message, "/dev/termination-log");
	assert_int_equal(s->kind, KIND_SERVICE);
	assert_string_equal(s->file, "t.ini");
	assert_int_equal(s->line, 1);
	assert_null(s->shell);
	assert_null(s->user);
	assert_null(s->group);
	assert_null(s->directory);
	assert_int_equal(s->umask, -1);
	assert_int_equal(s->nice, INT32_MIN);
	assert_int_equal(s->oom_score_adj, INT32_MIN);
	assert_int_equal(s->identity.uid, (uid_t)-1);
	assert_int_equal(s->identity.gid, (gid_t)-1);
	assert_false(s->identity.groups_set);
	assert_int_equal(s->limits.count + s->env.count + s->secrets.count, 0);
	assert_true(s->enabled);
	assert_true(s->critical);
	assert_int_equal(s->instances, 1);
	assert_int_equal(s->instance, 0);
	assert_int_equal(s->ready.kind, READY_STARTED);
	assert_int_equal(s->ready_timeout, USEC_NEVER);
	assert_int_equal(s->watchdog, USEC_NEVER);
	assert_null(s->health.text);
	assert_int_equal(s->check_count, 0);
	assert_int_equal(l.config.check_count, 0);
	assert_null(l.config.http);
	assert_int_equal(s->restart, RESTART_NEVER);
	assert_int_equal(s->restart_delay, 250 * USEC_PER_MSEC);
	assert_int_equal(s->restart_delay_max, 30 * USEC_PER_SEC);
	assert_int_equal(s->restart_limit.count, 5);
	assert_int_equal(s->restart_limit.window, 60 * USEC_PER_SEC);
	assert_true(end_set_has_status(&s->success, 0));
	assert_false(end_set_has_status(&s->success, 1));
	assert_int_equal(s->timeout, USEC_NEVER);
	assert_int_equal(s->stop_signal, SIGTERM);
	assert_int_equal(s->stop_timeout, USEC_NEVER);
	assert_int_equal(s->stop_scope, SCOPE_PROCESS);
	assert_int_equal(s->forward.count, 0);
	assert_int_equal(s->stdin_mode, STDIN_NULL);
	assert_int_equal(s->log, LOG_MODE_PREFIX);
	assert_false(s->log_set);
	ASSERT_WORDS(&s->command, "x");
	assert_words(&s->pre_stop, (const char *const[]){NULL});
	assert_words(&s->clean, (const char *const[]){NULL});
	assert_words(&s->groups, (const char *const[]){NULL});
	assert_words(&s->after, (const char *const[]){NULL});
	assert_words(&s->requires, (const char *const[]){NULL});
	assert_words(&s->env_files, (const char *const[]){NULL});
	assert_words(&s->unset, (const char *const[]){NULL});
	assert_words(&s->sockets, (const char *const[]){NULL});
	assert_false(service_notifies(s));
	unload(&l);
}

/* The numbers are Kubernetes'. */
static void
test_defaults_of_a_check(void **state)
{
	struct loaded l = load("[service a]\ncommand = x\n"
			       "[check b]\nservice = a\nprobe = tcp://h:1\n");
	const struct check_config *c = l.config.checks;

	(void)state;
	only(&l);
	assert_int_equal(l.config.check_count, 1);
	assert_string_equal(c->name, "b");
	assert_string_equal(c->file, "t.ini");
	assert_int_equal(c->line, 3);
	assert_int_equal(c->service, 0);
	assert_int_equal(c->kind, CHECK_READINESS);
	assert_int_equal(c->interval, 10 * USEC_PER_SEC);
	assert_int_equal(c->timeout, USEC_PER_SEC);
	assert_int_equal(c->initial_delay, 0);
	assert_int_equal(c->failures, 3);
	assert_int_equal(c->successes, 1);
	assert_int_equal(c->http.headers.count, 0);
	assert_int_equal(c->http.statuses.count, 1);
	assert_int_equal(c->http.statuses.items[0].first, 200);
	assert_int_equal(c->http.statuses.items[0].last, 399);
	assert_null(c->http.body);
	unload(&l);
}

static void
test_all_of_a_check(void **state)
{
	struct loaded l = load("[main a]\ncommand = x\n"
			       "[check b]\n"
			       "service = a\n"
			       "probe = http://h:81/x?y\n"
			       "kind = liveness\n"
			       "interval = 1ms\n"
			       "timeout = 2s\n"
			       "initial_delay = 1m\n"
			       "failures = 1\n"
			       "header.Host = example.org\n"
			       "header.X-%i = \"a ; b\"\n"
			       "expect_status = 200 204-206\n"
			       "expect_status = 404\n"
			       "expect_body = \"all well\"\n");
	const struct check_config *c = l.config.checks;

	(void)state;
	only(&l);
	assert_int_equal(c->kind, CHECK_LIVENESS);
	assert_int_equal(c->probe.kind, PROBE_HTTP);
	assert_string_equal(c->probe.port, "81");
	assert_int_equal(c->interval, USEC_PER_MSEC);
	assert_int_equal(c->timeout, 2 * USEC_PER_SEC);
	assert_int_equal(c->initial_delay, 60 * USEC_PER_SEC);
	assert_int_equal(c->failures, 1);
	assert_int_equal(c->http.headers.count, 2);
	assert_string_equal(c->http.headers.items[0].name, "Host");
	assert_string_equal(c->http.headers.items[1].value, "a ; b");
	assert_int_equal(c->http.statuses.count, 3);
	assert_int_equal(c->http.statuses.items[1].last, 206);
	assert_int_equal(c->http.statuses.items[2].first, 404);
	assert_string_equal(c->http.body, "all well");
	unload(&l);
}

static void
test_kinds_of_ready(void **state)
{
	static const struct {
		const char *text;
		enum ready_kind kind;
		int fd;
		bool notifies;
	} rows[] = {
	    {"ready = started", READY_STARTED, 0, false},
	    {"ready = notify\nready_timeout = 1us", READY_NOTIFY, 0, true},
	    {"ready = fd:3\nready_timeout = none", READY_FD, 3, false},
	    {"ready = fd:1023", READY_FD, 1023, false},
	    {"ready = check\nhealth = tcp://h:1", READY_CHECK, 0, false},
	    {"watchdog = 1ms", READY_STARTED, 0, true},
	    {"ready = fd:4\nwatchdog = 5s", READY_FD, 4, true},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char text[128];
		struct loaded l;

		snprintf(
		    text, sizeof(text), "[service a]\ncommand = x\n%s\n", rows[i].text);
		l = load(text);
		assert_int_equal(only(&l)->ready.kind, rows[i].kind);
		assert_int_equal(only(&l)->ready.fd, rows[i].fd);
		assert_int_equal(service_notifies(only(&l)), rows[i].notifies);
		unload(&l);
	}
}

static void
test_a_main_is_critical(void **state)
{
	struct loaded l = load("[main a]\ncommand = x\n");

	(void)state;
	assert_int_equal(only(&l)->kind, KIND_MAIN);
	assert_true(only(&l)->critical);
	unload(&l);
}

static void
test_numbers_and_names(void **state)
{
	struct loaded l = load("[task a]\n"
			       "command = x\n"
			       "directory = \"/a b\" ; note\n"
			       "umask = 027\n"
			       "nice = -5\n"
			       "oom_score_adj = 500\n"
			       "critical = no\n"
			       "restart = on-failure\n"
			       "restart_delay = 0\n"
			       "restart_limit = none\n"
			       "timeout = 2m\n"
			       "stop_signal = sigquit\n"
			       "stop_timeout = 3s\n"
			       "stop_scope = group\n"
			       "log = raw\n");
	const struct service_config *s = only(&l);

	(void)state;
	assert_int_equal(s->kind, KIND_TASK);
	assert_string_equal(s->directory, "/a b");
	assert_int_equal(s->umask, 027);
	assert_int_equal(s->nice, -5);
	assert_int_equal(s->oom_score_adj, 500);
	assert_false(s->critical);
	assert_int_equal(s->restart, RESTART_ON_FAILURE);
	assert_int_equal(s->restart_delay, 0);
	assert_int_equal(s->restart_limit.count, RESTARTS_UNLIMITED);
	assert_int_equal(s->timeout, 120 * USEC_PER_SEC);
	assert_int_equal(s->stop_signal, SIGQUIT);
	assert_int_equal(s->stop_timeout, 3 * USEC_PER_SEC);
	assert_int_equal(s->stop_scope, SCOPE_GROUP);
	assert_int_equal(s->log, LOG_MODE_RAW);
	assert_true(s->log_set);
	unload(&l);
}

static void
test_lists(void **state)
{
	struct loaded l = load("[service a]\n"
			       "command = nginx -g \"daemon off;\" ; note\n"
			       "pre_stop = sleep 1\n"
			       "limit.nofile = 1k:2k\n"
			       "limit.core = unlimited\n"
			       "env.A = b=c # d\n"
			       "env.EMPTY =\n"
			       "env.with.dots-and-\xc3\xa4 = ' x '\n"
			       "secret.PASSWORD = /run/secrets/password\n"
			       "env_file = /etc/a '/etc/b c'\n"
			       "unset = X Y\n"
			       "success = 0 143\n"
			       "success = SIGTERM\n"
			       "forward = HUP\n"
			       "forward = USR1 RTMIN+3:QUIT\n"
			       "clean = /run/*.pid\n"
			       "clean = \"/run/a b\"\n");
	const struct service_config *s = only(&l);

	(void)state;
	ASSERT_WORDS(&s->command, "nginx", "-g", "daemon off;");
	ASSERT_WORDS(&s->pre_stop, "sleep", "1");
	assert_int_equal(s->limits.count, 2);
	assert_int_equal(s->limits.items[0].resource, RLIMIT_NOFILE);
	assert_int_equal(s->limits.items[0].value.rlim_max, 2048);
	assert_int_equal(s->limits.items[1].resource, RLIMIT_CORE);
	assert_int_equal(s->env.count, 3);
	assert_string_equal(s->env.items[0].name, "A");
	assert_string_equal(s->env.items[0].value, "b=c # d");
	assert_string_equal(s->env.items[1].value, "");
	assert_string_equal(s->env.items[2].name, "with.dots-and-\xc3\xa4");
	assert_string_equal(s->env.items[2].value, " x ");
	assert_int_equal(s->secrets.count, 1);
	assert_string_equal(s->secrets.items[0].value, "/run/secrets/password");
	ASSERT_WORDS(&s->env_files, "/etc/a", "/etc/b c");
	ASSERT_WORDS(&s->unset, "X", "Y");
	assert_true(end_set_has_status(&s->success, 143));
	assert_true(end_set_has_signal(&s->success, SIGTERM));
	assert_int_equal(s->forward.count, 3);
	assert_int_equal(s->forward.items[0].to, SIGHUP);
	assert_int_equal(s->forward.items[2].from, SIGRTMIN + 3);
	assert_int_equal(s->forward.items[2].to, SIGQUIT);
	ASSERT_WORDS(&s->clean, "/run/*.pid", "/run/a b");
	unload(&l);
}

/* What is set takes the place of a default, and is not added to it. */
static void
test_a_list_replaces_its_default(void **state)
{
	struct loaded l = load("[service a]\ncommand = x\nsuccess = 3\n");

	(void)state;
	assert_false(end_set_has_status(&only(&l)->success, 0));
	assert_true(end_set_has_status(&only(&l)->success, 3));
	unload(&l);
}

static void
test_a_shell_gets_its_text_untouched(void **state)
{
	struct loaded l = load("[service a]\nshell =  echo \"${HOME}\" ; ls 'x' # $${A} "
			       "100%i \\\n  && true \n");
	const char *text = "echo \"${HOME}\" ; ls 'x' # $${A} 100%i && true";

	(void)state;
	assert_string_equal(only(&l)->shell, text);
	ASSERT_WORDS(&only(&l)->command, "/bin/sh", "-c", text);
	unload(&l);
}

static void
test_words_are_split_before_they_are_filled_in(void **state)
{
	char a[] = "A=x 'y\" ; z";
	char none[] = "NONE=";
	char *environment[] = {a, none, NULL};
	struct load_options options = {
	    .environment = environment, .world = plain_world()};
	struct loaded l =
	    load_with("[service a]\n"
		      "command = echo ${A} \"<${A}>\" ${NONE} \\${A} '${A}'\n"
		      "env.A = ${A}\n"
		      "env.B = '${A}'\n"
		      "env.C = \"\\${A}\"\n"
		      "unset = ${NONE:-X Y}\n",
		&options);
	const struct service_config *s = only(&l);

	(void)state;
	ASSERT_WORDS(
	    &s->command, "echo", "x 'y\" ; z", "<x 'y\" ; z>", "", "${A}", "x 'y\" ; z");
	assert_string_equal(s->env.items[0].value, "x 'y\" ; z");
	assert_string_equal(s->env.items[1].value, "x 'y\" ; z");
	assert_string_equal(s->env.items[2].value, "${A}");
	ASSERT_WORDS(&s->unset, "X", "Y");
	unload(&l);
}

#define IN_SERVICE(line) "[service a]\ncommand = x\n" line "\n"
#define IN_CHECK(line)                                                                   \
	"[service a]\ncommand = x\n[check b]\nservice = a\nprobe = http://h\n" line "\n"
#define IN_TASK(line) "[task a]\ncommand = x\n" line "\n"

static void
test_wrong_values(void **state)
{
	static const struct verdict rows[] = {
	    {IN_SERVICE("umask = 888"),
		"t.ini:3: umask: '888' is not an octal number; write one such as 022\n"},
	    {IN_SERVICE("nice = 20"),
		"t.ini:3: nice: '20' is out of range; write a number from -20 to 19\n"},
	    {IN_SERVICE("enabled = perhaps"),
		"t.ini:3: enabled: 'perhaps' is neither yes nor no; write one of them\n"},
	    {IN_SERVICE("instances = 0"),
		"t.ini:3: instances: '0' is out of range; write a number from 1 to "
		"10000; or "
		"write cpus\n"},
	    {IN_SERVICE("instances = many"),
		"t.ini:3: instances: 'many' is not a number; write one from 1 to 10000; "
		"or "
		"write cpus\n"},
	    {IN_SERVICE("restart = allways"),
		"t.ini:3: restart: 'allways' is not known here; did you mean "
		"'always'?\n"},
	    {IN_SERVICE("restart = x"),
		"t.ini:3: restart: 'x' is not known here; write never, on-failure or "
		"always\n"},
	    {IN_SERVICE("ready = maybe"),
		"t.ini:3: ready: 'maybe' is not known here; write started, notify, check "
		"or fd:N\n"},
	    {IN_SERVICE("ready = fd:2"),
		"t.ini:3: ready: '2' is out of range; write a number from 3 to 1023\n"},
	    {IN_SERVICE("ready = fd:"),
		"t.ini:3: ready: '' is not a number; write one from 3 to 1023\n"},
	    {IN_SERVICE("ready = notify\nready_timeout = 0"),
		"t.ini:4: ready_timeout: '0' is too short; write at least 1us\n"},
	    {IN_SERVICE("watchdog = 999us"),
		"t.ini:3: watchdog: '999us' is too short; write at least 1ms\n"},
	    {IN_SERVICE("health = h:80"),
		"t.ini:3: health: 'h:80' is not a probe; write http://HOST:PORT/PATH, "
		"https://..., tcp://HOST:PORT, unix:///PATH, grpc://HOST:PORT/SERVICE, "
		"file:///PATH or exec: COMMAND\n"},
	    {IN_SERVICE("sockets ="),
		"t.ini:3: sockets: has no value; write one, or leave the line out\n"},
	    {IN_CHECK("kind = livenes"),
		"t.ini:6: kind: 'livenes' is not known here; did you mean 'liveness'?\n"},
	    {IN_CHECK("kind = dead"),
		"t.ini:6: kind: 'dead' is not known here; write readiness, liveness or "
		"startup\n"},
	    {IN_CHECK("interval = 0"),
		"t.ini:6: interval: '0' is too short; write at least 1ms\n"},
	    {IN_CHECK("interval = 5"),
		"t.ini:6: interval: '5' has no unit; write 5s or 5ms\n"},
	    {IN_CHECK("timeout = 2d"),
		"t.ini:6: timeout: '2d' is too long; write at most 1d\n"},
	    {IN_CHECK("initial_delay = none"),
		"t.ini:6: initial_delay: 'none' is not a duration; write a whole number "
		"with ms, s, m, h or d, such as 250ms or 5s\n"},
	    {IN_CHECK("failures = 0"),
		"t.ini:6: failures: '0' is out of range; write a number from 1 to "
		"1000000\n"},
	    {IN_CHECK("successes = x"),
		"t.ini:6: successes: 'x' is not a number; write one from 1 to 1000000\n"},
	    {IN_CHECK("header. = x"),
		"t.ini:6: header.: a name is missing; write header.NAME\n"},
	    {IN_CHECK("expect_body ="),
		"t.ini:6: expect_body: has no value; write one, or leave the line out\n"},
	    {IN_SERVICE("log = xml"),
		"t.ini:3: log: 'xml' is not known here; write prefix, json, raw, "
		"inherit, "
		"null or journal\n"},
	    {IN_SERVICE("log_overflow = lose"),
		"t.ini:3: log_overflow: 'lose' is not known here; write wait or drop\n"},
	    {IN_SERVICE("stdin = console"),
		"t.ini:3: stdin: 'console' is not known here; write null or tty\n"},
	    {IN_SERVICE("stop_scope = all"),
		"t.ini:3: stop_scope: 'all' is not known here; write process or group\n"},
	    {IN_SERVICE("restart_delay = 25h"),
		"t.ini:3: restart_delay: '25h' is too long; write at most 1d\n"},
	    {IN_TASK("timeout = 0"),
		"t.ini:3: timeout: '0' is too short; write at least 1us\n"},
	    {IN_SERVICE("restart_delay = none"),
		"t.ini:3: restart_delay: 'none'"
		" is not a duration; write a whole number "
		"with ms, s, m, h or d, such as 250ms or 5s\n"},
	    {IN_SERVICE("restart_limit = 5"),
		"t.ini:3: restart_limit: '5' is not a restart limit; write COUNT/TIME "
		"such as "
		"5/60s, or none\n"},
	    {IN_SERVICE("success = 0 256"),
		"t.ini:3: success: '256' is out of range; write a number from 0 to "
		"255\n"},
	    {IN_SERVICE("stop_signal = TREM"),
		"t.ini:3: stop_signal: 'TREM' is not a signal; did you mean TERM?\n"},
	    {IN_SERVICE("forward = HUP KILL"),
		"t.ini:3: forward: SIGKILL cannot be passed on; write another signal\n"},
	    {IN_SERVICE("forward = HUP:"),
		"t.ini:3: forward: '' is not a signal; write a name such as TERM or "
		"RTMIN+3, "
		"or a number from 1 to 64\n"},
	    {IN_SERVICE("forward = X"),
		"t.ini:3: forward: 'X' is not a signal; write a name such as TERM or "
		"RTMIN+3, "
		"or a number from 1 to 64\n"},
	    {IN_SERVICE("forward = HUP HUP:USR1"),
		"t.ini:3: forward: SIGHUP is passed on twice; write it once\n"},
	    {IN_SERVICE("limit.nofiles = 1"),
		"t.ini:3: limit.nofiles: 'nofiles' is not a resource; did you mean "
		"'nofile'?\n"},
	    {IN_SERVICE("limit.nofile = x"),
		"t.ini:3: limit.nofile: 'x' is not a limit; write a whole number, alone "
		"or with "
		"k, m or g, or unlimited\n"},
	    {IN_SERVICE("env. = x"),
		"t.ini:3: env.: a name is missing; write env.NAME\n"},
	    {IN_SERVICE("env.A B = x"),
		"t.ini:3: env.A B: 'A B' is not the name of a variable; write one "
		"without "
		"blanks\n"},
	    {IN_SERVICE("secret.A ="),
		"t.ini:3: secret.A: has no value; write one, or leave the line out\n"},
	    {IN_SERVICE("user ="),
		"t.ini:3: user: has no value; write one, or leave the line out\n"},
	    {IN_SERVICE("user = ; nobody"),
		"t.ini:3: user: has no value; write one, or leave the line out\n"},
	    {IN_SERVICE("nice ="),
		"t.ini:3: nice: has no value; write one, or leave the line out\n"},
	    {IN_SERVICE("success ="),
		"t.ini:3: success: has no value; write one, or leave the line out\n"},
	    {IN_SERVICE("user = ${NOBODY}"),
		"t.ini:3: user: NOBODY is not set in the environment; set it, or write "
		"${NOBODY:-default}\n"},
	    {"[service a]\ncommand =\n",
		"t.ini:2: command: has no value; write one, or leave the line out\n"},
	    {"[service a]\nshell =\n",
		"t.ini:2: shell: has no value; write one, or leave the line out\n"},
	    {"[service a]\ncommand = ''\n",
		"t.ini:2: command: the name of the program is empty; write one\n"},
	    {"[service a]\ncommand = x # y\n",
		"t.ini:2: command: '# y' is not a comment here; write ; in front of a "
		"comment, "
		"or quote the word\n"},
	    {"[service a]\ncommand = it's\n",
		"t.ini:2: command: the quote in ''s' never closes; write \\' for a "
		"literal "
		"one\n"},
	    {"[service a]\ncommand = x ${\n",
		"t.ini:2: command: '${' is not understood; write ${NAME}, "
		"${NAME:-default} or "
		"${NAME:?message}, or $${ for a literal ${\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

static void
test_what_may_be_empty(void **state)
{
	(void)state;
	assert_says(IN_SERVICE("after =\nrequires=\ngroups = ; none\nunset =\nforward =\n"
			       "clean =\nenv_file =\npre_stop =\nenv.A ="),
	    "");
}

static void
test_none_takes_a_time_back(void **state)
{
	struct loaded l = load(IN_TASK("timeout = none\nstop_timeout = None"));

	(void)state;
	assert_int_equal(only(&l)->timeout, USEC_NEVER);
	assert_int_equal(only(&l)->stop_timeout, USEC_NEVER);
	unload(&l);
}

static void
test_a_message_can_be_off(void **state)
{
	struct loaded l = load(
	    "[proctor]\ntermination_message = off\nruntime_dir = /x\n" IN_SERVICE(""));

	(void)state;
	only(&l);
	assert_null(l.config.termination_message);
	assert_string_equal(l.config.runtime_dir, "/x");
	unload(&l);
}

static void
test_unknown_keys(void **state)
{
	static const struct verdict rows[] = {
	    {IN_SERVICE("comand = x"),
		"t.ini:3: unknown key 'comand'; did you mean 'command'?\n"},
	    {IN_SERVICE("stop-signal = x"),
		"t.ini:3: unknown key 'stop-signal'; did you mean 'stop_signal'?\n"},
	    {IN_SERVICE("Restart = x"),
		"t.ini:3: unknown key 'Restart'; did you mean 'restart'?\n"},
	    {IN_SERVICE("autostart = x"), "t.ini:3: unknown key 'autostart'\n"},
	    {IN_SERVICE("env = x"),
		"t.ini:3: unknown key 'env'; did you mean 'env.NAME'?\n"},
	    {IN_SERVICE("limits.nofile = 1"),
		"t.ini:3: unknown key 'limits.nofile'; did you mean 'limit.NAME'?\n"},
	    {IN_SERVICE("timeout = 1s"),
		"t.ini:3: 'timeout' is a key of [task] and [check], not of [service]\n"},
	    {IN_SERVICE("interval = 1s"),
		"t.ini:3: 'interval' is a key of [check], not of [service]\n"},
	    {IN_TASK("watchdog = 1s"),
		"t.ini:3: 'watchdog' is a key of [service] and [main], not of [task]\n"},
	    {IN_CHECK("command = x"),
		"t.ini:6: 'command' is a key of [service], [task] and [main], not of "
		"[check]\n"},
	    {IN_CHECK("intervall = 1s"),
		"t.ini:6: unknown key 'intervall'; did you mean 'interval'?\n"},
	    {IN_CHECK("headers.A = 1"),
		"t.ini:6: unknown key 'headers.A'; did you mean 'header.NAME'?\n"},
	    {IN_SERVICE("grace = 1s"),
		"t.ini:3: 'grace' is a key of [proctor], not of [service]\n"},
	    {"[proctor]\ncommand = x\n" IN_SERVICE(""),
		"t.ini:2: 'command' is a key of [service], [task] and [main], not of "
		"[proctor]\n"},
	    {"[main a]\ncommand = x\ninstances = 2\n",
		"t.ini:3: 'instances' is a key of [service] and [task], not of [main]\n"},
	    /* What was meant to be the command is not missed as well. */
	    {"[service a]\ncmomand = x\n",
		"t.ini:2: unknown key 'cmomand'; did you mean 'command'?\n"},
	    {"[service a]\nshel = x\n",
		"t.ini:2: unknown key 'shel'; did you mean 'shell'?\n"},
	    {"[service a]\nuesr = x\n",
		"t.ini:1: [service a] has no command; write command = PROGRAM "
		"ARGUMENT..., or "
		"shell = TEXT\n"
		"t.ini:2: unknown key 'uesr'; did you mean 'user'?\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

/* The seed of the fuzzer is made from the table, and has to be made again. */
static void
test_the_seed_has_every_key(void **state)
{
	struct arena arena = {0};
	struct diags diags = {0};
	char *text = NULL;
	size_t length = 0;
	struct loaded l;

	(void)state;
	assert_int_equal(reader_read(&arena, &diags,
			     "tests/fuzz/corpus/config/every-key.ini", &text, &length),
	    0);
	for (size_t i = 0; i < keys_count(); i++) {
		const char *section = keys_at(i)->sections == SECTION_CHECK
		    ? strstr(text, "[check ")
		    : text;
		char *start = arena_format(&arena, "\n%s%s", keys_at(i)->name,
		    key_is_family(keys_at(i)) ? "" : " = ");

		assert_non_null(section);
		assert_non_null(strstr(section, start));
	}
	l = load(text);
	only(&l);
	unload(&l);
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows_are_sound),
	    cmocka_unit_test(test_every_key_is_documented),
	    cmocka_unit_test(test_the_same_name_in_two_sections),
	    cmocka_unit_test(test_every_default_is_valid),
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_defaults_of_a_check),
	    cmocka_unit_test(test_all_of_a_check),
	    cmocka_unit_test(test_kinds_of_ready),
	    cmocka_unit_test(test_a_main_is_critical),
	    cmocka_unit_test(test_numbers_and_names),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_a_list_replaces_its_default),
	    cmocka_unit_test(test_a_shell_gets_its_text_untouched),
	    cmocka_unit_test(test_words_are_split_before_they_are_filled_in),
	    cmocka_unit_test(test_wrong_values),
	    cmocka_unit_test(test_what_may_be_empty),
	    cmocka_unit_test(test_none_takes_a_time_back),
	    cmocka_unit_test(test_a_message_can_be_off),
	    cmocka_unit_test(test_unknown_keys),
	    cmocka_unit_test(test_the_seed_has_every_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
