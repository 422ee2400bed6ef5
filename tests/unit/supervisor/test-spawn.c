/* A child as its configuration wants it. */
#include "tests/unit/supervisor/spawn-stage.h"

#include <sys/resource.h>

#define NOBODY 65534

static bool
is_root(void)
{
	return getuid() == 0;
}

/* -- the program ----------------------------------------------------------- */

static void
test_a_program_with_its_arguments(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	stage_command(&s, "/bin/echo one two");
	stage_says(&s, "one two\n");
}

static void
test_its_exit_status_is_its_own(void **state)
{
	char script[] = "exit 42";
	struct ending ending;
	struct stage s;

	(void)state;
	stage_init(&s);
	stage_script(&s, script);
	stage_start(&s);
	assert_int_equal(stage_result(&s, &ending), SPAWN_RUNNING);
	assert_int_equal(stage_end(&s), 42);
}

/* The PATH of the service, not the test's own. */
static void
test_it_is_looked_for_in_its_own_path(void **state)
{
	struct stage s;
	char path[PATH_MAX + 32];

	(void)state;
	assert_int_equal(mkdir(world_path("bin"), 0755), 0);
	(void)world_program("bin/only-here", "#!/bin/sh\necho found\n");
	(void)snprintf(
	    path, sizeof(path), "A=1 PATH=/nowhere:/dev/null:%s/bin", world_folder);
	stage_init(&s);
	s.envp = split(path);
	s.spawn.envp = s.envp.items;
	stage_command(&s, "only-here");
	stage_says(&s, "found\n");
}

/* As Docker and the shell have it. */
static void
test_the_path_if_there_is_none(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.envp = split("A=1");
	s.spawn.envp = s.envp.items;
	stage_command(&s, "echo found");
	stage_says(&s, "found\n");
}

/* See execvp(3): an empty part is the working directory. */
static void
test_an_empty_part_of_the_path(void **state)
{
	struct stage s;

	(void)state;
	(void)world_program("here", "#!/bin/sh\necho here\n");
	stage_init(&s);
	s.config.directory = world_folder;
	s.envp = split("PATH=/nowhere:");
	s.spawn.envp = s.envp.items;
	stage_command(&s, "here");
	stage_says(&s, "here\n");
}

/* What may not be executed is passed over, for one that may. */
static void
test_the_next_one_that_may_be_executed(void **state)
{
	char path[PATH_MAX * 3];
	struct stage s;

	(void)state;
	assert_int_equal(mkdir(world_path("one"), 0755), 0);
	assert_int_equal(mkdir(world_path("two"), 0755), 0);
	(void)world_file("one/tool", "#!/bin/sh\necho one\n");
	(void)world_program("two/tool", "#!/bin/sh\necho two\n");
	(void)snprintf(
	    path, sizeof(path), "PATH=%s/one:%s/two", world_folder, world_folder);
	stage_init(&s);
	s.envp = split(path);
	s.spawn.envp = s.envp.items;
	stage_command(&s, "tool");
	stage_says(&s, "two\n");
}

/* -- descriptors ----------------------------------------------------------- */

/* The fourth is the folder that ls lists. */
static void
test_it_inherits_three_descriptors(void **state)
{
	int more = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct stage s;

	(void)state;
	/* What whoever started the test had open is not the child's fault. */
	assert_int_equal(close_range(3, ~0U, CLOSE_RANGE_CLOEXEC), 0);
	stage_init(&s);
	s.spawn.input = more;
	stage_command(&s, "ls /proc/self/fd");
	stage_says(&s, "0\n1\n2\n3\n");
	close(more);
}

static void
test_its_input_output_and_error(void **state)
{
	char script[] = "cat; echo out; echo err >&2";
	char said[64];
	struct stage s;
	int errors[2];

	(void)state;
	assert_int_equal(pipe2(errors, O_CLOEXEC), 0);
	stage_init(&s);
	s.spawn.input = open(world_file("in", "in\n"), O_RDONLY | O_CLOEXEC);
	s.spawn.error = errors[1];
	stage_script(&s, script);
	stage_says(&s, "in\nout\n");
	close(errors[1]);
	(void)world_read(errors[0], said, sizeof(said));
	assert_string_equal(said, "err\n");
	close(errors[0]);
	close(s.spawn.input);
}

static void
test_descriptors_that_cannot_be_placed(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.input = 999;
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_STDIO, EBADF);
	stage_init(&s);
	s.spawn.output = 999;
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_STDIO, EBADF);
	stage_init(&s);
	s.spawn.error = 999;
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_STDIO, EBADF);
}

/* -- signals --------------------------------------------------------------- */

/* proctor itself has nearly all of them blocked. */
static void
test_its_signals_are_as_proctor_found_them(void **state)
{
	sigset_t all;
	sigset_t before;
	struct stage s;

	(void)state;
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	stage_init(&s);
	(void)sigaddset(&s.mask, SIGUSR1);
	/* posix_spawn(3), and so make, has its children ignore 32 and 33, libc's own. */
	stage_command(&s,
	    "sed -n -e s/^SigBlk:.//p -e s/^SigIgn:.0000000[01].//p /proc/self/status");
	stage_says(&s, "0000000000000200\n0000000\n");
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Session and group, as proc(5) numbers them: the fields after the name. */
static void
assert_session(struct stage *s, bool own)
{
	char script[] = "cut -d' ' -f5,6 /proc/$$/stat";
	char said[64];
	char wanted[64];

	stage_script(s, script);
	stage_start(s);
	(void)world_read(s->reader, said, sizeof(said));
	(void)snprintf(wanted, sizeof(wanted), "%d %d\n", (int)s->pid,
	    (int)(own ? s->pid : getsid(0)));
	assert_string_equal(said, wanted);
	assert_int_equal(stage_end(s), 0);
}

static void
test_a_session_of_its_own_or_just_a_group(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	assert_session(&s, true);
	stage_init(&s);
	s.spawn.session = false;
	assert_session(&s, false);
}

static int
die_with_a_child(void *context)
{
	char script[] = "echo $$; exec sleep 1000";
	struct stage *s = context;

	stage_script(s, script);
	s->spawn.death_signal = SIGTERM;
	stage_start(s);
	(void)poll(&(struct pollfd){.fd = s->reader, .events = POLLIN}, 1, -1);
	return 0;
}

/* The pipe ends with the last process that has it. */
static void
test_it_dies_with_proctor(void **state)
{
	struct stage s;
	char said[64];

	(void)state;
	stage_init(&s);
	assert_int_equal(world_apart(die_with_a_child, &s), 0);
	close(s.writer);
	s.writer = -1;
	(void)world_read(s.reader, said, sizeof(said));
	assert_true(atoi(said) > 1);
	close(s.reader);
}

/* -- what it is given ------------------------------------------------------ */

static void
test_its_directory_and_umask(void **state)
{
	char script[] = "pwd -P; umask";
	char wanted[PATH_MAX + 16];
	char real[PATH_MAX];
	struct stage s;

	(void)state;
	assert_non_null(realpath(world_folder, real));
	(void)snprintf(wanted, sizeof(wanted), "%s\n0027\n", real);
	stage_init(&s);
	s.config.directory = world_folder;
	s.config.umask = 0027;
	stage_script(&s, script);
	stage_says(&s, wanted);
}

static void
test_its_limits(void **state)
{
	struct resource_limit limits[] = {
	    {RLIMIT_CORE, {0, 0}},
	    {RLIMIT_NOFILE, {64, 128}},
	};
	struct rlimit nofile = {.rlim_cur = 100, .rlim_max = 200};
	char script[] = "ulimit -c; ulimit -n; ulimit -H -n";
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.nofile = &nofile;
	stage_script(&s, script);
	s.argv.items[2] = script + strlen("ulimit -c; ");
	stage_says(&s, "100\n200\n");
	stage_init(&s);
	s.spawn.nofile = &nofile;
	s.config.limits.items = limits;
	s.config.limits.count = 2;
	stage_script(&s, script);
	stage_says(&s, "0\n64\n128\n");
}

static void
test_its_niceness_and_oom_score(void **state)
{
	char script[] = "nice; cat /proc/self/oom_score_adj";
	char wanted[64];
	struct stage s;

	(void)state;
	(void)snprintf(wanted, sizeof(wanted), "%d\n1000\n", 7);
	stage_init(&s);
	s.config.nice = 7;
	s.config.oom_score_adj = 1000;
	stage_script(&s, script);
	stage_says(&s, wanted);
}

/* Only before its first start: a restart must not remove what it has made. */
static void
test_its_stale_files(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.config.clean = split(world_file("stale", ""));
	stage_command(&s, "true");
	stage_says(&s, "");
	assert_true(world_exists("stale"));
	stage_init(&s);
	s.config.clean = split(world_path("stale"));
	s.spawn.clean = true;
	stage_command(&s, "true");
	stage_says(&s, "");
	assert_false(world_exists("stale"));
}

static void
test_its_user_and_groups(void **state)
{
	gid_t groups[] = {100, 200};
	char script[] = "grep -E '^(Uid|Gid|Groups)' /proc/self/status";
	struct stage s;

	(void)state;
	if (!is_root())
		skip();
	stage_init(&s);
	s.config.identity = (struct identity){.uid = 1000660000,
	    .gid = 77,
	    .groups = groups,
	    .group_count = 2,
	    .groups_set = true};
	stage_script(&s, script);
	stage_says(&s,
	    "Uid:\t1000660000\t1000660000\t1000660000\t1000660000\n"
	    "Gid:\t77\t77\t77\t77\nGroups:\t100 200 \n");
}

/* It is the user's right to enter it that counts. */
static void
test_the_directory_is_entered_as_the_user(void **state)
{
	struct stage s;

	(void)state;
	if (!is_root())
		skip();
	assert_int_equal(mkdir(world_path("closed"), 0700), 0);
	stage_init(&s);
	s.config.directory = world_path("closed");
	stage_command(&s, "true");
	stage_says(&s, "");
	stage_init(&s);
	s.config.directory = world_path("closed");
	s.config.identity.uid = NOBODY;
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_DIRECTORY, EACCES);
}

/* For LISTEN_PID the child's pid has to be known before it is there. */
static void
test_socket_activation_is_told_the_childs_pid(void **state)
{
	char variable[32] = "LISTEN_PID=0";
	char script[] = "test \"$LISTEN_PID\" = $$ && echo mine";
	char *envp[] = {variable, NULL};
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.envp = envp;
	s.spawn.listen_pid = variable;
	s.spawn.listen_pid_size = sizeof(variable);
	stage_script(&s, script);
	stage_says(&s, "mine\n");
}

static void
test_one_command_without_any_set_up(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.config = NULL;
	s.spawn.identity = NULL;
	s.spawn.may_wait = true;
	stage_command(&s, "echo plain");
	stage_says(&s, "plain\n");
	stage_init(&s);
	s.spawn.config = NULL;
	s.spawn.identity = NULL;
	s.spawn.may_wait = true;
	stage_command(&s, "not-there");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_EXEC, ENOENT);
}

/* A folder that is no cgroup is as none: it runs in proctor's own. */
static void
test_a_cgroup_that_is_refused(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.cgroup = open(world_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(s.spawn.cgroup >= 0);
	stage_command(&s, "echo runs");
	stage_says(&s, "runs\n");
	close(s.spawn.cgroup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_a_program_with_its_arguments),
	    world_test(test_its_exit_status_is_its_own),
	    world_test(test_it_is_looked_for_in_its_own_path),
	    world_test(test_the_path_if_there_is_none),
	    world_test(test_an_empty_part_of_the_path),
	    world_test(test_the_next_one_that_may_be_executed),
	    world_test(test_it_inherits_three_descriptors),
	    world_test(test_its_input_output_and_error),
	    world_test(test_descriptors_that_cannot_be_placed),
	    world_test(test_its_signals_are_as_proctor_found_them),
	    world_test(test_a_session_of_its_own_or_just_a_group),
	    world_test(test_it_dies_with_proctor),
	    world_test(test_its_directory_and_umask),
	    world_test(test_its_limits),
	    world_test(test_its_niceness_and_oom_score),
	    world_test(test_its_stale_files),
	    world_test(test_its_user_and_groups),
	    world_test(test_the_directory_is_entered_as_the_user),
	    world_test(test_socket_activation_is_told_the_childs_pid),
	    world_test(test_one_command_without_any_set_up),
	    world_test(test_a_cgroup_that_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
