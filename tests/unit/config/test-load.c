/* Files over files, the environment, copies, and what is not enabled. */
#include "config/load.h"

#include "tests/unit/config/fixture.h"

#include <errno.h>

/* Main file and drop-ins; NULL leaves one out. */
static char *
write_files(struct arena *arena, const char *text, const char *first, const char *second)
{
	char *path = write_file(arena, "p.ini", text);

	assert_int_equal(mkdir(in_folder(arena, "p.ini.d"), 0700), 0);
	if (second != NULL)
		write_file(arena, "p.ini.d/20-b.ini", second);
	if (first != NULL)
		write_file(arena, "p.ini.d/10-a.ini", first);
	return path;
}

#define BASE                                                                             \
	"[service web]\n"                                                                \
	"command = nginx\n"                                                              \
	"user = 1\n"                                                                     \
	"unset = A\n"                                                                    \
	"unset = B\n"                                                                    \
	"env.X = base\n"                                                                 \
	"env.Y = base\n"

static void
test_a_drop_in_overrides_key_by_key(void **state)
{
	struct arena arena = {0};
	char *path = write_files(&arena, BASE,
	    "[service web]\nuser = 2\nunset = C\nenv.X = a\n[task init]\ncommand = "
	    "first\n",
	    "[service web]\nuser = 3\nunset = D\nunset = E\n[proctor]\ngrace = 4s\n");
	struct loaded l = load_file(path, NULL);
	const struct service_config *web = service_named(&l, "web");

	(void)state;
	assert_int_equal(l.config.grace, 4 * USEC_PER_SEC);
	assert_int_equal(l.config.count, 2);
	assert_string_equal(l.config.services[0].name, "web");
	assert_string_equal(web->file, path);
	ASSERT_WORDS(&web->command, "nginx");
	assert_string_equal(web->user, "3");
	ASSERT_WORDS(&web->unset, "D", "E");
	assert_int_equal(web->env.count, 2);
	assert_string_equal(web->env.items[0].value, "a");
	assert_string_equal(web->env.items[1].value, "base");
	assert_string_equal(
	    service_named(&l, "init")->file, arena_format(&arena, "%s.d/10-a.ini", path));
	unload(&l);
	remove_folder();
	arena_clear(&arena);
}

/* What is overridden need not even be right. */
static void
test_an_overridden_value_is_not_looked_at(void **state)
{
	struct arena arena = {0};
	char *path = write_files(&arena, BASE "nice = much\ngroup = ${NOT_SET}\n",
	    "[service web]\nnice = 1\ngroup = 1\n", NULL);
	struct loaded l = load_file(path, NULL);

	(void)state;
	assert_int_equal(only(&l)->nice, 1);
	unload(&l);
	remove_folder();
	arena_clear(&arena);
}

static void
test_shell_and_command(void **state)
{
	struct arena arena = {0};
	char *path =
	    write_files(&arena, BASE, "[service web]\nshell = exec nginx\n", NULL);
	struct loaded l = load_file(path, NULL);

	(void)state;
	ASSERT_WORDS(&only(&l)->command, "/bin/sh", "-c", "exec nginx");
	unload(&l);
	write_file(&arena, "p.ini.d/20-b.ini", "[service web]\ncommand = again\n");
	l = load_file(path, NULL);
	ASSERT_WORDS(&only(&l)->command, "again");
	assert_null(only(&l)->shell);
	unload(&l);
	remove_folder();
	arena_clear(&arena);
	assert_says("[service a]\ncommand = x\nshell = y\n",
	    "t.ini:3: shell: command is there too; write only one of them\n");
	assert_says("[service a]\n[task b]\nuser = 1\n[main c]\n",
	    "t.ini:1: [service a] has no command; write command = PROGRAM ARGUMENT..., "
	    "or "
	    "shell = TEXT\n"
	    "t.ini:2: [task b] has no command; write command = PROGRAM ARGUMENT..., or "
	    "shell "
	    "= TEXT\n"
	    "t.ini:4: [main c] has no command; write command = PROGRAM ARGUMENT..., or "
	    "shell "
	    "= TEXT\n");
}

static void
test_errors_name_their_file(void **state)
{
	struct arena arena = {0};
	char *path = write_files(&arena, BASE "nice = x\n",
	    "\n[service web]\nuser = 2\nuser = 3\n",
	    "[task web]\ncommand = y\numask = 9\n");
	struct loaded l = load_file(path, NULL);

	(void)state;
	assert_int_equal(l.result, -22);
	assert_string_equal(l.said,
	    arena_format(&arena,
		"%s:8: nice: 'x' is not a number; write one from -20 to 19\n"
		"%s.d/10-a.ini:4: user is in this section twice, first in line 3; write "
		"it "
		"once\n"
		"%s.d/20-b.ini:1: the name is taken by [service web] in %s:1; write "
		"another "
		"one\n"
		"%s.d/20-b.ini:3: umask: '9' is not an octal number; write one such as "
		"022\n",
		path, path, path, path, path));
	unload(&l);
	remove_folder();
	arena_clear(&arena);
}

static void
test_a_section_twice_in_a_drop_in(void **state)
{
	struct arena arena = {0};
	char *path = write_files(
	    &arena, BASE, "\n[service web]\nuser = 2\n[service web]\ngroup = 3\n", NULL);
	struct loaded l = load_file(path, NULL);

	(void)state;
	assert_string_equal(l.said,
	    arena_format(&arena,
		"%s.d/10-a.ini:4: [service web] is in this file twice, first in line 2; "
		"write its "
		"keys there\n",
		path));
	unload(&l);
	remove_folder();
	arena_clear(&arena);
}

static void
test_which_files_are_drop_ins(void **state)
{
	static const char *const others[] = {
	    "a.ini~", "b.ini.bak", ".hidden.ini", ".ini", "ini", "README"};
	struct arena arena = {0};
	char *path = write_files(&arena, BASE, NULL, NULL);
	struct loaded l;

	(void)state;
	for (size_t i = 0; i < LENGTH(others); i++)
		write_file(
		    &arena, arena_format(&arena, "p.ini.d/%s", others[i]), "not for us");
	l = load_file(path, NULL);
	only(&l);
	unload(&l);
	assert_int_equal(mkdir(in_folder(&arena, "p.ini.d/x.ini"), 0700), 0);
	l = load_file(path, NULL);
	assert_string_equal(l.said,
	    arena_format(&arena, "%s.d/x.ini: this is not a regular file\n", path));
	unload(&l);
	remove_folder();
	arena_clear(&arena);
}

static void
test_files_that_cannot_be_read(void **state)
{
	struct arena arena = {0};
	char *path = in_folder(&arena, "p.ini");
	struct loaded l = load_file(path, NULL);

	(void)state;
	assert_string_equal(l.said,
	    arena_format(
		&arena, "%s: cannot be read: No such file or directory\n", path));
	unload(&l);
	write_file(&arena, "p.ini", BASE);
	write_file(&arena, "p.ini.d", "not a folder");
	l = load_file(path, NULL);
	assert_string_equal(l.said,
	    arena_format(&arena, "%s.d: cannot be read: Not a directory\n", path));
	unload(&l);
	remove_folder();
	arena_clear(&arena);
}

static struct loaded
load_in(const char *text, char *first, char *second)
{
	char *environment[] = {first, second, NULL};
	struct load_options options = {
	    .environment = environment, .world = plain_world()};

	return load_with(text, &options);
}

static void
test_the_environment_sets_keys_of_proctor(void **state)
{
	char grace[] = "PROCTOR_GRACE=4s";
	char dir[] = "PROCTOR_RUNTIME_DIR='${X}' ; y";
	struct loaded l =
	    load_in("[proctor]\ngrace = 5s\n[service a]\ncommand = x\n", grace, dir);

	(void)state;
	only(&l);
	assert_int_equal(l.config.grace, 4 * USEC_PER_SEC);
	/* As it is: the environment has no quotes and comments. */
	assert_string_equal(l.config.runtime_dir, "'${X}' ; y");
	unload(&l);
}

static void
test_errors_in_the_environment(void **state)
{
	char grace[] = "PROCTOR_GRACE=4";
	char delay[] = "PROCTOR_DRAIN_DELAY=";
	struct loaded l = load_in("[service a]\ncommand = x\nnice = y\n", grace, delay);

	(void)state;
	assert_string_equal(l.said,
	    "environment: PROCTOR_GRACE: '4' has no unit; write 4s or 4ms\n"
	    "environment: PROCTOR_DRAIN_DELAY: has no value; write one, or leave the "
	    "line "
	    "out\n"
	    "t.ini:3: nice: 'y' is not a number; write one from -20 to 19\n");
	unload(&l);
}

/* Kubernetes sets such names for a service that is called proctor. */
static void
test_other_names_in_the_environment(void **state)
{
	char port[] = "PROCTOR_PORT=tcp://10.0.0.1:80";
	char command[] = "PROCTOR_COMMAND=y";
	struct loaded l = load_in("[service a]\ncommand = x\n", port, command);

	(void)state;
	ASSERT_WORDS(&only(&l)->command, "x");
	unload(&l);
}

static void
test_instances(void **state)
{
	struct loaded l =
	    load("[service a]\ncommand = x %i %%i\n"
		 "[service web]\ncommand = w -p 808%i %%i\ninstances = 3\nenv.N = n%i\n"
		 "[task z]\nshell = echo %i %%i $${X}\ninstances = 1\n");

	(void)state;
	only(&l);
	assert_int_equal(l.config.count, 5);
	ASSERT_WORDS(&l.config.services[0].command, "x", "%i", "%%i");
	assert_int_equal(l.config.services[0].instance, 0);
	for (uint32_t i = 1; i <= 3; i++) {
		const struct service_config *s = &l.config.services[i];
		char text[16];

		assert_int_equal(s->instance, i);
		assert_int_equal(s->instances, 3);
		snprintf(text, sizeof(text), "web@%u", i);
		assert_string_equal(s->name, text);
		snprintf(text, sizeof(text), "808%u", i);
		ASSERT_WORDS(&s->command, "w", "-p", text, "%i");
		snprintf(text, sizeof(text), "n%u", i);
		assert_string_equal(s->env.items[0].value, text);
	}
	assert_string_equal(l.config.services[4].name, "z@1");
	assert_string_equal(l.config.services[4].shell, "echo 1 %i $${X}");
	unload(&l);
}

static void
test_instances_by_cpus(void **state)
{
	struct loaded l = load("[service a]\ncommand = x\ninstances = cpus\n");

	(void)state;
	only(&l);
	assert_int_equal(l.config.count, 4);
	assert_string_equal(l.config.services[3].name, "a@4");
	assert_int_equal(l.config.services[3].instances, 0);
	unload(&l);
}

static void
test_errors_of_copies_are_told_once(void **state)
{
	(void)state;
	assert_says("[service a]\ncommand = x\ninstances = 1000\nnice = y\nafter = b\n",
	    "t.ini:4: nice: 'y' is not a number; write one from -20 to 19\n"
	    "t.ini:5: after: 'b' is no service, task or main; write the name of one\n");
	assert_says("[service a]\ncommand = x\ninstances = 30\nnice = %i\n",
	    "t.ini:4: nice: '20' is out of range; write a number from -20 to 19\n");
	assert_says("[service a]\ncommand = x\ninstances = 3000\nnice = y\n"
		    "[service b]\ncommand = x\nafter = a\n",
	    "t.ini:4: nice: 'y' is not a number; write one from -20 to 19\n");
}

static void
test_too_many_services(void **state)
{
	(void)state;
	assert_says(
	    "[service a]\ncommand = x\ninstances = 10000\n[service b]\ncommand = x\n"
	    "after = a\n",
	    "t.ini: these are 10001 services; write at most 10000\n");
}

static void
test_what_is_not_enabled_is_not_there(void **state)
{
	struct loaded l = load("[service a]\nenabled = no\nuser = ${NOT_SET}\n"
			       "[service b]\ncommand = x\nafter = a\n");

	(void)state;
	assert_string_equal(only(&l)->name, "b");
	assert_int_equal(l.config.count, 1);
	assert_int_equal(l.config.services[0].dependencies.count, 0);
	unload(&l);
}

static void
test_enabled_by_the_environment(void **state)
{
	static const char *const text =
	    "[service a]\ncommand = x\nenabled = ${RUN_A:-no}\n"
	    "[service b]\ncommand = x\n";
	char yes[] = "RUN_A=yes";
	char perhaps[] = "RUN_A=perhaps";
	struct loaded l = load(text);

	(void)state;
	assert_string_equal(only(&l)->name, "b");
	unload(&l);
	l = load_in(text, yes, NULL);
	assert_string_equal(only(&l)->name, "a");
	unload(&l);
	l = load_in(text, perhaps, NULL);
	assert_string_equal(l.said,
	    "t.ini:3: enabled: 'perhaps' is neither yes nor no; write one of them\n");
	unload(&l);
}

static void
test_nothing_to_run(void **state)
{
	static const struct verdict rows[] = {
	    {"",
		"t.ini: there is nothing to run; write a [service NAME], [task NAME] or "
		"[main NAME]\n"},
	    {"[proctor]\ngrace = 1s\n",
		"t.ini: there is nothing to run; write a [service NAME], [task NAME] or "
		"[main "
		"NAME]\n"},
	    {"[service a]\nenabled = no\n",
		"t.ini: there is nothing to run; enable one of the sections\n"},
	};

	(void)state;
	assert_verdicts(rows, LENGTH(rows));
}

/* The example of DESIGN.md, without what comes later. */
static void
test_everything_at_once(void **state)
{
	(void)state;
	assert_says("[proctor]\n"
		    "grace = 9\n"
		    "drain = 1s\n"
		    "[task migrate]\n"
		    "command = /app/migrate --up\n"
		    "timout = 5s\n"
		    "[service nginx]\n"
		    "command = nginx -g \"daemon off;\n"
		    "after = migrat\n"
		    "stop_signal = QIUT\n"
		    "restart = on-failure\n"
		    "restart_limit = 3\n"
		    "no pair\n",
	    "t.ini:2: grace: '9' has no unit; write 9s or 9ms\n"
	    "t.ini:3: unknown key 'drain'\n"
	    "t.ini:6: unknown key 'timout'; did you mean 'timeout'?\n"
	    "t.ini:8: command: the quote in '\"daemon off;' never closes; write \\\" for "
	    "a "
	    "literal one\n"
	    "t.ini:9: after: 'migrat' is no service, task or main; did you mean "
	    "'migrate'?\n"
	    "t.ini:10: stop_signal: 'QIUT' is not a signal; did you mean QUIT?\n"
	    "t.ini:12: restart_limit: '3' is not a restart limit; write COUNT/TIME such "
	    "as "
	    "5/60s, or none\n"
	    "t.ini:13: expected KEY = VALUE or [SECTION], not 'no pair'\n");
}

/* The real world, for once. */
static void
test_this_machine(void **state)
{
	struct load_options options = {.purpose = LOAD_TO_CHECK};
	struct loaded l =
	    load_with("[service a]\ncommand = x\ninstances = cpus\n", &options);

	(void)state;
	assert_string_equal(only(&l)->name, "a@1");
	unload(&l);
}

static void
test_free_takes_nothing(void **state)
{
	struct config config = {0};

	(void)state;
	config_free(&config);
	config_free(&config);
}

/* Files of procfs say that they are empty. */
static void
test_a_file_that_is_not_what_it_says(void **state)
{
	struct loaded l = load_file("/proc/self/mem", NULL);

	(void)state;
	assert_int_equal(l.result, -EINVAL);
	assert_string_equal(
	    l.said, "/proc/self/mem: cannot be read: Input/output error\n");
	unload(&l);
	if (access("/proc/kallsyms", R_OK) < 0)
		skip();
	l = load_file("/proc/kallsyms", NULL);
	assert_int_equal(l.result, -EINVAL);
	assert_string_equal(l.said, "/proc/kallsyms: this file is larger than 1 MiB\n");
	unload(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_drop_in_overrides_key_by_key),
	    cmocka_unit_test(test_an_overridden_value_is_not_looked_at),
	    cmocka_unit_test(test_shell_and_command),
	    cmocka_unit_test(test_errors_name_their_file),
	    cmocka_unit_test(test_a_section_twice_in_a_drop_in),
	    cmocka_unit_test(test_which_files_are_drop_ins),
	    cmocka_unit_test(test_files_that_cannot_be_read),
	    cmocka_unit_test(test_the_environment_sets_keys_of_proctor),
	    cmocka_unit_test(test_errors_in_the_environment),
	    cmocka_unit_test(test_other_names_in_the_environment),
	    cmocka_unit_test(test_instances),
	    cmocka_unit_test(test_instances_by_cpus),
	    cmocka_unit_test(test_errors_of_copies_are_told_once),
	    cmocka_unit_test(test_too_many_services),
	    cmocka_unit_test(test_what_is_not_enabled_is_not_there),
	    cmocka_unit_test(test_enabled_by_the_environment),
	    cmocka_unit_test(test_nothing_to_run),
	    cmocka_unit_test(test_everything_at_once),
	    cmocka_unit_test(test_this_machine),
	    cmocka_unit_test(test_free_takes_nothing),
	    cmocka_unit_test(test_a_file_that_is_not_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
