/* Every way in which a child does not come to its program, and who is to blame. */
#include "tests/unit/supervisor/spawn-stage.h"

#include <sys/resource.h>

#define NOBODY 65534

static bool
is_root(void)
{
	return getuid() == 0;
}

static void
assert_not_executed(struct stage *s, int error)
{
	stage_fails(s, ENDING_NOT_EXECUTED, STEP_EXEC, error);
}

/* -- the program ----------------------------------------------------------- */

static void
test_a_program_that_is_not_there(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	stage_command(&s, "/nowhere/nginx");
	assert_not_executed(&s, ENOENT);
	stage_init(&s);
	stage_command(&s, "not-to-be-found");
	assert_not_executed(&s, ENOENT);
	stage_init(&s);
	stage_command(&s, "/dev/null/nginx");
	assert_not_executed(&s, ENOTDIR);
}

static void
test_an_empty_name(void **state)
{
	char empty[] = "";
	char *argv[] = {empty, NULL};
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.argv = argv;
	assert_not_executed(&s, ENOENT);
}

static void
test_a_program_that_may_not_be_executed(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	stage_command(&s, world_file("plain", "#!/bin/sh\n"));
	assert_not_executed(&s, EACCES);
	stage_init(&s);
	stage_command(&s, world_folder);
	assert_not_executed(&s, EACCES);
}

/* Found and refused tells more than not found. */
static void
test_what_was_found_is_what_is_told(void **state)
{
	char path[PATH_MAX + 32];
	struct stage s;

	(void)state;
	(void)world_file("tool", "#!/bin/sh\n");
	(void)snprintf(path, sizeof(path), "PATH=%s:/nowhere", world_folder);
	stage_init(&s);
	s.envp = split(path);
	s.spawn.envp = s.envp.items;
	stage_command(&s, "tool");
	assert_not_executed(&s, EACCES);
}

/* No shell is tried, as execvp(3) would: nobody asked for one. */
static void
test_a_program_of_no_known_format(void **state)
{
	char path[PATH_MAX + 32];
	struct stage s;

	(void)state;
	stage_init(&s);
	stage_command(&s, world_program("text", "echo never\n"));
	assert_not_executed(&s, ENOEXEC);
	(void)snprintf(path, sizeof(path), "PATH=%s:/bin", world_folder);
	(void)world_program("echo", "never\n");
	stage_init(&s);
	s.envp = split(path);
	s.spawn.envp = s.envp.items;
	stage_command(&s, "echo");
	assert_not_executed(&s, ENOEXEC);
}

static void
test_a_script_without_its_interpreter(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	stage_command(&s, world_program("script", "#!/nowhere/python\n"));
	assert_not_executed(&s, ENOENT);
}

static void
test_an_environment_that_is_too_big(void **state)
{
	static char big[128 * 1024 + 1];
	char *envp[] = {big, NULL};
	struct stage s;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	big[1] = '=';
	stage_init(&s);
	s.spawn.envp = envp;
	stage_command(&s, "/bin/true");
	assert_not_executed(&s, E2BIG);
}

/* A part of PATH that is too long to be one is passed over. */
static void
test_a_path_that_is_too_long(void **state)
{
	static char path[PATH_MAX + 64] = "PATH=";
	char *envp[] = {path, NULL};
	struct stage s;

	(void)state;
	memset(path + 5, 'x', PATH_MAX);
	(void)strcpy(path + 5 + PATH_MAX, ":/usr/bin:/bin");
	stage_init(&s);
	s.spawn.envp = envp;
	stage_command(&s, "true");
	stage_says(&s, "");
}

/* -- the steps before ------------------------------------------------------ */

static void
test_a_directory(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.config.directory = "/nowhere";
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_DIRECTORY, ENOENT);
	stage_init(&s);
	s.config.directory = "/dev/null";
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_DIRECTORY, ENOTDIR);
}

static void
test_stale_files(void **state)
{
	struct stage s;

	(void)state;
	assert_int_equal(mkdir(world_path("folder"), 0700), 0);
	stage_init(&s);
	s.config.clean = split(world_path("folder"));
	s.spawn.clean = true;
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_CLEAN, EISDIR);
}

static void
test_a_terminal_that_is_none(void **state)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct stage s;

	(void)state;
	stage_init(&s);
	s.spawn.terminal = fd;
	s.spawn.session = false;
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_TERMINAL, ENOTTY);
	close(fd);
}

/* A soft limit over the hard one is nobody's right. */
static void
test_a_limit(void **state)
{
	struct resource_limit wrong = {RLIMIT_NOFILE, {64, 32}};
	struct stage s;

	(void)state;
	stage_init(&s);
	s.config.limits.items = &wrong;
	s.config.limits.count = 1;
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_LIMIT, EINVAL);
	stage_init(&s);
	s.spawn.nofile = &wrong.value;
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_LIMIT, EINVAL);
}

static void
test_an_oom_score_out_of_range(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.config.oom_score_adj = 1001;
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NOT_EXECUTED, STEP_OOM_SCORE, EINVAL);
}

/* -- what an ordinary user may not ----------------------------------------- */

struct want {
	struct stage *stage;
	enum spawn_step step;
	int error;
};

static int
want_as_nobody(void *context)
{
	struct want *want = context;

	if (is_root()) {
		assert_int_equal(setresgid(NOBODY, NOBODY, NOBODY), 0);
		assert_int_equal(setresuid(NOBODY, NOBODY, NOBODY), 0);
	}
	stage_command(want->stage, "true");
	stage_fails(want->stage, ENDING_NOT_EXECUTED, want->step, want->error);
	return 0;
}

static void
assert_not_allowed(struct stage *s, enum spawn_step step, int error)
{
	struct want want = {s, step, error};

	assert_int_equal(world_apart(want_as_nobody, &want), 0);
	close(s->reader);
	close(s->writer);
}

static void
test_another_user(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.config.identity.uid = 12345;
	assert_not_allowed(&s, STEP_USER, EPERM);
}

static void
test_another_group(void **state)
{
	gid_t group = 12345;
	struct stage s;

	(void)state;
	stage_init(&s);
	s.config.identity.gid = group;
	assert_not_allowed(&s, STEP_GROUP, EPERM);
	stage_init(&s);
	s.config.identity.groups = &group;
	s.config.identity.group_count = 1;
	s.config.identity.groups_set = true;
	assert_not_allowed(&s, STEP_GROUPS, EPERM);
}

static void
test_a_better_niceness(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.config.nice = -20;
	assert_not_allowed(&s, STEP_NICE, EACCES);
}

static void
test_a_lower_oom_score(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	s.config.oom_score_adj = -1000;
	assert_not_allowed(&s, STEP_OOM_SCORE, EACCES);
}

static void
test_a_higher_limit(void **state)
{
	struct resource_limit more = {RLIMIT_NOFILE, {RLIM_INFINITY, RLIM_INFINITY}};
	struct stage s;

	(void)state;
	stage_init(&s);
	s.config.limits.items = &more;
	s.config.limits.count = 1;
	assert_not_allowed(&s, STEP_LIMIT, EPERM);
}

/* -- shortages ------------------------------------------------------------- */

static void
test_what_is_a_shortage(void **state)
{
	static const int shortages[] = {EAGAIN, ENOMEM, EMFILE, ENFILE};
	static const int others[] = {ENOENT, EACCES, EPERM, EINVAL, EIO};

	(void)state;
	for (size_t i = 0; i < LENGTH(shortages); i++) {
		struct ending e = spawn_failure(STEP_FORK, shortages[i]);

		assert_int_equal(e.kind, ENDING_NO_RESOURCES);
		assert_int_equal(e.number, shortages[i]);
		assert_int_equal(e.step, STEP_FORK);
	}
	for (size_t i = 0; i < LENGTH(others); i++)
		assert_int_equal(
		    spawn_failure(STEP_EXEC, others[i]).kind, ENDING_NOT_EXECUTED);
}

static int
start_without_descriptors(void *context)
{
	unsigned before = world_descriptors();
	int free_fd = dup(STDIN_FILENO);
	struct rlimit limit = {.rlim_cur = (rlim_t)free_fd, .rlim_max = 1024};
	struct stage *s = context;

	close(free_fd);
	stage_command(s, "true");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(spawn_start(&s->spawn, &s->pid, &s->status_fd), -EMFILE);
	limit.rlim_cur = 1024;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(world_descriptors(), before);
	return 0;
}

static void
test_no_descriptor_left(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	assert_int_equal(world_apart(start_without_descriptors, &s), 0);
	close(s.reader);
	close(s.writer);
}

/* RLIMIT_NPROC counts the processes of a uid: one that nobody else has. */
static int
start_without_processes(void *context)
{
	struct rlimit none = {0, 0};
	struct stage *s = context;
	unsigned before;

	if (is_root())
		assert_int_equal(setresuid(54321, 54321, 54321), 0);
	assert_int_equal(setrlimit(RLIMIT_NPROC, &none), 0);
	before = world_descriptors();
	stage_command(s, "true");
	assert_int_equal(spawn_start(&s->spawn, &s->pid, &s->status_fd), -EAGAIN);
	s->spawn.may_wait = true;
	assert_int_equal(spawn_start(&s->spawn, &s->pid, &s->status_fd), -EAGAIN);
	assert_int_equal(spawn_settle(), 0);
	assert_int_equal(world_descriptors(), before);
	return 0;
}

static void
test_no_process_left(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s);
	assert_int_equal(world_apart(start_without_processes, &s), 0);
	close(s.reader);
	close(s.writer);
}

/* Its user has one already, and is allowed none; see execve(2), EAGAIN. */
static void
test_no_process_left_for_its_user(void **state)
{
	struct resource_limit none = {RLIMIT_NPROC, {0, 0}};
	struct stage s;
	pid_t first;

	(void)state;
	if (!is_root())
		skip();
	first = vfork();
	if (first == 0) {
		if (setresuid(54321, 54321, 54321) == 0)
			(void)execl("/bin/sleep", "sleep", "1000", (char *)NULL);
		_exit(127);
	}
	stage_init(&s);
	s.config.limits.items = &none;
	s.config.limits.count = 1;
	s.config.identity.uid = 54321;
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NO_RESOURCES, STEP_EXEC, EAGAIN);
	assert_int_equal(kill(first, SIGKILL), 0);
	assert_int_equal(world_wait(first), 256 + SIGKILL);
}

/* -- what the pipe says ---------------------------------------------------- */

static void
test_the_result_is_not_waited_for(void **state)
{
	struct ending ending;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	assert_int_equal(spawn_result(fds[0], &ending), SPAWN_PENDING);
	close(fds[1]);
	assert_int_equal(spawn_result(fds[0], &ending), SPAWN_RUNNING);
	close(fds[0]);
}

/* It is killed before it came to anything: the pipe ends, and waitid tells. */
static void
test_a_child_that_is_killed_before_its_program(void **state)
{
	struct ending ending;
	struct stage s;

	(void)state;
	stage_init(&s);
	stage_command(&s, "/bin/sleep 1000");
	stage_start(&s);
	assert_int_equal(fcntl(s.status_fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	assert_int_equal(fcntl(s.status_fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(kill(s.pid, SIGKILL), 0);
	assert_int_equal(stage_result(&s, &ending), SPAWN_RUNNING);
	assert_int_equal(stage_end(&s), 256 + SIGKILL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_a_program_that_is_not_there),
	    world_test(test_an_empty_name),
	    world_test(test_a_program_that_may_not_be_executed),
	    world_test(test_what_was_found_is_what_is_told),
	    world_test(test_a_program_of_no_known_format),
	    world_test(test_a_script_without_its_interpreter),
	    world_test(test_an_environment_that_is_too_big),
	    world_test(test_a_path_that_is_too_long),
	    world_test(test_a_directory),
	    world_test(test_stale_files),
	    world_test(test_a_terminal_that_is_none),
	    world_test(test_a_limit),
	    world_test(test_an_oom_score_out_of_range),
	    world_test(test_another_user),
	    world_test(test_another_group),
	    world_test(test_a_better_niceness),
	    world_test(test_a_lower_oom_score),
	    world_test(test_a_higher_limit),
	    world_test(test_what_is_a_shortage),
	    world_test(test_no_descriptor_left),
	    world_test(test_no_process_left),
	    world_test(test_no_process_left_for_its_user),
	    world_test(test_the_result_is_not_waited_for),
	    world_test(test_a_child_that_is_killed_before_its_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
