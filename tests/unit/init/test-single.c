/* proctor -- COMMAND: its status, its signals, its orphans. */
#include "init/single.h"

#include <sys/resource.h>

#include "tests/unit/namespace.h"
#include "tests/unit/split.h"

/* proctor in a process of its own; what it and its command say is read. */
struct play {
	struct single single;
	char script[512];
	struct words command;
	pid_t pid;
	int out; /* both end with the last process that has them */
	int err;
};

static void
play_command(struct play *p, const char *command)
{
	memset(p, 0, sizeof(*p));
	single_init(&p->single);
	p->command = split(command);
	p->single.command = p->command.items;
}

static void
play_script(struct play *p, const char *script)
{
	play_command(p, "/bin/sh -c script");
	(void)snprintf(p->script, sizeof(p->script), "%s", script);
	p->command.items[2] = p->script;
}

static void
play_start(struct play *p)
{
	int out[2];
	int err[2];

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0) {
		(void)dup2(out[1], STDOUT_FILENO);
		(void)dup2(err[1], STDERR_FILENO);
		exit(single_run(&p->single));
	}
	close(out[1]);
	close(err[1]);
	p->out = out[0];
	p->err = err[0];
}

/* Reads until this has been said. */
static void
play_hear(struct play *p, const char *wanted)
{
	char text[4096] = "";
	size_t length = 0;

	while (!strstr(text, wanted)) {
		ssize_t n = read(p->out, text + length, sizeof(text) - 1 - length);

		assert_true(n > 0);
		length += (size_t)n;
		text[length] = '\0';
	}
}

static int
play_end(struct play *p, const char *out, const char *err)
{
	char text[4096];

	(void)world_read(p->out, text, sizeof(text));
	assert_string_equal(text, out);
	(void)world_read(p->err, text, sizeof(text));
	assert_string_equal(text, err);
	close(p->out);
	close(p->err);
	return world_wait(p->pid);
}

static int
play_through(struct play *p, const char *out, const char *err)
{
	play_start(p);
	return play_end(p, out, err);
}

static pid_t
only_child(pid_t parent)
{
	char path[64];

	(void)snprintf(
	    path, sizeof(path), "/proc/%d/task/%d/children", (int)parent, (int)parent);
	return (pid_t)atoi(world_text(path));
}

static bool
has_effective_uid(pid_t pid, int uid)
{
	char path[64];
	int real;
	int effective;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	return sscanf(strstr(world_text(path), "Uid:"), "Uid: %d %d", &real,
		   &effective) == 2 &&
	    effective == uid;
}

/* -- its status ------------------------------------------------------------ */

static void
test_the_status_is_its_own(void **state)
{
	struct play p;

	(void)state;
	play_command(&p, "true");
	assert_int_equal(play_through(&p, "", ""), 0);
	play_script(&p, "echo out; echo err >&2; exit 42");
	assert_int_equal(play_through(&p, "out\n", "err\n"), 42);
	play_script(&p, "exit 255");
	assert_int_equal(play_through(&p, "", ""), 255);
}

static void
test_a_signal_is_128_and_its_number(void **state)
{
	struct play p;

	(void)state;
	play_script(&p, "kill -KILL $$");
	assert_int_equal(play_through(&p, "", ""), 137);
	play_script(&p, "kill -HUP $$");
	assert_int_equal(play_through(&p, "", ""), 129);
}

static void
test_a_command_that_is_not_there(void **state)
{
	struct play p;

	(void)state;
	play_command(&p, "not-to-be-found");
	assert_int_equal(
	    play_through(&p, "", "proctor: 'not-to-be-found' was not found\n"), 127);
	play_command(&p, "/dev/null");
	assert_int_equal(
	    play_through(&p, "", "proctor: '/dev/null': Permission denied\n"), 126);
}

/* -e: forgiven; but not what proctor itself makes of a failure to run it. */
static void
test_statuses_that_count_as_0(void **state)
{
	struct play p;

	(void)state;
	play_script(&p, "exit 143");
	p.single.forgiven[143] = true;
	assert_int_equal(play_through(&p, "", ""), 0);
	play_script(&p, "kill -TERM $$");
	p.single.forgiven[143] = true;
	assert_int_equal(play_through(&p, "", ""), 0);
	play_script(&p, "exit 3");
	p.single.forgiven[143] = true;
	assert_int_equal(play_through(&p, "", ""), 3);
	play_command(&p, "not-to-be-found");
	p.single.forgiven[127] = true;
	assert_int_equal(
	    play_through(&p, "", "proctor: 'not-to-be-found' was not found\n"), 127);
}

static int
run_without_processes(void *context)
{
	struct rlimit none = {0, 0};
	struct play *p = context;
	int err = open(world_path("err"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (getuid() == 0)
		assert_int_equal(setresuid(54321, 54321, 54321), 0);
	assert_int_equal(setrlimit(RLIMIT_NPROC, &none), 0);
	(void)dup2(err, STDERR_FILENO);
	return single_run(&p->single);
}

static void
test_a_fork_that_is_refused(void **state)
{
	struct play p;

	(void)state;
	play_command(&p, "true");
	assert_int_equal(world_apart(run_without_processes, &p), 71);
	assert_non_null(strstr(world_text(world_path("err")),
	    "proctor: fork: Resource temporarily unavailable\n"));
}

/* -- signals --------------------------------------------------------------- */

#define LOOP "; echo up; while :; do sleep 0.01; done"

static void
test_signals_are_passed_on(void **state)
{
	struct play p;

	(void)state;
	play_script(&p, "trap 'echo usr1' USR1; trap 'echo term; exit 5' TERM" LOOP);
	play_start(&p);
	play_hear(&p, "up");
	assert_int_equal(kill(p.pid, SIGUSR1), 0);
	play_hear(&p, "usr1");
	assert_int_equal(kill(p.pid, SIGTERM), 0);
	assert_int_equal(play_end(&p, "term\n", ""), 5);
}

static void
test_signals_are_rewritten_and_dropped(void **state)
{
	struct play p;

	(void)state;
	play_script(&p, "trap 'echo hup' HUP; trap 'echo quit; exit 6' QUIT" LOOP);
	p.single.rewrite[SIGHUP] = 0;
	p.single.rewrite[SIGTERM] = SIGQUIT;
	play_start(&p);
	play_hear(&p, "up");
	assert_int_equal(kill(p.pid, SIGHUP), 0);
	assert_int_equal(kill(p.pid, SIGTERM), 0);
	assert_int_equal(play_end(&p, "quit\n", ""), 6);
}

/* -g: the helper, which would not hear of it, does. */
static void
test_signals_for_the_whole_group(void **state)
{
	struct play p;

	(void)state;
	play_script(&p,
	    "exec 2>/dev/null; trap 'wait; exit 7' TERM; "
	    "sh -c 'trap \"echo helper; exit\" TERM; echo up; while :; do sleep 0.01; "
	    "done' & while :; do sleep 0.01; done");
	p.single.group = true;
	play_start(&p);
	play_hear(&p, "up");
	assert_int_equal(kill(p.pid, SIGTERM), 0);
	assert_int_equal(play_end(&p, "helper\n", ""), 7);
}

/* It starts with the signals as proctor was given them. */
static void
test_its_signal_mask(void **state)
{
	struct play p;

	(void)state;
	play_command(&p, "grep SigBlk /proc/self/status");
	assert_int_equal(play_through(&p, "SigBlk:\t0000000000000000\n", ""), 0);
}

/* As with docker run --cap-drop KILL. */
static int
run_without_rights(void *context)
{
	struct play *p = context;
	int err = open(world_path("err"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)dup2(err, STDERR_FILENO);
	return namespace_drop(1U << CAP_KILL) ? single_run(&p->single) : 1;
}

static void
test_a_refusal_is_told_once(void **state)
{
	struct play p;
	pid_t pid;
	pid_t sleeper;

	(void)state;
	if (getuid() != 0)
		skip();
	play_command(&p, "setpriv --reuid 65534 --clear-groups /bin/sleep 1000");
	pid = fork();
	if (pid == 0)
		exit(run_without_rights(&p));
	world_until((sleeper = only_child(pid)) > 0);
	world_until(has_effective_uid(sleeper, 65534));
	assert_int_equal(kill(pid, SIGHUP), 0);
	assert_int_equal(kill(pid, SIGUSR1), 0);
	world_until(strlen(world_text(world_path("err"))) > 0);
	assert_int_equal(kill(sleeper, SIGKILL), 0);
	assert_int_equal(world_wait(pid), 137);
	assert_string_equal(world_text(world_path("err")),
	    "proctor: SIGHUP could not be sent: Operation not permitted\n");
}

/* -- who is left ----------------------------------------------------------- */

static void
test_orphans_are_collected(void **state)
{
	struct play p;

	(void)state;
	/* The zombies are proctor's children, if it does not collect them. */
	play_script(&p,
	    "i=0; while [ $i -lt 50 ]; do (sleep 0 &); i=$((i + 1)); done; "
	    "while pgrep -P $PPID sleep >/dev/null; do sleep 0.01; done; echo none");
	assert_int_equal(play_through(&p, "none\n", ""), 0);
}

/* Not PID 1: what it leaves to run on may run on. */
static void
test_a_daemon_may_run_on(void **state)
{
	struct play p;
	char text[64];
	pid_t daemon;

	(void)state;
	play_script(&p, "setsid sh -c 'echo $$; exec sleep 1000' & exit 3");
	play_start(&p);
	assert_int_equal(world_wait(p.pid), 3);
	assert_true(read(p.out, text, sizeof(text)) > 0);
	daemon = (pid_t)atoi(text);
	assert_true(daemon > 1);
	assert_int_equal(kill(daemon, SIGKILL), 0);
	close(p.out);
	close(p.err);
}

/* As PID 1 its end is theirs: they are asked first. */
static int
be_init(void *context)
{
	struct play *p = context;

	return single_run(&p->single);
}

static void
test_leftovers_of_pid_1_are_asked_to_end(void **state)
{
	struct play p;
	int fds[2];
	char text[64];
	int kept;
	int status;

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	play_script(&p,
	    "setsid sh -c 'trap \"echo asked; exit\" TERM; echo up >fifo; "
	    "while :; do sleep 0.01; done' 2>/dev/null & read line <fifo; exit 3");
	assert_int_equal(mkfifo(world_path("fifo"), 0600), 0);
	kept = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
	(void)fflush(stdout);
	(void)dup2(fds[1], STDOUT_FILENO);
	assert_int_equal(chdir(world_folder), 0);
	status = namespace_run(be_init, &p, CLONE_NEWPID);
	assert_int_equal(chdir("/"), 0);
	(void)dup2(kept, STDOUT_FILENO);
	close(kept);
	close(fds[1]);
	(void)world_read(fds[0], text, sizeof(text));
	close(fds[0]);
	if (status == NAMESPACE_NONE)
		skip();
	assert_int_equal(status, 3);
	assert_string_equal(text, "asked\n");
}

/* -- the rest -------------------------------------------------------------- */

/* sd_listen_fds(3): whoever is named by its pid, and that is the command. */
static void
test_socket_activation(void **state)
{
	struct play p;
	char pid[32];

	(void)state;
	play_script(&p, "test \"$LISTEN_PID\" = $$ && echo mine; exit 0");
	play_start(&p);
	assert_int_equal(play_end(&p, "", ""), 0);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_int_equal(setenv("LISTEN_PID", pid, 1), 0);
	play_script(&p, "test \"$LISTEN_PID\" != $$ && echo not mine; exit 0");
	assert_int_equal(play_through(&p, "not mine\n", ""), 0);
	assert_int_equal(unsetenv("LISTEN_PID"), 0);
}

static int
run_with_sockets(void *context)
{
	struct play *p = context;
	char pid[32];

	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (setenv("LISTEN_PID", pid, 1) < 0)
		return 1;
	return single_run(&p->single);
}

static void
test_socket_activation_of_the_command(void **state)
{
	struct play p;

	(void)state;
	play_script(&p, "test \"$LISTEN_PID\" = $$");
	assert_int_equal(world_apart(run_with_sockets, &p), 0);
}

/* Ends as soon as the command is up. */
static int
die_without_it(void *context)
{
	struct play *p = context;

	play_start(p);
	play_hear(p, "up");
	return 0;
}

/* -p: when the parent of proctor dies; it is passed on as any other. */
static void
test_the_death_of_its_parent(void **state)
{
	struct play p;

	(void)state;
	assert_int_equal(mkfifo(world_path("fifo"), 0600), 0);
	assert_int_equal(chdir(world_folder), 0);
	play_script(&p, "trap 'echo orphaned >fifo; exit' USR1" LOOP);
	p.single.death_signal = SIGUSR1;
	assert_int_equal(world_apart(die_without_it, &p), 0);
	{
		int fifo = open(world_path("fifo"), O_RDONLY | O_CLOEXEC);
		char text[64];

		(void)world_read(fifo, text, sizeof(text));
		assert_string_equal(text, "orphaned\n");
		close(fifo);
	}
	assert_int_equal(chdir("/"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_the_status_is_its_own),
	    world_test(test_a_signal_is_128_and_its_number),
	    world_test(test_a_command_that_is_not_there),
	    world_test(test_statuses_that_count_as_0),
	    world_test(test_a_fork_that_is_refused),
	    world_test(test_signals_are_passed_on),
	    world_test(test_signals_are_rewritten_and_dropped),
	    world_test(test_signals_for_the_whole_group),
	    world_test(test_its_signal_mask),
	    world_test(test_a_refusal_is_told_once),
	    world_test(test_orphans_are_collected),
	    world_test(test_a_daemon_may_run_on),
	    world_test(test_leftovers_of_pid_1_are_asked_to_end),
	    world_test(test_socket_activation),
	    world_test(test_socket_activation_of_the_command),
	    world_test(test_the_death_of_its_parent),
	};

	/* Not that of whoever runs the tests: it may have folders that are closed. */
	(void)setenv("PATH", "/usr/bin:/bin", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
