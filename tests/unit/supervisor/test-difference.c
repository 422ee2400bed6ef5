/* What another configuration changes, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/load.h"
#include "supervisor/difference.h"

static void
load(struct config *config, const char *text)
{
	static const struct load_options options = {.purpose = LOAD_TO_CHECK};
	struct diags diags = {0};

	assert_int_equal(
	    config_load_text("t.ini", text, strlen(text), &options, &diags, config), 0);
	diags_clear(&diags);
}

static void
assert_difference(const char *old_text, const char *fresh_text, const char *words)
{
	struct config old;
	struct config fresh;
	struct difference d;
	struct text t;

	load(&old, old_text);
	load(&fresh, fresh_text);
	assert_int_equal(difference_init(&d, &old, &fresh), 0);
	text_init(&t, 65536);
	difference_write(&d, &t);
	text_add_bytes(&t, "", 1);
	assert_string_equal(t.bytes, words);
	text_clear(&t);
	difference_clear(&d);
	config_free(&old);
	config_free(&fresh);
}

static void
test_the_same_is_no_difference(void **state)
{
	(void)state;
	assert_difference("[service a]\ncommand = x y\nenv.A = b\n",
	    "; moved down\n\n[service a]\nenv.A = b\ncommand = x 'y'\n", "");
}

static void
test_new_and_removed(void **state)
{
	(void)state;
	assert_difference("[service a]\ncommand = x\n[service b]\ncommand = x\n",
	    "[service c]\ncommand = x\n[service b]\ncommand = x\n",
	    "a: is removed\nc: is new\n");
}

static void
test_what_takes_a_restart(void **state)
{
	(void)state;
	assert_difference("[service a]\ncommand = x\nuser = 1\n[task b]\ncommand = x\n",
	    "[service a]\ncommand = y\nuser = 2\n[service b]\ncommand = x\n",
	    "a: restarts: command user\nb: restarts: kind\n");
}

static void
test_keys_are_named_as_they_are_written(void **state)
{
	(void)state;
	assert_difference("[service a]\nshell = x\nenv.A = 1\n[service b]\nshell = x\n",
	    "[service a]\nshell = y\nenv.A = 2\n[service b]\ncommand = x\n",
	    "a: restarts: shell env.NAME\nb: restarts: shell\n");
}

static void
test_what_does_not(void **state)
{
	(void)state;
	assert_difference("[service a]\ncommand = x\nlog = raw\n",
	    "[service a]\ncommand = x\nrestart_limit = 9/9s\nreload_signal = USR1\n",
	    "a: changes as it runs: restart_limit reload_signal log\n");
	assert_difference("[service a]\ncommand = x\nlog = null\n",
	    "[service a]\ncommand = x\n", "a: restarts: log\n");
}

static void
test_checks(void **state)
{
	(void)state;
	assert_difference("[service a]\ncommand = x\n"
			  "[check c]\nservice = a\nprobe = tcp://h:1\n",
	    "[service a]\ncommand = x\n"
	    "[check c]\nservice = a\nprobe = tcp://h:1\ninterval = 3s\n",
	    "a: changes as it runs: checks\n");
}

static void
test_proctor_itself(void **state)
{
	(void)state;
	assert_difference("[proctor]\ngrace = 5s\n[service a]\ncommand = x\n",
	    "[proctor]\nhttp = 127.0.0.1:1\n[service a]\ncommand = x\n",
	    "proctor: grace changes\n"
	    "proctor: http changes, but only when the container starts anew\n");
}

/* As proctor.ini(5), UPDATE, has it. */
static void
test_what_only_counts_at_the_start(void **state)
{
	(void)state;
	assert_difference("[service a]\ncommand = x\nlog = raw\n",
	    "[proctor]\nruntime_dir = /x\ncontrol = off\nsyslog = yes\nlog = json\n"
	    "timestamps = yes\ncontrol_group = 7\n[service a]\ncommand = x\nlog = raw\n",
	    "proctor: runtime_dir changes, but only when the container starts anew\n"
	    "proctor: control changes, but only when the container starts anew\n"
	    "proctor: control_group changes\n"
	    "proctor: log changes\n"
	    "proctor: timestamps changes\n"
	    "proctor: syslog changes, but only when the container starts anew\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_same_is_no_difference),
	    cmocka_unit_test(test_new_and_removed),
	    cmocka_unit_test(test_what_takes_a_restart),
	    cmocka_unit_test(test_keys_are_named_as_they_are_written),
	    cmocka_unit_test(test_what_does_not),
	    cmocka_unit_test(test_checks),
	    cmocka_unit_test(test_proctor_itself),
	    cmocka_unit_test(test_what_only_counts_at_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
