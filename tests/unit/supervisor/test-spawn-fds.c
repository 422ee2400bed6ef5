/* A child with more descriptors than 0, 1 and 2, and one without a program. */
#include "tests/unit/supervisor/spawn-stage.h"

#include <sys/resource.h>

/* A descriptor of this number that says so when it is read. */
static int
place(int number, const char *text)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	assert_int_equal(dup3(ends[0], number, O_CLOEXEC), number);
	close(ends[0]);
	return number;
}

static void
hand(struct stage *s, const struct spawn_fd *fds, size_t count)
{
	s->spawn.fds = fds;
	s->spawn.fd_count = count;
}

/* The numbers are far above those of the test itself, but where it says so. */
enum { HIGH = 100 };

static void
test_a_descriptor_under_another_number(void **state)
{
	const struct spawn_fd fds[] = {{.from = place(HIGH, "sent"), .to = 3}};
	char script[] = "cat <&3; test -e /proc/self/fd/100 && echo left";
	struct stage s;
	struct ending ending;
	char said[64];

	(void)state;
	stage_init(&s);
	hand(&s, fds, 1);
	stage_script(&s, script);
	stage_start(&s);
	assert_int_equal(stage_result(&s, &ending), SPAWN_RUNNING);
	(void)world_read(s.reader, said, sizeof(said));
	assert_string_equal(said, "sent");
	assert_int_equal(stage_end(&s), 1);
	close(HIGH);
}

static void
test_a_number_that_it_has_already(void **state)
{
	const struct spawn_fd fds[] = {{.from = place(HIGH, "same"), .to = HIGH}};
	char script[] = "cat /proc/self/fd/100";
	struct stage s;

	(void)state;
	stage_init(&s);
	hand(&s, fds, 1);
	stage_script(&s, script);
	stage_says(&s, "same");
	close(HIGH);
}

/* Each stands where the other is to come. */
static void
test_numbers_that_change_places(void **state)
{
	const struct spawn_fd fds[] = {
	    {.from = place(HIGH, "a"), .to = HIGH + 1},
	    {.from = place(HIGH + 1, "b"), .to = HIGH + 2},
	    {.from = place(HIGH + 2, "c"), .to = HIGH},
	};
	char script[] = "cat /proc/self/fd/100 /proc/self/fd/101 /proc/self/fd/102";
	struct stage s;

	(void)state;
	stage_init(&s);
	hand(&s, fds, 3);
	stage_script(&s, script);
	stage_says(&s, "cab");
	for (int i = 0; i < 3; i++)
		close(HIGH + i);
}

/* As two names of one socket are. */
static void
test_one_under_two_numbers(void **state)
{
	const struct spawn_fd fds[] = {
	    {.from = place(HIGH, "once"), .to = 3},
	    {.from = HIGH, .to = 4},
	};
	char script[] = "cat <&4; cat <&3";
	struct stage s;

	(void)state;
	stage_init(&s);
	hand(&s, fds, 2);
	stage_script(&s, script);
	stage_says(&s, "once");
	close(HIGH);
}

static int
next_free(void)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	close(fd);
	return fd;
}

/*
 * The pipe that tells how the start went gets the lowest numbers that are free;
 * both of its ends are tried.
 */
static void
test_the_status_pipe_is_in_the_way(void **state)
{
	(void)state;
	for (int end = 0; end < 2; end++) {
		struct spawn_fd fds[] = {{.from = place(HIGH, "mine")}};
		char script[64];
		struct stage s;

		stage_init(&s);
		fds[0].to = next_free() + end;
		hand(&s, fds, 1);
		(void)snprintf(script, sizeof(script), "cat /proc/self/fd/%d", fds[0].to);
		stage_script(&s, script);
		stage_says(&s, "mine");
		close(HIGH);
	}
}

/* And it still tells. */
static void
test_a_failure_is_told_all_the_same(void **state)
{
	struct spawn_fd fds[] = {{.from = place(HIGH, "")}};
	struct stage s;

	(void)state;
	stage_init(&s);
	fds[0].to = next_free() + 1;
	hand(&s, fds, 1);
	stage_command(&s, "/nowhere/nginx");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_EXEC, ENOENT);
	close(HIGH);
}

/* The pipe for its output has a number that somebody else is to have. */
static void
test_its_output_is_in_the_way(void **state)
{
	struct spawn_fd fds[] = {{.from = place(HIGH, "mine ")}};
	char script[64];
	struct stage s;

	(void)state;
	stage_init(&s);
	fds[0].to = s.writer;
	hand(&s, fds, 1);
	(void)snprintf(script, sizeof(script), "cat <&%d; echo out", fds[0].to);
	stage_script(&s, script);
	stage_says(&s, "mine out\n");
	close(HIGH);
}

static void
test_its_input_is_in_the_way(void **state)
{
	const struct spawn_fd fds[] = {{.from = place(HIGH, "mine "), .to = HIGH + 1}};
	char script[] = "cat /proc/self/fd/101; cat";
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.input = place(HIGH + 1, "input");
	hand(&s, fds, 1);
	stage_script(&s, script);
	stage_says(&s, "mine input");
	close(HIGH);
	close(HIGH + 1);
}

/* Three, these, and the folder that ls lists. */
static void
test_as_many_as_there_may_be(void **state)
{
	struct spawn_fd fds[SPAWN_FDS_MAX];
	char script[] = "ls /proc/self/fd | wc -l";
	struct stage s;

	(void)state;
	(void)place(HIGH, "");
	for (int i = 0; i < SPAWN_FDS_MAX; i++)
		fds[i] = (struct spawn_fd){.from = HIGH, .to = 3 + i};
	assert_int_equal(close_range(3, ~0U, CLOSE_RANGE_CLOEXEC), 0);
	stage_init(&s);
	hand(&s, fds, SPAWN_FDS_MAX);
	stage_script(&s, script);
	stage_says(&s, "260\n");
	close(HIGH);
}

/* The limit of the program is set after them: it may be lower than they are. */
static void
test_numbers_above_the_limit_of_the_program(void **state)
{
	const struct spawn_fd fds[] = {{.from = place(HIGH, "high"), .to = 700}};
	const struct rlimit low = {512, 512};
	char script[] = "cat /proc/$$/fd/700; ulimit -n";
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.nofile = &low;
	hand(&s, fds, 1);
	stage_script(&s, script);
	stage_says(&s, "high512\n");
	close(HIGH);
}

/* -- failures -------------------------------------------------------------- */

static int
start_without_room(void *context)
{
	struct spawn_fd fds[SPAWN_FDS_MAX];
	const struct rlimit limit = {HIGH + 1, HIGH + 1};
	struct stage s;

	(void)context;
	(void)place(50, "");
	for (int i = 0; i < SPAWN_FDS_MAX; i++)
		fds[i] = (struct spawn_fd){.from = 50, .to = 60};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	stage_init(&s);
	hand(&s, fds, SPAWN_FDS_MAX);
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NO_RESOURCES, STEP_STDIO, EMFILE);
	return 0;
}

static void
test_no_room_for_them(void **state)
{
	(void)state;
	assert_int_equal(world_apart(start_without_room, NULL), 0);
}

static void
test_one_that_is_not_open(void **state)
{
	const struct spawn_fd fds[] = {{.from = 999, .to = 3}};
	struct stage s;

	(void)state;
	stage_init(&s);
	hand(&s, fds, 1);
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_STDIO, EBADF);
}

/* -- LISTEN_PID ------------------------------------------------------------ */

/* Only the child knows its pid; the text of the parent stays as it was. */
static void
test_the_pid_in_its_environment(void **state)
{
	char listen_pid[32] = "LISTEN_PID=0";
	char *envp[] = {listen_pid, NULL};
	char script[] = "test $LISTEN_PID = $$ && echo mine";
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.envp = envp;
	s.spawn.listen_pid = listen_pid;
	s.spawn.listen_pid_size = sizeof(listen_pid);
	stage_script(&s, script);
	stage_says(&s, "mine\n");
	assert_string_equal(listen_pid, "LISTEN_PID=0");
}

/* -- without a program ----------------------------------------------------- */

static int
say(const void *argument)
{
	const char *text = argument;

	(void)!write(STDOUT_FILENO, text, strlen(text));
	return 42;
}

static void
test_a_body_in_place_of_a_program(void **state)
{
	struct ending ending;
	struct stage s;
	char said[64];

	(void)state;
	stage_init(&s);
	s.spawn.body = say;
	s.spawn.argument = "said";
	stage_start(&s);
	assert_int_equal(stage_result(&s, &ending), SPAWN_RUNNING);
	(void)world_read(s.reader, said, sizeof(said));
	assert_string_equal(said, "said");
	assert_int_equal(stage_end(&s), 42);
}

static int
wait_for_ever(const void *argument)
{
	(void)argument;
	while (pause() < 0)
		continue;
	return 0;
}

/* It is known that it runs while it runs, and it can be killed. */
static void
test_a_body_that_does_not_end(void **state)
{
	struct ending ending;
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.body = wait_for_ever;
	stage_start(&s);
	assert_int_equal(stage_result(&s, &ending), SPAWN_RUNNING);
	assert_int_equal(getsid(s.pid), s.pid);
	assert_int_equal(kill(-s.pid, SIGKILL), 0);
	assert_int_equal(stage_end(&s), 256 + SIGKILL);
}

static int
tell_user(const void *argument)
{
	(void)argument;
	return getuid() == 65534 && getgid() == 65534 ? 0 : 1;
}

static void
test_a_body_as_another_user(void **state)
{
	struct stage s;

	(void)state;
	if (getuid() != 0)
		skip();
	stage_init(&s);
	s.spawn.config = NULL;
	s.config.identity.uid = s.config.identity.gid = 65534;
	s.spawn.body = tell_user;
	stage_start(&s);
	assert_int_equal(stage_end(&s), 0);
}

static void
test_a_body_that_cannot_be_set_up(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.body = say;
	s.spawn.argument = "never";
	s.config.directory = "/nowhere";
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_DIRECTORY, ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_a_descriptor_under_another_number),
	    world_test(test_a_number_that_it_has_already),
	    world_test(test_numbers_that_change_places),
	    world_test(test_one_under_two_numbers),
	    world_test(test_the_status_pipe_is_in_the_way),
	    world_test(test_a_failure_is_told_all_the_same),
	    world_test(test_its_output_is_in_the_way),
	    world_test(test_its_input_is_in_the_way),
	    world_test(test_as_many_as_there_may_be),
	    world_test(test_numbers_above_the_limit_of_the_program),
	    world_test(test_no_room_for_them),
	    world_test(test_one_that_is_not_open),
	    world_test(test_the_pid_in_its_environment),
	    world_test(test_a_body_in_place_of_a_program),
	    world_test(test_a_body_that_does_not_end),
	    world_test(test_a_body_as_another_user),
	    world_test(test_a_body_that_cannot_be_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
