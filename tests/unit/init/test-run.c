/* Everything together, in a process of its own, from a configuration to its status. */
#include "init/run.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "tests/unit/supervisor/supervised.h"

/* Its lines go to a file; FOLDER stands for the test's own folder. */
static int
run_apart(void *context)
{
	int out = open(world_path("out"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	int status;

	supervised_load(supervised_fill(context, "FOLDER", world_folder));
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
		return 99;
	status = run_supervise(&supervised.config, NULL);
	config_free(&supervised.config);
	return status;
}

static void
assert_runs(const char *config, int status, const char *wanted)
{
	char text[1024];

	(void)snprintf(text, sizeof(text), "%s", config);
	assert_int_equal(world_apart(run_apart, text), status);
	assert_string_equal(world_text(world_path("out")), wanted);
}

#define HERE "[proctor]\nruntime_dir = FOLDER/run\n"

static void
test_its_status_and_its_last_line(void **state)
{
	(void)state;
	assert_runs(HERE "[main web]\nshell = echo here; exit 3\n", 3,
	    "web | here\n"
	    "proctor | main web ended with 3; stopping\n"
	    "proctor | exit 3: main web ended with 3\n");
	assert_false(world_exists("run"));
}

static void
test_its_sockets_are_there(void **state)
{
	(void)state;
	assert_runs(HERE "[main web]\nready = notify\n"
			 "shell = cd \"${NOTIFY_SOCKET%/*}\" && echo *\n",
	    0,
	    "web | notify proctor.sock\n"
	    "proctor | exit 0: main web is done\n");
	assert_false(world_exists("run"));
}

static void
test_a_socket_that_it_was_not_started_with(void **state)
{
	(void)state;
	assert_runs(HERE "[main web]\nsockets = http\nshell = echo $LISTEN_FDS none\n", 0,
	    "proctor | web: proctor was started with no socket named 'http'\n"
	    "web | none\n"
	    "proctor | exit 0: main web is done\n");
}

static void
test_pages_that_cannot_be_served(void **state)
{
	(void)state;
	assert_runs(
	    "[proctor]\nhttp = unix:/nowhere/pages\n[main web]\nshell = echo never\n", 71,
	    "proctor | exit 71: unix:/nowhere/pages: No such file or directory\n");
}

static int
listen_outside(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int outer = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)snprintf(
	    address.sun_path, sizeof(address.sun_path), "%.80s/outer", world_folder);
	assert_int_equal(bind(outer, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", address.sun_path, 1), 0);
	return outer;
}

/* Up to a message that has it in it. */
static void
hear(int outer, const char *wanted)
{
	char text[4096];

	do {
		ssize_t n = recv(outer, text, sizeof(text) - 1, 0);

		assert_true(n > 0);
		text[n] = '\0';
	} while (!strstr(text, wanted));
}

/* And no service can speak in its place.  This one ends when READY=1 was heard. */
static void
test_whoever_runs_it_is_told(void **state)
{
	int outer = listen_outside();
	pid_t pid;

	(void)state;
	assert_int_equal(setenv("GO", world_path("go"), 1), 0);
	pid = fork();
	if (pid == 0) {
		hear(outer, "READY=1\nSTATUS=1 of 1 services is ready\n");
		(void)world_file("go", "");
		hear(outer, "STOPPING=1\nSTATUS=main web is done\n");
		_exit(0);
	}
	assert_runs(HERE "[main web]\nshell = echo ${NOTIFY_SOCKET:-none}; "
			 "until test -e $GO; do sleep 0.01; done\n",
	    0, "web | none\nproctor | exit 0: main web is done\n");
	assert_int_equal(world_wait(pid), 0);
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	close(outer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_its_status_and_its_last_line),
	    world_test(test_its_sockets_are_there),
	    world_test(test_a_socket_that_it_was_not_started_with),
	    world_test(test_pages_that_cannot_be_served),
	    world_test(test_whoever_runs_it_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
